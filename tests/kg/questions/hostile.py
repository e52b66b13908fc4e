"""What a hostile user may write, and an endpoint to ask it of."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Store

#: 500 examples in the ordinary run; ``CRITMAT_HYPOTHESIS=nightly`` asks for 20,000.
EXAMPLES = 20_000 if os.environ.get("CRITMAT_HYPOTHESIS") == "nightly" else 500
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_PIECES = st.sampled_from(
    [
        '"', "'", '"""', "'''", "\\", "\\u0022", "\\U00000022", "}", "{", ")", "?word", "$word",
        " } UNION { ?s ?p ?o } #", '" } DELETE WHERE { ?s ?p ?o } #', "SERVICE <http://x.example/>",
        "VALUES ?word { ", "UNDEF", "#---", "\n", "\r\n", "\t", "<", ">", "<x:y>", "cmd:neodymium",
        "\u2028", "\ufeff", "\x00", "\x01", "𝔘", "é", "@en", '"@en', '"^^<x:y>', "%20", "; DROP",
        "any",
    ]
)  # fmt: skip
#: Texts that look like pieces of a query, and any others.
texts = st.one_of(
    st.lists(_PIECES, max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)


def _node(text: str) -> NamedNode:
    try:
        return NamedNode(f"http://x.example/{text}")
    except ValueError:
        return NamedNode(f"http://x.example/{quote(text)}")


#: IRIs with everything in them that may stand there, and the rest in percent escapes.
iris = texts.map(_node)


@dataclass
class Endpoint:
    """A SPARQL endpoint on this machine; what it holds may be changed between two queries."""

    store: Store
    address: str = ""


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Serve a store over HTTP by SPARQL 1.1 Protocol, with queries in the form of a POST."""
    served = Endpoint(Store())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            [query] = parse_qs(body, keep_blank_values=True, max_num_fields=5)["query"]
            try:
                found = served.store.query(query)
            except (SyntaxError, ValueError) as error:
                self._send(400, "text/plain", str(error).encode())
                return
            if isinstance(found, QuerySolutions):
                kind = "application/sparql-results+json"
                data = found.serialize(format=QueryResultsFormat.JSON)
            else:
                kind = "text/turtle"
                data = found.serialize(format=RdfFormat.TURTLE)  # type: ignore[union-attr,call-overload]
            self._send(200, kind, data or b"")

        def _send(self, status: int, kind: str, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    served.address = f"http://127.0.0.1:{server.server_port}/sparql"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
