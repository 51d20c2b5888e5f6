"""A plugin for a company whose API gateway stands before its cloud functions.

The gateway adds a channel of its own and passes the caller on in a variable; the company's test
accounts have fixed openids; and every decision is counted.
"""

from collections import Counter
from dataclasses import replace

from pytest_wxcloud import Channel, Injection

OUR_APP = "wx60718293a4b5c6d7"
TEST_ACCOUNTS = {"alice": "oTEST0alice0alice0alice0alic", "bob": "oTEST0bob00bob00bob00bob00bo"}


class TestAccounts:
    """An id pool: the openids that the accounts in TEST_ACCOUNTS have in our app."""

    __test__ = False

    def find_id(self, kind, person, app):
        name = person.rpartition("/")[2]
        return TEST_ACCOUNTS.get(name) if kind == "openid" and app.appid == OUR_APP else None


def gateway_header(principal):
    return Injection(environment={"X_GATEWAY_USER": principal.context.openid})


def pytest_wxcloud_carriers(config):
    return {"gateway": gateway_header}


def pytest_wxcloud_channels(config):
    return [Channel("gateway", source="wx_http,gateway", has_client=False)]


def pytest_wxcloud_id_pools(config):
    return [TestAccounts()]


def pytest_wxcloud_customise_user(user):
    return replace(user, traits={"city": "深圳", **user.traits})


decisions = Counter()


def pytest_wxcloud_outcome(outcome):
    decisions[outcome.decision.value] += 1


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"gateway: {dict(sorted(decisions.items()))}")
