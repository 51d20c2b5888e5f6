"""Contracts of Django apps in a test's transaction, which a statement that fails would spoil."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pytest_django")

FILES = {
    "settings": """
SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = ["people"]
ROOT_URLCONF = "people.urls"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
""",
    "people/__init__": "",
    "people/models": """
from django.db import models

class Person(models.Model):
    openid = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
""",
    "people/urls": """
import json
from django.http import JsonResponse
from django.urls import path
from people.models import Person

class Caller:
    openid = None

def rename(request):
    caller = Caller()
    caller.openid = request.headers.get("X-WX-OPENID") or "-"
    data = json.loads(request.body)
    person = Person.objects.filter(openid=caller.openid).first()
    if person is None:
        return JsonResponse({"error": "who"}, status=403)
    person.name = data["name"]
    person.save()
    return JsonResponse({"name": person.name})

urlpatterns = [path("me/", rename)]
""",
    "people/wsgi": "from django.core.wsgi import get_wsgi_application\n\napplication = get_wsgi_application()\n",
    "conftest": """
import pytest
from pytest_wxcloud.stores import django_store

@pytest.fixture(scope="session", autouse=True)
def database(django_db_setup, django_db_blocker, wx_cloud):
    with django_db_blocker.unblock():
        wx_cloud.use(django_store())
        yield
""",
}
CONTRACT = """
import pytest
from pytest_wxcloud import AuthorizationContract

pytestmark = pytest.mark.django_db

class TestRename(AuthorizationContract):
    app = "people.wsgi"
    allow = {"owner"}

    def arrange(self, cloud, person):
        from people.models import Person
        Person.objects.create(openid=person.openid, name=cloud.secret())

    def request(self, nothing, caller):
        return {"method": "PATCH", "path": "/me/", "json": {"name": "new"}}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    for name, code in FILES.items():
        file = Path(pytester.path / f"{name}.py")
        file.parent.mkdir(exist_ok=True)
        file.write_text(code, "utf-8")
    pytester.makeini("[pytest]\nDJANGO_SETTINGS_MODULE = settings\npythonpath = .\n")
    return pytester


def run(project: pytest.Pytester) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:asyncio", "-rs")


def test_a_right_app_is_judged_to_the_end(project: pytest.Pytester) -> None:
    """A name that is null breaks NOT NULL, and no law after that is in an error; nor is one skipped as crashed."""
    project.makepyfile(test_rename=CONTRACT)

    outcomes = run(project).parseoutcomes()

    assert outcomes.keys() == {"passed"}
    assert outcomes["passed"] > 20


def test_requests_that_overlap_are_told_apart_in_it(project: pytest.Pytester) -> None:
    """The rows that a test has not committed are there for threads as well: a caller kept in a class is found."""
    file = project.path / "people/urls.py"
    file.write_text(FILES["people/urls"].replace("caller = Caller()", "caller = Caller"), "utf-8")
    project.makepyfile(test_rename=CONTRACT)

    result = run(project)

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(
        ["*TestRename.test_overlapping_requests_never_mix*", "Violation: /me/: stranger, while the owner's request*"]
    )


def test_a_request_that_fails_spoils_no_other(project: pytest.Pytester) -> None:
    """Neither a request nor a function; what a test itself has spoilt stays so."""
    project.makepyfile(
        test_plain="""
        import pytest
        from django.db import IntegrityError
        from django.db.transaction import TransactionManagementError

        @pytest.mark.django_db
        def test_requests(wx_cloud, wx_users):
            from people.models import Person
            alice = wx_users["alice"]
            Person.objects.create(openid=alice.openid, name="a")
            asked = wx_cloud.app("people.wsgi")
            for _ in range(2):
                with wx_cloud.changes() as changes:
                    answer = asked.request("PATCH", "/me/", json={"name": None}, caller=alice)
                assert answer.status == 500
                assert not changes
            assert asked.request("PATCH", "/me/", json={"name": "b"}, caller=alice).json == {"name": "b"}
            assert Person.objects.get().name == "b"

        @pytest.mark.django_db
        def test_functions(wx_cloud):
            from people.models import Person
            def add(event, context):
                Person.objects.create(openid="o", name=event["name"])
            with wx_cloud.changes() as changes:
                assert "NOT NULL" in str(wx_cloud.call(add, {"name": None}, caller=None).error)
                assert wx_cloud.call(add, {"name": "a"}, caller=None).error is None
            assert [change.after["name"] for change in changes] == ["a"]

        @pytest.mark.django_db
        def test_ones_own(wx_cloud):
            from people.models import Person
            with wx_cloud.changes() as changes:
                with pytest.raises(IntegrityError):
                    Person.objects.create(openid="o", name=None)
                with pytest.raises(TransactionManagementError):
                    Person.objects.count()
            assert not changes
        """
    )

    assert run(project).parseoutcomes() == {"passed": 3}
