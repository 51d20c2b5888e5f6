"""The console script: ``pytest-wxcloud doctor`` and ``pytest-wxcloud install-sdk``."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .errors import ToolchainError, WxCloudError
from .identity import APPID
from .project import CONFIG, Project
from .runtimes.node_packages import install_sdk_command, missing_packages, npm_install_command
from .runtimes.node_toolchain import (
    DEFAULT_SDK_VERSION,
    SDK_PACKAGE,
    check_version,
    find_node,
    find_sdk,
    install_sdk,
    installed_sdks,
    npm_command,
)

if TYPE_CHECKING:
    from .plugin.doctor import Found

Finding = tuple[bool, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the console script; 0 when all is well, 1 when something is missing."""
    parser = argparse.ArgumentParser(prog="pytest-wxcloud", description="WeChat cloud functions in pytest.")
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", help="what was found, what is missing, and what mends it")
    doctor.add_argument("folder", nargs="?", default=".", type=Path, help="a folder of the project (default: here)")
    install = commands.add_parser("install-sdk", help=f"install {SDK_PACKAGE} for functions that bring none")
    install.add_argument("--version", default=DEFAULT_SDK_VERSION, help="default: %(default)s")
    parser.add_argument("--version", action="version", version=__version__)
    options = parser.parse_args(arguments)
    try:
        if options.command == "install-sdk":
            return _install(options.version)
        return _report(_examine(options.folder.absolute()))
    except WxCloudError as error:
        print(error, file=sys.stderr)
        return 1


def _install(version: str) -> int:
    check_version(version)
    known = find_sdk(version)
    if known is not None:
        print(f"{SDK_PACKAGE} {known.version} is there already: {known.folder}")
        return 0
    print(f"Installing {SDK_PACKAGE} {version} …", flush=True)
    sdk = install_sdk(version)
    print(f"{SDK_PACKAGE} {sdk.version} is in {sdk.folder}")
    return 0


def _report(findings: Iterator[Finding]) -> int:
    well = True
    for good, line in findings:
        well = well and good
        print(f"{'ok  ' if good else 'MISS'}  {line}")
    return 0 if well else 1


def _examine(folder: Path) -> Iterator[Finding]:
    from .plugin.doctor import found_in

    yield True, f"pytest-wxcloud {__version__} on Python {platform.python_version()}"
    found = found_in(folder)
    project = found.project
    if Project.nearest(folder) is None and not project.function_root.is_dir():
        yield False, f"no {CONFIG} above {folder}: say where the functions are with the ini option wxcloud_root"
    yield True, _appid(project.appid)
    functions = project.functions
    yield bool(functions), f"{len(functions)} cloud functions in {project.function_root}"
    javascript = {name: path for name, path in functions.items() if project.entry(path) == "index.js"}
    yield from _toolchain(found, bool(javascript) or not functions)
    for name, path in javascript.items():
        missing = missing_packages(path, found.sdk_version)
        if missing:
            yield False, f"{name} needs {', '.join(missing)}: {npm_install_command(path)}"


def _appid(appid: object) -> str:
    if not appid:
        return "no appid is given, so one is fabricated"
    return f"appid: {appid}{'' if APPID.pattern.fullmatch(str(appid)) else ', which is none, so one is fabricated'}"


def _toolchain(found: Found, needed: bool) -> Iterator[Finding]:
    """Node and what lies on it; what is not there is no fault where nothing needs it."""
    for look in (_node, _npm, _sdk):
        try:
            yield True, look(found)
        except WxCloudError as error:
            if needed:
                yield False, str(error).replace("\n", "\n      ")
            else:
                yield True, f"{str(error).partition(',')[0].partition(':')[0]}, and nothing here needs it"


def _node(found: Found) -> str:
    node = find_node(found.node)
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"Node {version}: {node}"


def _npm(_: Found) -> str:
    return f"npm: {' '.join(npm_command())}"


def _sdk(found: Found) -> str:
    sdk, version = find_sdk(found.sdk_version), found.sdk_version
    if sdk is None:
        name = f"{SDK_PACKAGE}{f' {version}' if version else ''}"
        raise ToolchainError(f"{name} is not installed: {install_sdk_command(version)}")
    others = [other.version for other in installed_sdks() if other.version != sdk.version]
    also = f" (also installed: {', '.join(others)})" if others else ""
    return f"{SDK_PACKAGE} {sdk.version}: {sdk.folder}{also}"


if __name__ == "__main__":
    raise SystemExit(main())
