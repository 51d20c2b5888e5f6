"""The address book of a shop on WeChat Cloud Run: FastAPI, SQLAlchemy, and SQLite."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import Engine, String, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    openid: Mapped[str] = mapped_column(String(28), index=True)
    name: Mapped[str]
    phone: Mapped[str]
    street: Mapped[str]


class Fields(BaseModel):
    name: str = Field(min_length=1, max_length=20)
    phone: str = Field(pattern=r"^1\d{10}$")
    street: str = Field(min_length=1, max_length=100)


class Shown(Fields):
    id: int


def wechat_user(
    x_wx_openid: Annotated[str | None, Header()] = None, x_wx_source: Annotated[str | None, Header()] = None
) -> str:
    """The caller's openid, as WeChat has put it in a header. X-WX-SOURCE tells that the call came through WeChat."""
    if not x_wx_openid or not x_wx_source:
        raise HTTPException(401, "请从小程序打开")
    return x_wx_openid


def create_app(engine: Engine, identify=wechat_user) -> FastAPI:
    app = FastAPI()
    event.listen(engine, "connect", in_a_container)
    Base.metadata.create_all(engine)

    def session() -> Iterator[Session]:
        with Session(engine) as opened:
            yield opened

    Caller = Annotated[str, Depends(identify)]
    Database = Annotated[Session, Depends(session)]

    def one_of(openid: Caller, number: int, database: Database) -> Address:
        """Somebody else's address is not there, either."""
        found = database.scalar(select(Address).where(Address.id == number, Address.openid == openid))
        if found is None:
            raise HTTPException(404, "没有这个地址")
        return found

    Own = Annotated[Address, Depends(one_of)]

    @app.get("/addresses")
    def list_addresses(openid: Caller, database: Database) -> list[Shown]:
        found = database.scalars(select(Address).where(Address.openid == openid).order_by(Address.id))
        return [shown(address) for address in found]

    @app.post("/addresses", status_code=201)
    def add_address(fields: Fields, openid: Caller, database: Database) -> Shown:
        address = Address(openid=openid, **fields.model_dump())
        database.add(address)
        database.commit()
        return shown(address)

    @app.get("/addresses/{number}")
    def read_address(address: Own) -> Shown:
        return shown(address)

    @app.put("/addresses/{number}")
    def change_address(fields: Fields, address: Own, database: Database) -> Shown:
        for name, value in fields.model_dump().items():
            setattr(address, name, value)
        database.commit()
        return shown(address)

    @app.delete("/addresses/{number}", status_code=204)
    def remove_address(address: Own, database: Database) -> None:
        database.delete(address)
        database.commit()

    return app


def in_a_container(connection, record) -> None:
    """Its disk does not outlive it, so there is nothing to gain in waiting for that."""
    connection.execute("PRAGMA synchronous = OFF")


def shown(address: Address) -> Shown:
    return Shown(id=address.id, name=address.name, phone=address.phone, street=address.street)
