"""Roles that nobody holds: before they are given, and when they have ended. What is missing equals what is missing."""

from __future__ import annotations

from ..twin import Twin
from .python import Rows


class SetState(Twin):
    """A job is its handler's, and may have none."""

    allow = {"handler"}
    roles = ("handler",)
    law = "nobody_has_no_effect"
    cause = "undefined === undefined"
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('jobs').doc(id).get()
  if (!OPENID || data.handler !== OPENID) return { code: 403 }
  await db.collection('jobs').doc(id).update({ data: { state: 2 } })
  return { code: 0 }
}
"""
    hole = {"!OPENID || ": ""}

    def arrange(self, cloud, person):
        return cloud.db["jobs"].insert_one({"_openid": person.openid, "state": 0}).inserted_id

    def grant(self, cloud, person, role, job):
        cloud.db["jobs"].update_one({"_id": job}, {"$set": {"handler": person.openid}})

    def event(self, job, caller):
        return {"id": job}


class OpenWhileItIsFree(SetState):
    """Who has no handler is everybody's."""

    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect bystanders_stay_untouched"
    cause = "nothing is checked where nobody holds the role"
    hole = {"data.handler !== OPENID": "(data.handler && data.handler !== OPENID)"}


class HandsOff(SetState):
    """There is a first handler from the beginning; when the last one has left, the field is gone."""

    def arrange(self, cloud, person):
        job = {"_openid": person.openid, "state": 0, "handler": "the office"}
        return cloud.db["jobs"].insert_one(job).inserted_id

    def revoke(self, cloud, person, role, job):
        cloud.db["jobs"].update_one({"_id": job}, {"$unset": {"handler": ""}})


class ShowState(SetState):
    """What is shown, not changed."""

    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('jobs').doc(id).get()
  return OPENID && data.handler === OPENID ? { code: 0, data } : { code: 403 }
}
"""
    hole = {"OPENID && data": "data"}

    def arrange(self, cloud, person):
        return cloud.db["jobs"].insert_one({"_openid": person.openid, "note": cloud.secret()}).inserted_id


class UntilThereIsAnAdmin(Twin):
    """A role over everything. As long as nobody is an administrator, whoever says so is."""

    allow = {"admin"}
    roles = ("admin",)
    law = "nobody_has_no_effect"
    cause = "nothing is checked where nobody holds the role"
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('admins').limit(100).get()
  if (!data.some(one => one.openid === OPENID)) return { code: 403 }
  await db.collection('posts').doc(id).remove()
  return { code: 0 }
}
"""
    hole = {"!data.some(": "data.length > 0 && !data.some("}

    def arrange(self, cloud, person):
        return cloud.db["posts"].insert_one({"by": person.openid}).inserted_id

    def grant(self, cloud, person, role, scope):
        cloud.db["admins"].insert_one({"openid": person.openid})

    def event(self, post, caller):
        return {"id": post}


class PySetState(Rows):
    """A column that is NULL, and an environment without the variable: None is None."""

    schema = "create table jobs (id integer primary key, openid text, state integer, handler text);"
    allow = {"handler"}
    roles = ("handler",)
    law = "nobody_has_no_effect"
    also = ""
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    job = db.execute("select * from jobs where id = ?", [str(event["id"])]).fetchone()
    if job is None or not openid or job["handler"] != openid:
        return {"code": 403}
    db.execute("update jobs set state = 2 where id = ?", [job["id"]])
    return {"code": 0}
"""
    hole = {"not openid or ": ""}

    def arrange(self, cloud, person):
        return self.execute(cloud, "insert into jobs (openid, state) values (?, 0)", person.openid)

    def grant(self, cloud, person, role, job):
        self.execute(cloud, "update jobs set handler = ? where id = ?", person.openid, job)


class PyHandsOff(PySetState):
    """The office handles it first; when the last one has left, nobody does."""

    def arrange(self, cloud, person):
        row = "insert into jobs (openid, state, handler) values (?, 0, 'the office')"
        return self.execute(cloud, row, person.openid)

    def revoke(self, cloud, person, role, job):
        self.execute(cloud, "update jobs set handler = null where id = ?", job)
