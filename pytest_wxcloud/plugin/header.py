"""The lines at the top of a run."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

from .state import State


def header(state: State) -> list[str]:
    """Functions found, what they run on, and the seed."""
    functions = state.project_above(start_of(state)).functions
    if not functions:
        return [f"wxcloud: seed {state.seed}, no cloud functions here"]
    project = state.project_above(start_of(state))
    languages = Counter(Path(project.entry(folder)).suffix for folder in functions.values())
    found = f"{len(functions)} cloud function{'s' if len(functions) > 1 else ''}"
    line = f"wxcloud: seed {state.seed}, {found} in {_short(project.function_root, state)}"
    if not languages[".js"]:
        return [line]
    return [f"{line}, {_node(state)}, {_sdk(state)}"]


def start_of(state: State) -> Path:
    """The first path named on the command line, else the rootdir: where the tests are likely to lie."""
    for argument in state.config.args:
        path = Path(str(argument).partition("::")[0])
        if path.exists():
            return path.absolute() if path.is_dir() else path.absolute().parent
    return state.config.rootpath


def _short(path: Path, state: State) -> str:
    root = state.config.rootpath
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _node(state: State) -> str:
    from ..errors import ToolchainError
    from ..runtimes.node_toolchain import find_node

    try:
        path = find_node(state.config.getini("wxcloud_node"))
    except ToolchainError:
        return "no Node.js (pytest-wxcloud doctor tells more)"
    return f"Node {_version(state, path)}"


def _version(state: State, node: Path) -> str:
    """Node's version; asked once for each Node, because asking takes as long as a hundred tests."""
    stat = node.stat()
    key = f"{node}:{stat.st_mtime_ns}:{stat.st_size}"
    cache = getattr(state.config, "cache", None)  # absent under -p no:cacheprovider
    known: dict[str, str] = cache.get("wxcloud/node", {}) if cache is not None else {}
    if key not in known:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        known = {key: said.stdout.strip() or "of unknown version"}
        if cache is not None:
            cache.set("wxcloud/node", known)
    return known[key]


def _sdk(state: State) -> str:
    from ..runtimes.node_packages import install_sdk_command
    from ..runtimes.node_toolchain import SDK_PACKAGE, find_sdk

    version = state.config.getini("wxcloud_sdk_version")
    sdk = find_sdk(version)
    if sdk is not None:
        return f"{SDK_PACKAGE} {sdk.version}"
    return f"no {SDK_PACKAGE}{f' {version}' if version else ''} (run: {install_sdk_command(version)})"
