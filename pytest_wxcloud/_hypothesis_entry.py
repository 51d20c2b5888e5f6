"""Lets ``st.from_type(WxUser)`` and its like work. Loaded by Hypothesis, which is there by then."""

from __future__ import annotations

from .ambient import with_identity


def register() -> None:
    """Tell Hypothesis how to draw the types of `pytest_wxcloud.identity`, once there are any."""
    with_identity(_register)


def _register() -> None:
    from hypothesis import strategies as st

    from .identity import CHANNELS, Channel, OpenPlatform, Principal, WxApp, WXContext, WxUser, current_people

    def lazily(name: str) -> object:
        def strategy(_: type) -> st.SearchStrategy[object]:
            from . import strategies

            return getattr(strategies, name)()  # type: ignore[no-any-return]

        return strategy

    for kind, name in ((WxUser, "users"), (WxApp, "apps"), (Principal, "principals"), (WXContext, "contexts")):
        st.register_type_strategy(kind, lazily(name))  # type: ignore[arg-type]
    numbers = st.integers(0, 2**16)
    st.register_type_strategy(OpenPlatform, numbers.map(lambda number: current_people().platform(number)))
    st.register_type_strategy(Channel, st.builds(lambda: list(CHANNELS.values())).flatmap(st.sampled_from))
