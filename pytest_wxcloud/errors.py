"""The errors this package raises on purpose.

Every message says what happened, why, what to do and, where there is a choice, how to silence it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class WxCloudError(Exception):
    """Base of every error that pytest-wxcloud raises on purpose."""


def users_mistake(excinfo: Any) -> bool:
    """Whether an exception (pytest's ExceptionInfo) is one of ours.

    Modules set ``__tracebackhide__`` to this: pytest then leaves their frames out of the traceback of a
    mistake that the message explains, and shows them for a bug of ours.
    """
    return issubclass(excinfo.type, WxCloudError)


class InvalidIdentityError(WxCloudError, ValueError):
    """An identity that WeChat could not have handed out: a malformed id, a broken invariant."""


class NoIdentityError(WxCloudError):
    """A call was made before anybody was chosen to make it."""


class UnknownFunctionError(WxCloudError, LookupError):
    """No cloud function of that name in the project."""


class ProjectError(WxCloudError):
    """The project's layout or configuration cannot be used."""


class LoadError(WxCloudError):
    """A function cannot be loaded: it throws, exports no ``main``, or lacks a package."""


class ToolchainError(WxCloudError):
    """Node, npm or the SDK is missing or did not start."""


class InvalidEventError(WxCloudError, TypeError):
    """An event that could not have come from a client, because it is not JSON."""


class InvalidRequestError(WxCloudError, ValueError):
    """A request that no client could send to a web app."""


class InvalidAnswerError(WxCloudError, TypeError):
    """What a test answers in the place of others could not have come from them."""


class InvalidDocumentError(WxCloudError, TypeError):
    """Something that no document of the database can hold."""


class DatabaseError(WxCloudError):
    """The local database refused what a test asked of it, as the real one would."""


class InvalidFileError(WxCloudError, ValueError):
    """A path or a content that no file of the cloud storage can have."""


class UnknownFileError(WxCloudError, LookupError):
    """No file of that name in the cloud storage."""


class ContractError(WxCloudError):
    """A contract, or the world it arranges, cannot be judged: neither a pass nor a finding."""


class StoreError(WxCloudError):
    """A database that a project brings along cannot be looked at, or put back."""


class GuessedError(WxCloudError, AttributeError):
    """Something was asked for under a name that was guessed; the message has the one that there is."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence naming the nearest of `known`, or all of them when none is near."""
    import difflib

    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(repr(name) for name in near)}?"
    if not names:
        return ""
    return f"Known: {', '.join(names)}."
