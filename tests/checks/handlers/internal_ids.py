"""People as the back end itself knows them: by the `_id` of their document, or a number, and not by their openid."""

from __future__ import annotations

from ..twin import Twin
from .python import Rows

ME = """\
  const { OPENID } = cloud.getWXContext()
  const { data: [me] } = await db.collection('people').where({ openId: OPENID || '-' }).get()
  if (!me) return { code: 404 }
"""


class People(Twin):
    """Everybody has a document, whose `_id` stands wherever somebody is meant."""

    law = "no_right_is_gained"

    def register(self, cloud, person):
        cloud.db["people"].insert_one({"openId": person.openid, "nick": f"nick of {person}"})

    def uid(self, cloud, person):
        return cloud.db["people"].find_one({"openId": person.openid})["_id"]


class JoinClub(People):
    """Anyone may join, as a guest."""

    allow = {"anyone"}
    roles = ("chief",)
    mended = f"""
exports.main = async ({{ clubId, role }}) => {{
{ME}
  await db.collection('clubMembers').add({{ data: {{ clubId, userId: me._id, rank: 'guest' }} }})
  return {{ code: 0 }}
}}
"""
    hole = {"rank: 'guest'": "rank: role || 'guest'"}

    def arrange(self, cloud, person):
        return cloud.db["clubs"].insert_one({"by": self.uid(cloud, person)}).inserted_id

    def grant(self, cloud, person, role, club):
        member = {"clubId": club, "userId": self.uid(cloud, person), "rank": role}
        cloud.db["clubMembers"].insert_one(member)

    def event(self, club, caller):
        return {"clubId": club}


class JoinClubUnderANumber(JoinClub):
    """The number of a member, which their document holds beside the openid."""

    mended = JoinClub.mended.replace("userId: me._id", "member: me.no")

    def register(self, cloud, person):
        cloud.db["people"].insert_one({"openId": person.openid, "no": cloud.db["people"].count_documents() + 1})

    def grant(self, cloud, person, role, club):
        no = cloud.db["people"].find_one({"openId": person.openid})["no"]
        cloud.db["clubMembers"].insert_one({"clubId": club, "member": no, "rank": role})


class LeadClub(JoinClub):
    """Chiefs stand in a list of the club, and only a chief enters there, once more."""

    allow = {"chief"}
    also = "strangers_have_no_effect other_roles_have_no_effect bystanders_stay_untouched"
    mended = f"""
exports.main = async ({{ clubId }}) => {{
{ME}
  const club = (await db.collection('clubs').doc(clubId).get()).data
  if (!club.chiefs.includes(me._id)) return {{ code: 403 }}
  await db.collection('clubs').doc(clubId).update({{ data: {{ chiefs: _.push(me._id) }} }})
  return {{ code: 0 }}
}}
"""
    hole = {"  if (!club.chiefs.includes(me._id)) return { code: 403 }\n": ""}

    def arrange(self, cloud, person):
        return cloud.db["clubs"].insert_one({"by": self.uid(cloud, person), "chiefs": []}).inserted_id

    def grant(self, cloud, person, role, club):
        cloud.db["clubs"].update_one({"_id": club}, {"$push": {"chiefs": self.uid(cloud, person)}})


class WriteReview(People):
    """A review is its writer's: a field whose name says nothing holds their `_id`."""

    allow = {"anyone"}
    law = "nothing_is_planted"
    mended = f"""
exports.main = async ({{ text, by }}) => {{
{ME}
  await db.collection('reviews').add({{ data: {{ by: me._id, text }} }})
  return {{ code: 0 }}
}}
"""
    hole = {"by: me._id, text": "by: by || me._id, text"}

    def arrange(self, cloud, person):
        cloud.db["reviews"].insert_one({"by": self.uid(cloud, person), "text": "good"})

    def event(self, nothing, caller):
        return {"text": "very good"}


class OrderWithTheirNumber(People):
    """What register keeps secret names nobody: whoever orders something for a phone says whose it is."""

    allow = {"anyone"}
    law = "nothing_is_planted"
    mended = f"""
exports.main = async ({{ phone, by }}) => {{
{ME}
  await db.collection('orders').add({{ data: {{ phone }} }})
  return {{ code: 0 }}
}}
"""
    hole = {"data: { phone }": "data: by ? { phone, by } : { phone }"}

    def register(self, cloud, person):
        cloud.db["people"].insert_one({"openId": person.openid, "phone": cloud.secret(int)})

    def arrange(self, cloud, person):
        phone = cloud.db["people"].find_one({"openId": person.openid})["phone"]
        cloud.db["orders"].insert_one({"by": self.uid(cloud, person), "phone": phone})
        return phone

    def event(self, phone, caller):
        return {"phone": phone}


