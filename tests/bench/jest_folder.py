"""A folder with jest, the real SDK, a function, and the same cases written for jest and for pytest."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from pytest_wxcloud import People, Principal
from pytest_wxcloud.carriers import CARRIERS, PLATFORM
from pytest_wxcloud.runtimes.node_toolchain import run_npm

from .functions import GET_USER_INFO

CASES = 100
PACKAGES = ("jest@30.5.2", "wx-server-sdk@4.0.2")

PYTEST = f"""
import pytest

@pytest.mark.parametrize("number", range({CASES}))
def test_is_told_who_calls(wx_cloud, wx_user, number):
    answer = wx_cloud.call("getUserInfo").result
    assert answer["openid"] == wx_user.openid
    assert answer["appid"] == wx_user.app.appid
"""
TRIVIAL = f"""
import pytest

@pytest.mark.parametrize("number", range({CASES}))
def test_trivial(number):
    pass
"""
ACTING = f"""
import pytest

@pytest.mark.parametrize("number", range({CASES}))
def test_calls_nothing(wx_cloud, wx_user, number):
    assert wx_user.openid
"""
REAL = """
const { platform, people } = require('./people.json')
Object.assign(process.env, platform)
const { main } = require('./cloudfunctions/getUserInfo/index.js')

test.each(people)('$WX_OPENID is told who calls', async (variables) => {
  Object.assign(process.env, variables)
  const answer = await main({}, {})
  expect(answer.openid).toBe(variables.WX_OPENID)
  expect(answer.appid).toBe(variables.WX_APPID)
})
"""
MOCKED = """
jest.mock('wx-server-sdk', () => ({
  DYNAMIC_CURRENT_ENV: 'dynamic',
  init() {},
  getWXContext: () => ({ OPENID: 'oGZUI0egBJY1zhBYw2KhdUfwVJJE', APPID: 'wx8888888888888888' }),
}))
const { people } = require('./people.json')
const { main } = require('./cloudfunctions/getUserInfo/index.js')

test.each(people)('case of $WX_OPENID', async () => {
  const answer = await main({}, {})
  expect(answer.openid).toBe('oGZUI0egBJY1zhBYw2KhdUfwVJJE')
  expect(answer.appid).toBe('wx8888888888888888')
})
"""


def prepare() -> Path:
    """The folder, under the system's folder for temporary files, where the next run finds it installed."""
    folder = Path(tempfile.gettempdir()).resolve() / "pytest-wxcloud-bench-jest"
    files = {
        "package.json": json.dumps({"private": True}),
        "project.config.json": json.dumps({"appid": "wx3a7b9c1d2e4f5061", "cloudfunctionRoot": "cloudfunctions/"}),
        "pytest.ini": "[pytest]\n",
        "cloudfunctions/getUserInfo/index.js": GET_USER_INFO,
        "people.json": json.dumps({"platform": PLATFORM, "people": _variables()}),
        "test_cases.py": PYTEST,
        "test_trivial.py": TRIVIAL,
        "test_acting.py": ACTING,
        "real.test.js": REAL,
        "mocked.test.js": MOCKED,
    }
    for name, text in files.items():
        path = folder / name
        if name == "package.json" and path.exists():
            continue  # npm has written what it installed into it
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if any(_installed(folder, package) != package for package in PACKAGES):
        run_npm(folder, "install", *PACKAGES)
    return folder


def _installed(folder: Path, package: str) -> str:
    name = package.partition("@")[0]
    manifest = folder / "node_modules" / name / "package.json"
    return f"{name}@{json.loads(manifest.read_text('utf-8'))['version']}" if manifest.is_file() else ""


def _variables() -> list[dict[str, str]]:
    """What the platform would set for each of the people, so that jest tests no easier a function."""
    people = People()
    rendered = (CARRIERS["environment"](Principal(people.user(number))).environment for number in range(CASES))
    return [{name: value for name, value in one.items() if value is not None} for one in rendered]
