"""The checklist of identity, as contracts: each holds, and its unsafe twin breaks it.

In a twin the laws that its hole breaks are expected to fail, and to fail only as a `Violation`.
"""

import pytest

from pytest_wxcloud import AuthorizationContract, Violation

red = pytest.mark.xfail(raises=Violation, strict=True)


# Who calls is what the platform says


class TestGetUserInfo(AuthorizationContract):
    """That callers are told their own openid is the effect by which the others are measured."""

    function = "getUserInfo"
    allow = {"anyone"}


class TestGetUserInfoUnsafe(TestGetUserInfo):
    function = "getUserInfoUnsafe"

    test_forged_identity_reaches_nobody = red(AuthorizationContract.test_forged_identity_reaches_nobody)


class TestTestIdentity(AuthorizationContract):
    function = "testIdentity"
    allow = {"anyone"}


class TestTestIdentityUnsafe(TestTestIdentity):
    function = "testIdentityUnsafe"

    test_a_warm_instance_forgets = red(AuthorizationContract.test_a_warm_instance_forgets)


# UNIONID, and what stands in where it is not shown


class TestGetMembership(AuthorizationContract):
    """A member is the same person in every app of the account, so that is what they are known by."""

    function = "getMembership"
    allow = {"owner"}
    keyed_by = "unionid"

    def arrange(self, cloud, person):
        member = {"_openid": person.openid, "unionid": person.unionid, "level": cloud.secret(), "active": True}
        cloud.db["members"].insert_one(member)


class TestGetMembershipUnsafe(TestGetMembership):
    """Members see their own. Whoever comes without a UNIONID sees somebody's."""

    function = "getMembershipUnsafe"

    test_strangers_have_no_effect = red(AuthorizationContract.test_strangers_have_no_effect)
    test_the_unionid_lets_nobody_in = red(AuthorizationContract.test_the_unionid_lets_nobody_in)


# Whose it is, the database knows


class TestUpdateNote(AuthorizationContract):
    function = "updateNote"
    allow = {"owner"}

    def arrange(self, cloud, person):
        return cloud.db["notes"].insert_one({"_openid": person.openid, "text": cloud.secret()}).inserted_id

    def event(self, note_id, caller):
        return {"id": note_id, "text": "changed"}


class TestUpdateNoteUnsafe(TestUpdateNote):
    """The page sends the owner along. A client that is not the page sends what it likes."""

    function = "updateNoteUnsafe"

    test_mixed_ids_reach_nobody = red(AuthorizationContract.test_mixed_ids_reach_nobody)
    test_nobody_has_no_effect = red(AuthorizationContract.test_nobody_has_no_effect)  # undefined === undefined

    def arrange(self, cloud, person):
        return {"id": super().arrange(cloud, person), "resourceOwnerId": person.openid}

    def event(self, note, caller):
        return {**note, "text": "changed"}


# Records are stored and queried by OPENID


class TestAddRecord(AuthorizationContract):
    function = "addRecord"
    allow = {"owner"}

    def arrange(self, cloud, person):
        cloud.db["records"].insert_one({"_openid": person.openid, "steps": 1})

    def event(self, nothing, caller):
        return {"steps": 8000}


class TestAddRecordUnsafe(TestAddRecord):
    function = "addRecordUnsafe"

    test_nothing_is_planted = red(AuthorizationContract.test_nothing_is_planted)


class TestListRecords(AuthorizationContract):
    function = "listRecords"
    allow = {"owner"}

    def arrange(self, cloud, person):
        cloud.db["records"].insert_one({"_openid": person.openid, "steps": cloud.secret(int)})


class TestListRecordsUnsafe(TestListRecords):
    function = "listRecordsUnsafe"

    test_forged_identity_reaches_nobody = red(AuthorizationContract.test_forged_identity_reaches_nobody)


# Openids are not exposed


class TestListPosts(AuthorizationContract):
    function = "listPosts"
    allow = {"anyone"}
    demand = {"openids_stay"}

    def arrange(self, cloud, person):
        cloud.db["posts"].insert_one({"_openid": person.openid, "nickname": "小明", "text": cloud.secret()})


class TestListPostsUnsafe(TestListPosts):
    function = "listPostsUnsafe"

    test_openids_stay = red(TestListPosts.test_openids_stay)
