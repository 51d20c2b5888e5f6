"""More handlers in the styles of public functions: groups, shops, shared rooms, admins that the source names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_wxcloud import ContractError, Project, Settings, WxCloud

from .twin import Twin, judge, write

ADMIN = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"


class Wild(Twin):
    """`flagged` by these laws where the hole is, and by none where it is mended."""

    flagged = ""
    says = ""  # stands in what the first of them tells


class CloseClub(Wild):
    """Who founded a club closes it, and with it the membership of others; members see each other's names."""

    allow = {"owner"}
    roles = ("helper",)
    flagged = "strangers_have_no_effect other_roles_have_no_effect"
    mended = """
exports.main = async ({ club }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof club !== 'string') return 'denied'
  const { data: [me] } = await db.collection('members').where({ club, person: OPENID }).get()
  if (!me || me.role !== 'founder') return 'denied'
  const { data: all } = await db.collection('members').where({ club }).get()
  await db.collection('members').where({ club }).remove()
  await db.collection('clubs').doc(club).remove()
  return all.map((one) => one.nick)
}
"""
    hole = {"if (!me || me.role !== 'founder')": "if (false)"}

    def arrange(self, cloud, person):
        club = cloud.db["clubs"].insert_one({"by": person.openid, "tags": []}).inserted_id
        self.grant(cloud, person, "founder", club)
        return club

    def grant(self, cloud, person, role, scope):
        member = {"club": scope, "person": person.openid, "role": role, "nick": cloud.secret()}
        cloud.db["members"].insert_one(member)

    def event(self, club, caller):
        return {"club": club}


class PackOrder(Wild):
    """The staff of the shop packs; the shop is a field of the order, which neither resource nor event names."""

    allow = {"staff"}
    roles = ("staff",)
    flagged = "other_roles_have_no_effect"
    says = "staff elsewhere"
    mended = """
exports.main = async ({ order }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof order !== 'string') return 'denied'
  const { data: [it] } = await db.collection('orders').where({ _id: order }).get()
  const { data: [me] } = await db.collection('staff').where({ openid: OPENID }).get()
  if (!it || !me || me.shop !== it.shop) return 'denied'
  return db.collection('orders').doc(order).update({ data: { packed: true } })
}
"""
    hole = {" || me.shop !== it.shop": ""}

    def arrange(self, cloud, person):
        return cloud.db["orders"].insert_one({"_openid": person.openid, "shop": f"shop of {person.label}"}).inserted_id

    def grant(self, cloud, person, role, scope):
        shop = cloud.db["orders"].find_one({"_id": scope})["shop"]
        cloud.db["staff"].insert_one({"openid": person.openid, "shop": shop})

    def event(self, order, caller):
        return {"order": order}


class LendBike(Wild):
    """Nothing is arranged: only what a plain call stores shows under which field this back end keeps who it was."""

    allow = {"anyone"}
    flagged = "nothing_is_planted"
    says = '"lentTo"'
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return 'denied'
  return db.collection('bikes').add({ data: { lentTo: OPENID, bike: event.bike, uid: event.campus } })
}
"""
    hole = {"lentTo: OPENID": "lentTo: event.me"}

    def event(self, resource, caller):
        return {"me": caller.openid if caller else None, "bike": "b7", "campus": 3}


class EditOffer(Wild):
    """Who sells edits an offer; what is sent may not make it somebody else's."""

    allow = {"owner"}
    flagged = "nothing_is_planted"
    says = "is now in the name of owner"
    mended = """
exports.main = async ({ id, changes }) => {
  const { OPENID } = cloud.getWXContext()
  const { data: [offer] } = await db.collection('offers').where({ _id: String(id) }).get()
  if (!OPENID || !offer || offer.soldBy !== OPENID || !changes) return 'denied'
  if (Object.keys(changes).length > 2) return 'denied'
  return db.collection('offers').doc(id).update({ data: { title: changes.title } })
}
"""
    hole = {"data: { title: changes.title }": "data: { ...changes }"}

    def register(self, cloud, person):
        cloud.db["people"].insert_one({"_id": person.openid})

    def arrange(self, cloud, person):
        return cloud.db["offers"].insert_one({"soldBy": person.openid, "title": "bike"}).inserted_id

    def event(self, offer, caller):
        return {"id": offer, "changes": {"title": "red bike"}}


class Announce(Wild):
    """The admin's openid stands in the source."""

    allow = {"admin"}
    roles = ("admin",)
    holders = {"admin": ADMIN}
    flagged = "strangers_have_no_effect nobody_has_no_effect"
    mended = f"""
const ADMINS = ['{ADMIN}']
exports.main = async (event) => {{
  const {{ OPENID }} = cloud.getWXContext()
  if (!ADMINS.includes(OPENID)) return 'denied'
  return db.collection('news').add({{ data: {{ text: event.text, kind: 'news' }} }})
}}
"""
    hole = {"!ADMINS.includes(OPENID)": "false"}

    def event(self, resource, caller):
        return {"text": "hello"}


