"""Why a law was broken: the one cause that calls confirm, or none.

A cause is told where the same call, but for one thing, does nothing of the kind; never by a name or a note.
"""

from .likely import likely_cause

__all__ = ["likely_cause"]
