"""What is told of Node, npm and the SDK when they are not as they should be."""

from __future__ import annotations

import asyncio
import gc
import shutil
from pathlib import Path

import pytest

from pytest_wxcloud import LoadError, ProjectError, ToolchainError
from pytest_wxcloud.__main__ import main
from pytest_wxcloud.runtimes.node_packages import install_hint, npm_install_command


@pytest.mark.parametrize("version", ["../x", "latest", "", "4", "4.0.2/../.."])
def test_only_a_version_is_installed(capsys, version):
    """Nothing else becomes the name of a folder."""
    assert main(["install-sdk", "--version", version]) == 1
    assert "is no version of wx-server-sdk. Write three numbers" in capsys.readouterr().err


def test_the_named_sdk_is_the_one_to_install(tmp_path: Path):
    """The command names the version that wxcloud_sdk_version wants."""
    assert "pytest-wxcloud install-sdk --version 1.0.999" in install_hint(tmp_path, "wx-server-sdk", "1.0.999")


def test_a_function_without_the_named_sdk(new_cloud, project_folder):
    """So does a function's own failure to load."""
    project_folder.function("needy", "require('wx-server-sdk'); exports.main = async () => 1")
    with pytest.raises(LoadError, match=r"install-sdk --version 1\.0\.999"):
        new_cloud(sdk_version="1.0.999").call("needy", caller=None)


def test_a_path_with_blanks_is_quoted():
    """So that the command can be copied."""
    command = npm_install_command(Path("/a b") / "c", ["left-pad"])

    assert command.endswith("install --ignore-scripts left-pad")
    assert command.partition("--prefix ")[2][0] in "'\""


def test_export_alone_is_told_as_an_es_module(new_cloud, project_folder):
    """Not as an import that is not there."""
    project_folder.function("modern", "export const main = async () => 1\n")
    with pytest.raises(LoadError, match="It is an ES module") as caught:
        new_cloud().call("modern", caller=None)
    assert "import statement" not in str(caught.value)


@pytest.mark.filterwarnings("error")
def test_a_program_that_is_no_node(new_cloud, project_folder):
    """It is told, and leaves nothing half written behind."""
    program = shutil.which("true") or shutil.which("hostname")
    project_folder.function("any", "exports.main = async () => 1")
    with pytest.raises(ToolchainError, match="Node did not start"):
        new_cloud(node=program).call("any", caller=None)
    gc.collect()


def test_a_call_ended_by_another_ones_time_limit_says_so(new_cloud, project_folder):
    """The process that is ended was theirs too."""
    project_folder.function("endless", "exports.main = async () => { for (;;); }")
    project_folder.function("patient", "exports.main = () => new Promise((done) => setTimeout(done, 60000))")
    cloud = new_cloud()
    cloud.function("endless")
    cloud.function("patient")

    async def both():
        patient = asyncio.create_task(cloud.acall("patient", caller=None, time_limit=60))
        return await asyncio.gather(cloud.acall("endless", caller=None, time_limit=1), patient)

    endless, patient = asyncio.run(both())
    assert "no answer within 1 seconds" in endless.error.message
    assert "because an overlapping call of endless gave no answer within 1 seconds" in patient.error.message


@pytest.mark.parametrize("zone, offset", [("UTC", 0), ("Asia/Shanghai", -480), ("CST-8", -480)])
def test_a_time_zone(new_cloud, project_folder, zone, offset):
    """Any that Node knows."""
    project_folder.function("when", "exports.main = async () => new Date().getTimezoneOffset()")

    assert new_cloud(timezone=zone).call("when", caller=None).result == offset


def test_a_time_zone_that_is_none(new_cloud, project_folder):
    """It is told, where Node would take it for UTC."""
    project_folder.function("when", "exports.main = async () => 1")
    with pytest.raises(ProjectError, match="wxcloud_timezone is 'Nope/X', which Node does not know"):
        new_cloud(timezone="Nope/X").call("when", caller=None)
