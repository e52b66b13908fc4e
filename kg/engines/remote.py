"""The remote engine: any SPARQL 1.1 endpoint, asked through SPARQLWrapper.

Endpoints fail in the middle of an answer after having said 200, answer in another format than was
asked for, or never end. What comes is checked against its length, its type, a limit of size and
the way that a whole document of its format ends, and is given out only as far as it is right. What
is read in one go is also checked to be well-formed. An endpoint that fails several times in a row
is left alone for a while.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Literal, Self
from urllib.parse import urlsplit
from xml.parsers import expat

from SPARQLWrapper import SPARQLWrapper

from kg.engines.breaker import CircuitBreaker
from kg.engines.engine import (
    BrokenAnswerError,
    DeadlineExceededError,
    ForbiddenQueryError,
    MalformedQueryError,
    NotAcceptableError,
    OverloadedError,
    Query,
    QueryError,
    QueryForm,
)
from kg.engines.failure import too_slow
from kg.engines.gate import GateLimits, check_query, query_form

_CHUNK = 64 * 1024
_ERROR_TEXT = 2_000  # bytes of an error page that are read
#: How a whole document ends, by media type; formats whose end cannot be told are left out.
_ENDS = {
    "application/sparql-results+json": b"}",
    "application/json": b"}",
    "application/sparql-results+xml": b"</sparql>",
    "application/xml": b">",
    "application/rdf+xml": b">",
    "application/n-triples": b".",
    "application/n-quads": b".",
}
#: Less exact names under which endpoints send a format.
_SYNONYMS = {
    "application/sparql-results+json": {"application/json"},
    "application/sparql-results+xml": {"application/xml", "text/xml"},
    "application/rdf+xml": {"application/xml", "text/xml"},
    "application/n-triples": {"text/plain"},
    "text/turtle": {"application/x-turtle", "application/turtle"},
}
_BUSY = frozenset({429, 502, 503})


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """Which endpoint is asked, and within what limits.

    Times are in seconds, sizes in bytes. ``method`` is that of SPARQL 1.1 Protocol. After
    ``failures`` failures in a row the endpoint is not asked for ``pause`` seconds.
    """

    endpoint: str
    method: Literal["GET", "POST"] = "POST"
    timeout: float = 30.0
    max_timeout: float = 60.0
    max_answer: int = 256 * 1024 * 1024
    failures: int = 5
    pause: float = 15.0
    gate: GateLimits = field(default_factory=GateLimits)

    def __post_init__(self) -> None:
        if self.failures < 1:
            raise ValueError("failures must be at least 1")
        if urlsplit(self.endpoint).scheme not in ("http", "https"):
            raise ValueError(f"{self.endpoint!r} is no http or https address")


class RemoteEngine:
    """Answers queries by asking an endpoint. Safe to use from many threads."""

    def __init__(self, settings: RemoteSettings) -> None:
        self.settings = settings
        self._breaker = CircuitBreaker(
            f"The endpoint {settings.endpoint}", failures=settings.failures, pause=settings.pause
        )

    @property
    def snapshot_id(self) -> str:
        """The address of the endpoint; what it holds may change at any time."""
        return self.settings.endpoint

    def query(self, query: Query) -> RemoteAnswer:
        """Ask the endpoint and wait for its first chunk; see :class:`~kg.engines.engine.Engine`."""
        check_query(query.text, self.settings.gate)
        form = query_form(query.text)
        if form is None:
            raise MalformedQueryError(
                "This is not a query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE."
            )
        media_type = query.formats.of(form)
        if media_type is None:
            raise NotAcceptableError(
                "The query gives back what fits none of the formats asked for.",
                remedy="Ask for a format of solutions for SELECT, of a graph for CONSTRUCT.",
            )
        allowed = min(query.timeout or self.settings.timeout, self.settings.max_timeout)
        deadline = time.monotonic() + allowed
        self._breaker.enter()
        try:
            answer = RemoteAnswer(
                self._ask(query, media_type, allowed),
                form,
                media_type,
                deadline=deadline,
                allowed=allowed,
                max_answer=self.settings.max_answer,
                snapshot_id=self.snapshot_id,
            )
            answer.start()
        except _ITS_GOOD_RIGHT:
            self._breaker.succeeded()
            raise
        except BaseException:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return answer

    def ready(self) -> bool:
        """True where the endpoint answers a trivial query within five seconds."""
        try:
            self.query(Query("ASK {}", timeout=5.0)).read()
        except QueryError:
            return False
        return True

    def close(self) -> None:
        """Nothing to stop: each query has its own connection."""

    def _ask(self, query: Query, media_type: str, allowed: float) -> http.client.HTTPResponse:
        wrapper = SPARQLWrapper(self.settings.endpoint)
        wrapper.setMethod(self.settings.method)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", media_type)
        for graph in query.default_graphs:
            wrapper.addParameter("default-graph-uri", graph)
        for graph in query.named_graphs:
            wrapper.addParameter("named-graph-uri", graph)
        wrapper.setQuery(query.text)
        # SPARQLWrapper guesses by pattern whether a text is an update; the gate knows better.
        wrapper.queryType = "SELECT"
        # SPARQLWrapper makes the request. Sent by its query(), the request would follow redirects
        # to anywhere, and a failure would lose its status.
        try:
            response: http.client.HTTPResponse = _OPENER.open(
                wrapper._createRequest(), timeout=allowed
            )
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(error.code, error.read(_ERROR_TEXT), error.headers) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise too_slow(allowed) from error
            raise _unreachable(self.settings.endpoint, reason) from error
        return response


#: What an endpoint may say to a query without being at fault.
_ITS_GOOD_RIGHT = (MalformedQueryError, NotAcceptableError)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An endpoint must not send us on, to a server inside our own network least of all."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing: the redirect becomes an error of its status."""


