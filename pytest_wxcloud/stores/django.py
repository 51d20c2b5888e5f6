"""Django's ORM. Rows are read and written by SQL of our own, so that no signal is sent and no `save` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from ..changes import Change
from .asking import found_by_django
from .rows import Rows, compare
from .store import Store


def django_store(*aliases: str) -> Store:
    """The rows of all models, in the databases of these `aliases`; without any, in all databases.

    In a transaction, that of a `TestCase` say, a savepoint takes everything back; without one, rows are put
    back by primary key. Where Django's or pytest-django's tests forbid a database, nothing is looked at.
    """

    def databases() -> Iterator[_Database]:
        from django.db import connections

        for alias in aliases or connections:
            database = _Database(connections[alias])
            if database.is_allowed():
                yield database

    def snapshot() -> Callable[[], None]:
        with ExitStack() as ways_back:
            for database in databases():
                ways_back.callback(database.snapshot())
            return ways_back.pop_all().close

    def changes() -> Callable[[], list[Change]]:
        before = [(database, database.rows()) for database in databases()]
        return lambda: [change for database, rows in before for change in compare(rows, database.rows())]

    def finds(table: str, column: str, value: Any) -> bool:
        return any(found_by_django(database.connection, table, column, value) for database in databases())

    return Store(snapshot, changes, finds)


class _Database:
    """One of Django's databases."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def is_allowed(self) -> bool:
        try:
            self.connection.ensure_connection()
            self.connection.cursor().close()
        except (RuntimeError, AssertionError):  # how pytest-django and SimpleTestCase forbid it
            return False
        return True

    def snapshot(self) -> Callable[[], None]:
        if self.connection.in_atomic_block:
            savepoint = self.connection.savepoint()
            return lambda: self._roll_back(savepoint)
        before = self.rows()
        return lambda: self._put_back(before)

    def _roll_back(self, savepoint: str) -> None:
        if not self.connection.in_atomic_block:  # the transaction is over, and with it all that it did
            return
        self.connection.needs_rollback = False  # an error in the block asked for what is done now
        self.connection.savepoint_rollback(savepoint)
        self.connection.savepoint_commit(savepoint)

    def _models(self) -> list[Any]:
        from django.apps import apps
        from django.db import router

        there = set(self.connection.introspection.table_names())
        return [
            model
            for model in apps.get_models(include_auto_created=True)
            if not model._meta.proxy
            and model._meta.db_table in there
            and router.allow_migrate_model(self.connection.alias, model)
        ]

    def rows(self) -> Rows:
        """Table → primary key → column → value, as the models' fields read it."""
        broken, self.connection.needs_rollback = self.connection.needs_rollback, False  # to read does no harm
        try:
            return {model._meta.db_table: self._rows_of(model) for model in self._models()}
        finally:
            self.connection.needs_rollback = broken

    def _rows_of(self, model: Any) -> dict[Any, dict[str, Any]]:
        columns = {field.column: field.attname for field in model._meta.local_concrete_fields}
        found = model._base_manager.using(self.connection.alias).order_by().values(*columns.values())
        key = model._meta.pk.attname
        return {row[key]: {column: row[name] for column, name in columns.items()} for row in found}

    def _put_back(self, before: Rows) -> None:
        from django.db import transaction

        changes = compare(before, self.rows())
        if not changes:
            return
        models = {model._meta.db_table: model for model in self._models()}
        # Django's constraints between tables are deferred to the end, or can be switched off.
        with self.connection.constraint_checks_disabled(), transaction.atomic(using=self.connection.alias):
            for change in sorted(changes, key=lambda change: ("inserted", "updated", "removed").index(change.kind)):
                self._undo(models[change.collection], change)

    def _undo(self, model: Any, change: Change) -> None:
        quoted = self.connection.ops.quote_name
        fields = [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]
        key = model._meta.pk
        row = change.before or {}
        table, which = quoted(model._meta.db_table), f"{quoted(key.column)} = %s"
        columns = [quoted(field.column) for field in fields]
        values = [field.get_db_prep_save(row[field.column], self.connection) for field in fields if row]
        identity = key.get_db_prep_save(change.id, self.connection)
        with self.connection.cursor() as cursor:
            if change.kind == "inserted":
                cursor.execute(f"DELETE FROM {table} WHERE {which}", [identity])
            elif change.kind == "updated":
                sets = ", ".join(f"{column} = %s" for column in columns)
                cursor.execute(f"UPDATE {table} SET {sets} WHERE {which}", [*values, identity])
            else:
                marks = ", ".join("%s" for _ in columns)
                cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