class ReviewForAChief(WriteReview):
    """In the name of somebody who has arranged nothing: they are known by what registering them stored."""

    roles = ("chief",)
    allow = {"chief"}
    mended = f"""
exports.main = async ({{ text, by }}) => {{
{ME}
  const {{ total }} = await db.collection('chiefs').where({{ who: me._id }}).count()
  if (total === 0) return {{ code: 403 }}
  await db.collection('reviews').add({{ data: {{ by: me._id, text }} }})
  return {{ code: 0 }}
}}
"""
    law = "forged_identity_reaches_nobody"
    also = "no_right_is_gained nothing_is_planted"
    hole = {"who: me._id": "who: by || me._id"}

    def grant(self, cloud, person, role, scope):
        cloud.db["chiefs"].insert_one({"who": self.uid(cloud, person)})


class LeaveCircle(People):
    """Everybody stands in one list, under their `_id`, and may take themselves off it."""

    allow = {"owner"}
    law = "strangers_have_no_effect"
    also = "forged_identity_reaches_nobody other_roles_have_no_effect mixed_ids_reach_nobody"
    mended = f"""
exports.main = async ({{ who }}) => {{
{ME}
  if (who !== me._id) return {{ code: 403 }}
  await db.collection('circles').doc('c1').update({{ data: {{ members: _.pull(who) }} }})
  return {{ code: 0 }}
}}
"""
    hole = {"  if (who !== me._id) return { code: 403 }\n": ""}

    def arrange(self, cloud, person):
        uid = self.uid(cloud, person)
        cloud.db["circles"].update_one({"_id": "c1"}, {"$push": {"members": uid}}, upsert=True)
        return uid

    def event(self, uid, caller):
        return {"who": uid}


class PyJoinClub(Rows):
    """Rows are numbered: a user's number stands in the table of members, beside other numbers."""

    schema = (
        "create table users (id integer primary key, openid text);"
        "create table clubs (id integer primary key, by integer);"
        "create table members (club integer, user integer, rank text, primary key (club, user, rank));"
    )
    allow = {"anyone"}
    roles = ("chief",)
    law = "no_right_is_gained"
    also = ""
    mended = """
def main_handler(event, context):
    me = db.execute("select id from users where openid = ?", [os.environ.get("WX_OPENID")]).fetchone()
    if me is None:
        return {"code": 403}
    db.execute("insert or ignore into members values (?, ?, ?)", [str(event["club"]), me["id"], "guest"])
    return {"code": 0}
"""
    hole = {'me["id"], "guest"]': 'me["id"], str(event.get("rank", "guest"))]'}

    def register(self, cloud, person):
        self.execute(cloud, "insert into users (openid) values (?)", person.openid)

    def uid(self, person):
        return f"(select id from users where openid = '{person.openid}')"

    def arrange(self, cloud, person):
        return self.execute(cloud, f"insert into clubs (by) values ({self.uid(person)})")

    def grant(self, cloud, person, role, club):
        self.execute(cloud, f"insert into members values (?, {self.uid(person)}, 'chief')", club)

    def event(self, club, caller):
        return {"club": club}


class PyWriteReview(PyJoinClub):
    """Whose a review is, its number of a user says, in a column whose name does not."""

    schema = (
        "create table users (id integer primary key, openid text);"
        "create table reviews (id integer primary key, writer integer, stars integer);"
    )
    roles = ()
    law = "nothing_is_planted"
    mended = """
def main_handler(event, context):
    me = db.execute("select id from users where openid = ?", [os.environ.get("WX_OPENID")]).fetchone()
    if me is None:
        return {"code": 403}
    db.execute("insert into reviews (writer, stars) values (?, ?)", [me["id"], int(event["stars"])])
    return {"code": 0}
"""
    hole = {'[me["id"], int': '[event.get("writer", me["id"]), int'}

    def arrange(self, cloud, person):
        self.execute(cloud, f"insert into reviews (writer, stars) values ({self.uid(person)}, 2)")

    def event(self, nothing, caller):
        return {"stars": 1}