_OPENER = urllib.request.build_opener(_NoRedirects)


class RemoteAnswer:
    """An answer that is being read from an endpoint."""

    def __init__(
        self,
        response: http.client.HTTPResponse,
        form: QueryForm,
        media_type: str,
        *,
        deadline: float,
        allowed: float,
        max_answer: int,
        snapshot_id: str,
    ) -> None:
        self.snapshot_id = snapshot_id
        self.form = form
        self.media_type = media_type
        self._response: http.client.HTTPResponse | None = response
        self._deadline, self._allowed, self._max_answer = deadline, allowed, max_answer
        length = response.headers.get("Content-Length", "")
        self._expected = int(length) if length.isdigit() else None
        self._received = 0
        self._tail = b""
        self._first = b""

    def start(self) -> None:
        """Check the type and wait for the first chunk. Raises what :meth:`Engine.query` does."""
        response = self._response
        if response is None:
            return
        found = response.headers.get_content_type()
        if found != self.media_type and found not in _SYNONYMS.get(self.media_type, ()):
            text = response.read(200).decode(errors="replace")
            self.close()
            raise QueryError(
                f"The endpoint was asked for {self.media_type} and sent {found}: {text!r}.",
                remedy="Check the address; it may be a page and not a SPARQL endpoint.",
            )
        if response.headers.get("X-SPARQL-MaxRows") or response.headers.get("X-SQL-State"):
            self.close()
            raise BrokenAnswerError(
                "The endpoint says that it cut the answer short.",
                remedy="Ask for less at once with LIMIT and OFFSET.",
            )
        self._first = self._take()

    def __iter__(self) -> Iterator[bytes]:
        """Give the chunks. Raises :class:`BrokenAnswerError` where the answer is not whole."""
        first, self._first = self._first, b""
        if first:
            yield first
        while self._response is not None:
            chunk = self._take()
            if chunk:
                yield chunk

    def read(self) -> bytes:
        """All of the answer. Raises :class:`BrokenAnswerError` where it is not well-formed too."""
        with self:
            data = b"".join(self)
        try:
            if self.media_type.endswith("json"):
                json.loads(data)
            elif self.media_type.endswith("xml"):
                _check_xml(data)
        except (ValueError, RecursionError, expat.ExpatError) as error:
            raise self._broken(f"it is not well-formed ({error})") from error
        return data

    def close(self) -> None:
        """Hang up; most endpoints then stop the query."""
        response, self._response = self._response, None
        if response is not None:
            response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _take(self) -> bytes:
        """The next chunk, empty at the end, which is checked."""
        response = self._response
        if response is None:
            return b""
        try:
            chunk = response.read1(_CHUNK)
        except TimeoutError:
            raise self._late() from None
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(f"the connection broke ({error!r})") from error
        if time.monotonic() > self._deadline:
            raise self._late()
        self._received += len(chunk)
        if self._received > self._max_answer:
            raise self._broken(f"it is larger than {self._max_answer:,} bytes")
        if chunk:
            self._tail = (self._tail + chunk)[-64:]
            return chunk
        self._check_end()
        self.close()
        return b""

    def _check_end(self) -> None:
        if self._expected is not None and self._received != self._expected:
            raise self._broken(f"{self._received:,} of {self._expected:,} bytes came")
        end = _ENDS.get(self.media_type)
        if end and not self._tail.rstrip().endswith(end):
            graph_is_empty = self.form is QueryForm.GRAPH and not self._received
            if not graph_is_empty or end != b".":
                raise self._broken("it does not end as a whole document does")

    def _late(self) -> QueryError:
        received = self._received
        self.close()
        late: DeadlineExceededError = too_slow(self._allowed)
        return self._broken("its time is over") if received else late

    def _broken(self, why: str) -> BrokenAnswerError:
        self.close()
        return BrokenAnswerError(
            f"The endpoint's answer is not whole: {why}.",
            remedy="Try again, or ask for less at once.",
        )


def _check_xml(data: bytes) -> None:
    """Raise ``ExpatError`` or ``ValueError`` for what is no XML, or has a DOCTYPE."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ValueError("it has a DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(data, True)


def _refused(status: int, body: bytes, headers: Message) -> QueryError:
    text = " ".join(body.decode(errors="replace").split())[:300]
    said = f"The endpoint answered {status}: {text}"
    if 300 <= status < 400:
        return ForbiddenQueryError(
            f"The endpoint sends us on to {headers.get('Location', 'nowhere')!r} ({status}).",
            remedy="Give that address in the settings, if that server is to be trusted.",
        )
    if status in _BUSY:
        after = headers.get("Retry-After", "")
        return OverloadedError(
            said, remedy="Try again later.", retry_after=int(after) if after.isdigit() else 5
        )
    error, remedy = _REFUSALS.get(status, (QueryError, "Look into the log of the endpoint."))
    return error(said, remedy=remedy)


_REFUSALS: dict[int, tuple[type[QueryError], str]] = {
    400: (MalformedQueryError, "Mend the query as the endpoint says."),
    401: (ForbiddenQueryError, "Ask the endpoint's operator for access."),
    403: (ForbiddenQueryError, "Ask the endpoint's operator for access."),
    406: (NotAcceptableError, "Ask for another format."),
    504: (DeadlineExceededError, "Ask for less at once."),
}


def _unreachable(endpoint: str, reason: object) -> OverloadedError:
    return OverloadedError(
        f"The endpoint {endpoint} cannot be reached: {reason}.",
        remedy="Check the address and whether it runs.",
        retry_after=10,
    )
