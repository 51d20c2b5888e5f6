"""Python functions import their own modules as on the platform, and never another function's."""

from __future__ import annotations

import asyncio
import builtins
import gc
import sys
import warnings

import pytest

MODULES = {
    "import": "import helper\ndef main(event, context): return helper.NAME",
    "from import": "from helper import NAME\ndef main(event, context): return NAME",
    "import as": "import helper as h\ndef main(event, context): return h.NAME",
    "star": "from helper import *\ndef main(event, context): return NAME",
    "a package": "import pkg\ndef main(event, context): return pkg.NAME",
    "a submodule": "import pkg.sub\ndef main(event, context): return pkg.sub.NAME",
    "a submodule as": "import pkg.sub as s\ndef main(event, context): return s.NAME",
    "from a package": "from pkg import sub\ndef main(event, context): return sub.NAME",
    "from a submodule": "from pkg.sub import NAME\ndef main(event, context): return NAME",
    "a relative import": "from pkg.relative import NAME\ndef main(event, context): return NAME",
    "a sibling of a package": "from pkg.upward import NAME\ndef main(event, context): return NAME",
    "a folder without __init__": "import plain.part\ndef main(event, context): return plain.part.NAME",
    "lazily": "def main(event, context):\n    import helper\n    return helper.NAME",
    "lazily from a package": "def main(event, context):\n    from pkg import sub\n    return sub.NAME",
    "lazily in a helper": "import helper\ndef main(event, context): return helper.lazy()",
    "__import__": "def main(event, context): return __import__('helper').NAME",
    "import_module": "import importlib\ndef main(event, context): return importlib.import_module('helper').NAME",
    "import_module by name": "from importlib import import_module\ndef main(event, context): return import_module('pkg.sub').NAME",
    "a relative import_module": (
        "import pkg\ndef main(event, context): return pkg.load()"
    ),
    "exec": "def main(event, context):\n    found = {}\n    exec('import helper', globals(), found)\n    return found['helper'].NAME",
    "a circle": "import circle_a\ndef main(event, context): return circle_a.name()",
    "its own index": "import helper\nNAME = helper.NAME\ndef main(event, context):\n    import index\n    return index.NAME",
    "a folder on the path": (
        "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\n"
        "import inlib\ndef main(event, context): return inlib.NAME"
    ),
    "a folder on the path, lazily": (
        "import os, sys\nsys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))\n"
        "def main(event, context):\n    import inlib\n    return inlib.NAME"
    ),
    "itself on the path": (
        "import os, sys\nsys.path.append(os.path.dirname(__file__))\nimport helper\ndef main(event, context): return helper.NAME"
    ),
    "named like the standard library": "import statistics\ndef main(event, context): return statistics.NAME",
}  # fmt: skip


@pytest.fixture
def two(project_folder):
    """Two functions whose modules have the same names and say "one" and "two"."""

    def write(code: str) -> None:
        for name in ("one", "two"):
            said = f"NAME = '{name}'\n"
            project_folder.function(name, code, "py")
            project_folder.write(
                f"{name}/helper.py", said + "def lazy():\n    from pkg.sub import NAME\n    return NAME"
            )
            project_folder.write(f"{name}/statistics.py", said)
            project_folder.write(
                f"{name}/pkg/__init__.py",
                said + "import importlib\ndef load(): return importlib.import_module('.sub', __name__).NAME",
            )
            project_folder.write(f"{name}/pkg/sub.py", said)
            project_folder.write(f"{name}/pkg/relative.py", "from .sub import NAME\nfrom . import sub")
            project_folder.write(f"{name}/pkg/upward.py", "from helper import NAME")
            project_folder.write(f"{name}/plain/part.py", said)
            project_folder.write(f"{name}/lib/inlib.py", said)
            project_folder.write(f"{name}/circle_a.py", "import circle_b\ndef name(): return circle_b.name()")
            project_folder.write(f"{name}/circle_b.py", f"import circle_a\ndef name(): return '{name}'")

    return write


@pytest.mark.parametrize("code", MODULES.values(), ids=MODULES)
def test_each_function_imports_its_own(cloud, two, code):
    """Two functions with modules of the same names get each their own, in every form of import, and leave none behind."""
    two(code)
    path, modules = list(sys.path), set(sys.modules)

    told = [cloud.call(name, caller=None).result for name in ("one", "two", "one")]
    told.append(cloud.call("two", caller=None, fresh=True).result)

    assert told == ["one", "two", "one", "two"]
    assert sys.path == path
    assert not {"helper", "pkg", "plain", "inlib", "index"} & (set(sys.modules) - modules)


def test_lazy_imports_of_overlapping_calls(cloud, two):
    """Imports that run during overlapping calls find each function's own modules."""
    two(
        "import asyncio\nasync def main(event, context):\n    await asyncio.sleep(0)\n    import helper, pkg.sub\n    return [helper.NAME, pkg.sub.NAME]"
    )

    async def together() -> list:
        outcomes = await asyncio.gather(*(cloud.acall(("one", "two")[number % 2], caller=None) for number in range(40)))
        return [outcome.result for outcome in outcomes]

    assert asyncio.run(together()) == [["one", "one"], ["two", "two"]] * 20


