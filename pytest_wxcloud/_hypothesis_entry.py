"""Lets ``st.from_type(WxUser)`` and its like work. Loaded by Hypothesis, which is there by then."""

from __future__ import annotations


def register() -> None:
    """Tell Hypothesis how to draw the types of `pytest_wxcloud.identity`."""
    from hypothesis import strategies as st

    from .identity import OpenPlatform, People, Principal, WxApp, WxUser

    def lazily(name: str) -> object:
        def strategy(_: type) -> st.SearchStrategy[object]:
            from . import strategies

            return getattr(strategies, name)()  # type: ignore[no-any-return]

        return strategy

    for kind, name in ((WxUser, "users"), (WxApp, "apps"), (Principal, "principals")):
        st.register_type_strategy(kind, lazily(name))  # type: ignore[arg-type]
    st.register_type_strategy(OpenPlatform, st.integers(0, 2**16).map(lambda number: People().platform(number)))
