"""The queries that are being worked on or wait for an engine."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.engines.engine import Abandonment, Lane, QueryError
from kg.errors import NotFoundError
from service.traffic.client import Asker
from service.traffic.ledger import Charge


class RunningQueryNotFoundError(NotFoundError):
    """There is no running query with this id."""

    title = "No such running query"


class CancelledQueryError(QueryError):
    """An administrator stopped the query."""

    http_status = 503
    title = "The query was cancelled"

    def __init__(self) -> None:
        super().__init__(
            "An administrator of this service stopped the query.",
            remedy="Ask for less at once, or ask the administrator before it is sent again.",
        )


class StoppableAsker(Abandonment):
    """Says when an engine takes a query up, which is when it says how it can be stopped."""

    def __init__(self, taken_up: Callable[[], None]) -> None:
        super().__init__()
        self._taken_up = taken_up

    def stop_with(self, stop: Callable[[], None] | None) -> None:
        """See :meth:`Abandonment.stop_with`."""
        if stop is not None:
            self._taken_up()
        super().stop_with(stop)


@dataclass(slots=True, eq=False)
class RunningQuery:
    """A query from when it came in until its answer was read.

    ``work`` says what the engine does: ``query``, ``update`` (look at its text) or ``document``
    (parse it; ``text`` then is its media type). ``stopping`` ends it. ``asked`` is a moment of
    ``time.monotonic``.
    """

    asker: Asker
    text: str
    lane: Lane
    work: str
    charge: Charge
    stopping: Abandonment
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    asked: float = field(default_factory=time.monotonic)
    cancelled: bool = False

    def waited(self) -> float:
        """Seconds that it waited for an engine, or has waited so far."""
        return (self.charge.began or time.monotonic()) - self.asked

    def worked(self) -> float:
        """Seconds since an engine took it up; 0 before."""
        return 0.0 if self.charge.began is None else time.monotonic() - self.charge.began


class RunningQueries:
    """The queries of the moment. Safe to use from many threads."""

    def __init__(self) -> None:
        self._queries: dict[str, RunningQuery] = {}
        self._lock = threading.Lock()

    def add(self, query: RunningQuery) -> None:
        """Note that a query has begun."""
        with self._lock:
            self._queries[query.id] = query

    def remove(self, query: RunningQuery) -> None:
        """Note that a query is over; safe to call twice."""
        with self._lock:
            self._queries.pop(query.id, None)

    def all(self) -> list[RunningQuery]:
        """The queries of the moment, the one that came first at the front."""
        with self._lock:
            return sorted(self._queries.values(), key=lambda query: query.asked)

    def cancel(self, query_id: str) -> RunningQuery:
        """Stop a query; raises :class:`RunningQueryNotFoundError`.

        One that waits is stopped as soon as an engine takes it up, at the latest.
        """
        with self._lock:
            query = self._queries.get(query_id)
        if query is None:
            raise RunningQueryNotFoundError(
                f"No query with the id {query_id[:50]!r} runs.",
                remedy="It may have ended; /queries lists those that run.",
            )
        query.cancelled = True
        query.stopping.leave()
        return query
