"""Tell how long the statements of a database took, and how many of its connections are in use."""

from __future__ import annotations

import time
from typing import Any, Protocol

from sqlalchemy import Engine, event
from sqlalchemy.exc import InterfaceError, OperationalError

from storage.observer import Observer, nobody

VERBS = ("begin", "select", "insert", "update", "delete", "commit")  # how statements are told apart; others: "other"
_BEGUN = "docgen_begun"


class ConnectionCounter(Protocol):
    """Is told when a connection is taken from the pool (1) or given back (-1)."""

    def __call__(self, change: int) -> object:
        """Take note."""


def uncounted(change: int) -> None:
    """Take no note."""


class DatabaseObserver:
    """Who is told what a database does."""

    def __init__(self, statement: Observer = nobody, connections: ConnectionCounter = uncounted) -> None:
        self.statement = statement
        self.connections = connections

    def watch(self, engine: Engine) -> None:
        """Tell of every statement from now on; commits are told by who makes them."""
        event.listen(engine, "before_cursor_execute", _begin)
        event.listen(engine, "after_cursor_execute", self._end)
        event.listen(engine, "handle_error", self._fail)
        event.listen(engine.pool, "checkout", lambda *_: self.connections(1))
        event.listen(engine.pool, "checkin", lambda *_: self.connections(-1))

    def _end(self, connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statement(_verb(statement), _seconds(connection), is_ok=True)

    def _fail(self, context: Any) -> None:
        if isinstance(context.sqlalchemy_exception, (OperationalError, InterfaceError)):
            seconds = 0.0 if context.connection is None else _seconds(context.connection)
            self.statement(_verb(context.statement or ""), seconds, is_ok=False)


def _begin(connection: Any, *_: Any) -> None:
    connection.info[_BEGUN] = time.perf_counter()


def _seconds(connection: Any) -> float:
    begun = connection.info.get(_BEGUN)
    return 0.0 if begun is None else time.perf_counter() - begun


def _verb(statement: str) -> str:
    verb = statement[:7].partition(" ")[0].lower()
    return verb if verb in VERBS else "other"
