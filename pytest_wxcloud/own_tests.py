"""Tests that a class hands on to others: whoever reads one from a class gets a function of its own.

pytest keeps a mark in the function that it is put on. So a mark on what another class has as well would be there, too:
``test_x = pytest.mark.skip(AuthorizationContract.test_x)`` would silence the law in every contract.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any


class OwnTest:
    """In the place of a method: read from a class it is a new function each time, of an instance a bound method."""

    def __init__(self, function: FunctionType) -> None:
        self.__func__ = function  # as of a class method: pytest and inspect look for it under this name
        self.__doc__ = function.__doc__

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., Any]:
        return _copy(self.__func__) if instance is None else MethodType(self.__func__, instance)

    def __call__(self, *args: Any, **more: Any) -> Any:
        """So that pytest, which looks into the class itself, sees a test."""
        return self.__func__(*args, **more)


class OwnTests:
    """Below it, every test of a class is an `OwnTest`."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name, held in list(vars(cls).items()):
            if name.startswith("test_") and inspect.isfunction(held):
                setattr(cls, name, OwnTest(held))


def _copy(function: FunctionType) -> FunctionType:
    """The same function, with attributes, and so marks, that are its own."""
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__, copy.__annotations__ = function.__kwdefaults__, function.__annotations__
    copy.__qualname__, copy.__module__, copy.__doc__ = function.__qualname__, function.__module__, function.__doc__
    vars(copy).update(vars(function))
    return copy
