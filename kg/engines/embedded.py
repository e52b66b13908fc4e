"""The embedded engine: answers from a pool of engine processes on this machine.

The text of a query passes the gate here and is parsed and evaluated in an engine process, which is
killed at the deadline, when its memory runs out, or when the answer is closed early. Updates and
documents are looked at there too, before somebody else writes them.
"""

from __future__ import annotations

import atexit
import time
from dataclasses import asdict
from typing import Self

from kg.engines.answer import DocumentAnswer, EmbeddedAnswer, Errand
from kg.engines.documents import check_media_type
from kg.engines.engine import (
    Document,
    Lane,
    MalformedQueryError,
    Query,
    QueryForm,
)
from kg.engines.failure import Subject
from kg.engines.frames import FrameKind
from kg.engines.gate import check_query, check_size
from kg.engines.pool import Pool
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot

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
        quads = snapshot.manifest.counts.get("quads", 0)
        self.on_disk = (
            self.settings.from_disk
            or snapshot.data is None
            or quads * BYTES_PER_QUAD > self.settings.store_budget
        )
        self._pool = Pool(snapshot, on_disk=self.on_disk, settings=self.settings)
        atexit.register(self.close)

    @property
    def snapshot_id(self) -> str:
        """The snapshot that queries which begin now are answered from."""
        return self._pool.snapshot.id

    def query(self, query: Query) -> EmbeddedAnswer:
        """Start a query and wait for its first chunk; see :class:`~kg.engines.engine.Engine`."""
        check_query(query.text, self.settings.gate)
        if query.timeout is not None and not query.timeout > 0:
            raise MalformedQueryError(
                f"A time of {query.timeout:g} s allows no query.",
                remedy=f"Give up to {self.settings.max_timeout:g} seconds.",
            )
        errand = Errand(
            FrameKind.QUERY,
            Subject.QUERY,
            {
                "text": query.text,
                "formats": {form.value: query.formats.of(form) for form in QueryForm},
                "default_graphs": query.default_graphs,
                "named_graphs": query.named_graphs,
                "base_iri": query.base_iri,
            },
            min(query.timeout or self.settings.timeout, self.settings.max_timeout),
            self.settings.memory,
            query.text,
            query.asker,
        )
        answer = self._send(EmbeddedAnswer, errand, query.lane, query.client)
        answer.start()
        return answer

    def check_update(self, text: str, *, timeout: float | None = None, client: str = "") -> None:
        """Have an engine process look at an update and try it on nothing.

        It waits with our own queries: only those whom we know send updates. Raises what
        :meth:`query` raises. That the update fails on an empty store is no error.
        """
        gate = self.settings.update_gate
        check_size(text, gate, "update")
        errand = Errand(
            FrameKind.CHECK,
            Subject.UPDATE,
            {"text": text, "limits": asdict(gate)},
            timeout or self.settings.timeout,
            self.settings.memory,
            text,
        )
        self._send(EmbeddedAnswer, errand, Lane.LIGHT, client).wait()

    def parse(self, document: Document) -> EmbeddedAnswer:
        """Have an engine process turn a document into N-Quads, blank nodes renamed.

        It waits with our own queries, like updates. Raises
        :class:`~kg.engines.engine.MalformedDocumentError` and what :meth:`query` raises; so does
        reading the answer, whatever came before.
        """
        check_media_type(document.media_type)
        errand = Errand(
            FrameKind.PARSE,
            Subject.DOCUMENT,
            {
                "path": str(document.path.absolute()),
                "media_type": document.media_type,
                "base_iri": document.base_iri,
                "graph": document.graph,
            },
            document.timeout or self.settings.timeout,
            self.settings.memory,
            asker=document.asker,
        )
        answer = self._send(DocumentAnswer, errand, Lane.LIGHT, document.client)
        answer.start()
        return answer

    def move_to(self, snapshot: Snapshot) -> None:
        """Answer from another snapshot of the same shelf, read from its store on disk.

        Queries that begin after this has returned are answered from it or a later one; those that
        run go on. Raises :class:`~kg.engines.nursery.StartError` where it cannot be opened; the
        engine then goes on with the one before.
        """
        self._pool.move_to(snapshot)
        self.on_disk = True

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _send(
        self, kind: type[EmbeddedAnswer], errand: Errand, lane: Lane, client: str
    ) -> EmbeddedAnswer:
        worker = self._pool.borrow(time.monotonic() + errand.allowed, lane, client)
        return kind(self._pool, worker, errand)
