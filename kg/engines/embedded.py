"""The embedded engine: answers from a pool of engine processes on this machine.

The text of a query passes the gate here and is parsed and evaluated in an engine process, which is
killed at the deadline, when its memory runs out, or when the answer is closed early.
"""

from __future__ import annotations

import atexit
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from typing import Self

from kg.engines.engine import (
    AbandonedError,
    Abandonment,
    BrokenAnswerError,
    MalformedQueryError,
    Query,
    QueryError,
    QueryForm,
)
from kg.engines.failure import of_exit, of_reply, too_slow
from kg.engines.frames import ConnectionLostError, FrameKind, json_frame, limit_wait
from kg.engines.gate import check_query
from kg.engines.nursery import Pace, Worker
from kg.engines.pool import Pool
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot, hold

__all__ = ["EmbeddedAnswer", "EmbeddedEngine", "PoolSettings"]

#: Memory of a quad in the in-memory store, in bytes, rounded up (315-385 were measured).
BYTES_PER_QUAD = 400


class EmbeddedEngine:
    """Answers queries over a snapshot. Safe to use from many threads; not across a fork."""

    def __init__(self, snapshot: Snapshot, settings: PoolSettings | None = None) -> None:
        """Load the snapshot and start the engine processes.

        Raises :class:`~kg.engines.nursery.StartError` where they do not come up.
        """
        self.settings = settings or PoolSettings()
        self._snapshot = snapshot
        self._held = ExitStack()
        self._held.enter_context(hold(snapshot))
        quads = snapshot.manifest.counts.get("quads", 0)
        self.on_disk = quads * BYTES_PER_QUAD > self.settings.store_budget
        try:
            self._pool = Pool(
                snapshot.store if self.on_disk else snapshot.data,
                on_disk=self.on_disk,
                settings=self.settings,
            )
        except BaseException:
            self._held.close()
            raise
        atexit.register(self.close)

    @property
    def snapshot_id(self) -> str:
        """The snapshot that answers come from."""
        return self._snapshot.id

    def query(self, query: Query) -> EmbeddedAnswer:
        """Start a query and wait for its first chunk; see :class:`~kg.engines.engine.Engine`."""
        check_query(query.text, self.settings.gate)
        if query.timeout is not None and not query.timeout > 0:
            raise MalformedQueryError(
                f"A time of {query.timeout:g} s allows no query.",
                remedy=f"Give up to {self.settings.max_timeout:g} seconds.",
            )
        allowed = min(query.timeout or self.settings.timeout, self.settings.max_timeout)
        deadline = time.monotonic() + allowed
        worker = self._pool.borrow(deadline)
        answer = EmbeddedAnswer(
            self._pool, worker, query, allowed, self.settings.memory, self.snapshot_id
        )
        answer.start()
        return answer

    def ready(self) -> bool:
        """True while a query can be answered."""
        return self._pool.ready

    def pids(self) -> tuple[int, ...]:
        """Process ids: the zygote first, then the engine processes."""
        return self._pool.pids()

    def close(self) -> None:
        """Stop the engine and all that it started."""
        atexit.unregister(self.close)
        self._pool.close()
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class EmbeddedAnswer:
    """An answer that is being read from an engine process. Read it from one thread."""

    form: QueryForm
    media_type: str

    def __init__(
        self,
        pool: Pool,
        worker: Worker,
        query: Query,
        allowed: float,
        memory: int,
        snapshot_id: str,
    ) -> None:
        self.snapshot_id = snapshot_id
        self._pool = pool
        self._worker: Worker | None = worker
        self._query, self._allowed, self._memory = query, allowed, memory
        self._asker = query.asker or Abandonment()
        self._deadline = worker.deadline or 0.0
        self._request = worker.next_request()
        self._first: bytes | None = None
        self._broken: BrokenAnswerError | None = None

    def start(self) -> None:
        """Send the query and wait for the first chunk. Raises what :meth:`Engine.query` does."""
        worker, query = self._lent(), self._query
        # The thread that reads from the process then sees its socket end, and retires it.
        self._asker.stop_with(partial(_shut, worker.socket))
        question = {
            "text": query.text,
            "formats": {form.value: query.formats.of(form) for form in QueryForm},
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
        }
        try:
            limit_wait(worker.socket, self._deadline)
            worker.socket.sendall(json_frame(FrameKind.QUERY, self._request, question))
        except TimeoutError:
            self.close()
            raise too_slow(self._allowed) from None
        except OSError:
            raise self._died() from None
        kind, head = self._next()
        if kind is not FrameKind.HEAD:
            raise self._died()
        said = json.loads(head)
        self.form, self.media_type = QueryForm(said["form"]), said["media_type"]
        _, self._first = self._next()
        self._look_for_end()

    def __iter__(self) -> Iterator[bytes]:
        """Give the chunks. Raises :class:`BrokenAnswerError` where the rest cannot be had."""
        if self._first is not None:
            first, self._first = self._first, None
            if first:
                yield first
        while self._worker is not None:
            kind, chunk = self._more()
            if kind is FrameKind.END:
                break
            if chunk:
                yield chunk
        if self._broken is not None:
            raise self._broken

    def read(self) -> bytes:
        """All of the answer."""
        with self:
            return b"".join(self)

    def close(self) -> None:
        """Stop the query if it still runs; what was not read by then is lost."""
        worker = self._let_go()
        if worker is not None:
            self._broken = BrokenAnswerError("The answer was closed before it was read in full.")
            self._pool.retire(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def _lent(self) -> Worker:
        if self._worker is None:
            raise BrokenAnswerError("The answer was closed.")
        return self._worker

    def _next(self) -> tuple[FrameKind, bytes]:
        """The next frame of this answer; failures as they are before any byte was given."""
        worker = self._lent()
        try:
            kind, request, body = worker.frames.read(self._deadline)
        except TimeoutError:
            self.close()
            raise too_slow(self._allowed) from None
        except ConnectionLostError:
            raise self._died() from None
        if request != self._request:
            self.close()
            raise QueryError("The engine process sent what nobody asked for.")
        if kind is FrameKind.ERROR:
            self._finish()
            raise of_reply(json.loads(body), self._query.text, self._memory)
        if kind is FrameKind.END:
            self._finish()
        return kind, body

    def _more(self) -> tuple[FrameKind, bytes]:
        """The next frame; after the first byte every failure is a broken answer."""
        try:
            return self._next()
        except QueryError as error:
            self._broken = BrokenAnswerError(
                f"The answer broke off: {error.message}", remedy=error.remedy
            )
            raise self._broken from error

    def _look_for_end(self) -> None:
        """Give the process back at once where the whole answer came with the first chunk."""
        if self._worker is not None and self._worker.frames.buffered:
            kind, chunk = self._next()
            if kind is FrameKind.CHUNK:
                self._first = (self._first or b"") + chunk

    def _let_go(self) -> Worker | None:
        """The process, which is not ours any more."""
        worker, self._worker = self._worker, None
        if worker is not None:
            self._asker.stop_with(None)
        return worker

    def _finish(self) -> None:
        worker = self._let_go()
        if worker is not None:
            self._pool.give_back(worker)

    def _died(self) -> QueryError:
        """The error for a process that has gone away on this query."""
        worker = self._lent()
        self._let_go()
        status = self._pool.fate(worker)
        if self._asker.gone:
            return AbandonedError("The client has gone, so the query was stopped.")
        if worker.pace is Pace.STOPPED:
            return self._pool.crowded_out()
        if time.monotonic() >= self._deadline:
            return too_slow(self._allowed)
        return of_exit(status, self._memory)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
