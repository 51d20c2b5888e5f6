"""A Mini Program project on disk: where its functions are, and which appid it has.

`project.config.json` names both, as WeChat DevTools writes it; a `project.private.config.json` beside
it wins. A project of CloudBase's command line names the functions in `cloudbaserc.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .errors import ProjectError, UnknownFunctionError, did_you_mean, users_mistake

__tracebackhide__ = users_mistake

CONFIG = "project.config.json"
PRIVATE_CONFIG = "project.private.config.json"
CLOUDBASE_CONFIG = "cloudbaserc.json"
DEFAULT_ROOT = "cloudfunctions"
#: A folder is a function when it holds one of these, in this order of preference.
ENTRIES = ("index.js", "index.py", "index.ts", "index.mjs", "index.mts")


@dataclass(frozen=True)
class Project:
    """Where functions are looked for. `appid` is what the project says, which may be nonsense."""

    function_root: Path
    appid: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "function_root", self.function_root.absolute())

    @classmethod
    def read(cls, config: Path) -> Project:
        """The project that `config` (a project.config.json or cloudbaserc.json) describes.

        Raises:
            ProjectError: when it is not JSON.
        """
        said = _read_json(config)
        private = config.with_name(PRIVATE_CONFIG)
        if private.is_file():
            said = {**said, **_read_json(private)}
        root = str(said.get("cloudfunctionRoot") or said.get("functionRoot") or DEFAULT_ROOT).replace("\\", "/")
        folder = config.parent / root.lstrip("/")  # DevTools takes "/cloudfunctions/" as below the project too
        return cls(folder if folder.is_dir() else config.parent / root, said.get("appid"))

    @classmethod
    def nearest(cls, folder: Path) -> Project | None:
        """The project whose configuration is nearest above `folder`; None when there is none."""
        for parent in (folder, *folder.parents):
            for name in (CONFIG, CLOUDBASE_CONFIG):
                if (parent / name).is_file():
                    return cls.read(parent / name)
        return None

    @cached_property
    def functions(self) -> dict[str, Path]:
        """Every function folder, by name."""
        if not self.function_root.is_dir():
            return {}
        folders = sorted(path for path in self.function_root.iterdir() if path.is_dir())
        return {path.name: path for path in folders if self._is_function(path)}

    def folder(self, name: str) -> Path:
        """The folder of the function `name`.

        Raises:
            UnknownFunctionError: naming the near ones, or saying where they were looked for.
        """
        if name in self.functions:
            return self.functions[name]
        if not self.function_root.is_dir():
            raise UnknownFunctionError(
                f"There is no cloud function {name!r}, and no folder {self.function_root} to look in. Name the "
                f"folder in {CONFIG} (cloudfunctionRoot), or in the ini option wxcloud_root."
            )
        empty = self.function_root / name
        if empty.parent == self.function_root and empty.name == name and empty.is_dir():
            raise UnknownFunctionError(f"{empty} holds none of {', '.join(ENTRIES[:2])}, so it is no cloud function.")
        raise UnknownFunctionError(
            f"There is no cloud function {name!r} in {self.function_root}. {did_you_mean(name, self.functions)}"
        )

    @staticmethod
    def entry(folder: Path) -> str:
        """The file in `folder` that makes it a function."""
        return next(name for name in ENTRIES if (folder / name).is_file())

    @staticmethod
    def _is_function(folder: Path) -> bool:
        return any((folder / name).is_file() for name in ENTRIES)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(said, dict):
        raise ProjectError(f"{path} holds a JSON {type(said).__name__}, not an object.")
    return said
