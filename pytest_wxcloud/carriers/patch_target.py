"""A project's own ``get_wx_context``, replaced: what it answers, and where it stands.

``wxcloud_patch`` lists targets, each ``module:function`` or
``module:function = module:converter``. The replaced function answers what ``getWXContext()`` does, a
dict with ``OPENID``, ``APPID``, ``ENV``, ``SOURCE`` and so on, where what is missing has no key. A
project whose function answers something else names a converter: it is called with the `WXContext`
and its return value is the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ProjectError

_PATH = r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*"
_TARGET = re.compile(rf"\s*({_PATH})\s*(?:=\s*({_PATH})\s*)?")


@dataclass(frozen=True)
class PatchTarget:
    """Where a context provider stands (`module` and `attribute`), and who converts its answer."""

    module: str
    attribute: str
    converter: str | None = None

    @property
    def path(self) -> str:
        """The target as it is written: ``module:function``."""
        return f"{self.module}:{self.attribute}"

    @classmethod
    def parse(cls, line: str) -> PatchTarget:
        """Read one line of ``wxcloud_patch``.

        Raises:
            ProjectError: when it is not ``module:function`` with an optional converter.
        """
        match = _TARGET.fullmatch(line)
        if match is None:
            raise ProjectError(
                f"wxcloud_patch: {line!r} is not a patch target. Write 'module:function', for example "
                "'myapp.auth:get_wx_context', or 'module:function = module:converter'."
            )
        module, attribute = match[1].split(":")
        return cls(module, attribute, match[2])
