"""Laws that a contract asks for by name, because real apps differ on purpose; one file each.

`DEMANDS` has them by name: each is tried on the attempts of a contract, and raises like any law.
"""

from __future__ import annotations

from collections.abc import Callable

from ..attempt import Attempts
from ..verdict import Verdict
from . import concealment, inserts, logs, openids, owned, ownerless, pages, refusals, user_info

DEMANDS: dict[str, Callable[[Attempts], list[Verdict]]] = {
    "openids_stay": openids.openids_stay,
    "logs_hold_nothing_private": logs.logs_hold_nothing_private,
    "denied_and_missing_answer_alike": concealment.denied_and_missing_answer_alike,
    "documents_have_an_owner": owned.documents_have_an_owner,
    "nobody_gets_what_has_no_owner": ownerless.nobody_gets_what_has_no_owner,
    "denied_inserts_nothing": inserts.denied_inserts_nothing,
    "refuses_without_crashing": refusals.refuses_without_crashing,
    "sent_user_info_reaches_nobody": user_info.sent_user_info_reaches_nobody,
    "pages_are_limited": pages.pages_are_limited,
}