def test_classes_of_siblings_are_whole(cloud, project_folder):
    """Dataclasses, type hints, pickles, enumerations and sources of a sibling's classes work."""
    project_folder.write(
        "typed/models.py",
        """
        from __future__ import annotations
        import dataclasses, enum, typing
        class Colour(enum.Enum):
            RED = "red"
        @dataclasses.dataclass
        class Note:
            text: str
            parent: typing.Optional[Note] = None
            colour: Colour = Colour.RED
        class Pair(typing.NamedTuple):
            a: int
        def f(note: Note) -> Colour: ...
    """,
    )
    project_folder.function("typed", """
        import copy, dataclasses, inspect, pickle, typing
        import models
        def main(event, context):
            note = models.Note("hi", models.Note("outer"))
            hints = typing.get_type_hints(models.Note), typing.get_type_hints(models.f)
            return [
                pickle.loads(pickle.dumps(note)) == note,
                copy.deepcopy(note) == note,
                pickle.loads(pickle.dumps(models.Pair(1))) == (1,),
                pickle.loads(pickle.dumps(models.Colour.RED)) is models.Colour.RED,
                hints[0]["parent"] == typing.Optional[models.Note],
                hints[1]["return"] is models.Colour,
                dataclasses.asdict(note)["text"] == "hi",
                "class Note" in inspect.getsource(models.Note),
                inspect.getmodule(models.Note) is models,
            ]
    """, "py")  # fmt: skip

    assert cloud.call("typed", caller=None).result == [True] * 9


def test_installed_packages_are_shared(cloud, project_folder):
    """What is installed, or in the standard library, is the test process's own, also where a data folder has its name."""
    project_folder.write("shared/json/data.txt", "no package")
    project_folder.function(
        "shared",
        "import json, importlib.util, collections.abc\ndef main(event, context): return [json.__name__, json.dumps(1), importlib.util.__name__, id(json)]",
        "py",
    )
    import json

    assert cloud.call("shared", caller=None).result == ["json", "1", "importlib.util", id(json)]


def test_replaced_builtins_are_seen(cloud, project_folder, monkeypatch):
    """A builtin that a test replaces is replaced in the function too, and one that a function adds is there."""
    project_folder.function(
        "asks",
        "import builtins\nbuiltins.wxcloud_added = 'added'\ndef main(event, context): return [input(), wxcloud_added]",
        "py",
    )
    monkeypatch.setattr(builtins, "wxcloud_added", "before", raising=False)
    cloud.function("asks")
    monkeypatch.setattr(builtins, "input", lambda: "replaced")

    assert cloud.call("asks", caller=None).result == ["replaced", "added"]


def test_a_fresh_instance_reads_the_files_again(cloud, project_folder):
    """A fresh instance runs the function's files as they are now, siblings too."""
    project_folder.write("changing/helper.py", "NAME = 'old'")
    project_folder.function("changing", "import helper\ndef main(event, context): return helper.NAME", "py")
    assert cloud.call("changing", caller=None).result == "old"
    project_folder.write("changing/helper.py", "NAME = 'newer'")

    assert cloud.call("changing", caller=None).result == "old"
    assert cloud.call("changing", caller=None, fresh=True).result == "newer"


def test_functions_named_oddly(cloud, project_folder):
    """A folder's name need not be a Python name."""
    for name in ("a-b", "a.b", "1st", "类"):
        project_folder.write(f"{name}/helper.py", f"NAME = '{name}'")
        project_folder.function(name, "import helper\ndef main(event, context): return helper.NAME", "py")

        assert cloud.call(name, caller=None).result == name


def test_a_path_of_the_test_stays(cloud, project_folder, monkeypatch):
    """A folder that the test itself put on the path stays there."""
    folder = project_folder.function("mine", "import helper\ndef main(event, context): return helper.NAME", "py")
    project_folder.write("mine/helper.py", "NAME = 'mine'")
    monkeypatch.syspath_prepend(str(folder))

    assert cloud.call("mine", caller=None).result == "mine"
    assert str(folder) in sys.path


def test_what_an_instance_left_open_ends_with_it(new_cloud, project_folder, recwarn):
    """The files and connections of its modules, and nobody is warned in the middle of another test."""
    project_folder.function(
        "keeping",
        "import sqlite3\nlog = open(__file__)\ndb = sqlite3.connect(':memory:')\nkept = [log]\n"
        "def main(event, context): return len(kept)",
        "py",
    )
    warnings.simplefilter("always")
    cloud = new_cloud()

    for _ in range(3):
        assert cloud.call("keeping", caller=None, fresh=True).result == 1
    cloud.close()
    gc.collect()

    assert [str(warning.message) for warning in recwarn] == []
