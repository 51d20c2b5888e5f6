"""What a Python error tells: its class, its words, and the stack without frames that are not the user's."""

from __future__ import annotations

import contextlib
import importlib
import json
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..outcome import Failure, FunctionError

#: Built-in exceptions that mean a mistake in the code. PermissionError, ValueError, RuntimeError and
#: a plain Exception are how handlers refuse.
_MISTAKES = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError, LookupError, MemoryError,
    NameError, NotImplementedError, OSError, RecursionError, SyntaxError, SystemError, TypeError, UnicodeError,
    json.JSONDecodeError,
)  # fmt: skip


#: Files whose frames stand between the handler's own in a stack.
_NOT_THE_HANDLERS = (str(Path(__file__).parent), contextlib.__file__, importlib.__file__, "<frozen importlib")
#: Where libraries are, Python's own and installed ones.
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


def describe(error: BaseException, *, libraries: bool = True) -> FunctionError:
    """The error as an outcome holds it; without `libraries` their frames are left out of its stack."""
    if isinstance(error, SystemExit):
        return FunctionError(Failure.EXITED, "SystemExit", f"the handler ended the process with {error.code!r}")
    mistake = isinstance(error, _MISTAKES) and not isinstance(error, PermissionError)
    return FunctionError(
        Failure.THROWN,
        type(error).__name__,
        _ask(lambda: str(error), "a message that cannot be shown"),
        stack_of(error, libraries=libraries),
        code=_ask(lambda: getattr(error, "code", None)),
        err_code=_ask(lambda: getattr(error, "errCode", getattr(error, "err_code", None))),
        programming_error=mistake,
    )


def stack_of(error: BaseException, *, libraries: bool = True) -> str:
    """The error with the handler's own frames, neither ours nor those of importing."""
    told = traceback.TracebackException.from_exception(error)
    every = [told]
    for one in every:  # which grows
        own = [frame for frame in one.stack if not frame.filename.startswith(_NOT_THE_HANDLERS)]
        if not libraries:  # a web framework's frames would hide the few that matter
            own = [frame for frame in own if not frame.filename.startswith(_LIBRARIES)] or own
        one.stack[:] = own
        every += [more for more in (one.__cause__, one.__context__) if more is not None]
    return "".join(told.format())


def _ask(question: Callable[[], Any], otherwise: Any = None) -> Any:
    """What an exception answers about itself, which may raise another."""
    try:
        return question()
    except Exception:
        return otherwise
