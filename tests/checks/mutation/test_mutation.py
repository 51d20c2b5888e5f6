"""The mutator finds every guard, and contracts find what is missing in a few handlers; `make mutation` tries them all."""

from __future__ import annotations

import pytest

from ..twin import twins
from .mutants import mutants_of
from .trying import try_twin

JAVASCRIPT = """
exports.main = async ({ id, admin }) => {
  if (!id && admin !== true) throw new Error('no')
  const mine = admin ? {} : { owner: id }
  return db.collection('notes').where({ _id: id, owner: mine.owner }).get()
}
"""
PYTHON = """
def main(event, context):
    if not event["id"] or event["id"] == "x":
        return None
    return db.execute("select * from notes where id = ? and owner = ?", [event["id"], event["owner"]])
"""


def told(source: str, *, python: bool) -> list[str]:
    return [mutant.what for mutant in mutants_of(source, python=python)]


def test_mutants_of_javascript() -> None:
    assert told(JAVASCRIPT, python=False) == [
        "no !id && admin !== true",
        "not !id && admin !== true",
        "without !id",
        "without admin !== true",
        "no admin",
        "not admin",
        "find without _id: id",
        "find without owner: mine.owner",
    ]
    assert ".where({ owner: mine.owner })" in mutants_of(JAVASCRIPT, python=False)[6].source


def test_mutants_of_python() -> None:
    assert told(PYTHON, python=True) == [
        "no not event['id'] or event['id'] == 'x'",
        "not not event['id'] or event['id'] == 'x'",
        "without not event['id']",
        "without event['id'] == 'x'",
        "find without and owner = ?",
    ]
    assert "'select * from notes where id = ?', [event['id']])" in mutants_of(PYTHON, python=True)[-1].source


@pytest.mark.parametrize("name", ["RemoveAfterCompare", "UpdateWhere", "PyRemove"])
def test_what_concerns_others_is_flagged(name: str) -> None:
    result = try_twin(next(twin for twin in twins() if twin.__name__ == name))

    assert result.flagged
    assert not result.survived
