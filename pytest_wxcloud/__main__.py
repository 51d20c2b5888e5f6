"""The console script: ``pytest-wxcloud doctor`` and ``pytest-wxcloud install-sdk``."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import __version__
from .errors import WxCloudError
from .identity import APPID
from .project import CONFIG, Project
from .runtimes.node_packages import missing_packages, npm_install_command
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
    yield True, f"pytest-wxcloud {__version__} on Python {platform.python_version()}"
    project = Project.nearest(folder)
    if project is None:
        yield False, f"no {CONFIG} above {folder}: say where the functions are with the ini option wxcloud_root"
        project = Project(folder / "cloudfunctions")
    usable = APPID.pattern.fullmatch(str(project.appid))
    yield True, f"appid: {project.appid}{'' if usable else ', which is none, so one is fabricated'}"
    functions = project.functions
    yield bool(functions), f"{len(functions)} cloud functions in {project.function_root}"
    javascript = {name: path for name, path in functions.items() if project.entry(path) == "index.js"}
    yield from _toolchain(bool(javascript) or not functions)
    for name, path in javascript.items():
        missing = missing_packages(path)
        if missing:
            yield False, f"{name} needs {', '.join(missing)}: {npm_install_command(path)}"


def _toolchain(needed: bool) -> Iterator[Finding]:
    try:
        node = find_node()
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        yield True, f"Node {version}: {node}"
    except WxCloudError as error:
        yield not needed, str(error).replace("\n", "\n      ")
    try:
        yield True, f"npm: {' '.join(npm_command())}"
    except WxCloudError as error:
        yield not needed, str(error)
    sdks = installed_sdks()
    if sdks:
        yield True, f"{SDK_PACKAGE} {', '.join(sdk.version for sdk in sdks)}: {sdks[0].folder.parent}"
    else:
        yield not needed, f"{SDK_PACKAGE} is not installed: pytest-wxcloud install-sdk"


if __name__ == "__main__":
    raise SystemExit(main())
