"""`AuthorizationMachine`: several people use the operations of several contracts, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .contract import AuthorizationContract
from .errors import users_mistake
from .own_tests import OwnTests

__tracebackhide__ = users_mistake

if TYPE_CHECKING:
    from .checks.stories.story import Script


class AuthorizationMachine(OwnTests):
    """Subclass it as ``class TestTodos(AuthorizationMachine)``, and name contracts over the same collections.

    Hypothesis has Alice, Bob and Carol call their operations on what they have made themselves and on what others
    have, Dave's among it, who never calls. A model says whose each document is and who has been given which role over
    it; what somebody changes or is shown beyond that ends the story, which is then made as short as it can be.

    Contracts need nothing more than for their laws, but for sharing: `AuthorizationContract.gives` and `takes` name
    the role that a call gives or takes. A role that no operation gives is given by `grant`. An openid in an event, or
    the `_id` of what `register` stores about a person, that is neither the caller's nor the owner's stands for whomever
    the story has in it.

    Attributes:
        contracts: the operations; one of them creates what the others are about.
        settings: Hypothesis's; ``settings(max_examples=200, stateful_step_count=30)`` tells more and longer stories.
    """

    contracts: Sequence[type[AuthorizationContract]] = ()
    settings: Any = None

    def test_stories(self, wx_script: Script) -> None:
        """In no order of calls does anybody get what is not theirs."""
        from .checks.stories.driver import tell_stories

        tell_stories(wx_script, self.settings)
