"""Which npm packages a function needs, and which of them it cannot find."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .node_toolchain import SDK_PACKAGE, find_sdk


def manifest_of(folder: Path) -> dict[str, object]:
    """The function's package.json; empty when there is none that can be read."""
    try:
        said = json.loads((folder / "package.json").read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def declared_packages(folder: Path) -> dict[str, str]:
    """Package → version range, as package.json declares them."""
    declared = manifest_of(folder).get("dependencies")
    return declared if isinstance(declared, dict) else {}


def missing_packages(folder: Path, sdk_version: str = "") -> list[str]:
    """Declared packages that neither the function, a folder above it, nor the installed SDK holds."""
    places = [parent / "node_modules" for parent in (folder, *folder.parents)]
    sdk = find_sdk(sdk_version)
    if sdk is not None:
        places.append(sdk.node_modules)
    return [name for name in declared_packages(folder) if not any((place / name).is_dir() for place in places)]


def install_hint(folder: Path, package: str, sdk_version: str = "") -> str:
    """The command that makes `package` available to the function in `folder`; `sdk_version` is the wanted one."""
    if package == SDK_PACKAGE and find_sdk(sdk_version) is None:
        command = install_sdk_command(sdk_version)
        return f"Install the SDK once, for every function that brings none of its own:\n    {command}"
    more = [] if package in declared_packages(folder) else [package]
    return f"Install what it needs:\n    {npm_install_command(folder, more)}"


def install_sdk_command(version: str = "") -> str:
    """The command that installs the SDK, of that version if it is given."""
    return f"pytest-wxcloud install-sdk{f' --version {version}' if version else ''}"


def npm_install_command(folder: Path, packages: Sequence[str] = ()) -> str:
    """The command that installs what the function in `folder` declares, or `packages`; as a shell reads it."""
    words = ["npm", "--prefix", str(folder), "install", "--ignore-scripts", *packages]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
