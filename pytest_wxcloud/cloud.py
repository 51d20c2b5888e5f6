"""`WxCloud`, the harness: calls functions by name, as anyone. Usable without pytest."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from .carriers import render
from .client import Callback, ClientAnswer, as_client
from .deadline import off_the_clock
from .decision import completed
from .errors import NoIdentityError, UnknownFunctionError, users_mistake
from .frozen import frozen_time
from .identity import APPID, People, Principal, WxApp, WxUser, as_principal
from .identity.suppositions import SENT_FIELDS_SURVIVE
from .invocation import Answerer, Chain, Invocation, as_json, blocked_message, takes_an_event
from .outcome import Answer, BlockedError, Outcome, Rule
from .project import Project
from .runtimes import acting as stage
from .runtimes import environ, python_modules
from .runtimes.base import Handler, Request, real_seconds
from .runtimes.node import NodeHandler, NodeRuntime
from .runtimes.patching import Patches
from .runtimes.python import PythonHandler
from .settings import Settings, checked_seconds
from .surroundings import Surroundings
from .web_apps import WebApps

if TYPE_CHECKING:
    from .web_app import WebApp

__tracebackhide__ = users_mistake


class Ambient:
    """The type of `AMBIENT`."""

    def __repr__(self) -> str:
        return "AMBIENT"


#: The caller of a call that names none: whoever acts.
AMBIENT = Ambient()

Caller = Principal | WxUser | None


#: A dotted path to a Python callable.
DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*[.:][^\W\d]\w*(\.[^\W\d]\w*)*")
#: Headers set by hand that are remembered for the report of a test that fails.
NOTES_KEPT = 20
#: Functions that call each other further than this do it without end.
LONGEST_CHAIN = 10

NO_IDENTITY = """Nobody was chosen to call {function}, and there is no default caller.
Choose one: request the fixture wx_user; or mark the test with @pytest.mark.wx_user(), with_unionid or
wx_anonymous(); or pass caller=wx_users["alice"]; or use 'with wx_cloud.acting_as(user):'.
To call as nobody on purpose, pass caller=None."""


class WxCloud(Surroundings):
    """Runs cloud functions as anyone.

    Args:
        project: the project, or the folder of its functions, or what tells the project of the moment.
        settings: how to behave.
        people: where users come from; without it the seed of the settings.
        observers: called with each `Outcome`.
    """

    def __init__(
        self,
        project: Project | Path | str | Callable[[], Project] = "cloudfunctions",
        settings: Settings | None = None,
        *,
        people: People | None = None,
        observers: Iterable[Callable[[Outcome], None]] = (),
    ) -> None:
        self.settings = settings = settings or Settings()
        self._given_people = people or People(settings.seed)
        self._observers = tuple(observers)
        self._handlers: dict[tuple[Path, str], Handler] = {}
        self._requests = itertools.count(1)
        self._patches = Patches(settings.patch)
        self.apps = WebApps(self._web_app)
        self.notes: deque[str] = deque(maxlen=NOTES_KEPT)
        node = NodeRuntime(
            node=settings.node, sdk_version=settings.sdk_version, memory=settings.memory, timezone=settings.timezone
        )
        super().__init__(node, lambda: self.wx_app, settings.openapi_default)
        self._find_project = project if callable(project) else _always(project)
        self._people: tuple[Project | None, People] = (None, self._given_people)

    @property
    def project(self) -> Project:
        """The project whose functions are called by name."""
        return self._find_project()

    @property
    def people(self) -> People:
        """Everybody there is, in the app under test.

        An appid that WeChat never issues ("touristappid", "your appid") is replaced by a fabricated one.
        """
        project = self.project
        if self._people[0] is not project:
            people = self._given_people
            if isinstance(project.appid, str) and APPID.pattern.fullmatch(project.appid):
                people = replace(people, app=WxApp(project.appid, platform=people.platform()))
            self._people = (project, people)
        return self._people[1]

    @property
    def wx_app(self) -> WxApp:
        """The app under test."""
        return self.people.app

    # Who calls

    @contextmanager
    def acting_as(self, who: Caller) -> Iterator[Principal]:
        """Let `who` be the caller of every call in the block, also of Python handlers called directly.

        In a task of an event loop only that task is affected.
        """
        someone = self.in_place(who)
        self.prepare_process()
        with stage.overlaid(someone):
            yield someone.principal

    def enter(self, someone: stage.Acting) -> None:
        """Like `acting_as`, for the whole process and until `stage.leave`; for fixtures."""
        self.prepare_process()
        stage.enter(someone)

    def leave(self, someone: stage.Acting) -> None:
        """End what `enter` began; out of order does no harm."""
        stage.leave(someone)

    def prepare_process(self) -> None:
        """Make os.environ and the patch targets follow whoever acts. Cheap when that is so already."""
        environ.install(self)
        self._patches.apply()

    def context_for(self, who: Caller | Ambient = AMBIENT) -> dict[str, Any]:
        """The context argument for a Python handler that a test calls itself."""
        return self._context("main_handler", self._acting("main_handler", who))

    def _acting(self, function: str, who: Caller | Ambient) -> stage.Acting:
        if not isinstance(who, Ambient):
            return self.in_place(who)
        someone = stage.acting()
        if someone is None:
            raise NoIdentityError(NO_IDENTITY.format(function=function))
        return someone

    def in_place(self, who: Caller) -> stage.Acting:
        """`who` as seen from this project: functions run in its environment, whoever's app calls."""
        principal = self._placed(who)
        return stage.Acting(principal, render(principal, self.settings.carriers), notes=self.notes)

    def _placed(self, who: Caller) -> Principal:
        principal = as_principal(who)
        env_id = principal.env_id or self.wx_app.env_id
        host = principal.host_appid or self.wx_app.appid
        return replace(principal, env_id=env_id, host_appid=host)

    def principal_for(self, operation: str, who: Caller | Ambient) -> Principal:
        """`who` as seen from this project, or whoever acts.

        Raises:
            NoIdentityError: when nobody was chosen; `operation` is what they were to do.
        """
        if not isinstance(who, Ambient):
            return self._placed(who)
        return self._acting(operation, who).principal

    # What is called

    def function(self, name: str | Callable[..., Any], *, load: bool = True) -> Handler:
        """The function `name`, loaded, so that the next call costs no more than any other.

        `name` is a folder of the project, a dotted path to a Python callable (with a colon or a dot
        before its name), or a callable.

        Raises:
            UnknownFunctionError: naming the near ones.
            LoadError: when it cannot be loaded.
        """
        handler = self._handler(name)
        if load:
            handler.load()
        return handler

    def _handler(self, name: str | Callable[..., Any]) -> Handler:
        if not isinstance(name, str):
            if not callable(name):
                raise UnknownFunctionError(
                    f"A function is named by a text, or is a callable, not {type(name).__name__} ({name!r})."
                )
            return PythonHandler(getattr(name, "__name__", repr(name)), name)
        key = (self.project.function_root, name)
        if key not in self._handlers:
            self._handlers.setdefault(key, self._make_handler(name))  # of two threads both get the one
        return self._handlers[key]

    def _fresh(self, name: str | Callable[..., Any]) -> Handler:
        """A new instance of a function, which calls after this one find warm."""
        if not isinstance(name, str):
            return self._handler(name)
        fresh = self._make_handler(name)
        self._handlers[self.project.function_root, name] = fresh
        return fresh

    def renew(self) -> None:
        """Have the next call of each function find its own modules loaded anew, and nothing that it kept in them.

        Cheaper than ``call(…, fresh=True)``: packages of JavaScript functions stay loaded.
        """
        for key, handler in list(self._handlers.items()):
            if isinstance(handler, NodeHandler):
                handler.renew()
            else:
                del self._handlers[key]

    def _make_handler(self, name: str) -> Handler:
        if name not in self.project.functions and DOTTED.fullmatch(name):
            return PythonHandler(name, name)
        folder = self.project.folder(name)
        if self.project.entry(folder).endswith(".py"):
            return PythonHandler(name, folder, self.wx_app.env_id)
        return NodeHandler(name, folder, self.node, self.wx_app.env_id)

    def app(self, target: Any) -> WebApp:
        """A WSGI or ASGI app, to make requests to as anyone: ``wx_cloud.app("shop.wsgi:application")``.

        `target` is its import path (``module:name``, ``module:factory()``, or a module that has an ``application``
        or ``app``), or the app. By its path it is the same one in every test; given as an object it is shut down
        at the end of the test or scenario that gives it.

        Raises:
            LoadError: when it cannot be imported, or is no app.
        """
        return self.apps.find(target)

    def _web_app(self, target: Any) -> WebApp:
        from .web_app import WebApp

        return WebApp(self, target)

    @contextmanager
    def scene(self, seeds: dict[str, list[Any]] | None = None) -> Iterator[None]:
        """Take back, after the block, whatever it does to any layer, and shut down the apps that it brought along."""
        with super().scene(seeds), self.apps.scene():
            yield

    @cached_property
    def _answerers(self) -> dict[str, Answerer]:
        """Who answers what a function asks the harness for, by the question's kind."""
        return {
            "function": self._call_between,
            "openapi": lambda chain, question: self.openapi.serve(question, chain.caller),
            "http": lambda chain, question: self.http.serve(question, chain.caller),
        }

    def answering(self, chain: Chain) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """What a function asks for the things that the harness does for it."""
        return functools.partial(chain.asked, self._answerers)

    # Calling

    @takes_an_event
    def call(
        self,
        name: str | Callable[..., Any],
        event: Mapping[str, Any] | None = None,
        *,
        caller: Caller | Ambient = AMBIENT,
        fresh: bool = False,
        time_limit: float | None = None,
        decide: Rule | None = None,
        allow_blocked: bool = False,
    ) -> Outcome:
        """Run a function once and answer what came of it.

        Args:
            name: see `function`.
            event: what the client sends; JSON data.
            caller: who calls; without it whoever acts, and None is nobody.
            fresh: start a new instance first; otherwise the instance is warm, as the platform's are.
            time_limit: seconds of real time, for JavaScript functions.
            decide: replaces the rule for `Outcome.decision`.
            allow_blocked: do not raise when the function tried to leave the machine.

        Raises:
            NoIdentityError: when nobody was chosen.
            UnknownFunctionError, LoadError: when there is no such function, or it cannot be loaded.
            InvalidEventError: when `event` is not JSON.
            BlockedError: when the function tried to leave the machine.
        """
        invocation = self._prepare(name, event, caller, fresh, time_limit, decide)
        with stage.overlaid(invocation.acting):
            answer = invocation.handler.invoke(invocation.request)
        return self._conclude(invocation, answer, allow_blocked)

    @takes_an_event
    async def acall(
        self,
        name: str | Callable[..., Any],
        event: Mapping[str, Any] | None = None,
        *,
        caller: Caller | Ambient = AMBIENT,
        fresh: bool = False,
        time_limit: float | None = None,
        decide: Rule | None = None,
        allow_blocked: bool = False,
    ) -> Outcome:
        """`call` for asyncio: several may run at once, each with its own identity."""
        invocation = self._prepare(name, event, caller, fresh, time_limit, decide)
        with stage.overlaid(invocation.acting):
            answer = await invocation.handler.ainvoke(invocation.request)
        return self._conclude(invocation, answer, allow_blocked)

    @overload
    def call_function(
        self, name: str, data: Mapping[str, Any] | None = None, *, caller: Caller | Ambient = AMBIENT
    ) -> ClientAnswer: ...
    @overload
    def call_function(
        self,
        name: str,
        data: Mapping[str, Any] | None = None,
        *,
        caller: Caller | Ambient = AMBIENT,
        success: Callback = ...,
        fail: Callback = ...,
        complete: Callback = ...,
    ) -> None: ...
    def call_function(
        self,
        name: str,
        data: Mapping[str, Any] | None = None,
        *,
        caller: Caller | Ambient = AMBIENT,
        success: Callback | None = None,
        fail: Callback | None = None,
        complete: Callback | None = None,
    ) -> ClientAnswer | None:
        """``wx.cloud.callFunction``, as the Mini Program knows it.

        With callbacks they are called and nothing is returned; without, the answer
        (``{"result", "errMsg", "requestID"}``) is returned, or `CallFunctionError` raised.
        """
        number = next(self._requests)
        try:
            outcome: Outcome | UnknownFunctionError = self.call(name, data, caller=caller)
        except UnknownFunctionError as error:
            outcome = error
        return as_client(outcome, self._request_id(number), success=success, fail=fail, complete=complete)

    def close(self) -> None:
        """End the worker, every instance and every app, and put back what was replaced."""
        with ExitStack() as closing:  # whatever fails
            closing.callback(environ.uninstall, self)
            closing.callback(self._patches.undo)
            closing.callback(self.node.close)
            closing.callback(self.apps.close)
            closing.callback(python_modules.let_go)
            closing.callback(self._handlers.clear)

    def __enter__(self) -> WxCloud:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(
        self,
        name: str | Callable[..., Any],
        event: Mapping[str, Any] | None,
        caller: Caller | Ambient,
        fresh: bool,
        time_limit: float | None,
        decide: Rule | None,
    ) -> Invocation:
        handler = self._fresh(name) if fresh else self._handler(name)
        someone = self._acting(handler.name, caller)
        self.prepare_process()
        with off_the_clock():
            handler.load()
        sent = as_json(event)
        added = someone.injection.event
        if someone.principal.supposing == SENT_FIELDS_SURVIVE:
            added = {name: value for name, value in added.items() if name not in sent}
        chain = Chain(someone.principal, self.node.late, handler.name, self.node.origin)
        request = Request(
            event={**sent, **self._open_data.opened(event, someone.principal), **added},
            context=self._context(handler.name, someone),
            injection=someone.injection,
            time=frozen_time(),
            time_limit=self.settings.time_limit if time_limit is None else checked_seconds("time_limit", time_limit),
            hosts=self.http.hosts,
            ask=self.answering(chain),
            after=chain,
        )
        return Invocation(
            handler, someone, sent, request, completed(decide or self.settings.rule), chain, real_seconds()
        )

    def _call_between(self, chain: Chain, question: dict[str, Any]) -> dict[str, Any]:
        """``cloud.callFunction`` of one function from another, as the cloud answers the SDK."""
        caller, name, data = chain.caller, question["function"], question["data"]
        if caller.hops >= LONGEST_CHAIN:
            return {"code": "FUNCTIONS_EXECUTE_FAIL", "message": f"functions call each other {caller.hops} deep"}
        try:
            outcome = self.call(name, json.loads(data), caller=caller.through_function(), allow_blocked=True)
        except UnknownFunctionError as error:
            return {"code": "FUNCTIONS_REQUEST_FAIL", "message": f"FunctionName parameter could not be found. {error}"}
        chain.refused(*outcome.blocked)
        if outcome.error is not None:
            return {"code": "FUNCTIONS_EXECUTE_FAIL", "message": f"errMsg: {outcome.error}"}
        return {"result": json.dumps(outcome.value, ensure_ascii=False)}

    def _conclude(self, invocation: Invocation, answer: Answer, allow_blocked: bool) -> Outcome:
        invocation.chain.answered, invocation.chain.allow_blocked = True, allow_blocked
        if invocation.chain.mistakes:
            raise invocation.chain.mistakes[0]
        outcome = Outcome(
            invocation.handler.name,
            invocation.acting.principal,
            invocation.event,
            invocation.rule,
            answer.value,
            answer.error,
            answer.logs,
            (*answer.blocked, *invocation.chain.blocked),
            real_seconds() - invocation.started,
        )
        self.observe(outcome)
        if outcome.blocked and not allow_blocked:
            raise BlockedError(blocked_message(outcome.function, outcome.blocked), outcome)
        return outcome

    def observe(self, outcome: Outcome) -> None:
        """Show an outcome to everybody who wants to see it."""
        for observe in self._observers:
            observe(outcome)

    def _context(self, function: str, someone: stage.Acting) -> dict[str, Any]:
        request_id = self._request_id(next(self._requests))
        return {"request_id": request_id, "function_name": function, **someone.injection.context}

    @staticmethod
    def _request_id(number: int) -> str:
        return f"{number:08x}-0000-4000-8000-000000000000"


def _always(project: Project | Path | str) -> Callable[[], Project]:
    fixed = project if isinstance(project, Project) else Project(Path(project))
    return lambda: fixed
