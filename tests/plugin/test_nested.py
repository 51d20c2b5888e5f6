"""A run inside a run leaves the outer one as it was."""

from __future__ import annotations

import pytest


def test_the_outer_test_keeps_its_identity(pytester: pytest.Pytester, mini_program) -> None:
    """When an inner run ends, whoever acts around it still does, also in threads and through patched functions."""
    pytester.makepyfile(
        provider="def who(): return None",
        inner="def test_it(wx_user, wx_cloud): pass",
        test_outer="""
        import os
        import threading
        import pytest
        import provider

        def test_it(wx_user, wx_cloud):
            assert pytest.main(["-p", "no:cacheprovider", "inner.py"]) == 0
            assert os.environ["WX_OPENID"] == wx_user.openid == provider.who()["OPENID"]
            found = []
            with wx_cloud.acting_as(None):
                thread = threading.Thread(target=lambda: found.append(os.environ.get("WX_OPENID")))
                thread.start()
                thread.join()
            assert found == [None]
        """,
    )
    pytester.makeini("[pytest]\npythonpath = .\nwxcloud_patch = provider:who\n")

    pytester.runpytest_subprocess("test_outer.py").assert_outcomes(passed=1)
