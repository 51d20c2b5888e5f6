"""What each route promises. Every law of authorization is tried against it, with callers that nobody thought of."""

import pytest
from addresses import Address, create_app
from conftest import HOME, engine
from sqlalchemy.orm import Session
from unsafe import create_unsafe_app

from pytest_wxcloud import AuthorizationContract, Violation


class OnOnesAddress(AuthorizationContract):
    """Everybody has an address, which nobody else learns; not even whether there is one."""

    app = create_app(engine)
    allow = {"owner"}

    def arrange(self, cloud, person):
        with Session(engine) as session:
            address = Address(openid=person.openid, **{**HOME, "street": cloud.secret()})
            session.add(address)
            session.commit()
            return address.id


class TestList(OnOnesAddress):
    def request(self, number, caller):
        return {"method": "GET", "path": "/addresses"}


class TestAdd(OnOnesAddress):
    def request(self, number, caller):
        return {"method": "POST", "path": "/addresses", "json": HOME}


class TestRead(OnOnesAddress):
    demand = {"denied_and_missing_answer_alike"}

    def request(self, number, caller):
        return {"method": "GET", "path": f"/addresses/{number}"}


class TestChange(OnOnesAddress):
    demand = {"denied_and_missing_answer_alike"}

    def request(self, number, caller):
        return {"method": "PUT", "path": f"/addresses/{number}", "json": HOME}


class TestRemove(OnOnesAddress):
    demand = {"denied_and_missing_answer_alike"}

    def request(self, number, caller):
        return {"method": "DELETE", "path": f"/addresses/{number}"}


class TestReadUnsafe(TestRead):
    """The twin that remembers its caller in a module."""

    app = create_unsafe_app(engine)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_a_warm_instance_forgets(self, wx_attempts):
        super().test_a_warm_instance_forgets(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_without_identity_it_refuses(self, wx_attempts):
        super().test_without_identity_it_refuses(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_overlapping_requests_never_mix(self, wx_attempts):
        super().test_overlapping_requests_never_mix(wx_attempts)
