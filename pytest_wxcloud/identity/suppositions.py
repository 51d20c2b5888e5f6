"""What WeChat's documentation does not say of the platform, or says in two ways: each of it, named.

Without one, what is documented is so, and where nothing is, what is simplest. A principal may come by a platform on
which one of these is so instead; the laws of a contract try both, and a finding tells in which it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InvalidIdentityError, did_you_mean, users_mistake
from .people import Readable

if TYPE_CHECKING:
    from .principal import Principal

__tracebackhide__ = users_mistake


@dataclass(frozen=True)
class Supposition(Readable):
    """A way in which the platform may be. `so` and `otherwise` tell of it, with the channel put in where it matters."""

    name: str
    so: str
    otherwise: str

    def __repr__(self) -> str:
        return self.name

    def told(self, principal: Principal) -> str:
        """In which of both worlds the principal's is, in words."""
        said = self.so if principal.supposing == self else self.otherwise
        return said.format(channel=principal.channel)


#: Documented of the HTTP API alone (the sample answer of `invokeCloudFunction`), and of no other way in which a call
#: comes without an openid: timers, callbacks, resource sharing, clients without a login.
APP_IS_TOLD = Supposition(
    "app_is_told",
    "where what comes through {channel} carries userInfo: {{appId}}, as it does over the HTTP API",
    "where what comes through {channel} carries no userInfo",
)
#: "Local debugging" says that a function called by another has no WX context; `getWXContext`, that SOURCE grows along
#: the chain, and real functions read OPENID there.
CHAINS_LOSE_IDENTITY = Supposition(
    "chains_lose_identity",
    "where a function that is called by another finds no OPENID",
    "where a function that is called by another finds the caller's OPENID",
)
#: The platform adds userInfo to an event; whether it replaces one that the client sent is documented nowhere.
SENT_FIELDS_SURVIVE = Supposition(
    "sent_fields_survive",
    "where a userInfo that the client sends survives",
    "where the platform replaces a userInfo that the client sends",
)

SUPPOSITIONS: dict[str, Supposition] = {
    one.name: one for one in (APP_IS_TOLD, CHAINS_LOSE_IDENTITY, SENT_FIELDS_SURVIVE)
}


def supposition_named(supposition: Supposition | str | None) -> Supposition | None:
    """`supposition` itself, or the one of that name.

    Raises:
        InvalidIdentityError: naming the near ones.
    """
    if supposition is None or isinstance(supposition, Supposition):
        return supposition
    if not isinstance(supposition, str) or supposition not in SUPPOSITIONS:
        raise InvalidIdentityError(
            f"Nothing named {supposition!r} can be supposed of the platform. "
            f"{did_you_mean(str(supposition), SUPPOSITIONS)}"
        )
    return SUPPOSITIONS[supposition]
