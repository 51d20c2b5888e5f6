"""Finding a project, its functions and its appid on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pytest_wxcloud import Project, ProjectError, UnknownFunctionError, WxCloud
from pytest_wxcloud.identity import APPID

CONFIG = "project.config.json"
WX = "wx0123456789abcdef"


@pytest.fixture
def put(tmp_path: Path):
    """Writes a file below the project, and answers its path."""

    def put(name: str, content: object = "") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return put


ROOTS = {
    "as DevTools writes it": (CONFIG, {"cloudfunctionRoot": "cloudfunctions/", "appid": WX}, "cloudfunctions"),
    "another name": (CONFIG, {"cloudfunctionRoot": "server/fns"}, "server/fns"),
    "with a dot": (CONFIG, {"cloudfunctionRoot": "./server/fns/"}, "server/fns"),
    "with a slash in front": (CONFIG, {"cloudfunctionRoot": "/server/fns/"}, "server/fns"),
    "from Windows": (CONFIG, {"cloudfunctionRoot": "server\\fns\\"}, "server/fns"),
    "above": (CONFIG, {"cloudfunctionRoot": "../fns"}, "../fns"),
    "not said": (CONFIG, {"appid": WX}, "cloudfunctions"),
    "said empty": (CONFIG, {"cloudfunctionRoot": ""}, "cloudfunctions"),
    "in Chinese": (CONFIG, {"cloudfunctionRoot": "云函数"}, "云函数"),
    "CloudBase": ("cloudbaserc.json", {"envId": "x", "functionRoot": "./functions"}, "functions"),
}


@pytest.mark.parametrize(("name", "content", "root"), ROOTS.values(), ids=ROOTS)
def test_the_configuration_names_the_functions(put, tmp_path, name, content, root):
    """Each form of configuration leads to the folder of the functions, relative to itself."""
    put(f"app/{root}/login/index.js")

    project = Project.read(put(f"app/{name}", content))

    assert os.path.normpath(project.function_root) == os.path.normpath(tmp_path / "app" / root)
    assert list(project.functions) == ["login"]


def test_an_absolute_root(put, tmp_path):
    """A function root that is really absolute is taken as it is."""
    put("elsewhere/login/index.js")

    project = Project.read(put(f"app/{CONFIG}", {"cloudfunctionRoot": str(tmp_path / "elsewhere")}))

    assert list(project.functions) == ["login"]


def test_the_private_configuration_wins(put):
    """What the private configuration beside it says wins, setting by setting."""
    put("mine/a/index.js")
    put("project.private.config.json", {"cloudfunctionRoot": "mine/", "projectname": "x"})

    project = Project.read(put(CONFIG, {"cloudfunctionRoot": "cloudfunctions/", "appid": WX}))

    assert (list(project.functions), project.appid) == (["a"], WX)


def test_a_byte_order_mark(put):
    """A configuration that a Windows editor saved is read too."""
    config = put(CONFIG, b"\xef\xbb\xbf" + json.dumps({"appid": WX, "cloudfunctionRoot": "云/"}).encode("utf-8"))

    assert Project.read(config).appid == WX
    assert Project.read(config).function_root.name == "云"


UNREADABLE = {
    "no JSON": ("{'appid': 1}", "cannot be read as JSON: "),
    "nothing": ("", "cannot be read as JSON: "),
    "a comment": ('{"appid": "x" // mine\n}', "cannot be read as JSON: "),
    "a list": ("[]", "holds a JSON list, not an object"),
    "a null": ("null", "holds a JSON NoneType, not an object"),
    "no UTF-8": (b'{"appid": "\xff"}', "cannot be read as JSON: "),
}


@pytest.mark.parametrize("name", [CONFIG, "project.private.config.json"])
@pytest.mark.parametrize(("content", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_configuration_that_cannot_be_read(put, name, content, told):
    """A broken configuration is told with its path."""
    put(CONFIG, {})
    broken = put(name, content)

    with pytest.raises(ProjectError) as caught:
        Project.read(broken.with_name(CONFIG))

    assert str(caught.value).startswith(str(broken))
    assert told in str(caught.value)


def test_the_nearest_configuration_counts(put, tmp_path):
    """From a folder upwards the first configuration counts, the Mini Program's before CloudBase's."""
    put("app/deep/er/x")
    put(f"app/{CONFIG}", {"appid": "outer"})
    put("app/deep/cloudbaserc.json", {"functionRoot": "fns"})
    assert Project.nearest(tmp_path / "app/deep/er").function_root == tmp_path / "app/deep/fns"
    put(f"app/deep/{CONFIG}", {"appid": "inner"})

    assert Project.nearest(tmp_path / "app/deep/er").appid == "inner"
    assert Project.nearest(tmp_path / "app").appid == "outer"


def test_no_configuration_anywhere():
    """Above the root of the file system there is none."""
    assert Project.nearest(Path(Path.cwd().anchor)) is None


@pytest.mark.parametrize("appid", ["touristappid", "your appid", "", "wx123", "WX0123456789ABCDEF", None, 7])
def test_an_appid_that_wechat_never_issues(put, appid):
    """A placeholder in place of an appid is replaced by a fabricated one, and a real one is kept."""
    with WxCloud(Project.read(put(CONFIG, {"appid": appid}))) as cloud:
        assert APPID.pattern.fullmatch(cloud.wx_app.appid)
        assert cloud.wx_app.appid != appid
    with WxCloud(Project.read(put(CONFIG, {"appid": WX}))) as cloud:
        assert cloud.wx_app.appid == cloud.people["alice"].app.appid == WX


def test_which_folders_are_functions(put, tmp_path):
    """A folder with an entry file is a function; files, empty folders and packages beside them are not."""
    for name in ("js/index.js", "py/index.py", "ts/index.ts", "both/index.py", "both/index.js", "lib/helper.js", "file.js",
                 "node_modules/dep/index.js", "odd/index.js/x"):  # fmt: skip
        put(f"cloudfunctions/{name}")
    (tmp_path / "cloudfunctions/empty").mkdir()
    project = Project(tmp_path / "cloudfunctions")

    assert list(project.functions) == ["both", "js", "py", "ts"]
    assert project.entry(project.folder("both")) == "index.js"
    assert project.folder("js") == tmp_path / "cloudfunctions/js"


def test_an_unknown_function_is_told_with_near_names(put, tmp_path):
    """A misspelt name is answered with the near ones, or all when none is near."""
    for name in ("getUserInfo", "getUserList", "removeTodo"):
        put(f"cloudfunctions/{name}/index.js")
    put("cloudfunctions/lib/helper.js")
    project = Project(tmp_path / "cloudfunctions")

    for name, told in (
        ("getUserinfo", "Did you mean 'getUserInfo' or 'getUserList'?"),
        ("xyz", "Known: getUserInfo, getUserList, removeTodo."),
        ("lib", "holds none of index.js, index.py, so it is no cloud function"),
    ):
        with pytest.raises(UnknownFunctionError) as caught:
            project.folder(name)
        assert told in str(caught.value)


def test_a_project_without_functions(tmp_path):
    """A folder that is not there is told with where to name another."""
    project = Project(tmp_path / "nowhere")

    assert project.functions == {}
    with pytest.raises(UnknownFunctionError, match=r"no folder .*nowhere to look in.*cloudfunctionRoot.*wxcloud_root"):
        project.folder("login")


def test_a_relative_root_is_fixed_when_it_is_named(put, tmp_path, monkeypatch):
    """A project named by a relative path stays the same when the test changes its directory."""
    put("cloudfunctions/login/index.js")
    monkeypatch.chdir(tmp_path)
    project = Project(Path("cloudfunctions"))
    monkeypatch.chdir(tmp_path.parent)

    assert list(project.functions) == ["login"]
