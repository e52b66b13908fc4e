"""Nothing that a client sends makes the service call anybody or read a file.

A listener on this machine counts who comes, and a file holds a word. Every way out that is known is
tried, alone and behind SILENT; nobody comes, and the word stands in no answer and not in the data.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from kg.engines.engine import ForbiddenQueryError, Query, QueryError
from kg.engines.remote import RemoteEngine, RemoteSettings
from kg.extension.check import check_extension
from tests.service.writable import Reply, WritableServer

pytestmark = pytest.mark.usefixtures("front")
WORD = "canary-word-5f1c"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:"'
XML, TURTLE, JSON_LD = "application/rdf+xml", "text/turtle", "application/ld+json"


@dataclass
class Canary:
    """A listener and a file that nobody is to touch."""

    port: int
    file: Path
    visits: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def places(self) -> tuple[str, ...]:
        """All that could be followed."""
        return (self.address, self.file.as_uri())

    def untouched(self) -> bool:
        time.sleep(0.2)  # who was told to come may be on the way
        return not self.visits


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    file = tmp_path / "canary.ttl"
    file.write_text(f'<x:canary> <x:says> "{WORD}" .\n')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Canary(listener.getsockname()[1], file)

        def listen() -> None:
            while True:
                try:
                    visitor, _ = listener.accept()
                except OSError:
                    return
                with visitor:
                    visitor.settimeout(0.5)
                    found.visits.append(visitor.recv(1000) if visitor else b"")
                    visitor.sendall(b"HTTP/1.0 200 OK\r\n\r\n")

        threading.Thread(target=listen, daemon=True).start()
        yield found
        listener.shutdown(socket.SHUT_RDWR)


def nothing_came(client: WritableServer, canary: Canary, replies: list[Reply]) -> None:
    """The listener is alone, and the word is nowhere."""
    assert canary.untouched()
    assert not [reply for reply in replies if WORD.encode() in reply.body]
    assert not [reply for reply in replies if reply.status == 500]
    anywhere = f"{{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} FILTER(CONTAINS(?o, '{WORD}'))"
    assert not client.ask(f"ASK {{ {anywhere} }}")


def test_a_visit_would_be_noticed(canary: Canary) -> None:
    with socket.create_connection(("127.0.0.1", canary.port), timeout=5) as line:
        line.sendall(b"hello")
        line.recv(10)
    assert canary.visits == [b"hello"]
    canary.visits.clear()


def test_queries(client: WritableServer, canary: Canary) -> None:
    replies = []
    for place in canary.places:
        inner = "{ ?s ?p ?o }"
        for refused in (
            f"SELECT * {{ SERVICE <{place}> {inner} }}",
            f"SELECT * {{ SERVICE SILENT <{place}> {inner} }}",
            f"ASK {{ OPTIONAL {{ {{ SELECT * {{ SERVICE SILENT <{place}> {inner} }} }} }} }}",
            f"SELECT * {{ BIND(<{place}> AS ?x) SERVICE ?x {inner} }}",
            f"PREFIX x: <{place}> SELECT * {{ SERVICE x: {inner} }}",
            f"BASE <{place}> SELECT * {{ SERVICE <> {inner} }}",
            f"SELECT * {{ \\u0053ERVICE <{place}> {inner} }}",
            f"LOAD <{place}>",
            f"LOAD SILENT <{place}> INTO GRAPH <x:loaded>",
        ):
            replies.append(client.send("GET", "/sparql?" + urlencode({"query": refused})))
            assert replies[-1].status == 403, (refused, replies[-1].body)
        for empty in (
            f"ASK FROM <{place}> {{ ?s ?p ?o }}",
            f"ASK FROM NAMED <{place}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
            f"SELECT * {{ GRAPH <{place}> {{ ?s ?p ?o }} }}",
            f"DESCRIBE <{place}>",
        ):
            replies.append(client.send("GET", "/sparql?" + urlencode({"query": empty})))
            assert replies[-1].status == 200, (empty, replies[-1].body)
        for name in ("default-graph-uri", "named-graph-uri"):
            asked = {"query": "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", name: place}
            replies.append(client.send("GET", "/sparql?" + urlencode(asked | {"format": "json"})))
            assert b"false" in replies[-1].body
    nothing_came(client, canary, replies)


def test_updates(client: WritableServer, canary: Canary) -> None:
    replies = []
    for place in canary.places:
        for text, status in (
            (f"LOAD <{place}>", 403),
            (f"LOAD <{place}> INTO GRAPH <x:loaded>", 403),
            (f"LOAD SILENT <{place}>", 204),
            (f"LOAD SILENT <{place}> INTO GRAPH <x:loaded>", 204),
            (f"BASE <{place}> LOAD SILENT <>", 204),
            (f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{place}> {{ ?s ?p ?o }} }}", 403),
            (f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{place}> {{ ?s ?p ?o }} }}", 403),
            (f"INSERT {{ ?s ?p ?o }} USING <{place}> WHERE {{ ?s ?p ?o }}", 204),
            (f"ADD SILENT <{place}> TO <x:loaded>", 204),
        ):
            replies.append(client.update(text))
            assert replies[-1].status == status, (text, replies[-1].body)
        copy = "INSERT { GRAPH <x:loaded> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
        replies.append(client.update(copy, using_graph_uri=[place]))
        replies.append(client.update(copy, using_named_graph_uri=[place]))
        assert [reply.status for reply in replies[-2:]] == [204, 204]
    nothing_came(client, canary, replies)
    assert not client.ask("ASK { GRAPH <x:loaded> { ?s ?p ?o } }")


PROPERTY = "<rdf:Description rdf:about='x:a'><x:b>%s</x:b></rdf:Description>"
IMPORTS = "<x:o> a <http://www.w3.org/2002/07/owl#Ontology> ; {} <PLACE> ."
#: Media type and document, PLACE being what would be followed: those that are refused, and those
#: that are loaded, since there it is a name like any other.
REFUSED = (
    (XML, f"<!DOCTYPE r [<!ENTITY e SYSTEM 'PLACE'>]><rdf:RDF {RDF}>{PROPERTY % '&e;'}</rdf:RDF>"),
    (XML, f"<!DOCTYPE r [<!ENTITY % e SYSTEM 'PLACE'> %e;]><rdf:RDF {RDF}/>"),
    (XML, f"<!DOCTYPE r SYSTEM 'PLACE'><rdf:RDF {RDF}>{PROPERTY % 1}</rdf:RDF>"),
    (XML, f"<!DOCTYPE r PUBLIC 'x' 'PLACE'><rdf:RDF {RDF}>{PROPERTY % 1}</rdf:RDF>"),
    (JSON_LD, '{"@context": "PLACE", "x:b": 1}'),
    (JSON_LD, '{"@context": {"@import": "PLACE"}, "x:b": 1}'),
    (JSON_LD, '{"@context": [{}, "PLACE"], "@id": "x:a", "x:b": 1}'),
    (JSON_LD, '{"@id": "x:a", "x:b": {"@context": "PLACE", "x:b": 1}}'),
    (
        JSON_LD,
        '{"@context": {"t": {"@id": "x:t", "@context": "PLACE"}}, "@id": "x:a", "t": {"x:b": 1}}',
    ),
)
TAKEN = (
    (
        XML,
        f"<rdf:RDF {RDF} xml:base='PLACE'><rdf:Description rdf:about=''>"
        "<x:b rdf:resource='#c'/></rdf:Description></rdf:RDF>",
    ),
    (
        XML,
        f"<?xml-stylesheet type='text/xsl' href='PLACE'?><rdf:RDF {RDF}>{PROPERTY % 1}</rdf:RDF>",
    ),
    (
        XML,
        f"<rdf:RDF {RDF} xmlns:xi='http://www.w3.org/2001/XInclude'><rdf:Description "
        "rdf:about='x:a'><x:b rdf:parseType='Literal'><xi:include href='PLACE' parse='text'/>"
        "</x:b></rdf:Description></rdf:RDF>",
    ),
    (JSON_LD, '{"@context": {"@base": "PLACE"}, "@id": "", "x:b": 1}'),
    (TURTLE, IMPORTS.format("<http://www.w3.org/2002/07/owl#imports>")),
    (TURTLE, IMPORTS.format("<http://www.w3.org/2000/01/rdf-schema#seeAlso>")),
    (TURTLE, "@base <PLACE> . <> <x:b> <a> ."),
)


def test_documents(client: WritableServer, canary: Canary) -> None:
    replies = []
    for place in canary.places:
        for document in (*REFUSED, *TAKEN):
            media_type, text = document
            replies.append(
                client.send(
                    "PUT", "/graph-store?graph=x:document", text.replace("PLACE", place),
                    role="editor", media_type=media_type, Content_Location=place,
                    Link=f'<{place}>; rel="{JSON_LD}"',
                )
            )  # fmt: skip
            expected = {400} if document in REFUSED else {201, 204}
            assert replies[-1].status in expected, (text, replies[-1].body)
            replies.append(client.send("GET", "/graph-store?graph=x:document"))
        # A graph whose name is an address is a graph; its address is not asked for it.
        named = "/graph-store?" + urlencode({"graph": place})
        replies.append(client.send("GET", named))
        assert replies[-1].status == 404
        replies.append(client.send("PUT", named, "", role="editor", media_type=TURTLE))
        replies.append(client.send("DELETE", named, role="editor"))
        assert [reply.status for reply in replies[-2:]] == [201, 204]
    nothing_came(client, canary, replies)


def test_addresses_in_the_address(client: WritableServer, canary: Canary) -> None:
    replies = []
    for place in canary.places:
        word = quote(place, safe="")
        for path in (
            f"/id?iri={word}",
            f"/id/{place}",
            f"/id/{word}",
            f"/graph/{place}",
            f"/graph-store/{word}",
            f"/explain?subject={word}&predicate={word}&object={word}",
            f"/ontology/terms?iri={word}",
            f"/ontology/terms/{word}",
            f"/sources/{word}",
            f"/questions/exposed-products?element={word}",
            f"/ontology?q={word}",
            f"/static/{place}",
        ):
            for accept in ("text/html", "text/turtle"):
                replies.append(client.send("GET", path, Accept=accept))
                assert replies[-1].status < 500, (path, replies[-1].body)
    nothing_came(client, canary, replies)


def test_headers_that_name_another_place(client: WritableServer, canary: Canary) -> None:
    host = f"127.0.0.1:{canary.port}"
    headers = {
        "Host": host, "X_Forwarded_Host": host, "X_Forwarded_For": "127.0.0.1",
        "X_Forwarded_Proto": "http", "X_Forwarded_Prefix": canary.address,
        "Forwarded": f"host={host}", "Referer": canary.address,
        "X_Original_URL": canary.address, "X_Rewrite_URL": canary.address,
        "Origin": canary.address, "Destination": canary.address, "Via": f"1.1 {host}",
        "Accept": f'text/turtle;profile="{canary.address}"', "Profile": canary.address,
    }  # fmt: skip
    replies = [
        client.send("GET", path, **headers)
        for path in ("/", "/ready", "/id/x", "/.well-known/void", "/graph-store/x", "/openapi.json")
    ]
    query = {"query": "SELECT (IRI('x') AS ?i) {}", "format": "csv"}
    replies.append(client.send("GET", "/sparql?" + urlencode(query), **headers))
    # As one would ask a proxy: a whole address, and a tunnel.
    parts = urlsplit(client.address)
    for line in (f"GET {canary.address} HTTP/1.1", f"CONNECT {host} HTTP/1.1"):
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as sock:
            sock.sendall(f"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = sock.recv(65536)
        assert answer.split()[1] in {b"200", b"400", b"404", b"405"}
        replies.append(Reply(int(answer.split()[1]), {}, answer))
    nothing_came(client, canary, replies)


def test_a_remote_endpoint_that_sends_us_on(canary: Canary) -> None:
    """The other back end: its endpoint answers with a redirect to the canary, or to the file."""
    for place in canary.places:
        with socket.create_server(("127.0.0.1", 0)) as endpoint:
            port = endpoint.getsockname()[1]

            def redirect(endpoint: socket.socket = endpoint, place: str = place) -> None:
                visitor, _ = endpoint.accept()
                with visitor:
                    visitor.recv(65536)
                    visitor.sendall(
                        b"HTTP/1.1 307 Away\r\nContent-Length: 0\r\nConnection: close\r\n"
                        b"Location: " + place.encode() + b"\r\n\r\n"
                    )

            threading.Thread(target=redirect, daemon=True).start()
            engine = RemoteEngine(RemoteSettings(f"http://127.0.0.1:{port}/sparql"))
            with pytest.raises(QueryError):
                engine.query(Query("ASK {}", timeout=5)).read()
            with pytest.raises(ForbiddenQueryError):
                engine.query(Query(f"ASK {{ SERVICE SILENT <{place}> {{}} }}"))
    assert canary.untouched()


def test_an_extension_that_imports(canary: Canary, tmp_path: Path, core_facts: Path) -> None:
    """What ``critmat check PATH`` does with files of an expert's own."""
    folder = tmp_path / "extension"
    folder.mkdir()
    ontology = "<https://example.org/mine> a owl:Ontology"
    imports = "".join(f" ; owl:imports <{place}>" for place in canary.places)
    (folder / "mine.ttl").write_text(
        f"@prefix owl: <http://www.w3.org/2002/07/owl#> .\n{ontology}{imports} .\n"
    )
    for number, place in enumerate(canary.places):
        entity = f"<!DOCTYPE r [<!ENTITY e SYSTEM '{place}'>]>"
        (folder / f"entity-{number}.rdf").write_text(
            f"{entity}<rdf:RDF {RDF}><rdf:Description rdf:about='x:a'><x:b>&e;</x:b>"
            "</rdf:Description></rdf:RDF>"
        )
        (folder / f"context-{number}.jsonld").write_text(f'{{"@context": "{place}", "x:b": 1}}')
    report = check_extension([folder], facts=core_facts).report
    said = "\n".join(report.lines())
    assert not report.ok
    assert WORD not in said
    for file in folder.iterdir():
        assert file.name in said
    assert f"it imports {canary.address}, which is not fetched" in said
    assert canary.untouched()
