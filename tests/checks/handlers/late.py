"""What a function starts and does not await is its effect all the same."""

from __future__ import annotations

from .channels import PostsToAHook, RefundsFirst, TellsBeforeTheCheck
from .documents import Notes
from .python_channels import PyTellsBeforeTheCheck


class TellsLate(TellsBeforeTheCheck):
    """A message goes out for one who is refused; it has not left when they are told."""

    mended = TellsBeforeTheCheck.mended.replace("await cloud.openapi.subscribe", "cloud.openapi.subscribe")
    hole = {
        wanted.replace("await cloud.openapi", "cloud.openapi"): instead.replace("await cloud.openapi", "cloud.openapi")
        for wanted, instead in TellsBeforeTheCheck.hole.items()
    }


class RefundsLate(RefundsFirst):
    """Money goes back, whatever the answer was."""

    mended = RefundsFirst.mended.replace("await refund", "refund")
    hole = {
        wanted.replace("await refund", "refund"): instead.replace("await refund", "refund")
        for wanted, instead in RefundsFirst.hole.items()
    }


class PostsLate(PostsToAHook):
    """A host outside is told after the answer."""

    mended = PostsToAHook.mended.replace("await tell", "tell")
    hole = {
        wanted.replace("await tell", "tell"): instead.replace("await tell", "tell")
        for wanted, instead in PostsToAHook.hole.items()
    }


class ErasesLate(Notes):
    """Another function removes the note, here the same one, and nobody waits until it has."""

    mended = """
exports.main = async (event, context) => {
  const { OPENID, SOURCE } = cloud.getWXContext()
  if (event.erased) return SOURCE.endsWith('scf') ? db.collection('notes').doc(event.erased).remove() : { code: 403 }
  const erase = () => { cloud.callFunction({ name: context.function_name, data: { erased: event.id } }) }
  const { data } = await db.collection('notes').where({ _id: String(event.id), _openid: OPENID || '' }).get()
  if (data.length === 0) return { code: 404 }
  erase()
  return { code: 0 }
}
"""
    hole = {"  if (data.length === 0)": "  erase()\n  if (data.length === 0)", "  erase()\n  return": "  return"}
    also = "nobody_has_no_effect forged_identity_reaches_nobody other_roles_have_no_effect mixed_ids_reach_nobody"


class ErasesInAMoment(Notes):
    """The note goes a moment after the answer, whoever asked."""

    mended = """
const moment = () => new Promise((done) => setTimeout(done, 20))
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  moment().then(() => db.collection('notes').where({ _id: String(id), _openid: OPENID }).remove())
  return { code: 0 }
}
"""
    hole = {"_id: String(id), _openid: OPENID": "_id: String(id)"}
    also = "other_roles_have_no_effect the_channel_gives_no_right another_app_is_another_person mixed_ids_reach_nobody"


class PyTellsLate(PyTellsBeforeTheCheck):
    """A message goes out in a thread, for one who is refused."""

    mended = PyTellsBeforeTheCheck.mended.replace(
        '    send(row["openid"])', '    Thread(target=send, args=[row["openid"]]).start()'
    ).replace("\ndef send", "\nfrom threading import Thread\n\ndef send")
    hole = {
        wanted.replace('send(row["openid"])', 'Thread(target=send, args=[row["openid"]]).start()'): instead.replace(
            'send(row["openid"])', 'Thread(target=send, args=[row["openid"]]).start()'
        )
        for wanted, instead in PyTellsBeforeTheCheck.hole.items()
    }
