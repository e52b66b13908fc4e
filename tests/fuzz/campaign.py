"""A fuzz run against a real service: sends random inputs and judges every answer.

``python -m tests.fuzz --queries 10000 --documents 2000`` (``make fuzz``) runs one of any size. What
is demanded of the service: every input gets an answer in time; an answer of 200 is whole and
well-formed in the format that it claims; a refusal is a problem document with a status that is
foreseen and a remedy or a reason; and the process that answers HTTP is the same from beginning to
end.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

from pyoxigraph import RdfFormat, parse

from tests.fuzz.documents import document
from tests.fuzz.grammar import SparqlGrammar, damaged

Kind = Literal["query", "update", "document"]
#: Statuses that a hostile input may be answered with.
FORESEEN = frozenset(
    {200, 201, 204, 400, 403, 404, 406, 408, 411, 413, 414, 415, 431, 503, 504, 507}
)
_ACCEPT = (
    "application/sparql-results+json",
    "application/sparql-results+xml, application/rdf+xml;q=0.5",
    "text/csv, text/turtle",
    "text/tab-separated-values, application/n-quads;q=0.9",
    "application/ld+json, application/json;q=0.4",
    "*/*",
    "text/html",
    "image/png",
    ";q=,,*/*;q=nan",
)
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Input:
    """One request to send."""

    kind: Kind
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Outcome:
    """What came of a run: inputs by kind and status, and what was wrong."""

    statuses: Counter[tuple[Kind, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def sent(self) -> int:
        """Inputs that got an answer."""
        return self.statuses.total()

    def lines(self) -> Iterator[str]:
        """The outcome for people."""
        for (kind, status), count in sorted(self.statuses.items()):
            yield f"{kind:10} {status}  {count:7,}"
        yield f"slowest answer {self.slowest:.1f} s, faults {len(self.faults)}"
        yield from self.faults[:20]


def inputs(seed: int, queries: int, documents: int, token: str = "") -> Iterator[Input]:
    """The inputs of a seed. With a ``token`` a third of the queries are updates."""
    random = Random(seed)  # noqa: S311 - reproducible, not secret
    grammar = SparqlGrammar(random)
    for _ in range(queries):
        if token and random.random() < 0.33:
            yield _update(random, grammar, token)
        else:
            yield _query(random, grammar)
    for _ in range(documents):
        yield _document(random, token)


def _query(random: Random, grammar: SparqlGrammar) -> Input:
    text = grammar.query()
    if random.random() < 0.5:
        text = damaged(text, random)
    headers = {"Accept": random.choice(_ACCEPT)}
    raw = text.encode("utf-8", "surrogatepass")
    way = random.randrange(3)
    if way == 0 and len(raw) < 2_000:
        escaped = quote(raw)
        if random.random() < 0.05:
            escaped += random.choice(("%FF", "%C3%28", "%00", "%", "%zz"))
        return Input("query", "GET", f"/sparql?query={escaped}", headers)
    if way == 1:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return Input("query", "POST", "/sparql", headers | form, urlencode({"query": raw}).encode())
    direct = {"Content-Type": "application/sparql-query"}
    return Input("query", "POST", "/sparql", headers | direct, raw)


def _update(random: Random, grammar: SparqlGrammar, token: str) -> Input:
    text = grammar.update()
    if random.random() < 0.4:
        text = damaged(text, random)
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {token}"}
    path = "/update"
    if random.random() < 0.1:
        path += "?using-graph-uri=" + random.choice(("urn:f:g1", "nonsense", "urn:f:%7D"))
    return Input("update", "POST", path, headers, text.encode("utf-8", "surrogatepass"))


def _document(random: Random, token: str) -> Input:
    kind, content = document(random)
    headers = {"Content-Type": kind, "Authorization": f"Bearer {token}"}
    path = "/graph-store?graph=urn:f:d" + str(random.randrange(5))
    return Input("document", random.choice(("PUT", "POST")), path, headers, content)


def run(address: str, sent: Iterator[Input], threads: int = 4) -> Outcome:
    """Send all inputs from a few threads at a time and judge the answers."""
    outcome = Outcome()
    with ThreadPoolExecutor(threads) as pool:
        for one, status, seconds, fault in pool.map(lambda i: _send(address, i), sent):
            outcome.statuses[(one.kind, status)] += 1
            outcome.slowest = max(outcome.slowest, seconds)
            if fault:
                outcome.faults.append(f"{one.method} {one.path[:200]} {one.body[:300]!r}: {fault}")
    return outcome


def _send(address: str, one: Input) -> tuple[Input, int, float, str]:
    began = time.monotonic()
    connection = HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE)
    try:
        connection.request(one.method, one.path, one.body or None, one.headers)
        response = connection.getresponse()
        content = response.read()
    except (OSError, HTTPException) as error:
        return one, 0, time.monotonic() - began, f"no answer: {error!r}"
    finally:
        connection.close()
    kind = response.getheader("Content-Type", "").partition(";")[0]
    fault = judge(response.status, kind, content)
    return one, response.status, time.monotonic() - began, fault


def judge(status: int, kind: str, content: bytes) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if status == 500:
        # An engine may say that it cannot do something; it must say so in words.
        refused = kind == "application/problem+json" and b'"The query failed"' in content
        return "" if refused else f"status 500: {content[:200]!r}"
    if status not in FORESEEN:
        return f"status {status}: {content[:200]!r}"
    if status in {201, 204} or kind == "text/html":
        return ""
    try:
        if status >= 400:
            said = json.loads(content)
            missing = {"title", "status", "detail", "request_id"} - set(said)
            return f"a problem without {sorted(missing)}" if missing else ""
        _read(kind, content)
    except (ValueError, SyntaxError, ElementTree.ParseError) as error:
        return f"{kind} that cannot be read: {error}"
    return ""


_GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


def _read(kind: str, content: bytes) -> None:
    if kind in _GRAPHS:
        for _ in parse(content, _GRAPHS[kind]):
            pass
    elif kind.endswith("json"):
        json.loads(content)
    elif kind.endswith("xml"):
        ElementTree.fromstring(content)  # noqa: S314 - our own service wrote it
    else:
        content.decode("utf-8")
