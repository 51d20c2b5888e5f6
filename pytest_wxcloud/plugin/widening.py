"""Fixtures of wider scope make the baseline, in whatever order pytest comes to need them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..cloud import WxCloud

SCOPES = ("session", "package", "module", "class", "function")  # the widest first


@contextmanager
def beneath_narrower(cloud: WxCloud, scope: str) -> Iterator[None]:
    """While a fixture of `scope` is set up: what it does lies beneath open scenes of narrower fixtures."""
    local = cloud.local
    narrower = [scene for scene in local.scenes if scene.scope and SCOPES.index(scene.scope) > SCOPES.index(scope)]
    if narrower:
        with local.beneath(narrower):
            yield
    else:
        yield
