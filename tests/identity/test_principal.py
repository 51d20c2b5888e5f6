"""Who causes an invocation, and what the function is told about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_wxcloud import Channel, InvalidIdentityError, People, Principal, WXContext
from pytest_wxcloud.carriers.environment import environment
from pytest_wxcloud.carriers.functions_framework import functions_framework
from pytest_wxcloud.carriers.http_headers import http_headers
from pytest_wxcloud.carriers.scf_context import scf_context, scf_context_older
from pytest_wxcloud.identity import CHANNELS, CLIENT, HTTP_API, SUPPOSITIONS, as_principal, channel_named
from pytest_wxcloud.identity.principal import CONTEXT_FIELDS

PEOPLE = People()
HOST = PEOPLE.app
ALICE = PEOPLE["alice"]
UNBOUND = ALICE.in_app(PEOPLE.fabricate_app(1, bound=False))


# A new field of WXContext: what has to follow


#: Each place that must carry every field, and what of it there is to look into. A field that cannot be
#: carried there stands in CANNOT, with the reason.
MUST_FOLLOW: dict[str, Any] = {
    "WXContext.as_dict in identity/principal.py": lambda principal: principal.context.as_dict(),
    "carriers/environment.py": lambda principal: dict(environment(principal).environment),
    "carriers/http_headers.py": lambda principal: dict(http_headers(principal).headers),
    "carriers/scf_context.py": lambda principal: scf_context(principal).context["environment"],
    "carriers/scf_context.py, the older form": lambda principal: scf_context_older(principal).context["environ"],
    "carriers/functions_framework.py": lambda principal: functions_framework(principal).context,
}
CANNOT = {("carriers/functions_framework.py", "clientip"): "TcbExtendedContext has no such key"}


def places_without(name: str, context: WXContext) -> list[str]:
    """The places in which `context`, whose field `name` is the only one set, leaves no trace."""
    value = getattr(context, name)
    principal = SimpleNamespace(context=context, user=ALICE)  # nobody is told less
    found = {place for place, look in MUST_FOLLOW.items() if value in str(look(principal))}
    return [place for place in MUST_FOLLOW if place not in found and (place, name) not in CANNOT]


@pytest.mark.parametrize("name", CONTEXT_FIELDS)
def test_every_field_is_carried_everywhere(name: str) -> None:
    """Each field of WXContext reaches the SDK's variables, the headers, both contexts and the framework."""
    assert places_without(name, WXContext(**{name: f"the {name}"})) == []


def test_a_field_that_is_forgotten_is_noticed() -> None:
    """A field that only the dataclass knows is missed in every place, and the places are named."""

    @dataclass(frozen=True)
    class Wider(WXContext):
        phone: str | None = field(default=None, metadata={"variable": "WX_PHONE", "header": "X-WX-PHONE"})

    assert places_without("phone", Wider(phone="13800000000")) == list(MUST_FOLLOW)


@pytest.mark.parametrize("name", CONTEXT_FIELDS)
def test_every_field_has_a_principal_that_sets_it(name: str) -> None:
    """Principal.context in identity/principal.py fills each field, through some channel."""
    told = [
        Principal(ALICE, channel, shows_unionid=True, host_appid=HOST.appid).context for channel in CHANNELS.values()
    ]
    assert any(getattr(context, name) is not None for context in told)


@pytest.mark.parametrize("column", ["variable", "header"])
def test_every_field_names_what_carries_it(column: str) -> None:
    """No two fields are carried by one variable or one header."""
    names = [carried_as for carried_as, _ in WXContext().by(column)]
    assert len(set(names)) == len(names) == len(CONTEXT_FIELDS)


def test_as_dict_has_the_keys_of_the_sdk() -> None:
    """as_dict answers the SDK's upper-case keys, and none for what is missing."""
    assert WXContext().as_dict() == {}
    assert WXContext(openid="o", from_unionid="u", env="e").as_dict() == {
        "OPENID": "o",
        "FROM_UNIONID": "u",
        "ENV": "e",
    }


# Principals


