"""The remote engine against endpoints that behave, and endpoints that do not."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, Store

from kg.engines.breaker import CircuitBreaker
from kg.engines.engine import (
    AnswerFormats,
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
from kg.engines.remote import RemoteEngine, RemoteSettings

JSON = "application/sparql-results+json"
SELECT = Query("SELECT ?s { ?s ?p ?o }")


@contextmanager
def endpoint(
    answer: Callable[[BaseHTTPRequestHandler, dict[str, list[str]]], None],
) -> Iterator[str]:
    """A server on this machine that answers as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, parse_qs(urlsplit(self.path).query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer(self, parse_qs(body.decode()))

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()


def reply(
    request: BaseHTTPRequestHandler,
    body: bytes,
    media_type: str = JSON,
    status: int = 200,
    **headers: str,
) -> None:
    request.send_response(status)
    request.send_header("Content-Type", media_type)
    headers.setdefault("Content_Length", str(len(body)))
    for name, value in headers.items():
        if value:
            request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def ask(address: str, query: Query = SELECT, **settings: object) -> bytes:
    return RemoteEngine(RemoteSettings(address, **settings)).query(query).read()  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_endpoint_answers(method: str) -> None:
    store = Store()
    store.add(Quad(NamedNode("x:a"), NamedNode("x:b"), NamedNode("x:c")))

    def answer(request: BaseHTTPRequestHandler, form: dict[str, list[str]]) -> None:
        assert request.command == method
        assert request.headers["Accept"] == JSON
        result = store.query(form["query"][0])
        body = result.serialize(format=QueryResultsFormat.JSON)
        assert body is not None
        reply(request, body)

    with endpoint(answer) as address:
        engine = RemoteEngine(RemoteSettings(address, method=method))  # type: ignore[arg-type]
        with engine.query(SELECT) as found:
            assert (found.form, found.media_type) == (QueryForm.SOLUTIONS, JSON)
            rows = json.loads(b"".join(found))["results"]["bindings"]
        assert rows == [{"s": {"type": "uri", "value": "x:a"}}]
        assert engine.query(Query("# INSERT\nASK {}")).form is QueryForm.BOOLEAN
        assert engine.ready()
        assert engine.snapshot_id == address


def test_graphs_are_passed_on() -> None:
    def answer(request: BaseHTTPRequestHandler, form: dict[str, list[str]]) -> None:
        reply(request, json.dumps(form).encode())

    query = Query(SELECT.text, default_graphs=("x:a", "x:b"), named_graphs=("x:c",))
    with endpoint(answer) as address:
        form = json.loads(ask(address, query))
    assert form["default-graph-uri"] == ["x:a", "x:b"]
    assert form["named-graph-uri"] == ["x:c"]


WHOLE = b'{"head":{},"results":{"bindings":[]}}'


def close_early(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, WHOLE[:20], Content_Length="37")


def close_early_without_length(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, WHOLE[:20], Content_Length="")


def error_in_the_middle(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, WHOLE[:20] + b"\n*** java.lang.OutOfMemoryError")


def truncated_chunks(request: BaseHTTPRequestHandler, _: object) -> None:
    request.protocol_version = "HTTP/1.1"
    reply(request, b"25\r\n" + WHOLE[:20], Content_Length="", Transfer_Encoding="chunked")


def too_large(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, b"[" + b" " * 2_000_000 + b"{}")


def rows_cut(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, WHOLE, X_SPARQL_MaxRows="10000")


def without_end(request: BaseHTTPRequestHandler, _: object) -> None:
    """10 GB, if anybody reads them."""
    reply(request, b"[", Content_Length=str(10**10))
    for _ in range(10**10 >> 20):
        request.wfile.write(b" " * (1 << 20))


def no_json(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, b'{"head":{},"results":{"bindings":[nothing]}}')


def deep_json(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, b'{"head":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def no_text(request: BaseHTTPRequestHandler, _: object) -> None:
    reply(request, b'{"head":"\xff"}')


def endless_headers(request: BaseHTTPRequestHandler, _: object) -> None:
    request.send_response(200)
    for i in range(1_000):
        request.send_header(f"X-{i}", "a" * 1_000)
    request.end_headers()


@pytest.mark.parametrize(
    "answer",
    [
        close_early,
        without_end,
        no_json,
        deep_json,
        no_text,
        close_early_without_length,
        error_in_the_middle,
        truncated_chunks,
        too_large,
        rows_cut,
    ],
)
def test_an_answer_that_is_not_whole_is_noticed(
    answer: Callable[[BaseHTTPRequestHandler, object], None],
) -> None:
    with endpoint(answer) as address, pytest.raises(BrokenAnswerError):
        ask(address, max_answer=1_000_000)


def test_a_page_instead_of_an_answer_is_noticed() -> None:
    with (
        endpoint(lambda request, _: reply(request, b"<h1>Welcome</h1>", "text/html")) as address,
        pytest.raises(QueryError, match=r"sent text/html: '<h1>Welcome</h1>'"),
    ):
        ask(address)


XML = "application/sparql-results+xml"


@pytest.mark.parametrize(
    "body",
    [
        b"<sparql><head></sparql>",
        b"<sparql/></sparql>",
        b'<!DOCTYPE sparql [<!ENTITY a "b">]><sparql>&a;</sparql>',
        b"<sparql>\x01</sparql>",
    ],
)
def test_xml_that_is_not_well_formed_is_noticed(body: bytes) -> None:
    query = Query(SELECT.text, AnswerFormats(solutions=XML))
    with (
        endpoint(lambda request, _: reply(request, body, XML)) as address,
        pytest.raises(BrokenAnswerError, match="not well-formed"),
    ):
        ask(address, query)


def test_what_is_no_http_is_noticed() -> None:
    def rubbish(request: BaseHTTPRequestHandler, _: object) -> None:
        request.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")

    for answer in (rubbish, endless_headers):
        with endpoint(answer) as address, pytest.raises(QueryError, match="cannot be reached"):
            ask(address)


def test_an_endpoint_that_keeps_failing_is_left_alone_for_a_while() -> None:
    asked: list[int] = []
    status = 500

    def answer(request: BaseHTTPRequestHandler, _: object) -> None:
        asked.append(1)
        reply(request, WHOLE if status == 200 else b"no", JSON, status)

    with endpoint(answer) as address:
        engine = RemoteEngine(RemoteSettings(address, failures=3, pause=0.5))
        for _ in range(3):
            with pytest.raises(QueryError, match="answered 500"):
                engine.query(SELECT)
        for _ in range(5):
            with pytest.raises(OverloadedError, match="failed 3 times in a row") as error:
                engine.query(SELECT)
            assert error.value.retry_after == 1
        assert len(asked) == 3
        assert not engine.ready()
        time.sleep(0.6)
        with pytest.raises(QueryError, match="answered 500"):  # one tries it again, in vain
            engine.query(SELECT)
        with pytest.raises(OverloadedError, match="in a row"):
            engine.query(SELECT)
        assert len(asked) == 4
        status = 200
        time.sleep(0.6)
        for _ in range(5):
            assert engine.query(SELECT).read() == WHOLE
        assert len(asked) == 9


def test_a_bad_query_is_no_failure_of_the_endpoint() -> None:
    def answer(request: BaseHTTPRequestHandler, _: object) -> None:
        reply(request, b"no", "text/plain", 400)

    with endpoint(answer) as address:
        engine = RemoteEngine(RemoteSettings(address, failures=1))
        for _ in range(3):
            with pytest.raises(MalformedQueryError, match="answered 400"):
                engine.query(SELECT)


def test_while_one_tries_the_others_are_refused() -> None:
    breaker = CircuitBreaker("The endpoint", failures=1, pause=0.2)
    breaker.enter()
    breaker.failed()
    with pytest.raises(OverloadedError):
        breaker.enter()
    time.sleep(0.25)
    breaker.enter()
    with pytest.raises(OverloadedError):
        breaker.enter()
    breaker.succeeded()
    breaker.enter()
    breaker.enter()


def test_another_name_of_the_format_is_taken() -> None:
    with endpoint(lambda request, _: reply(request, WHOLE, "application/json")) as address:
        assert ask(address) == WHOLE


def test_a_slow_endpoint_is_given_up_on() -> None:
    def silent(*_: object) -> None:
        time.sleep(1)

    def dripping(request: BaseHTTPRequestHandler, _: object) -> None:
        reply(request, b"{", Content_Length="1000")
        for _ in range(20):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.1)

    for answer, error in ((silent, DeadlineExceededError), (dripping, BrokenAnswerError)):
        with endpoint(answer) as address:
            start = time.monotonic()
            with pytest.raises(error):
                ask(address, timeout=0.4)
            assert time.monotonic() - start < 1.0


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, MalformedQueryError),
        (401, ForbiddenQueryError),
        (403, ForbiddenQueryError),
        (406, NotAcceptableError),
        (429, OverloadedError),
        (500, QueryError),
        (503, OverloadedError),
        (504, DeadlineExceededError),
    ],
)
def test_a_refusal_keeps_its_meaning(status: int, error: type[QueryError]) -> None:
    def answer(request: BaseHTTPRequestHandler, _: object) -> None:
        reply(request, b"no\n  because", "text/plain", status, Retry_After="7")

    with (
        endpoint(answer) as address,
        pytest.raises(error, match=rf"{status}: no because") as caught,
    ):
        ask(address)
    if isinstance(caught.value, OverloadedError):
        assert caught.value.retry_after == 7


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_not_followed(method: str) -> None:
    visits: list[str] = []

    def trap(request: BaseHTTPRequestHandler, _: object) -> None:
        visits.append(request.path)
        reply(request, WHOLE)

    with endpoint(trap) as inside:

        def answer(request: BaseHTTPRequestHandler, _: object) -> None:
            reply(request, b"", status=302, Location=inside)

        with endpoint(answer) as address, pytest.raises(ForbiddenQueryError, match="sends us on"):
            ask(address, method=method)
    assert not visits


def test_nobody_there() -> None:
    with endpoint(lambda *_: None) as address:
        pass
    with pytest.raises(OverloadedError, match="cannot be reached"):
        ask(address)
    assert not RemoteEngine(RemoteSettings(address)).ready()


def test_the_gate_stands_before_the_endpoint() -> None:
    def answer(*_: object) -> None:
        pytest.fail("the endpoint was asked")

    with endpoint(answer) as address:
        for text, error in (
            ("SELECT * { SERVICE <x:y> {} }", ForbiddenQueryError),
            ("nothing", MalformedQueryError),
        ):
            with pytest.raises(error):
                ask(address, Query(text))
        with pytest.raises(NotAcceptableError):
            ask(address, Query(SELECT.text, AnswerFormats(solutions=None)))


def test_only_web_addresses_are_taken() -> None:
    for address in ("file:///etc/passwd", "ftp://x/", "nonsense"):
        with pytest.raises(ValueError, match="is no http or https address"):
            RemoteSettings(address)
