"""One database for the run: what a test leaves in it is taken back."""

import tempfile
from pathlib import Path

import pytest
from addresses import create_app
from sqlalchemy import create_engine
from unsafe import create_unsafe_app

from pytest_wxcloud.stores import sqlalchemy_store

HOME = {"name": "小明", "phone": "13800000000", "street": "中山路 1 号"}
engine = create_engine(f"sqlite:///{Path(tempfile.mkdtemp(prefix='shop-')) / 'shop.db'}")


@pytest.fixture(scope="session", autouse=True)
def database(wx_cloud):
    wx_cloud.use(sqlalchemy_store(engine))
    yield
    engine.dispose()


@pytest.fixture(scope="session")
def safe_app():
    return create_app(engine)


@pytest.fixture(scope="session")
def unsafe_app():
    return create_unsafe_app(engine)


@pytest.fixture
def home():
    return dict(HOME)
