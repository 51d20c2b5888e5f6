"""What a Python function prints and logs is in its outcome, and goes where it would go otherwise."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest

CODE = """
    import asyncio, logging, sys, threading
    {kind} main(event, context):
        print("read", event["id"], end="; ")
        print("done")
        sys.stderr.write("careful\\n")
        logging.getLogger("shop").warning("sold %s", event["id"])
        {wait}
        thread = threading.Thread(target=print, args=("elsewhere",))
        thread.start()
        thread.join()
        if event.get("fails"): raise ValueError("no")
"""
KINDS = [("def", "pass"), ("async def", "await asyncio.sleep(0.01)")]


def written(identity: object) -> list[tuple[str, str]]:
    return [
        ("stdout", f"read {identity}; done\n"),
        ("stderr", "careful\n"),
        ("stderr", f"WARNING shop: sold {identity}\n"),
    ]


@pytest.mark.parametrize(("kind", "wait"), KINDS)
@pytest.mark.parametrize("event", [{"id": 1}, {"id": 1, "fails": True}])
def test_logs_of_an_outcome(new_cloud, project_folder, capsys, kind, wait, event):
    project_folder.function("talker", CODE.format(kind=kind, wait=wait), "py")
    cloud = new_cloud()
    streams = sys.stdout, sys.stderr, list(logging.root.handlers)

    outcome = cloud.call("talker", event, caller=None)

    assert [(line.stream, line.text) for line in outcome.logs][:3] == written(1)
    assert (sys.stdout, sys.stderr, logging.root.handlers) == streams
    said = capsys.readouterr()
    assert said.out.startswith("read 1; done\n")
    assert said.err == "careful\n"


def test_calls_that_overlap_hear_their_own(new_cloud, project_folder):
    project_folder.function("talker", CODE.format(kind=KINDS[1][0], wait=KINDS[1][1]), "py")
    cloud = new_cloud()

    async def together():
        return await asyncio.gather(*(cloud.acall("talker", {"id": n}, caller=None) for n in range(5)))

    for n, outcome in enumerate(asyncio.run(together())):
        assert [(line.stream, line.text) for line in outcome.logs][:3] == written(n)


def test_a_log_that_the_function_sets_up_is_kept_once(new_cloud, project_folder, monkeypatch):
    monkeypatch.setattr(logging.root, "handlers", [])
    code = """
        import logging
        def main(event, context):
            logging.basicConfig(force=True, format="%(message)s")
            logging.warning("once")
    """
    project_folder.function("talker", code, "py")
    cloud = new_cloud()

    assert [line.text for line in cloud.call("talker", caller=None).logs] == ["once\n"]
    assert [line.text for line in cloud.call("talker", caller=None).logs] == ["once\n"]


def test_a_crash_tells_what_was_printed(new_cloud, project_folder):
    project_folder.function("talker", "def main(event, context):\n    print('so far')\n    {}['gone']", "py")

    assert "stdout: so far" in str(new_cloud().call("talker", caller=None)._tell("crashed"))
