"""The engine as the rest of the service sees it: every query has a client, a budget, a measure."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Self, cast

from kg.engines.engine import (
    Abandonment,
    Answer,
    BrokenAnswerError,
    Document,
    Engine,
    Lane,
    Query,
    QueryError,
    QueryForm,
    WritableEngine,
)
from kg.errors import CritmatError
from kg.snapshot import Snapshot
from service.traffic.client import HOUSE, Asker
from service.traffic.ledger import BudgetExceededError, Ledger
from service.traffic.metrics import Metrics
from service.traffic.running import (
    CancelledQueryError,
    RunningQueries,
    RunningQuery,
    StoppableAsker,
)

SLOW_LOG = logging.getLogger("critmat.slow")
#: Characters of a slow query that are written to the log.
SLOW_TEXT = 10_000

_ANSWERED = "answered"
_CANCELLED = "cancelled"
_CLOSED = "closed early"
#: How a query ended, by the HTTP status of its error.
_OUTCOMES = {
    400: "malformed",
    403: "forbidden",
    406: "not acceptable",
    413: "too large",
    499: "abandoned",
    502: "broken",
    503: "busy",
    504: "deadline",
    507: "memory",
}
#: All ends that there are.
OUTCOMES = frozenset({_ANSWERED, _CANCELLED, _CLOSED, "failed", *_OUTCOMES.values()})
#: Ends that may come while a query still waits.
_NOT_TAKEN_UP = frozenset({"busy", "abandoned", _CANCELLED})
#: Ends that are not the fault of whoever asked; a query that ends its engine process is.
_BLAMELESS = frozenset({499, 502, 503})


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is known of those who use the service. ``slow`` is in seconds."""

    ledger: Ledger
    running: RunningQueries
    metrics: Metrics
    slow: float
    #: Work whose answer nobody closed; the next query that begins ends it.
    dropped: deque[Work] = field(default_factory=deque)


class MeteredEngine:
    """An engine that charges, registers and measures all that goes through it.

    It answers as the engine inside does, and raises
    :class:`~service.traffic.ledger.BudgetExceededError` before anything begins where a client has
    used up its budget. A query that names its client is charged to that one, any other to whom
    ``asker`` names.
    """

    def __init__(self, engine: Engine, traffic: Traffic, asker: Callable[[], Asker]) -> None:
        self.inner = engine
        self._traffic = traffic
        self._asker = asker

    @property
    def snapshot_id(self) -> str:
        """The snapshot that answers come from."""
        return self.inner.snapshot_id

    def query(self, query: Query) -> MeteredAnswer:
        """See :meth:`~kg.engines.engine.Engine.query`."""
        work = self._begin(query.client, query.text, query.lane, "query", query.asker)
        with _ending(work):
            answer = self.inner.query(
                replace(query, asker=work.query.stopping, client=work.known_as)
            )
        return MeteredAnswer(answer, work)

    def check_update(self, text: str, *, timeout: float | None = None, client: str = "") -> None:
        """See :meth:`~kg.engines.engine.WritableEngine.check_update`."""
        work = self._begin(client, text, Lane.LIGHT, "update", None)
        work.taken_up()
        with _ending(work):
            self._writable().check_update(text, timeout=timeout, client=work.known_as)
        work.end(_ANSWERED)

    def parse(self, document: Document) -> MeteredAnswer:
        """See :meth:`~kg.engines.engine.WritableEngine.parse`."""
        work = self._begin(
            document.client, document.media_type, Lane.LIGHT, "document", document.asker
        )
        with _ending(work):
            answer = self._writable().parse(
                replace(document, asker=work.query.stopping, client=work.known_as)
            )
        return MeteredAnswer(answer, work)

    def over(self, engine: Engine) -> MeteredEngine:
        """Another engine on the same accounts."""
        return MeteredEngine(engine, self._traffic, self._asker)

    @contextmanager
    def changing(self) -> Iterator[Callable[[], None]]:
        """Charge whoever asks for a change with the time of the writer.

        Gives what is to be called when the change has its turn: waiting costs nothing. Raises
        :class:`~service.traffic.ledger.BudgetExceededError` before anything begins.
        """
        ledger = self._traffic.ledger
        try:
            charge = ledger.begin(self._asker().client)
        except BudgetExceededError:
            self._traffic.metrics.refused(Lane.LIGHT)
            raise
        try:
            yield lambda: ledger.work_begins(charge)
        except QueryError as error:
            ledger.settle(charge, failed=error.http_status not in _BLAMELESS)
            raise
        finally:
            ledger.settle(charge, failed=False)

    def move_to(self, snapshot: Snapshot) -> None:
        """See :meth:`~kg.engines.engine.WritableEngine.move_to`."""
        self._writable().move_to(snapshot)

    def ready(self) -> bool:
        """True while a query can be answered."""
        return self.inner.ready()

    def close(self) -> None:
        """Stop the engine and all that it started."""
        self.inner.close()

    def pids(self) -> tuple[int, ...]:
        """Process ids of the engine; none of a remote one."""
        pids = getattr(self.inner, "pids", None)
        return tuple(pids()) if pids is not None else ()

    def _writable(self) -> WritableEngine:
        # Only a service that takes updates asks for this, and it has made such an engine.
        return cast(WritableEngine, self.inner)

    def _begin(
        self, client: str, text: str, lane: Lane, work: str, asker: Abandonment | None
    ) -> Work:
        with suppress(IndexError):
            while True:
                self._traffic.dropped.popleft().end(_CLOSED)
        found = self._asker()
        if client:
            found = replace(found, client=client)
        try:
            charge = self._traffic.ledger.begin(found.client)
        except BudgetExceededError:
            self._traffic.metrics.refused(lane)
            raise
        stopping = StoppableAsker(lambda: self._traffic.ledger.work_begins(charge))
        query = RunningQuery(found, text, lane, work, charge, stopping)
        return Work(self._traffic, query, asker)


