"""The laws of web apps alone, as tests that every contract with an `app` inherits."""

from __future__ import annotations

from .checks.attempt import Attempts
from .checks.surface import SURFACE
from .own_tests import OwnTests


class WebLaws(OwnTests):
    """Laws of what only requests have: headers that carry identity, and others under way at the same time."""

    def test_without_identity_it_refuses(self, wx_attempts: Attempts) -> None:
        """Without WeChat's headers the app refuses, and does not break down."""
        SURFACE["without_identity_it_refuses"](wx_attempts)

    def test_no_header_smuggles_identity(self, wx_attempts: Attempts) -> None:
        """Headers that are nearly WeChat's, or come twice, say nothing about the caller."""
        SURFACE["no_header_smuggles_identity"](wx_attempts)

    def test_resource_sharing_gets_what_is_said(self, wx_attempts: Attempts) -> None:
        """Who calls from another app by resource sharing gets what the contract says."""
        SURFACE["resource_sharing_gets_what_is_said"](wx_attempts)

    def test_overlapping_requests_never_mix(self, wx_attempts: Attempts) -> None:
        """A request keeps its caller while another is under way."""
        SURFACE["overlapping_requests_never_mix"](wx_attempts)
