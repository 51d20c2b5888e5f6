"""Names that are nearly those of contracts and machines: misspelt, they would mean nothing, and a hole would pass."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from ..errors import ContractError, users_mistake
from ..own_tests import OwnTest

__tracebackhide__ = users_mistake

_EITHER = ("function", "app")  # attributes that may be functions
_SHORTEST = 4  # letters; of shorter names others are near by chance


def check_spelling(kind: type) -> None:
    """Refuse a contract or a machine that has a name which is nearly one of ours.

    Raises:
        ContractError: naming what was probably meant.
    """
    for cls, name, near in _misspelt(kind):
        raise ContractError(
            f"{cls.__name__}.{name} means nothing here. Did you mean {near!r}? If it is a helper of your own, give it "
            f"a name that is not nearly that, or one that begins with an underscore: _{name}."
        )


def _misspelt(kind: type) -> Iterator[tuple[type, str, str]]:
    """Class, name and what is nearly it, of the class and those above it that are the user's own."""
    known = {name: inspect.getattr_static(cls, name) for cls in kind.__mro__ if is_ours(cls) for name in vars(cls)}
    public = {name: held for name, held in known.items() if not name.startswith("_")}
    for cls in kind.__mro__:
        for name, held in vars(cls).items() if not is_ours(cls) else ():
            if name.startswith("_") or name in public or _is_pytests(held):
                continue
            for other, ours in public.items():
                if is_near(name, other) and (other in _EITHER or _is_method(held) is _is_method(ours)):
                    yield cls, name, other


def is_near(name: str, other: str) -> bool:
    """Whether one edit, two neighbours in each other's place, or case and underscores make one name the other."""
    if len(other) < _SHORTEST:
        return False
    one, two = (text.replace("_", "").lower() for text in (name, other))
    if one == two:
        return True
    if len(name) != len(other):
        longer, shorter = sorted((name, other), key=len, reverse=True)
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    differing = [at for at, (here, there) in enumerate(zip(name, other, strict=True)) if here != there]
    if len(differing) == 2 and differing[1] - differing[0] == 1:
        return name[differing[0]] == other[differing[1]] and name[differing[1]] == other[differing[0]]
    return len(differing) == 1


def is_ours(cls: type) -> bool:
    """Whether the package has that class, and not a user."""
    return cls is object or cls.__module__.partition(".")[0] == __name__.partition(".")[0]


def _is_pytests(held: object) -> bool:
    """Whether it is a fixture, which before pytest 8.4 was a function with a mark."""
    return type(held).__module__.startswith("_pytest.") or hasattr(held, "_pytestfixturefunction")


def _is_method(held: object) -> bool:
    return inspect.isroutine(held) or isinstance(held, OwnTest | staticmethod | classmethod)
