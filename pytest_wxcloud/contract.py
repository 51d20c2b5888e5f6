"""`AuthorizationContract`: what one operation promises. Every law of authorization follows from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from .checks.attempt import Attempts
from .checks.demands import DEMANDS
from .checks.law import enforce
from .checks.laws import LAWS
from .checks.leaks import secrets_make_no_difference
from .checks.owner import allowed_have_the_effect, the_owner_keeps_their_right
from .checks.sensitive import sensitive_data_stays
from .checks.warm import warm_instance_forgets
from .errors import users_mistake
from .own_tests import OwnTest, OwnTests
from .web_contract import WebLaws

__tracebackhide__ = users_mistake

if TYPE_CHECKING:
    from .cloud import WxCloud
    from .identity import WxUser
    from .outcome import Outcome


class DemandedLaws(OwnTests):
    """The laws that a contract asks for by name: a test for each of `DEMANDS`. Contracts that do not ask hide it."""


class AuthorizationContract(DemandedLaws, WebLaws):
    """Subclass it as ``class TestUpdateTodo(AuthorizationContract)``: each law becomes a test of yours.

    Who is not in `allow` is denied. Callers are ``"owner"``, ``"anyone"`` (who has an OPENID),
    ``"nobody"``, the names of `roles`, and the names of channels through which nobody calls
    (``"timer"``, ``"payment_callback"``, ``"http_api"``); of web apps also ``"resource_sharing"``.

    Skip a law, or expect it to fail, by overriding its method with a mark; no other contract is touched by that:
    ``test_x = pytest.mark.skip(reason="…")(AuthorizationContract.test_x)``.

    Attributes:
        function: the function's name, or a Python callable.
        app: instead of a function, a WSGI or ASGI app: ``"module:attribute"``, or the app. `request` says what is sent.
        action: which of a router's actions this is about; for the report only, `event` sends it.
        allow: who may.
        roles: the roles that `grant` can give, whether they may do this or not.
        holders: ``{"admin": "oGZUI0e…"}``: roles that the function itself knows who holds, in its source or its
            environment; what `grant` would give is theirs from the start.
        owner_key: the field that says whose a document is; without it the usual ones, and those in which
            arranged documents hold their person's openid.
        shared: ``{"posts.views"}``: fields that anybody's call may change.
        ignore: ``{"audit_logs"}``: collections that anybody's call may change.
        public: ``{"shops.phone"}``: fields with phone numbers or unionids that everybody may see.
        may_not_set: ``{"users.role": {"admin"}}``: values that no call may set; an empty set means none of the
            caller's choosing.
        keyed_by: "openid", or "unionid" where a person is the same in every app of an account; then those of whom the
            platform shows no UNIONID are refused, whoever they are.
        demand: laws that not every app keeps, asked for by name: ``"openids_stay"``,
            ``"logs_hold_nothing_private"``, ``"denied_and_missing_answer_alike"``, ``"documents_have_an_owner"``,
            ``"nobody_gets_what_has_no_owner"``, ``"denied_inserts_nothing"``, ``"refuses_without_crashing"``,
            ``"sent_user_info_reaches_nobody"``, ``"pages_are_limited"``.
        page_limit: how many entries a list may have at most, where ``"pages_are_limited"`` is demanded.
        at: the instant at which the calls are made, where rights depend on time.
        denied_at: an instant at which even the owner is denied.
        gives: the role that a call gives to whom its event names, else to the caller; for `AuthorizationMachine`.
        takes: the role that a call takes from them.
    """

    function: str | Callable[..., Any] = ""
    app: Any = ""
    action: str = ""
    allow: AbstractSet[str] = frozenset()
    roles: tuple[str, ...] = ()
    holders: Mapping[str, str] = {}
    owner_key: str = ""
    shared: AbstractSet[str] = frozenset()
    ignore: AbstractSet[str] = frozenset()
    public: AbstractSet[str] = frozenset()
    may_not_set: Mapping[str, AbstractSet[Any]] = {}
    keyed_by: str = "openid"
    demand: AbstractSet[str] = frozenset()
    page_limit: int = 100
    at: str = ""
    denied_at: str = ""
    gives: str = ""
    takes: str = ""

    def __init_subclass__(cls, **more: Any) -> None:
        """A law that is demanded, and those of web apps alone, are tests like the others."""
        super().__init_subclass__(**more)
        if inspect.isfunction(vars(cls).get("app")):  # a WSGI app that is a function, and no method
            cls.app = staticmethod(cls.app)
        if cls.function != "":
            for test in vars(WebLaws):
                if test.startswith("test_") and test not in vars(cls):
                    setattr(cls, test, None)
        demanded = cls.demand if isinstance(cls.demand, AbstractSet) else ()
        for name in DEMANDS:
            test = f"test_{name}"
            if name in demanded:
                if getattr(cls, test) is None:  # a contract above does not demand it
                    setattr(cls, test, vars(DemandedLaws)[test])
            elif test not in vars(cls):
                setattr(cls, test, None)

    # What a contract says

    def register(self, cloud: WxCloud, person: WxUser) -> None:
        """Make `person` known to the back end, once; nothing, where people need no registering.

        What this stores says by which `_id` or number the back end knows them; that names them like their openid.
        """

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        """Give `person` a resource of their own; answer what `event` needs to name it."""

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        """What a client sends to have the operation done on `resource`. `caller` is None for nobody."""
        del resource, caller
        return {}

    def request(self, resource: Any, caller: WxUser | None) -> Mapping[str, Any]:
        """The request by which a client has the operation of an `app` done on `resource`, as `WebApp.request` takes it.

        ``{"method": "PUT", "path": f"/todos/{todo_id}", "json": {"text": "changed"}}``; also ``query``, ``form``,
        ``files``, ``body``, ``headers`` and ``cookies``. The platform's headers are added; `caller` is None for nobody.
        """
        raise NotImplementedError("request(resource, caller) has to answer the request")

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        """Give `person` a role; `scope` is the resource that it is over, where roles have one."""
        raise NotImplementedError(f"grant(cloud, person, {role!r}, scope) has to store the role")

    def knows(self, resource: Any, role: str) -> Mapping[str, Any]:
        """What only holders of a role over `resource` know, and send beside the event: an invite code, a password.

        ``{"code": group["invite"]}``. Who does not know it sends a guess there. Such a role need not be stored, so
        `grant` may be left out; of a web app it is a part of the request, ``{"headers": {"X-Admin": "…"}}``.
        """
        del resource, role
        return {}

    def revoke(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> Any:
        """Take the role away. Without it what `grant` wrote is undone."""
        del cloud, person, role, scope
        return NotImplemented

    def genuine(self, cloud: WxCloud, event: dict[str, Any]) -> dict[str, Any]:
        """Make the event of a callback or a timer a true one, just before the call; what this stores is taken back."""
        del cloud
        return event

    def retire(self, cloud: WxCloud, person: WxUser, resource: Any) -> Any:
        """Bring a resource into a state in which not even its owner may: sold, closed, removed softly."""
        del cloud, person, resource
        return NotImplemented

    def gone(self, document: Mapping[str, Any]) -> bool:
        """Whether a document that is still there counts as removed (soft delete)."""
        del document
        return False

    def decide(self, outcome: Outcome) -> bool | None:
        """Whether the caller got what it asked for, judged by the answer; None to judge by effects alone."""
        del outcome
        return None

    # The laws

    def test_allowed_callers_have_the_effect(self, wx_attempts: Attempts) -> None:
        """Who may has the promised effect, and has it not when the contract says so."""
        allowed_have_the_effect(wx_attempts)

    def test_strangers_have_no_effect(self, wx_attempts: Attempts) -> None:
        """Strangers, bystanders and near misses touch and see nothing."""
        enforce(LAWS["strangers_have_no_effect"], wx_attempts)

    def test_other_roles_have_no_effect(self, wx_attempts: Attempts) -> None:
        """Neither a lower role, nor the role over something else, nor a former one gives a right."""
        enforce(LAWS["other_roles_have_no_effect"], wx_attempts)

    def test_nobody_has_no_effect(self, wx_attempts: Attempts) -> None:
        """Without identity the operation fails closed, also where nobody holds the role."""
        enforce(LAWS["nobody_has_no_effect"], wx_attempts)

    def test_the_channel_gives_no_right(self, wx_attempts: Attempts) -> None:
        """A stranger stays one through every channel."""
        enforce(LAWS["the_channel_gives_no_right"], wx_attempts)

    def test_the_channel_takes_no_right(self, wx_attempts: Attempts) -> None:
        """The owner stays one in the developer tools, through other functions, and with a unionid shown."""
        the_owner_keeps_their_right(wx_attempts)

    def test_another_app_is_another_person(self, wx_attempts: Attempts) -> None:
        """The owner in another app is somebody else."""
        enforce(LAWS["another_app_is_another_person"], wx_attempts)

    def test_the_unionid_lets_nobody_in(self, wx_attempts: Attempts) -> None:
        """Nobody gets in who may not, with a UNIONID or without one."""
        enforce(LAWS["the_unionid_lets_nobody_in"], wx_attempts)

    def test_forged_identity_reaches_nobody(self, wx_attempts: Attempts) -> None:
        """Ids claimed in the event reach nobody else."""
        enforce(LAWS["forged_identity_reaches_nobody"], wx_attempts)

    def test_odd_values_reach_nobody(self, wx_attempts: Attempts) -> None:
        """Operators, lists and wrong types in place of values reach nobody else."""
        enforce(LAWS["odd_values_reach_nobody"], wx_attempts)

    def test_mixed_ids_reach_nobody(self, wx_attempts: Attempts) -> None:
        """Events of one's own and somebody else's halves reach nobody else."""
        enforce(LAWS["mixed_ids_reach_nobody"], wx_attempts)

    def test_nothing_is_planted(self, wx_attempts: Attempts) -> None:
        """No record is created in another person's name."""
        enforce(LAWS["nothing_is_planted"], wx_attempts)

    def test_no_right_is_gained(self, wx_attempts: Attempts) -> None:
        """No event gives its caller a role."""
        enforce(LAWS["no_right_is_gained"], wx_attempts)

    def test_no_side_effect_before_the_check(self, wx_attempts: Attempts) -> None:
        """Nothing is sent, refunded or ordered for one who may not."""
        enforce(LAWS["no_side_effect_before_the_check"], wx_attempts)

    def test_platform_events_are_not_believed(self, wx_attempts: Attempts) -> None:
        """A client cannot pass for a timer or a payment callback."""
        enforce(LAWS["platform_events_are_not_believed"], wx_attempts)

    def test_bystanders_stay_untouched(self, wx_attempts: Attempts) -> None:
        """Allowed touches only what the call is about."""
        enforce(LAWS["bystanders_stay_untouched"], wx_attempts)

    def test_secrets_make_no_difference(self, wx_attempts: Attempts) -> None:
        """A stranger gets the same answer whatever the owner's secrets are."""
        secrets_make_no_difference(wx_attempts)

    def test_sensitive_data_stays(self, wx_attempts: Attempts) -> None:
        """No credential and no session_key leaves; phone numbers and unionids only where they are public."""
        sensitive_data_stays(wx_attempts)

    def test_a_warm_instance_forgets(self, wx_attempts: Attempts) -> None:
        """An instance forgets its previous caller."""
        warm_instance_forgets(wx_attempts)


def _test_of(name: str) -> OwnTest:
    tried = DEMANDS[name]

    def test(self: AuthorizationContract, wx_attempts: Attempts) -> None:
        del self
        tried(wx_attempts)

    assert inspect.isfunction(test)
    test.__name__, test.__doc__ = f"test_{name}", tried.__doc__
    test.__qualname__ = f"{DemandedLaws.__qualname__}.{test.__name__}"
    return OwnTest(test)


for _name in DEMANDS:
    setattr(DemandedLaws, f"test_{_name}", _test_of(_name))
