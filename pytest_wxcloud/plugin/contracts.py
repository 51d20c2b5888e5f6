"""What contracts found, from the tests of a run to its summary: collected here, and from xdist's workers."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..errors import ContractError, ProjectError, WxCloudError, users_mistake
from .options import flag_of
from .unanswered import tell

if TYPE_CHECKING:
    from ..checks.attempt import Attempts
    from ..contract import AuthorizationContract
    from ..report.completeness import Completeness, Contracted
    from ..report.findings import Findings
    from .state import State

__tracebackhide__ = users_mistake

FIXTURE = "wx_attempts"
MACHINE = "wx_script"
WORKER = "wxcloud_contracts"  # under which a worker of xdist sends what it has
COLOURS = {
    "violated": {"red": True, "bold": True},
    "inconclusive": {"yellow": True, "bold": True},
    "set-up failed": {"yellow": True, "bold": True},
    "unrefused": {"yellow": True},
    "crashed": {"yellow": True},
    "had effect": {"green": True},
    "note": {"yellow": True},
    "untested": {"light": True},
    "head": {"bold": True},
}


class Contracts:
    """The findings of this run and the contracts that were collected."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._config = state.config
        self.found: Findings | None = None
        self.collected: set[Contracted] = set()
        self.routes: dict[str, list[str]] = {}  # of each web app that a contract is about
        self.asked: dict[str, set[str]] = {}  # those of them that contracts send requests to
        self.deselected = 0
        self.lost = 0  # workers that ended without telling
        self.incomplete: list[Completeness] = []

    @property
    def findings(self) -> Findings:
        """Made when the first law is tried."""
        if self.found is None:
            from ..report.findings import Findings

            self.found = Findings(detailed=bool(self._json))
        return self.found

    @property
    def _json(self) -> str:
        return self._config.getoption("--wx-report-json") or ""

    @property
    def requires_complete(self) -> bool:
        """Whether every operation has to have a contract."""
        return flag_of(self._config, "--wx-require-complete", "wxcloud_require_complete")

    # While the tests run

    def collect(self, item: pytest.Item) -> None:
        """Note the contract that a collected test is of."""
        if FIXTURE not in getattr(item, "fixturenames", ()) or not self.requires_complete:
            return
        contract = getattr(item, "cls", None)
        if contract is None:
            return
        from ..checks.operation import is_web
        from ..report.completeness import Contracted

        if is_web(contract):
            self._list_routes(contract)
            return
        root = self._state.project_above(item.path.parent).function_root
        function, action = contract.function, contract.action
        name = function if isinstance(function, str) else _folder_of(function, root)
        self.collected.add(Contracted(str(root), name, action, contract.__name__))

    def _list_routes(self, contract: Any) -> None:
        from ..checks.operation import app_name
        from ..runtimes.web_apps import import_app
        from ..runtimes.web_routes import routes_of

        name = app_name(contract)
        if name not in self.routes:
            with suppress(WxCloudError):  # the contract's own tests tell
                app = import_app(contract.app) if isinstance(contract.app, str) else contract.app
                self.routes[name] = [name for route in routes_of(app) or () for name in route.names]

    def tried(self, attempts: Attempts) -> None:
        """Take in what one law found."""
        if attempts.world.web is not None:
            from ..checks.operation import app_name

            self.asked.setdefault(app_name(attempts.world.operation), set()).add(attempts.world.route)
        self.findings.add(attempts.world.operation, attempts.verdicts, attempts.notes)

    def failed(self, operation: AuthorizationContract, error: BaseException) -> str:
        """Take in that nothing could be judged. Answers what to tell."""
        self.findings.fail(operation, str(error))
        return f"Set-up of a contract: {error}{where(error)}"

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count the laws that are not going to be tried."""
        self.deselected += sum(FIXTURE in getattr(item, "fixturenames", ()) for item in items)

    # When they have run

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear a worker of xdist that has ended."""
        self.hear(getattr(node, "workeroutput", {}).get(WORKER))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send everything to xdist's controller, or conclude."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[WORKER] = self.tell()
        else:
            self.finish(session)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print it."""
        self.summarize(terminalreporter)
        tell(terminalreporter)

    def tell(self) -> str:
        """Everything a worker of xdist has, as text."""
        found = self.found.as_json() if self.found is not None else None
        collected = [list(vars(one).values()) for one in sorted(self.collected)]
        asked = {name: sorted(routes) for name, routes in self.asked.items()}
        said = {"found": found, "collected": collected, "routes": self.routes, "asked": asked}
        return json.dumps({**said, "deselected": self.deselected})

    def hear(self, told: str | None) -> None:
        """Add what a worker told; None from one that died."""
        if told is None:
            self.lost += 1
            return
        said = json.loads(told)
        if said["found"] is not None:
            from ..report.findings import Findings

            self.findings.merge(Findings.from_json(said["found"]))
        if said["collected"]:
            from ..report.completeness import Contracted

            self.collected |= {Contracted(*one) for one in said["collected"]}
        self.routes.update(said["routes"])
        for name, routes in said["asked"].items():
            self.asked.setdefault(name, set()).update(routes)
        self.deselected = max(self.deselected, said["deselected"])

    def finish(self, session: pytest.Session) -> None:
        """Compare with the function root, fail the run if it has to be, and write the JSON."""
        if self.requires_complete:
            self.incomplete = [one for one in self._completeness() if not one.holds]
            if self.incomplete and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self._json:
            path = self._config.invocation_params.dir / self._json
            path.parent.mkdir(parents=True, exist_ok=True)
            missing = [name for one in self.incomplete for name in one.missing] if self.requires_complete else None
            said = {**self.findings.as_json(), "missing": missing}
            path.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")

    def _completeness(self) -> Iterable[Completeness]:
        from ..project import Project
        from ..report.completeness import completeness, completeness_of_routes
        from .header import start_of

        roots = {Path(one.function_root) for one in self.collected}
        projects = {root: Project(root) for root in roots}
        here = self._state.project_above(start_of(self._state))
        projects.setdefault(here.function_root, here)
        left_out = self._config.getini("wxcloud_no_contract")
        return [
            *(completeness(project, self.collected, left_out) for project in projects.values()),
            *(
                completeness_of_routes(app, routes, self.asked.get(app, ()), left_out)
                for app, routes in self.routes.items()
            ),
        ]

    def summarize(self, reporter: pytest.TerminalReporter) -> None:
        """Print the matrix and what has no contract."""
        if self.found is not None and self.found.rows:
            from ..report.matrix import matrix

            reporter.write_sep("=", "wxcloud: who got in")
            for line in matrix(self.found, min(reporter._tw.fullwidth, 160)):
                for text, what in line:
                    reporter.write(text, **COLOURS.get(what, {}))
                reporter.line("")
            if self.lost:
                reporter.line(f"{self.lost} workers died, and what they found is missing.", yellow=True)
            if self._json:
                reporter.line(f"written to {self._json}")
        if self.incomplete:
            reporter.write_sep("=", "wxcloud: operations without a contract", red=True)
            for one in self.incomplete:
                reporter.line("\n".join(one.lines()))
        if self.requires_complete and self.deselected:
            reporter.line(
                f"{self.deselected} tests were deselected. Their contracts count as written; that their laws hold was "
                "not tried."
            )


def plain_report(
    contracts: Contracts, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Have a broken law be told by its verdict alone, and a broken contract as an error of set-up."""
    error = call.excinfo.value if call.excinfo is not None else None
    used = getattr(item, "fixturenames", ())
    if FIXTURE not in used and MACHINE not in used:
        return
    from ..checks.operation import is_web
    from ..checks.verdict import Inconclusive, Violation

    titles = {Violation: "Violation", Inconclusive: "Inconclusive", ContractError: "Set-up of a contract"}
    title = next((title for kind, title in titles.items() if isinstance(error, kind)), None)
    if title is None or item.config.getoption("fulltrace") or item.config.getoption("tbstyle") == "native":
        return
    report.longrepr = f"{title}: {error}"
    if FIXTURE in used and is_web(item.instance):  # type: ignore[attr-defined]  # a test in a class
        report.sections = []  # what hundreds of odd requests had the app log
    if isinstance(error, ContractError):
        report.longrepr += where(error)
        report.when = "setup"  # nothing was judged: an error, not a failure
        if FIXTURE in used:
            report.longrepr = contracts.failed(item.instance, error)  # type: ignore[attr-defined]


def where(error: BaseException) -> str:
    """The line of the contract that raised what `error` tells of."""
    cause = error.__cause__
    frames = traceback.extract_tb(cause.__traceback__) if cause is not None else []
    mine = Path(__file__).parents[1]
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(mine)]
    return f"\n  {own[0].filename}:{own[0].lineno}: {own[0].line}" if own else ""


def check_path(config: pytest.Config) -> None:
    """Refuse a path that no report can be written to, before any test runs.

    Raises:
        ProjectError: for a folder.
    """
    given = config.getoption("--wx-report-json")
    if given and (config.invocation_params.dir / given).is_dir():
        raise ProjectError(f"--wx-report-json {given} is a folder. Name a file in it.")


def _folder_of(function: Any, root: Path) -> str:
    """The name of the folder in `root` that a Python callable stands in; its own, if it stands elsewhere."""
    code = getattr(function, "__code__", None)
    file = Path(code.co_filename) if code is not None else Path()
    if file.is_absolute() and file.is_relative_to(root):
        return file.relative_to(root).parts[0]
    return str(getattr(function, "__qualname__", function))
