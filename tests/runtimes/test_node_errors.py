"""What a function threw, as the outcome tells it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "thrown, code, err_code",
    [
        ("new Error('x')", None, None),
        ("Object.assign(new Error('x'), { code: undefined })", None, None),
        ("Object.assign(new Error('x'), { code: 'undefined', errCode: null })", "undefined", None),
        ("Object.assign(new Error('x'), { code: 'E1', errCode: -1 })", "E1", -1),
    ],
)
def test_codes(run, thrown, code, err_code):
    """An error without codes has none: not the text 'undefined'."""
    error = run(f"exports.main = async () => {{ throw {thrown} }}").error

    assert (error.code, error.err_code) == (code, err_code)
