"""The actions that JavaScript dispatches, read from its tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .javascript import MARK, NAME, TEXT, Token, closing, tokens

#: What an action stands under; a `type` only where it is the event's own.
KEYS = ("action", "type", "$url")
EVENTS = ("event", "e", "evt", "ev", "params", "data", "body")
_EQUAL = ("==", "===")
_END = Token(MARK, ";")

#: Answers the source that ``require`` of a name reads, or nothing.
Reader = Callable[[str], str]


def actions_in_javascript(code: str, required: Reader = lambda _: "") -> Iterator[tuple[str, str]]:
    """The actions that `code` dispatches, each with its key. `required` reads modules in which tables may stand."""
    found = _Source(code, required)
    for way in (found.cases, found.compared, found.tables, found.routes):
        yield from way()


class _Source:
    """One file. A subject is an expression that holds the action: ``event.action``, or a variable with it."""

    def __init__(self, code: str, required: Reader) -> None:
        self.tokens = [_END, *tokens(code), *[_END] * 8]
        self.required = required
        self.subjects: dict[str, str] = {}  # variable → key
        self.subjects |= dict(self._unpacked())
        self.subjects |= dict(self._assigned())

    # Tokens

    def is_mark(self, at: int, *values: str) -> bool:
        return self.tokens[at].kind == MARK and self.tokens[at].value in values

    def is_name(self, at: int, *values: str) -> bool:
        return self.tokens[at].kind == NAME and (not values or self.tokens[at].value in values)

    def each(self, *names: str) -> Iterator[int]:
        """Where one of these names stands."""
        return (at for at in range(1, len(self.tokens) - 8) if self.is_name(at, *names))

    def text_at(self, at: int) -> str | None:
        """The text that stands there, itself or as a constant: ``'add'``, ``ADD``, ``ACTIONS.ADD``."""
        if self.tokens[at].kind == TEXT:
            return self.tokens[at].value
        if not self.is_name(at):
            return None
        if self.is_mark(at + 1, "."):
            table = self._object(self.tokens[at].value)
            return self._entries(table).get(self.tokens[at + 2].value) if table else None
        for there in self.each(self.tokens[at].value):
            if self.is_name(there - 1, "const", "let", "var") and self.is_mark(there + 1, "="):
                return self.tokens[there + 2].value if self.tokens[there + 2].kind == TEXT else None
        return None

    # Subjects

    def subject(self, at: int) -> tuple[str, int]:
        """The key of the subject that begins at `at`, and the token after it; no key where there is none."""
        if not self.is_name(at) or self.is_mark(at - 1, ".", "?."):
            return "", at
        name = self.tokens[at].value
        if name in self.subjects and not self.is_mark(at + 1, ".", "?.", "[", "(", ":"):
            return self.subjects[name], at + 1
        of_event = name in EVENTS
        while True:
            if self.is_mark(at + 1, ".", "?.") and self.is_name(at + 2):
                at += 2
            elif self.is_mark(at + 1, "[") and self.tokens[at + 2].kind == TEXT and self.is_mark(at + 3, "]"):
                at += 3
            else:
                return "", at
            key = self.tokens[at if self.is_name(at) else at - 1].value
            if key in KEYS and not self.is_mark(at + 1, ".", "?.", "[", "=") and (of_event or key != "type"):
                return key, at + 1
            of_event = of_event or key in EVENTS

    def _unpacked(self) -> Iterator[tuple[str, str]]:
        """``const { action: what } = event``, and ``({ action }) =>``."""
        for at in range(1, len(self.tokens) - 8):
            if not self.is_mark(at, "{"):
                continue
            end = closing(self.tokens, at)
            after = self.tokens[end + 1].value if end + 1 < len(self.tokens) else ""
            declared = self.is_name(at - 1, "const", "let", "var") and after == "="
            of_event = declared and self.is_name(end + 2, *EVENTS)
            taken = self.is_mark(at - 1, "(", ",") and after in (")", ",", "=")
            of_event = of_event or (taken and any(self.is_name(back, "main") for back in range(max(at - 5, 0), at)))
            if declared or taken:
                yield from self._keys_in(at, end, of_event)

    def _keys_in(self, opening: int, end: int, of_event: bool) -> Iterator[tuple[str, str]]:
        for at in range(opening + 1, end):
            token = self.tokens[at]
            if token.value in KEYS and token.kind in (NAME, TEXT) and self.is_mark(at - 1, "{", ","):
                renamed = self.is_mark(at + 1, ":") and self.is_name(at + 2)
                if of_event or token.value != "type":
                    yield (self.tokens[at + 2].value if renamed else token.value), token.value

    def _assigned(self) -> Iterator[tuple[str, str]]:
        """``const what = event.action || 'list'``."""
        for at in self.each("const", "let", "var"):
            if self.is_name(at + 1) and self.is_mark(at + 2, "="):
                for there in range(at + 3, min(at + 8, len(self.tokens) - 8)):
                    if self.is_mark(there, ";", "{", "=>"):
                        break
                    key, end = self.subject(there)
                    if key and not self.is_mark(end, *_EQUAL, "!=", "!=="):
                        yield self.tokens[at + 1].value, key
                        break

    # Ways of dispatching

    def cases(self) -> Iterator[tuple[str, str]]:
        """``switch (event.action) { case 'add': … }``."""
        for at in self.each("switch"):
            end = closing(self.tokens, at + 1)
            key = next((key for there in range(at + 2, end) if (key := self.subject(there)[0])), "")
            if not key:
                continue
            last, there = closing(self.tokens, end + 1), end + 2
            while there < last:
                if self.is_mark(there, "(", "[", "{"):
                    there = closing(self.tokens, there)
                elif self.is_name(there, "case"):
                    text = self.text_at(there + 1)
                    if text is not None:
                        yield key, text
                there += 1

    def compared(self) -> Iterator[tuple[str, str]]:
        """``if (event.action === 'add')``."""
        for at in range(1, len(self.tokens) - 8):
            key, end = self.subject(at)
            if key and self.is_mark(end, *_EQUAL):
                text = self.text_at(end + 1)
                if text is not None:
                    yield key, text
            elif key and self.is_mark(at - 1, *_EQUAL) and self.tokens[at - 2].kind == TEXT:
                yield key, self.tokens[at - 2].value

    def tables(self) -> Iterator[tuple[str, str]]:
        """``handlers[action](event)``, ``const handler = handlers[action]``, ``routes.get(action)``."""
        for at in self.each():
            mapped = self.is_mark(at + 1, ".") and self.is_name(at + 2, "get") and self.is_mark(at + 3, "(")
            if not mapped and not self.is_mark(at + 1, "["):
                continue
            key, end = self.subject(at + (4 if mapped else 2))
            if not key or not self.is_mark(end, "]", ")"):
                continue
            if self.is_mark(end + 1, "(", ".", "?.") or self._is_called(at):
                yield from ((key, text) for text in self._keys_of(self.tokens[at].value))

    def _is_called(self, at: int) -> bool:
        """Whether what is assigned at `at` is a handler: a variable that is called."""
        if not self.is_mark(at - 1, "=") or not self.is_name(at - 2):
            return False
        return any(self.is_mark(there + 1, "(", "?.") for there in self.each(self.tokens[at - 2].value))

    def routes(self) -> Iterator[tuple[str, str]]:
        """tcb-router's ``app.router('add', …)`` and ``app.router(['add', 'append'], …)``."""
        for at in self.each("router"):
            if not self.is_mark(at - 1, ".") or not self.is_mark(at + 1, "("):
                continue
            end = closing(self.tokens, at + 2) if self.is_mark(at + 2, "[") else at + 3
            for token in self.tokens[at + 2 : end]:
                if token.kind == TEXT and token.value != "*":
                    yield "$url", token.value

    # Objects

    def _object(self, name: str) -> int:
        """Where the object begins that the variable `name` holds; 0 where there is none."""
        for at in self.each(name):
            if self.is_name(at - 1, "const", "let", "var") and self.is_mark(at + 1, "="):
                there = at + 2
                while self.is_name(there, "Object", "freeze") or self.is_mark(there, ".", "("):
                    there += 1
                return there if self.is_mark(there, "{") else 0
        return 0

    def _keys_of(self, name: str) -> Iterator[str]:
        """The keys of a table: an object, a Map, or a module of the function's own."""
        start = self._object(name)
        if start:
            yield from self._entries(start)
            return
        for at in self.each(name):
            if not self.is_name(at - 1, "const", "let", "var") or not self.is_mark(at + 1, "="):
                continue
            if self.is_name(at + 2, "require") and self.tokens[at + 4].kind == TEXT:
                yield from _Source(self.required(self.tokens[at + 4].value), lambda _: "").exported()
            elif self.is_name(at + 3, "Map"):
                last = closing(self.tokens, at + 4)
                for there in range(at + 5, last):
                    if self.is_mark(there - 1, "[") and self.is_mark(there + 1, ",") and self.text_at(there):
                        yield self.text_at(there) or ""

    def exported(self) -> Iterator[str]:
        """The names that this module exports."""
        for at in self.each("exports"):
            if self.is_mark(at + 1, ".") and self.is_name(at + 2) and self.is_mark(at + 3, "="):
                yield self.tokens[at + 2].value
            elif self.is_mark(at + 1, "=") and self.is_mark(at + 2, "{"):
                yield from self._entries(at + 2)
            elif self.is_mark(at + 1, "=") and self.is_name(at + 2):
                start = self._object(self.tokens[at + 2].value)
                yield from self._entries(start) if start else ()

    def _entries(self, opening: int) -> dict[str, str | None]:
        """The keys of the object that begins at `opening`, with the value of those that are texts."""
        found: dict[str, str | None] = {}
        at, last, begins = opening + 1, closing(self.tokens, opening), True
        while at < last:
            token = self.tokens[at]
            if begins and self.is_name(at, "async", "get") and not self.is_mark(at + 1, ":", ",", "(", "}"):
                at += 1
                continue
            if begins and token.kind in (NAME, TEXT):
                value = self.tokens[at + 2] if self.is_mark(at + 1, ":") else _END
                found[token.value] = value.value if value.kind == TEXT else None
            elif begins and self.is_mark(at, "["):
                text = self.text_at(at + 1)
                found |= {text: None} if text is not None else {}
            if self.is_mark(at, "(", "[", "{"):
                at = closing(self.tokens, at)
            begins = self.is_mark(at, ",")
            at += 1
        return found