class Work:
    """A query from its begin to its end, of which there is exactly one."""

    def __init__(self, traffic: Traffic, query: RunningQuery, asker: Abandonment | None) -> None:
        self.query = query
        self._traffic = traffic
        self._asker = asker
        self._over = False
        traffic.running.add(query)
        traffic.metrics.begun(query.lane)
        if asker is not None:
            asker.stop_with(query.stopping.leave)

    @property
    def known_as(self) -> str:
        """The client as the engine's queue knows it, for which the service itself is nobody."""
        client = self.query.asker.client
        return "" if client == HOUSE else client

    def taken_up(self) -> None:
        """Charge from now on."""
        self._traffic.ledger.work_begins(self.query.charge)

    def failed(self, error: BaseException) -> BaseException:
        """End with an error, and say with which one its reader is to go on."""
        status = error.http_status if isinstance(error, CritmatError) else 500
        cause = error.__cause__
        if isinstance(error, BrokenAnswerError) and isinstance(cause, QueryError):
            status = cause.http_status
        if not self.query.cancelled:
            outcome = _OUTCOMES.get(status, "failed")
            self.end(outcome, failed=isinstance(error, QueryError) and status not in _BLAMELESS)
            return error
        self.end(_CANCELLED)
        cancelled = CancelledQueryError()
        if isinstance(error, BrokenAnswerError):
            broken = BrokenAnswerError(f"The answer broke off: {cancelled.message}")
            broken.__cause__ = cancelled
            return broken
        return cancelled

    def end(self, outcome: str, *, failed: bool = False) -> None:
        """End, once: charge, count, and note the query where it was slow."""
        if self._over:
            return
        self._over = True
        if outcome not in _NOT_TAKEN_UP:
            # An engine that never says when it begins has worked all the time.
            self.query.charge.began = self.query.charge.began or self.query.asked
        if self._asker is not None:
            self._asker.stop_with(None)
        query, traffic = self.query, self._traffic
        waited, worked = query.waited(), query.worked()
        traffic.running.remove(query)
        traffic.ledger.settle(query.charge, failed=failed)
        traffic.metrics.ended(query.lane, query.work, outcome, waited, worked)
        if worked > traffic.slow:
            traffic.metrics.slow(query.lane)
            self._note(outcome, waited, worked)

    def drop(self) -> None:
        """Have it ended soon, where nobody has: the garbage collector runs in any thread and at
        any moment, one that holds a lock included, so nothing more is done here."""
        if not self._over:
            self._traffic.dropped.append(self)

    def _note(self, outcome: str, waited: float, worked: float) -> None:
        query = self.query
        SLOW_LOG.warning(
            "slow %s",
            query.work,
            extra={
                "fields": {
                    "request_id": query.asker.request_id,
                    "client": query.asker.client,
                    "lane": query.lane.value,
                    "outcome": outcome,
                    "seconds": round(worked, 3),
                    "waited": round(waited, 3),
                    "text": query.text[:SLOW_TEXT],
                }
            },
        )


@contextmanager
def _ending(work: Work) -> Iterator[None]:
    """End the work with the error that leaves this context; otherwise it goes on."""
    try:
        yield
    except GeneratorExit:
        raise  # nobody reads on; the answer is closed
    except BaseException as error:
        told = work.failed(error)
        if told is error:
            raise
        raise told from told.__cause__


class MeteredAnswer:
    """An answer whose reading is charged until its end. Read it from one thread."""

    form: QueryForm
    media_type: str
    snapshot_id: str

    def __init__(self, answer: Answer, work: Work) -> None:
        self._answer, self._work = answer, work
        self.form, self.media_type = answer.form, answer.media_type
        self.snapshot_id = answer.snapshot_id

    def __iter__(self) -> Iterator[bytes]:
        """Give the chunks. Raises :class:`BrokenAnswerError` where the rest cannot be had."""
        with _ending(self._work):
            yield from self._answer
        self._work.end(_ANSWERED)

    def read(self) -> bytes:
        """All of the answer."""
        with self:
            return b"".join(self)

    def close(self) -> None:
        """Stop the query if it still runs."""
        self._answer.close()
        self._work.end(_CLOSED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __del__(self) -> None:
        self._work.drop()
