"""The JavaScript side: the worker that runs functions, and the pinned SDK. Data files, no Python."""

from pathlib import Path

WORKER = Path(__file__).with_name("worker.js")
GUARD = Path(__file__).with_name("guard.js")
SDK_MANIFEST = Path(__file__).with_name("sdk")
