"""An answer that is being read from an engine process."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from kg.engines.engine import (
    AbandonedError,
    Abandonment,
    BrokenAnswerError,
    QueryError,
    QueryForm,
)
from kg.engines.failure import Subject, of_exit, of_reply, too_slow
from kg.engines.frames import ConnectionLostError, FrameKind, json_frame, limit_wait
from kg.engines.nursery import Pace, Worker
from kg.engines.pool import Pool


@dataclass(frozen=True, slots=True)
class Errand:
    """What an engine process is sent to do.

    ``text`` is what a position in an error message is about, ``allowed`` the seconds that it may
    take, ``memory`` what it may use in bytes.
    """

    kind: FrameKind
    subject: Subject
    body: Mapping[str, Any]
    allowed: float
    memory: int
    text: str = ""
    asker: Abandonment | None = None


class EmbeddedAnswer:
    """An answer that is being read from an engine process. Read it from one thread."""

    form: QueryForm
    media_type: str

    def __init__(self, pool: Pool, worker: Worker, errand: Errand) -> None:
        self.snapshot_id = worker.snapshot.id
        self._pool = pool
        self._worker: Worker | None = worker
        self._errand = errand
        self._asker = errand.asker or Abandonment()
        self._deadline = worker.deadline or 0.0
        self._request = worker.next_request()
        self._first: bytes | None = None
        self._broken: QueryError | None = None

    def start(self) -> None:
        """Send the errand and wait for the first chunk. Raises what :meth:`Engine.query` does."""
        self._send()
        kind, head = self._next()
        if kind is not FrameKind.HEAD:
            raise self._nonsense()
        try:
            said = json.loads(head)
            self.form, self.media_type = QueryForm(said["form"]), str(said["media_type"])
        except (ValueError, KeyError, TypeError):
            raise self._nonsense() from None
        kind, self._first = self._next()
        if kind is not FrameKind.CHUNK:
            raise self._nonsense()
        self._look_for_end()

    def wait(self) -> None:
        """Send the errand and wait for its end: nothing is given back but an error."""
        self._send()
        kind, _ = self._next()
        if kind is not FrameKind.END:
            raise self._nonsense()
        self._finish()

    def __iter__(self) -> Iterator[bytes]:
        """Give the chunks. Raises :class:`BrokenAnswerError` where the rest cannot be had."""
        if self._first is not None:
            first, self._first = self._first, None
            if first:
                yield first
        while self._worker is not None:
            chunk = self._more()
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

    def _send(self) -> None:
        worker, errand = self._lent(), self._errand
        # The thread that reads from the process then sees its socket end, and retires it.
        self._asker.stop_with(partial(_shut, worker.socket))
        try:
            limit_wait(worker.socket, self._deadline)
            worker.socket.sendall(json_frame(errand.kind, self._request, errand.body))
        except TimeoutError:
            raise self._late() from None
        except OSError:
            raise self._died() from None

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
            raise self._late() from None
        except ConnectionLostError:
            raise self._died() from None
        if request != self._request:
            raise self._nonsense()
        if kind is FrameKind.ERROR:
            raise self._said(body)
        return kind, body

    def _said(self, body: bytes) -> QueryError:
        """The error that the process reports."""
        errand = self._errand
        try:
            error = of_reply(json.loads(body), errand.text, errand.memory, errand.subject)
        except (ValueError, KeyError, TypeError):
            return self._nonsense()
        self._finish()
        return error

    def _more(self) -> bytes:
        """The next chunk, empty at the end; after the first one every failure breaks the answer."""
        try:
            kind, body = self._next()
            if kind is FrameKind.END:
                self._finish()
            elif kind is not FrameKind.CHUNK:
                raise self._nonsense()
            return body
        except QueryError as error:
            self._broken = self._break(error)
            if self._broken is error:
                raise
            raise self._broken from error

    def _break(self, error: QueryError) -> QueryError:
        """What a failure is to those who have some of the answer already."""
        return BrokenAnswerError(f"The answer broke off: {error.message}", remedy=error.remedy)

    def _look_for_end(self) -> None:
        """Give the process back at once where the whole answer came with the first chunk."""
        if self._worker is not None and self._worker.frames.buffered:
            kind, chunk = self._next()
            if kind is FrameKind.END:
                self._finish()
            elif kind is FrameKind.CHUNK:
                self._first = (self._first or b"") + chunk
            else:
                raise self._nonsense()

    def _let_go(self) -> Worker | None:
        """The process, which is not ours any more."""
        worker, self._worker = self._worker, None
        if worker is not None:
            self._asker.stop_with(None)
        return worker

    def _finish(self) -> None:
        worker = self._let_go()
        if worker is None:
            return
        if worker.frames.buffered:  # it said more than it was asked
            self._pool.retire(worker)
        else:
            self._pool.give_back(worker)

    def _late(self) -> QueryError:
        self.close()
        return too_slow(self._errand.allowed, self._errand.subject)

    def _nonsense(self) -> QueryError:
        self.close()
        return QueryError("The engine process sent what nobody asked for.")

    def _died(self) -> QueryError:
        """The error for a process that has gone away on this query."""
        worker = self._lent()
        self._let_go()
        self._pool.retire(worker)
        if self._asker.gone:
            return AbandonedError("The client has gone, so the query was stopped.")
        if worker.pace is Pace.STOPPED:
            return self._pool.crowded_out()
        if time.monotonic() >= self._deadline:
            return too_slow(self._errand.allowed, self._errand.subject)
        status = self._pool.fate(worker)
        return of_exit(status, self._errand.memory, self._errand.subject)


class DocumentAnswer(EmbeddedAnswer):
    """A document as N-Quads. Whoever reads it has told nobody yet, so errors keep what they say."""

    def _break(self, error: QueryError) -> QueryError:
        return error


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