IDS = {"openid": ALICE.openid, "appid": HOST.appid}
SEEN: dict[str, tuple[Principal, dict[str, str | None]]] = {
    "a client": (
        Principal(ALICE),
        {**IDS, "env": HOST.env_id, "source": "wx_client", "clientip": "203.0.113.7"},
    ),
    "unionid shown": (
        Principal(ALICE, shows_unionid=True),
        {**IDS, "unionid": ALICE.unionid, "env": HOST.env_id, "source": "wx_client", "clientip": "203.0.113.7"},
    ),
    "resource sharing": (
        Principal(ALICE, CHANNELS["resource_sharing"], shows_unionid=True, host_appid="wx00000000000000ff"),
        {
            "appid": "wx00000000000000ff",
            "from_openid": ALICE.openid,
            "from_appid": HOST.appid,
            "from_unionid": ALICE.unionid,
            "env": HOST.env_id,
            "source": "wx_client",
            "clientip": "203.0.113.7",
        },
    ),
    "a user at a timer": (
        Principal(ALICE, CHANNELS["timer"]),
        {**IDS, "env": HOST.env_id, "source": "wx_trigger"},
    ),
    "nobody": (Principal(None, HTTP_API), {"source": "wx_http"}),
    "nobody, of an app": (
        Principal(None, HTTP_API, host_appid=HOST.appid),
        {"appid": HOST.appid, "source": "wx_http"},
    ),
    "nobody at a timer": (Principal(None, CHANNELS["timer"], host_appid=HOST.appid), {"source": "wx_trigger"}),
    "nobody at a timer that tells the app": (
        Principal(None, CHANNELS["timer"], host_appid=HOST.appid, supposing="app_is_told"),
        {"appid": HOST.appid, "source": "wx_trigger"},
    ),
    "a chain that loses who calls": (
        Principal(ALICE, CHANNELS["call_chain"], supposing="chains_lose_identity"),
        {"env": HOST.env_id, "source": "wx_client,scf"},
    ),
    "nobody in an environment": (
        Principal(None, HTTP_API, env_id="prod-1"),
        {"env": "prod-1", "source": "wx_http"},
    ),
    "an unbound app": (
        Principal(UNBOUND),
        {
            "openid": UNBOUND.openid,
            "appid": UNBOUND.app.appid,
            "env": UNBOUND.app.env_id,
            "source": "wx_client",
            "clientip": "203.0.113.7",
        },
    ),
    "a chain of a chain": (
        Principal(ALICE, CHANNELS["call_chain"]).through_function(),
        {**IDS, "env": HOST.env_id, "source": "wx_client,scf,scf", "clientip": "203.0.113.7"},
    ),
}


@pytest.mark.parametrize(("principal", "context"), SEEN.values(), ids=SEEN)
def test_what_a_function_is_told(principal: Principal, context: dict[str, str]) -> None:
    """The context has what the platform tells for this principal, and nothing else."""
    assert principal.context == WXContext(**context)


def test_the_same_user_with_and_without_unionid() -> None:
    """Whether the unionid is shown is the principal's, so the same user can be seen both ways."""
    shown, hidden = Principal(ALICE, shows_unionid=True), Principal(ALICE)
    assert (shown.context.unionid, hidden.context.unionid) == (ALICE.unionid, None)
    assert replace(shown, shows_unionid=False) == hidden


READS = {
    "alice": Principal(ALICE),
    "alice with unionid": Principal(ALICE, shows_unionid=True),
    "alice through timer": Principal(ALICE, CHANNELS["timer"]),
    "alice through call_chain with unionid": Principal(ALICE, CHANNELS["call_chain"], shows_unionid=True),
    "nobody": Principal(None),
    "nobody through http_api": as_principal(None),
}


@pytest.mark.parametrize(("reads", "principal"), READS.items())
def test_how_a_principal_reads(reads: str, principal: Principal) -> None:
    """A principal reads as a person would say it."""
    assert repr(principal) == reads


def test_nobody_shows_no_unionid() -> None:
    """A principal without a user cannot show a unionid."""
    with pytest.raises(InvalidIdentityError, match="Nobody has no unionid"):
        Principal(None, shows_unionid=True)


