"""The one interface that pages, canned queries and exports know of an engine.

An engine answers SPARQL queries over one published snapshot. Which engine it is, embedded or a
remote endpoint, makes no difference to its callers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from kg.errors import CritmatError
from kg.snapshot import Snapshot


class QueryForm(StrEnum):
    """What a query gives back."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class AnswerFormats:
    """Media type to serialise to for each form; ``None`` where the client takes none of ours.

    The caller does not parse the query, so it cannot know the form: it names a format for each.
    """

    solutions: str | None = "application/sparql-results+json"
    boolean: str | None = "application/sparql-results+json"
    graph: str | None = "text/turtle"

    def of(self, form: QueryForm) -> str | None:
        """The media type wanted for a form."""
        return {
            QueryForm.SOLUTIONS: self.solutions,
            QueryForm.BOOLEAN: self.boolean,
            QueryForm.GRAPH: self.graph,
        }[form]


class Lane(StrEnum):
    """Whose queries a query waits with.

    Processes are kept for the light lane that the open one never gets, so pages answer however
    many heavy queries strangers send.
    """

    #: Text from outside.
    OPEN = "open"
    #: Our own queries: pages, canned questions, health.
    LIGHT = "light"


class Abandonment:
    """Whether whoever asked has gone. Safe to use from many threads.

    An engine that can stop a query says how, with :meth:`stop_with`, while it works on one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self.gone = False

    def leave(self) -> None:
        """Say that nobody waits for the answer any more."""
        with self._lock:
            self.gone = True
            if self._stop is not None:
                self._stop()

    def stop_with(self, stop: Callable[[], None] | None) -> None:
        """Have ``stop`` called when the asker goes, or at once where that is so; ``None`` ends it.

        After this returns, what was given before is not called any more.
        """
        with self._lock:
            self._stop = stop
            if self.gone and stop is not None:
                stop()


@dataclass(frozen=True, slots=True)
class Query:
    """One query as it came from outside: hostile until an engine has parsed it.

    ``timeout`` is in seconds. Empty graph tuples mean the data set of the snapshot. ``asker`` says
    when nobody waits for the answer any more; engines that can then stop. ``client`` names who
    asks, so that a queue can be fair to each; empty where nobody in particular does. Relative IRIs
    are resolved against ``base_iri`` and refused where it is empty; a remote endpoint has its own.
    """

    text: str
    formats: AnswerFormats = field(default_factory=AnswerFormats)
    timeout: float | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    asker: Abandonment | None = None
    lane: Lane = Lane.LIGHT
    client: str = ""
    base_iri: str = ""


class Answer(Protocol):
    """The serialised answer of one query, as a stream.

    The first chunk was there before the answer was handed out, so a query that fails raises from
    :meth:`Engine.query` and never gives a half-good answer. Iterating raises
    :class:`BrokenAnswerError` when the rest cannot be had. ``close`` gives the engine back; it is
    safe to call twice, and calling it early stops the query.
    """

    form: QueryForm
    media_type: str
    #: The snapshot that the answer comes from.
    snapshot_id: str

    def __iter__(self) -> Iterator[bytes]: ...

    def read(self) -> bytes:
        """All of the answer."""
        ...

    def close(self) -> None:
        """Stop the query if it still runs."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class Engine(Protocol):
    """Answers queries over one snapshot."""

    @property
    def snapshot_id(self) -> str:
        """The snapshot that answers come from."""
        ...

    def query(self, query: Query) -> Answer:
        """Start a query and wait for its first chunk.

        Raises a subclass of :class:`QueryError` where no answer can be given.
        """
        ...

    def ready(self) -> bool:
        """True while a query can be answered."""
        ...

    def close(self) -> None:
        """Stop the engine and all that it started."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """RDF from outside, in a file of ours: hostile until an engine process has parsed it.

    ``graph`` is the IRI of the named graph that its triples go to, empty for the default graph;
    ``None`` leaves its quads in the graphs that it names itself, which is refused else. Relative
    IRIs are resolved against ``base_iri``. ``timeout`` is in seconds.
    """

    path: Path
    media_type: str
    base_iri: str
    graph: str | None = ""
    timeout: float | None = None
    client: str = ""
    asker: Abandonment | None = None


class WritableEngine(Engine, Protocol):
    """An engine whose snapshots somebody else writes, and which looks at hostile text for them."""

    def move_to(self, snapshot: Snapshot) -> None:
        """Answer from another snapshot of the same shelf.

        Every query that begins after this has returned is answered from it; those that run go on.
        """
        ...

    def check_update(self, text: str, *, timeout: float | None = None, client: str = "") -> None:
        """Have an engine process parse an update, without doing it.

        Raises what :meth:`Engine.query` raises.
        """
        ...

    def parse(self, document: Document) -> Answer:
        """Have an engine process turn a document into N-Quads, blank nodes renamed.

        Raises :class:`MalformedDocumentError` and what :meth:`Engine.query` raises.
        """
        ...


class QueryError(CritmatError):
    """A query that got no answer."""

    http_status = 500
    title = "The query failed"


class MalformedQueryError(QueryError):
    """The text is no SPARQL query. ``line`` and ``column`` count from 1 where they are known."""

    exit_status = 2
    http_status = 400
    title = "Malformed query"

    def __init__(
        self, message: str, *, remedy: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.line = line
        self.column = column


class MalformedDocumentError(MalformedQueryError):
    """The document is not well-formed, or holds what is never read, such as a DOCTYPE."""

    title = "Malformed document"


class QueryTooLargeError(MalformedQueryError):
    """The text is longer or more deeply nested than any engine should be asked to parse."""

    http_status = 413
    title = "Query too large"


class ForbiddenQueryError(QueryError):
    """The query asks for something that this service does not do, such as calling out."""

    exit_status = 2
    http_status = 403
    title = "Not allowed"


class NotAcceptableError(QueryError):
    """None of the formats that the client takes fits what the query gives back."""

    http_status = 406
    title = "No acceptable format"


class DeadlineExceededError(QueryError):
    """The query ran for longer than it may; it was stopped."""

    http_status = 504
    title = "The query took too long"


class MemoryExceededError(QueryError):
    """The query needed more memory than it may have; it was stopped."""

    http_status = 507
    title = "The query needed too much memory"


class AbandonedError(QueryError):
    """Whoever asked has gone; the query was stopped."""

    http_status = 499
    title = "The client has gone"


class OverloadedError(QueryError):
    """Every engine is busy. ``retry_after`` is in seconds."""

    http_status = 503
    title = "Busy"

    def __init__(self, message: str, *, remedy: str = "", retry_after: int = 1) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class BrokenAnswerError(QueryError):
    """The stream broke after its first bytes: what was read so far is not the whole answer."""

    http_status = 502
    title = "The answer broke off"
