"""Which npm packages a function needs, and which of them it cannot find."""

from __future__ import annotations

import json
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


def missing_packages(folder: Path) -> list[str]:
    """Declared packages that neither the function, a folder above it, nor the installed SDK holds."""
    places = [parent / "node_modules" for parent in (folder, *folder.parents)]
    sdk = find_sdk()
    if sdk is not None:
        places.append(sdk.node_modules)
    return [name for name in declared_packages(folder) if not any((place / name).is_dir() for place in places)]


def install_hint(folder: Path, package: str) -> str:
    """The command that makes `package` available to the function in `folder`."""
    if package == SDK_PACKAGE and find_sdk() is None:
        return "Install the SDK once, for every function that brings none of its own:\n    pytest-wxcloud install-sdk"
    words = "install --ignore-scripts"
    if package not in declared_packages(folder):
        words = f"{words} {package}"
    return f"Install what it needs:\n    npm --prefix {folder} {words}"
