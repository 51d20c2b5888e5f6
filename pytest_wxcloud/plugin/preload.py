"""Loads the functions that a test is going to call, while it is being set up.

Which they are is read from the test's code: a string constant, in it or in helpers of its module, or
a parameter, that is the name of a function. A function called by a name made at run time is loaded at
its first call; only there may a Hypothesis example take longer than the others.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import pytest

from ..errors import WxCloudError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cloud import WxCloud


def preload(cloud: WxCloud, item: pytest.Item) -> None:
    """Load what `item` names. What cannot be loaded is told when it is called."""
    for name in _functions_of(cloud, item):
        with suppress(WxCloudError):
            cloud.function(name)


def preload_ahead(cloud: WxCloud, item: pytest.Item) -> None:
    """Start the worker, and load the JavaScript functions that `item` names, while pytest gets on.

    Not those in Python: their code runs in this process, at the time that its test expects.
    """

    def load() -> None:
        for handler in handlers:
            with suppress(WxCloudError):
                handler.load()

    handlers = [cloud.function(name, load=False) for name in _functions_of(cloud, item)]
    handlers = [handler for handler in handlers if handler.in_worker]
    if handlers:
        threading.Thread(target=load, name="pytest-wxcloud ahead", daemon=True).start()


def _functions_of(cloud: WxCloud, item: pytest.Item) -> list[str]:
    functions = cloud.project.functions
    return sorted(name for name in _names(item) if name in functions) if functions else []


def _names(item: Any) -> set[str]:
    found = set(_strings_of_test(getattr(item, "obj", None)))
    callspec = getattr(item, "callspec", None)
    if callspec is not None:
        found.update(value for value in callspec.params.values() if isinstance(value, str))
    return found


def _strings_of_test(test: Any) -> Iterator[str]:
    handle = getattr(test, "hypothesis", None)
    test = getattr(handle, "inner_test", test)
    seen: set[CodeType] = set()
    queue = [test]
    while queue:
        function = queue.pop()
        if isinstance(function, MethodType):
            owner = function.__self__ if isinstance(function.__self__, type) else type(function.__self__)
            queue.extend(value for value in vars(owner).values() if isinstance(value, FunctionType))
            yield from (value for value in vars(owner).values() if isinstance(value, str))
            function = function.__func__
        function = getattr(function, "__wrapped__", function)
        if not isinstance(function, FunctionType) or function.__code__ in seen:
            continue
        seen.add(function.__code__)
        strings, names = _constants(function.__code__)
        yield from strings
        for name in names:
            value = function.__globals__.get(name)
            if isinstance(value, str):
                yield value
            elif isinstance(value, FunctionType) and value.__module__ == function.__module__:
                queue.append(value)


def _constants(code: CodeType) -> tuple[set[str], set[str]]:
    strings: set[str] = set()
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, str):
            strings.add(constant)
        elif isinstance(constant, tuple):
            strings.update(value for value in constant if isinstance(value, str))
        elif isinstance(constant, CodeType):
            inner_strings, inner_names = _constants(constant)
            strings |= inner_strings
            names |= inner_names
    return strings, names
