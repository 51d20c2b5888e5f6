"""What each operation promises. Every law of authorization is tried against it, with callers that nobody thought of.

In all of them people have something of their own, strangers too; `cloud.secret()` marks what only they may see.
"""

from datetime import datetime, timedelta, timezone

import pytest

from pytest_wxcloud import AuthorizationContract, AuthorizationMachine, Violation


class OnOnesTodo(AuthorizationContract):
    """Everybody has a todo, and may do what they like with it."""

    allow = {"owner"}

    def arrange(self, cloud, person):
        todo = {"_openid": person.openid, "text": cloud.secret(), "done": False, "sharedWith": [], "version": 1}
        return cloud.db["todos"].insert_one(todo).inserted_id


class TestAdd(OnOnesTodo):
    function = "addTodo"

    def event(self, todo_id, caller):
        return {"text": "买牛奶"}


class TestList(OnOnesTodo):
    """Readers see it on their page, too."""

    function = "listTodos"
    allow = {"owner", "reader"}
    roles = ("reader",)

    def grant(self, cloud, person, role, todo_id):
        cloud.db["todos"].update_one({"_id": todo_id}, {"$push": {"sharedWith": person.openid}})

    def event(self, todo_id, caller):
        return {"page": 0, "done": False}


class TestUpdate(OnOnesTodo):
    function = "updateTodo"

    def event(self, todo_id, caller):
        return {"id": todo_id, "text": "寄包裹", "done": True}


class TestRemove(OnOnesTodo):
    function = "removeTodo"

    def event(self, todo_id, caller):
        return {"id": todo_id}


class TestRemoveDone(OnOnesTodo):
    """The event names no todo: everybody removes their own."""

    function = "removeTodo"

    def arrange(self, cloud, person):
        cloud.db["todos"].insert_one({"_openid": person.openid, "text": cloud.secret(), "done": True})

    def event(self, nothing, caller):
        return {"allDone": True}


class TestInvite(OnOnesTodo):
    function = "shareTodo"
    action = "invite"

    def arrange(self, cloud, person):
        cloud.db.create_collection("invitations")
        return super().arrange(cloud, person)

    def event(self, todo_id, caller):
        return {"action": "invite", "id": todo_id}


class TestAccept(OnOnesTodo):
    """Anyone who has the token becomes a reader, as long as it lasts."""

    function = "shareTodo"
    action = "accept"
    allow = {"anyone"}
    gives = "reader"
    at = "2025-06-01 08:00:00"
    denied_at = "2025-06-02 08:00:00"

    def arrange(self, cloud, person):
        todo_id = super().arrange(cloud, person)
        expires = datetime.now(timezone.utc) + timedelta(days=1)
        invitation = {"_openid": person.openid, "todoId": todo_id, "expiresAt": expires}
        return cloud.db["invitations"].insert_one(invitation).inserted_id

    def event(self, token, caller):
        return {"action": "accept", "token": token}


class TestRevoke(AuthorizationContract):
    function = "shareTodo"
    action = "revoke"
    allow = {"owner"}
    takes = "reader"

    def arrange(self, cloud, person):
        reader = cloud.people[f"reader of {person}"].openid
        todo = {"_openid": person.openid, "text": cloud.secret(), "done": False, "sharedWith": [reader], "version": 1}
        return {"id": cloud.db["todos"].insert_one(todo).inserted_id, "reader": reader}

    def event(self, shared, caller):
        return {"action": "revoke", **shared}


class TestGetRole(AuthorizationContract):
    function = "getRole"
    allow = {"owner"}

    def arrange(self, cloud, person):
        cloud.db["users"].insert_one({"_openid": person.openid, "role": cloud.secret()})


class TestAdminReport(AuthorizationContract):
    """It changes nothing; what it tells is what others may not see: whose todos there are.

    So somebody's openid is the secret, and whoever is told of it has read the report.
    """

    function = "adminReport"
    allow = {"admin"}
    roles = ("admin", "member")

    def arrange(self, cloud, person):
        cloud.db["todos"].insert_one({"_openid": cloud.secret(), "text": "x", "done": True})

    def grant(self, cloud, person, role, scope):
        cloud.db["users"].insert_one({"_openid": person.openid, "role": role})


class TestRemoveUnsafe(TestRemove):
    """The twin that lacks one `if (!OPENID)`. Its laws are broken by whoever comes without an OPENID."""

    function = "removeTodoUnsafe"

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_nobody_has_no_effect(self, wx_attempts):
        super().test_nobody_has_no_effect(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_the_channel_gives_no_right(self, wx_attempts):
        super().test_the_channel_gives_no_right(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_another_app_is_another_person(self, wx_attempts):
        super().test_another_app_is_another_person(wx_attempts)


class TestStories(AuthorizationMachine):
    """Alice, Bob and Carol do all of this in any order."""

    contracts = [TestAdd, TestList, TestUpdate, TestInvite, TestAccept, TestRevoke, TestRemove, TestRemoveDone]