def test_an_unbound_apps_user_shows_none() -> None:
    """A unionid that is not there cannot be shown; the message names the user, the app and the ways out."""
    with pytest.raises(InvalidIdentityError) as caught:
        Principal(UNBOUND, shows_unionid=True)
    said = str(caught.value)
    assert f"{UNBOUND!r} has no unionid to show: {UNBOUND.app.appid} is bound to no Open Platform account" in said
    assert "Use an app that is bound to one, or leave with_unionid out" in said


CALLERS: dict[str, tuple[Any, Principal]] = {
    "a user is a client": (ALICE, Principal(ALICE, CLIENT)),
    "None is nobody": (None, Principal(None, HTTP_API)),
    "a principal is itself": (Principal(ALICE, hops=2), Principal(ALICE, hops=2)),
}


@pytest.mark.parametrize(("who", "principal"), CALLERS.values(), ids=CALLERS)
def test_what_a_caller_may_be(who: Any, principal: Principal) -> None:
    """A caller is a user, a principal, or None."""
    assert as_principal(who) == principal


@pytest.mark.parametrize("who", ["alice", 7, True, {}, WXContext()], ids=lambda who: type(who).__name__)
def test_what_a_caller_may_not_be(who: Any) -> None:
    """Anything else is refused with its type and value, and how to name somebody."""
    with pytest.raises(InvalidIdentityError) as caught:
        as_principal(who)
    said = str(caught.value)
    assert f"not {type(who).__name__} ({who!r})" in said
    assert 'wx_users["alice"]' in said


# Channels


def test_channels_are_known_by_name() -> None:
    """Each channel is found by its name, and stands for itself."""
    for name, channel in CHANNELS.items():
        assert channel_named(name) is channel_named(channel) is channel
        assert repr(channel) == channel.name == name


MISSPELT = {
    "clinet": "'client'",
    "call-chain": "'call_chain'",
    "Timer": "'timer'",
    "": "Known:",
    "wx_client": "'client'",
}


@pytest.mark.parametrize(("name", "near"), MISSPELT.items())
def test_a_misspelt_channel(name: str, near: str) -> None:
    """An unknown name is refused, with the near ones, or all of them when none is near."""
    with pytest.raises(InvalidIdentityError) as caught:
        channel_named(name)
    assert f"There is no channel {name!r}." in str(caught.value)
    assert near in str(caught.value)


@pytest.mark.parametrize("name", [7, None, ["client"], {"client"}], ids=repr)
def test_a_channel_that_is_no_name(name: Any) -> None:
    """What is no string is refused in the same words."""
    with pytest.raises(InvalidIdentityError, match="There is no channel"):
        channel_named(name)


def test_a_channel_of_ones_own() -> None:
    """A channel that nobody registered can be used as an object."""
    gateway = Channel("gateway", "wx_http,gateway", has_client=False)
    assert Principal(ALICE, gateway).context == replace(
        Principal(ALICE).context, source="wx_http,gateway", clientip=None
    )


def test_a_channel_by_name() -> None:
    """A principal takes the name of a channel, and tells the near ones of a wrong name."""
    assert Principal(None, channel="timer").context.source == "wx_trigger"
    with pytest.raises(InvalidIdentityError, match="Did you mean 'timer'"):
        Principal(None, channel="tmer")


def test_what_is_supposed_has_a_name() -> None:
    """A principal takes the name of a supposition, says it, and tells the near ones of a wrong name."""
    who = Principal(None, "timer", supposing="app_is_told")
    assert who.supposing is SUPPOSITIONS["app_is_told"]
    assert repr(who) == "nobody through timer supposing app_is_told"
    with pytest.raises(InvalidIdentityError, match="Did you mean 'app_is_told'"):
        Principal(None, "timer", supposing="app_told")
    with pytest.raises(InvalidIdentityError, match="Known: app_is_told, chains_lose_identity, sent_fields_survive"):
        Principal(None, "timer", supposing=7)  # type: ignore[arg-type]
