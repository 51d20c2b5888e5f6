"""A property of an endpoint: what Hypothesis gets through beside schemathesis, on the same app."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

from .figure import Figure
from .measure import NotMeasured, Spent, clean_environment, in_turns

PACKAGES = ("schemathesis==4.32.5", "fastapi==0.165.0")
EXAMPLES = 200
ROUNDS = 5
ROOT = Path(__file__).parents[2]

#: Which of the platform's headers an app reads, and what they look like: schemathesis knows them from its schema.
HEADERS = {
    "openid": 'str = Field(pattern=r"^o[A-Za-z0-9_-]{27}$")',
    "source": 'Literal["wx_client", "wx_devtools"]',
    "appid": 'str = Field(pattern=r"^wx[0-9a-f]{16}$")',
    "unionid": 'str = Field(pattern=r"^o[A-Za-z0-9_-]{27,28}$")',
    "env": 'str = Field(pattern=r"^[a-z][a-z0-9-]{3,30}$")',
}
APP = """
from typing import Annotated, Literal
from fastapi import FastAPI, Header, Path
from pydantic import BaseModel, Field

class WeChat(BaseModel):
    {headers}

class Todo(BaseModel):
    text: str = Field(min_length=1, max_length=200)
    priority: int = Field(ge=0, le=9)

app = FastAPI()

@app.put("/todos/{{number}}")
async def change(
    number: Annotated[int, Path(ge=1, le=1000)], todo: Todo, wechat: Annotated[WeChat, Header()]
) -> dict[str, str]:
    return {{"openid": wechat.x_wx_openid, "text": todo.text}}
"""
OURS = f"""
import pytest
from hypothesis import given, settings, strategies as st
from pytest_wxcloud import Principal, strategies as wx

asked = []
TODOS = st.fixed_dictionaries({{"text": st.text(min_size=1, max_size=200), "priority": st.integers(0, 9)}})

@pytest.fixture(scope="module")
def app(wx_cloud):
    with wx_cloud.app("shop:app") as app:
        yield app

@settings(max_examples={EXAMPLES}, deadline=None, database=None)
@given(user=wx.users(), number=st.integers(1, 1000), todo=TODOS)
def test_change(app, user, number, todo):
    asked.append(number)
    caller = Principal(user, shows_unionid=True)
    assert app.request("PUT", f"/todos/{{number}}", json=todo, caller=caller).status == 200
"""
THEIRS = f"""
import schemathesis
from hypothesis import settings
from shop import app

asked = []
schema = schemathesis.openapi.from_asgi("/openapi.json", app)
schema.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])

@schema.parametrize()
@settings(max_examples={EXAMPLES}, deadline=None, database=None)
def test_change(case):
    asked.append(case)
    assert case.call().status_code == 200
"""
CONFTEST = """
import json, pathlib, time
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    began, busy = time.perf_counter(), time.process_time()
    answer = yield
    told = {
        "examples": len(pyfuncitem.module.asked),
        "wall": time.perf_counter() - began,
        "cpu": time.process_time() - busy,
    }
    pathlib.Path("told.json").write_text(json.dumps(told))
    return answer
"""


def figures(folder: Path) -> Iterator[Figure]:
    """Examples a second of the test itself, without what starts and ends its process."""
    python = _environment()
    for what, names, goal in (
        ("every header of the platform", list(HEADERS), 5),
        ("openid and source alone", ["openid", "source"], None),
    ):
        suite = folder / names[-1]
        suite.mkdir()
        headers = "\n    ".join(f"x_wx_{name}: {HEADERS[name]}" for name in names)
        files = {
            "shop.py": APP.format(headers=headers),
            "test_ours.py": OURS,
            "test_theirs.py": THEIRS,
            "conftest.py": CONFTEST,
            "pytest.ini": "[pytest]\n",
        }
        for name, text in files.items():
            (suite / name).write_text(text, "utf-8")
        runs = [functools.partial(_example, python, suite, test) for test in ("test_ours.py", "test_theirs.py")]
        rounds = in_turns(runs, ROUNDS)
        name = f"examples a second / schemathesis, {what}"
        rates = [theirs.wall / ours.wall for ours, theirs in rounds]
        yield Figure(name if goal else f"  {name}", rates, goal, at_least=True)
        yield Figure("  the same in processor time", [theirs.cpu / ours.cpu for ours, theirs in rounds], at_least=True)
        yield Figure("  an example", [1e3 * ours.wall for ours, _ in rounds], unit="ms")


def _example(python: Path, suite: Path, test: str) -> Spent:
    """What one example takes."""
    command = [str(python), "-m", "pytest", "-q", test]
    done = subprocess.run(command, cwd=suite, env=clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"{test} failed:\n{done.stdout[-3000:]}")
    told = json.loads((suite / "told.json").read_text("utf-8"))
    if told["examples"] < EXAMPLES:
        raise NotMeasured(f"{test} tried {told['examples']} examples only")
    return Spent(told["wall"] / told["examples"], told["cpu"] / told["examples"])


def _environment() -> Path:
    """The Python of an environment with schemathesis, in the system's folder for temporary files, where it stays."""
    release = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(tempfile.gettempdir()).resolve() / f"pytest-wxcloud-bench-schemathesis-{release}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    installed = folder / "installed.txt"
    wanted = "\n".join((*PACKAGES, str(ROOT)))
    if not installed.is_file() or installed.read_text("utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES, "--editable", str(ROOT)]
        subprocess.run(command, check=True, capture_output=True)
        installed.write_text(wanted, "utf-8")
    return python
