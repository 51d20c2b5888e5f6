"""What a verdict offers to paste fails on the hole, and passes when that is mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pytest_wxcloud import Violation, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import attempting

from .twins import TWINS, Twin

if TYPE_CHECKING:
    from ..conftest import ProjectFolder


def violations(cloud: WxCloud, twin: Twin) -> dict[str, Violation]:
    """Law → how it was broken, of all laws of the contract."""
    contract = twin.contract()
    broken = {}
    with arranged(contract, cloud) as world:
        for method in (name for name in dir(contract) if name.startswith("test_") and getattr(contract, name)):
            with attempting(world) as attempts:
                try:
                    getattr(contract, method)(attempts)
                except Violation as error:
                    broken[method.removeprefix("test_")] = error
    return broken


@pytest.fixture
def written(mini_program: ProjectFolder) -> Callable[[str], None]:
    def write(which: str) -> None:
        for twin in TWINS:
            mini_program.function(twin.name, twin.code(getattr(twin, which)), twin.language)

    return write


def test_pasted(pytester: pytest.Pytester, mini_program: ProjectFolder, written: Callable[[str], None]) -> None:
    """For every twin: its laws are broken, told as they should be, and shown again by the lines that are offered."""
    written("hole")
    offered = 0
    with WxCloud(mini_program.project) as cloud:
        for twin in TWINS:
            broken = violations(cloud, twin)
            assert set(twin.laws) <= set(broken), (twin.name, set(broken))
            for law, error in broken.items():
                text = str(error)
                assert max(map(len, text.splitlines())) <= 100, text
                code = error.verdicts[0].reproduction
                assert code, (twin.name, law, text)
                pytester.path.joinpath(f"test_{twin.name}_{law}.py").write_text(code + "\n", "utf-8")
                offered += 1
            told = "\n".join(map(str, broken.values()))
            for words in twin.says:
                assert words in told
    options = ("-p", "no:asyncio", "-p", "no:cacheprovider", "-q", "--tb=short")

    on_holes = pytester.runpytest_subprocess(*options)
    assert on_holes.parseoutcomes() == {"failed": offered}
    assert len(re.findall(r"^E   +(assert|AssertionError)", on_holes.stdout.str(), re.MULTILINE)) >= offered

    written("mended")
    assert pytester.runpytest_subprocess(*options).parseoutcomes() == {"passed": offered}


def test_mended_twins_break_nothing(mini_program: ProjectFolder, written: Callable[[str], None]) -> None:
    """The contracts find nothing where there is nothing."""
    written("mended")
    with WxCloud(mini_program.project) as cloud:
        for twin in TWINS:
            assert not violations(cloud, twin), twin.name
