"""`WebApp`: a WSGI or ASGI app as WeChat Cloud Run (微信云托管) runs it, called in this process as anyone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from wsgiref.headers import Headers

from .carriers import CARRIERS, EVENT_FUNCTION, Injection, render
from .cloud import AMBIENT, Ambient, Caller, WxCloud
from .deadline import off_the_clock
from .decision import completed
from .errors import users_mistake
from .http_outcome import HttpOutcome, value_of
from .identity import as_principal
from .invocation import Chain, blocked_message
from .outcome import Blocked, BlockedError, Decision, Outcome, Rule
from .runtimes import acting as stage
from .runtimes import python_guard
from .runtimes.asgi import AsgiRuntime
from .runtimes.base import real_seconds
from .runtimes.environ import NO_IDENTITY
from .runtimes.web_apps import import_app, is_asgi
from .runtimes.web_request import MISSING, File, Pairs, WebAnswer, WebRequest, web_request
from .runtimes.wsgi import WsgiRuntime
from .settings import checked_seconds

__tracebackhide__ = users_mistake

T = TypeVar("T")

_OF_FUNCTIONS = tuple(CARRIERS[name] for name in EVENT_FUNCTION)


class WebApp:
    """One app, and requests to it as anyone: ``app.request("GET", "/todos", caller=user)``.

    An ASGI app is started up before its first request, as a server does, and shut down by `close` (and by the
    end of a ``with`` block, of the test or scenario in which an app object was given, or of the run).

    Args:
        cloud: who there is, and how to behave.
        target: the app, or its import path: ``module:name``, ``module:factory()``, or a module with an
            ``application`` or ``app``.

    Raises:
        LoadError: when it cannot be imported, or is no app.
    """

    def __init__(self, cloud: WxCloud, target: Any) -> None:
        self._cloud = cloud
        self._refused_alone: list[Blocked] = []
        self.name = target if isinstance(target, str) else getattr(target, "__name__", None) or type(target).__name__
        self.app = self._alone(lambda: import_app(target)) if isinstance(target, str) else target
        self._runtime: AsgiRuntime | WsgiRuntime = (
            AsgiRuntime(repr(self.name), self.app, lambda: cloud.apps.started(self), cloud.settings.time_limit)
            if is_asgi(repr(self.name), self.app)
            else WsgiRuntime(self.app)
        )

    @property
    def is_asgi(self) -> bool:
        """Whether it is an ASGI app, and no WSGI app."""
        return isinstance(self._runtime, AsgiRuntime)

    def __repr__(self) -> str:
        return f"<WebApp {self.name}>"

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = MISSING,
        form: Pairs | None = None,
        files: Mapping[str, File] | None = None,
        body: bytes | str | None = None,
        query: Pairs | None = None,
        headers: Pairs | None = None,
        caller: Caller | Ambient = AMBIENT,
        time_limit: float | None = None,
        decide: Rule | None = None,
        allow_blocked: bool = False,
    ) -> HttpOutcome:
        """Make one request and answer what came of it. Redirects are not followed, and cookies not kept.

        Args:
            method: ``"GET"`` and so on.
            path: with the resource in it, and perhaps a query.
            json: the body, as JSON.
            form: the body's fields; with `files` as multipart, and otherwise URL-encoded.
            files: name → content, or (filename, content), or (filename, content, type).
            body: the body as it is.
            query: what follows the ``?``.
            headers: a dict, or pairs where one comes twice. The platform's own, set here, win over the
                caller's; with None as its value one is left out.
            caller: who asks; without it whoever acts, and None is nobody.
            time_limit: seconds of real time, for the request; an app starts up within the harness's own.
            decide: replaces the rule for `HttpOutcome.decision`.
            allow_blocked: do not raise when the app tried to leave the machine.

        Raises:
            NoIdentityError: when nobody was chosen.
            InvalidRequestError: when no client could send this.
            LoadError: when the app fails in its startup.
            BlockedError: when the app tried to leave the machine.
        """
        call = self._prepare(method, path, json, form, files, body, query, headers, caller, time_limit, decide)
        with stage.overlaid(call.acting, call.chain.blocked, call.outside):
            answer = self._runtime.handle(call.request, call.time_limit)
        return self._conclude(call, answer, allow_blocked)

    async def arequest(
        self,
        method: str,
        path: str,
        *,
        json: Any = MISSING,
        form: Pairs | None = None,
        files: Mapping[str, File] | None = None,
        body: bytes | str | None = None,
        query: Pairs | None = None,
        headers: Pairs | None = None,
        caller: Caller | Ambient = AMBIENT,
        time_limit: float | None = None,
        decide: Rule | None = None,
        allow_blocked: bool = False,
    ) -> HttpOutcome:
        """`request` for asyncio: several may overlap, each as somebody else."""
        call = self._prepare(method, path, json, form, files, body, query, headers, caller, time_limit, decide)
        with stage.overlaid(call.acting, call.chain.blocked, call.outside):
            answer = await self._runtime.ahandle(call.request, call.time_limit)
        return self._conclude(call, answer, allow_blocked)

    def complete(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work`, which makes requests by `arequest`, in the event loop in which `request` makes them."""
        return self._runtime.complete(work)

    def load(self) -> None:
        """Start the app up, so that the next request costs no more than any other.

        Raises:
            LoadError: when it fails to.
        """
        self._alone(self._runtime.load)

    def close(self) -> None:
        """Shut the app down.

        Raises:
            LoadError: when it fails to.
        """
        self._alone(self._runtime.close)

    def __enter__(self) -> WebApp:
        self.load()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(
        self,
        method: str,
        path: str,
        json: Any,
        form: Pairs | None,
        files: Mapping[str, File] | None,
        body: bytes | str | None,
        query: Pairs | None,
        headers: Pairs | None,
        caller: Caller | Ambient,
        time_limit: float | None,
        decide: Rule | None,
    ) -> _Call:
        settings = self._cloud.settings
        someone = self._in_place(f"{method} {path}", caller)
        given = {"json": json, "form": form, "files": files, "body": body, "query": query, "headers": headers}
        request, by_hand = web_request(method, path, **given, platform=someone.headers)
        self._cloud.prepare_process()
        limit = settings.time_limit if time_limit is None else checked_seconds("time_limit", time_limit)
        with off_the_clock():
            self._alone(self._runtime.load)
        event = {"method": request.method, "path": path}
        event.update((name, value) for name, value in given.items() if value is not None and value is not MISSING)
        rule = completed(settings.rule if decide is None else decide)
        node = self._cloud.node
        chain = Chain(someone.principal, node.late, f"{method} {path}", node.origin, self._take_refused())
        outside = stage.Outside(self._cloud.http.hosts, self._cloud.answering(chain), chain)
        return _Call(someone, request, event, by_hand, limit, rule, real_seconds(), chain, outside)

    def _in_place(self, operation: str, caller: Caller | Ambient) -> stage.Acting:
        """Whoever calls, with their identity in headers and nowhere else."""
        principal = self._cloud.principal_for(operation, caller)
        more = [carrier for carrier in self._cloud.settings.carriers if carrier not in _OF_FUNCTIONS]
        headers = render(principal, more).headers if more else {}
        return stage.Acting(principal, Injection(dict(NO_IDENTITY), headers=headers), in_web_app=True)

    def _take_refused(self) -> list[Blocked]:
        """For what the app tries; with its first request comes what it tried as it started."""
        refused, self._refused_alone = self._refused_alone, []
        return refused

    def _alone(self, work: Callable[[], T]) -> T:
        """Do `work` while nobody acts: an app starts up, and ends, before and after any caller."""
        python_guard.install()
        nobody = stage.Acting(as_principal(None), Injection(dict(NO_IDENTITY)), in_web_app=True)
        with stage.overlaid(nobody, self._refused_alone):
            return work()

    def _conclude(self, call: _Call, answer: WebAnswer, allow_blocked: bool) -> HttpOutcome:
        call.chain.answered, call.chain.allow_blocked = True, allow_blocked
        if call.chain.mistakes:
            raise call.chain.mistakes[0]
        headers = Headers(list(answer.headers))
        outcome = HttpOutcome(
            f"{call.request.method} {call.event['path']}",
            call.acting.principal,
            call.event,
            call.rule,
            value_of(answer.body, headers),
            answer.error,
            answer.logs,
            tuple(call.chain.blocked),
            duration=real_seconds() - call.started,
            status=answer.status,
            headers=headers,
            body=answer.body,
            by_hand=call.by_hand,
            routed=answer.routed,
        )
        self._cloud.observe(outcome)
        if outcome.blocked and not allow_blocked:
            raise BlockedError(blocked_message(outcome.function, outcome.blocked), outcome)
        return outcome


@dataclass(frozen=True)
class _Call:
    """One request on its way: who makes it, and what was asked."""

    acting: stage.Acting
    request: WebRequest
    event: dict[str, Any]
    by_hand: Mapping[str, Any]
    time_limit: float
    rule: Callable[[Outcome], Decision]
    started: float
    chain: Chain
    outside: stage.Outside
