"""Databases that Python handlers bring along, as parts of a scenario: ``wx_cloud.use(sqlite_store("app.db"))``.

A `Store` is two small callables, so that any database can be one. None of the databases that there is a
ready one for is a dependency: SQLAlchemy and Django are imported when their store is made.
"""

from __future__ import annotations

from .django import django_store
from .rows import Rows, compare, rows_store
from .sqlalchemy import sqlalchemy_store
from .sqlite import sqlite_store
from .store import Store

__all__ = ["Rows", "Store", "compare", "django_store", "rows_store", "sqlalchemy_store", "sqlite_store"]