class LeaveSeat(Wild):
    """One document holds everybody's seats: who leaves takes their own entry out of it."""

    allow = {"owner"}
    flagged = "bystanders_stay_untouched"
    mended = """
exports.main = async ({ room }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return 'denied'
  const { data: [it] } = await db.collection('rooms').where({ room: String(room) }).get()
  if (!it) return 'denied'
  const seats = it.seats.filter((one) => one.openid !== OPENID)
  return db.collection('rooms').doc(it._id).update({ data: { seats: _.set(seats) } })
}
"""
    hole = {"it.seats.filter((one) => one.openid !== OPENID)": "[]"}

    def arrange(self, cloud, person):
        seat = {"seat": person.label, "openid": person.openid}
        room = {"$push": {"seats": seat}, "$set": {"lamps": []}}
        cloud.db["rooms"].update_one({"room": "r1"}, room, upsert=True)

    def event(self, resource, caller):
        return {"room": "r1"}


class NewCategory(Wild):
    """A category of the kind 0 is everybody's; which kind it is may not be the client's choice."""

    allow = {"anyone"}
    may_not_set = {"categories.of": {"SYSTEM"}}
    flagged = "no_right_is_gained"
    mended = """
exports.main = async ({ type, name }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return 'denied'
  return db.collection('categories').add({ data: { name, type: 1, of: OPENID } })
}
"""
    hole = {"type: 1, of: OPENID": "type, of: type === 0 ? 'SYSTEM' : OPENID"}

    def event(self, resource, caller):
        return {"type": 1, "name": "food"}


class Remind(Wild):
    """Granting the role arranges something for its holder as well, which is no right: anyone may have that."""

    allow = {"anyone", "editor"}
    roles = ("editor",)
    flagged = "nothing_is_planted"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return 'denied'
  return db.collection('reminders').add({ data: { openid: OPENID, state: 'new' } })
}
"""
    hole = {"openid: OPENID": "openid: event.openid || OPENID"}

    def grant(self, cloud, person, role, scope):
        cloud.db["users"].insert_one({"openid": person.openid, "role": role})
        cloud.db["reminders"].insert_one({"openid": person.openid, "state": "new"})


class OpenWishes(Wild):
    """Granting the role puts everybody under its holder, who may see the wishes of all."""

    allow = {"parent"}
    roles = ("parent",)
    flagged = "strangers_have_no_effect other_roles_have_no_effect"
    mended = """
exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  const { data: [me] } = OPENID ? await db.collection('family').where({ openid: OPENID }).get() : { data: [] }
  if (!me || me.role !== 'parent') return 'denied'
  const { data: mine } = await db.collection('family').where({ under: OPENID }).get()
  return (await db.collection('wishes').where({ openid: _.in(mine.map((one) => one.openid)) }).get()).data
}
"""
    hole = {
        "if (!me || me.role !== 'parent') return 'denied'": "",
        "openid: _.in(mine.map((one) => one.openid))": "open: true",
    }

    def register(self, cloud, person):
        cloud.db["family"].insert_one({"openid": person.openid, "role": "child"})

    def arrange(self, cloud, person):
        cloud.db["wishes"].insert_one({"openid": person.openid, "open": True, "wish": cloud.secret()})

    def grant(self, cloud, person, role, scope):
        cloud.db["family"].update_one({"openid": person.openid}, {"$set": {"role": role}})
        if cloud.db["family"].count_documents({"under": {"$exists": True}}) == 0:
            cloud.db["family"].update_many({"role": "child"}, {"$set": {"under": person.openid}})


STYLES = Wild.__subclasses__()
each = pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)


@pytest.fixture(scope="module")
def wild_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    """Both kinds of each style as functions."""
    root = tmp_path_factory.mktemp("wild")
    for style in STYLES:
        for kind in ("hole", "mended"):
            write(root, style, f"{style.__name__}_{kind}", style.source(kind))
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


@each
def test_the_hole_is_flagged(style: type[Wild], wild_cloud: WxCloud) -> None:
    """By the law that is about it, in few words."""
    said = judge(wild_cloud, style, f"{style.__name__}_hole")

    assert set(style.flagged.split()) <= set(said), said
    assert style.says in str(said[style.flagged.split()[0]])


@each
def test_nobody_is_accused_falsely(style: type[Wild], wild_cloud: WxCloud) -> None:
    """And nothing is inconclusive."""
    said = judge(wild_cloud, style, f"{style.__name__}_mended")

    assert {law: str(error) for law, error in said.items() if isinstance(error, AssertionError)} == {}


@pytest.mark.parametrize("holders", [{"boss": ADMIN}, {"admin": 1}, [ADMIN]])
def test_holders_are_of_roles(wild_cloud: WxCloud, holders: object) -> None:
    """Who holds a role that there is not, or is no openid, is told before anything is tried."""
    contract = type("Announce", (Announce,), {"holders": holders})
    with pytest.raises(ContractError, match="holders"):
        judge(wild_cloud, contract, "Announce_mended")
