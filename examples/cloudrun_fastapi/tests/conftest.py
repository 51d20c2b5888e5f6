"""One database for the run: what a test leaves in it is taken back."""

import pytest
from addresses import create_app
from sqlalchemy import create_engine
from unsafe import create_unsafe_app

from pytest_wxcloud.stores import sqlalchemy_store

HOME = {"name": "小明", "phone": "13800000000", "street": "中山路 1 号"}


@pytest.fixture(scope="session")
def engine(tmp_path_factory, wx_cloud):
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('database') / 'shop.db'}")
    create_app(engine)
    wx_cloud.use(sqlalchemy_store(engine))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def safe_app(engine):
    return create_app(engine)


@pytest.fixture(scope="session")
def unsafe_app(engine):
    return create_unsafe_app(engine)


@pytest.fixture
def home():
    return dict(HOME)
