"""Django's ORM, in a project of its own, before pytest-django and before Django's own test cases."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pytest_django")

SETTINGS = """
SECRET_KEY = "x"
INSTALLED_APPS = ["app"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {
    name: {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{name}.db", "TEST": {"NAME": f"test_{name}.db"}}
    for name in ("default", "archive")
}
"""
MODELS = """
from django.db import models

class Person(models.Model):
    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField(auto_now=True)
    extra = models.JSONField(default=dict)
    friends = models.ManyToManyField("self")

    def save(self, *args, **kwargs):
        assert self.name != "saved by the store"
        super().save(*args, **kwargs)

class Teacher(Person):
    room = models.IntegerField(default=1)

class Todo(models.Model):
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, null=True)
    text = models.CharField(max_length=20, db_column="what")

class Renamed(Todo):
    class Meta:
        proxy = True

class Elsewhere(models.Model):
    class Meta:
        managed = False
"""
CONFTEST = """
import pytest
from pytest_wxcloud.stores import django_store

@pytest.fixture(scope="session", autouse=True)
def database(wx_cloud):
    wx_cloud.use(django_store())
"""
HANDLER = """
from django.db.models.signals import post_save
from app.models import Person, Teacher, Todo

heard = []
post_save.connect(lambda sender, **told: heard.append(sender), weak=False)

def main(event, context):
    using = event.get("using", "default")
    people = Person.objects.using(using)
    new = Person(name="cyd", extra={"n": [1]}); new.save(using=using)
    teacher = Teacher(name="eve", room=7); teacher.save(using=using)
    Todo.objects.using(using).filter(text="milk").update(owner=new)
    Todo.objects.using(using).filter(text="bread").delete()
    bob = people.get(name="bob")
    bob.friends.clear()
    bob.friends.add(new)
    people.filter(name="ann").update(extra={"n": 2})
    Teacher.objects.using(using).filter(name="dan").delete()
    heard.clear()
"""
COMMON = """
from app.models import Person, Teacher, Todo
import handler

def fill(using="default"):
    ann, bob = (Person(name=name, extra={"n": 1}) for name in ("ann", "bob"))
    ann.save(using=using); bob.save(using=using)
    bob.friends.add(ann)
    Teacher(name="dan", room=3).save(using=using)
    for text in ("milk", "bread"):
        Todo(owner=ann, text=text).save(using=using)

def rows(using="default"):
    models = (Person, Teacher, Todo, Person.friends.through)
    return [sorted(model.objects.using(using).values_list(), key=repr) for model in models]

def check(wx_cloud, using="default"):
    before = rows(using)
    with wx_cloud.scenario(), wx_cloud.changes() as changes:
        wx_cloud.call(handler.main, {"using": using}, caller=None)
        assert rows(using) != before
    assert rows(using) == before
    assert not handler.heard
    tables = lambda kind: sorted(change.collection for change in getattr(changes, kind))
    assert tables("inserted") == ["app_person", "app_person", "app_person_friends", "app_person_friends", "app_teacher"]
    assert tables("removed") == ["app_person", "app_person_friends", "app_person_friends", "app_teacher", "app_todo"]
    assert tables("updated") == ["app_person", "app_todo"]
    (extra,) = [change.fields for change in changes.updated if change.collection == "app_person"]
    assert extra == {"extra": ({"n": 1}, {"n": 2})}
    (what,) = [change.before["what"] for change in changes.removed if change.collection == "app_todo"]
    assert what == "bread"
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A Django project with two databases, and a handler that writes to either."""
    for name, code in {
        "settings": SETTINGS,
        "handler": HANDLER,
        "common": COMMON,
        "app/models": MODELS,
        "app/__init__": "",
    }.items():
        file = Path(pytester.path / f"{name}.py")
        file.parent.mkdir(exist_ok=True)
        file.write_text(code, "utf-8")
    pytester.makeconftest(CONFTEST)
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:asyncio", "-W", "error", *options)


def test_pytest_django(project: pytest.Pytester) -> None:
    """In a test's transaction, without one, in another database, and where a database is forbidden."""
    project.makeini("[pytest]\nDJANGO_SETTINGS_MODULE = settings\npythonpath = .\n")
    project.makepyfile(
        test_app="""
        import pytest
        from django.db import IntegrityError
        from pytest_wxcloud.stores import django_store

        def test_forbidden(wx_cloud):
            with wx_cloud.scenario(), wx_cloud.changes() as changes:
                wx_cloud.call(lambda event, context: 1, caller=None)
            assert not len(changes)

        @pytest.mark.django_db
        def test_in_a_transaction(wx_cloud):
            from common import check, fill
            fill()
            check(wx_cloud)

        @pytest.mark.django_db(transaction=True, databases=["default", "archive"])
        @pytest.mark.parametrize("using", ["default", "archive"])
        def test_without_one(wx_cloud, using):
            from common import check, fill
            fill(using)
            check(wx_cloud, using)

        @pytest.mark.django_db
        def test_an_error_in_the_transaction(wx_cloud):
            from common import fill, rows
            from app.models import Person
            fill()
            before = rows()
            def twice(event, context):
                Person.objects.create(name="fay")
                Person.objects.create(name="ann")
            with wx_cloud.scenario():
                assert "UNIQUE" in str(wx_cloud.call(twice, caller=None).error)
            assert rows() == before

        @pytest.mark.django_db(transaction=True, databases=["default", "archive"])
        def test_one_database_alone(wx_cloud):
            from app.models import Person
            store = django_store("archive")
            with store.scene(), store.changes() as changes:
                Person(name="ann").save(using="archive")
                Person(name="ann").save()
            assert [change.after["name"] for change in changes] == ["ann"]
            assert (Person.objects.using("archive").count(), Person.objects.count()) == (0, 1)

        @pytest.mark.django_db
        def test_nothing_is_left():
            from common import rows
            assert rows() == [[], [], [], []]
        """
    )
    result = run(project)

    assert result.parseoutcomes() == {"passed": 7}, result.stdout.str()


def test_djangos_own_test_cases(project: pytest.Pytester) -> None:
    """TestCase, and SimpleTestCase, which forbids every database."""
    project.makepyfile(
        test_app="""
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
        import django
        django.setup()
        import pytest
        from django.test import SimpleTestCase, TestCase
        from django.test.utils import setup_databases, teardown_databases
        from common import check, fill

        @pytest.fixture(scope="session", autouse=True)
        def databases(database):
            made = setup_databases(0, interactive=False)
            yield
            teardown_databases(made, 0)

        @pytest.fixture(autouse=True)
        def cloud(request, wx_cloud):
            request.instance.wx_cloud = wx_cloud

        class TestAll(TestCase):
            @classmethod
            def setUpTestData(cls):
                fill()

            def test_a(self):
                check(self.wx_cloud)

            def test_b(self):
                check(self.wx_cloud)

        class TestNone(SimpleTestCase):
            def test_forbidden(self):
                with self.wx_cloud.scenario(), self.wx_cloud.changes() as changes:
                    pass
                assert not len(changes)
        """
    )
    result = run(project, "-p", "no:django", "-o", "pythonpath=.")

    assert result.parseoutcomes() == {"passed": 3}, result.stdout.str()
