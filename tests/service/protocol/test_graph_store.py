"""The graph store over HTTP, against a real server: graphs by name and by address."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.compare import isomorphic

from service.audit import read_audit
from service.protocol.payload import MAXIMUM_PARTS
from tests.service.writable import Reply, WritableServer

TURTLE = "text/turtle"
JOHN = '@prefix : <http://example.org/> . :john :name "John"; :card [ :of :john ] .'
JANE = '@prefix : <http://example.org/> . :jane :name "Jane" .'
MIB = 1024 * 1024


@pytest.fixture
def graph() -> str:
    """The IRI of a graph that is not there yet, in the scope of the tokens with one."""
    return f"http://example.org/mine/{uuid.uuid4()}"


def at(iri: str) -> str:
    return "/graph-store?" + urlencode({"graph": iri})


def read(server: WritableServer, address: str) -> rdflib.Graph:
    reply = server.send("GET", address, Accept=TURTLE)
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "text/turtle; charset=utf-8"
    return rdflib.Graph().parse(data=reply.body)


def holds(server: WritableServer, address: str, turtle: str) -> bool:
    return isomorphic(read(server, address), rdflib.Graph().parse(data=turtle))


def put(server: WritableServer, address: str, body: str, role: str = "writer") -> Reply:
    return server.send("PUT", address, body, role=role, media_type=TURTLE)


def post(
    server: WritableServer, address: str, body: str | bytes, media_type: str = TURTLE
) -> Reply:
    return server.send("POST", address, body, role="writer", media_type=media_type)


def test_put_makes_a_graph_and_replaces_it(writable: WritableServer, graph: str) -> None:
    assert writable.send("GET", at(graph)).status == 404
    assert writable.send("HEAD", at(graph)).status == 404
    assert put(writable, at(graph), JOHN).status == 201
    assert holds(writable, at(graph), JOHN)
    assert put(writable, at(graph), JANE).status == 204
    assert holds(writable, at(graph), JANE)
    head = writable.send("HEAD", at(graph), Accept=TURTLE)
    assert (head.status, head.body) == (200, b"")


def test_delete_removes_a_graph_once(writable: WritableServer, graph: str) -> None:
    put(writable, at(graph), JOHN)
    assert writable.send("DELETE", at(graph), role="writer").status == 204
    assert writable.send("GET", at(graph)).status == 404
    assert writable.send("DELETE", at(graph), role="writer").status == 404


def test_post_adds(writable: WritableServer, graph: str) -> None:
    assert post(writable, at(graph), JOHN).status == 201
    assert post(writable, at(graph), JANE).status == 204
    assert holds(writable, at(graph), JOHN + JANE.partition(" . ")[2])


def test_post_without_a_graph_makes_one_with_an_address(writable: WritableServer) -> None:
    reply = post(writable, "/graph-store", JOHN)
    assert reply.status == 201
    address = reply.headers["location"]
    assert address.startswith(f"{writable.address}/graph-store/")
    assert holds(writable, address.removeprefix(writable.address), JOHN)
    assert holds(writable, at(address), JOHN)


def test_a_graph_is_also_named_by_its_own_address(writable: WritableServer) -> None:
    path = f"/graph-store/people/{uuid.uuid4()}.ttl"
    assert put(writable, path, "<> a <#Document> .").status == 201
    own = writable.address + path
    assert holds(writable, at(own), f"<{own}> a <{own}#Document> .")
    assert holds(writable, path, f"<{own}> a <{own}#Document> .")
    assert writable.send("DELETE", path, role="writer").status == 204
    assert writable.send("GET", path).status == 404


def test_percent_signs_in_an_iri_are_decoded_once(writable: WritableServer) -> None:
    name = f"http://example.org/{uuid.uuid4()}/"
    assert put(writable, f"/graph-store?graph={name}%31", JOHN).status == 201
    assert put(writable, f"/graph-store?graph={name}%2531", JANE).status == 201
    assert holds(writable, at(f"{name}1"), JOHN)
    assert holds(writable, at(f"{name}%31"), JANE)
    direct = f"/graph-store/{uuid.uuid4()}%20%31"
    assert put(writable, direct, JOHN).status == 201
    assert holds(writable, at(writable.address + direct), JOHN)


def test_relative_iris_are_resolved_against_the_graph(writable: WritableServer, graph: str) -> None:
    put(writable, at(graph), "<> <#p> <other> .")
    assert holds(writable, at(graph), f"<{graph}> <{graph}#p> <http://example.org/mine/other> .")


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/turtle; charset=utf-8", '<http://a> <http://b> "ä" .'),
        ("application/n-triples", '<http://a> <http://b> "ä" .\n'),
        ("application/ld+json", '{"@id": "http://a", "http://b": "ä"}'),
        (
            "application/rdf+xml",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:n="http://">'
            '<rdf:Description rdf:about="http://a"><n:b>ä</n:b></rdf:Description></rdf:RDF>',
        ),
    ],
)
def test_every_format_of_a_graph_is_taken(
    writable: WritableServer, graph: str, media_type: str, body: str
) -> None:
    reply = writable.send("PUT", at(graph), body, role="writer", media_type=media_type)
    assert reply.status == 201, reply.body
    assert holds(writable, at(graph), '<http://a> <http://b> "ä" .')


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/html,*/*;q=0.8", "text/turtle; charset=utf-8"),
    ],
)
def test_a_graph_is_read_in_the_format_that_the_client_takes(
    client: FlaskClient, accept: str, content_type: str
) -> None:
    """Everybody may read, also where updates are off."""
    reply = client.get(at(a_graph(client)), headers={"Accept": accept})
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == content_type
    assert "Accept" in reply.headers["Vary"]
    again = client.get(
        at(a_graph(client)), headers={"Accept": accept, "If-None-Match": reply.headers["ETag"]}
    )
    assert again.status_code == 304


def a_graph(client: FlaskClient) -> str:
    query = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1"
    found = client.get("/sparql", query_string={"query": query, "format": "json"})
    iri: str = json.loads(found.data)["results"]["bindings"][0]["g"]["value"]
    return iri


def test_the_graph_is_the_named_one_only(client: FlaskClient) -> None:
    iri = a_graph(client)
    whole = rdflib.Graph().parse(data=client.get("/graph-store?default").data, format="turtle")
    found = rdflib.Graph().parse(data=client.get(at(iri)).data, format="turtle")
    assert 0 < len(found) < len(whole)
    assert client.head("/graph-store?default").status_code == 200


@pytest.mark.parametrize(
    ("method", "query", "status"),
    [
        ("GET", "", 400), ("GET", "graph=relative", 400), ("GET", "graph=", 400),
        ("GET", "graph=http://a&default", 400), ("GET", "default=yes", 400),
        ("GET", "graph=http://a&graph=http://b", 400), ("GET", "grph=http://a", 400),
        ("GET", "graph=http://a%3E%20%7B", 400), ("GET", "graph=http://a%FF", 400),
        ("GET", "graph=http://a&format=csv", 406), ("PUT", "", 400), ("DELETE", "", 400),
        ("PATCH", "default", 405),
    ],
)  # fmt: skip
def test_requests_that_name_no_graph(
    writable: WritableServer, method: str, query: str, status: int
) -> None:
    role = "admin" if method != "GET" else ""
    reply = writable.send(method, f"/graph-store?{query}", role=role)
    assert reply.status == status, reply.body


def test_a_format_that_is_not_written_is_not_acceptable(client: FlaskClient) -> None:
    reply = client.get("/graph-store?default", headers={"Accept": "image/png"})
    assert reply.status_code == 406
    assert "text/turtle" in json.loads(reply.data)["available"]


def test_the_default_graph_is_for_editors(writable: WritableServer) -> None:
    before = read(writable, "/graph-store?default")
    for role, needed in (("writer", "editor"), ("mine", "editor"), ("half", "default graph")):
        reply = put(writable, "/graph-store?default", JOHN, role)
        assert reply.status == 403
        assert needed in reply.problem["detail"]
    assert put(writable, "/graph-store?default", JOHN, "editor").status == 204
    assert holds(writable, "/graph-store?default", JOHN)
    assert writable.send("DELETE", "/graph-store?default", role="editor").status == 204
    assert len(read(writable, "/graph-store?default")) == 0
    put(writable, "/graph-store?default", before.serialize(), "editor")


@pytest.mark.parametrize("role", ["mine", "half"])
def test_a_token_with_graphs_changes_those_only(
    writable: WritableServer, graph: str, role: str
) -> None:
    assert put(writable, at(graph), JOHN, role).status == 201
    other = put(writable, at("http://example.org/yours"), JOHN, role)
    assert other.status == 403
    assert "http://example.org/mine/*" in other.problem["remedy"]
    assert writable.send("DELETE", at("http://example.org/yours"), role=role).status == 403
    assert writable.send("POST", "/graph-store", JANE, role=role, media_type=TURTLE).status == 403


def test_without_a_token_nothing_is_taken_and_all_is_read(
    writable: WritableServer, graph: str
) -> None:
    put(writable, at(graph), JOHN)
    for method in ("PUT", "POST", "DELETE"):
        reply = writable.send(method, at(graph), JANE, media_type=TURTLE)
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Bearer")
        assert reply.headers["connection"] == "close"
    assert holds(writable, at(graph), JOHN)


def test_where_updates_are_off_nobody_may(client: FlaskClient) -> None:
    for method in ("PUT", "POST", "DELETE"):
        reply = client.open("/graph-store?default", method=method, data=JOHN)
        assert reply.status_code == 403
        assert "--enable-updates" in json.loads(reply.data)["remedy"]


@pytest.mark.parametrize(
    ("body", "media_type", "status", "words"),
    [
        ("<http://a> <http://b> wrong .", TURTLE, 400, "Line 1"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "application/rdf+xml", 400, "DOCTYPE"),
        ('{"@context": "http://example.org/c", "@id": "a"}', "application/ld+json", 400, "context"),
        ("<http://a> <http://b> <http://c> <http://d> .", "application/n-quads", 415, "several"),
        ("<http://a> { }", "application/trig", 415, "several graphs"),
        ("a,b", "text/csv", 415, "text/csv"),
        ("<http://a> <http://b> 1 .", "", 415, "unknown"),
        ("a".encode("utf-16"), "text/turtle; charset=utf-16", 415, "UTF-8"),
        (b"<http://a> <http://b> '\xff' .", TURTLE, 400, ""),
    ],
)
def test_documents_that_are_not_taken(
    writable: WritableServer, body: str | bytes, media_type: str, status: int, words: str
) -> None:
    graph = "http://example.org/not-taken"
    reply = post(writable, at(graph), body, media_type)
    assert reply.status == status, reply.body
    assert words in reply.problem["detail"]
    assert writable.send("GET", at(graph)).status == 404


def test_a_document_that_breaks_late_has_changed_nothing(
    writable: WritableServer, graph: str
) -> None:
    lines = "".join(f"<http://a/{n}> <http://b> {n} .\n" for n in range(20_000))
    assert post(writable, at(graph), lines + "wrong").status == 400
    assert writable.send("GET", at(graph)).status == 404


def test_the_largest_document_is_taken_and_a_larger_one_is_not(
    writable: WritableServer, graph: str
) -> None:
    """This server takes 2 MiB."""
    small = "<http://a> <http://b> 1 . #"
    body = small + "x" * (2 * MIB - len(small))
    assert put(writable, at(graph), body).status == 201
    for too_large in (body + "x", iter([body.encode(), b"x"])):
        reply = writable.send(
            "PUT", at(graph), too_large, role="writer", media_type=TURTLE  # type: ignore[arg-type]
        )  # fmt: skip
        assert reply.status == 413
        assert "2,097,152" in reply.problem["detail"]


def form(parts: list[tuple[str, str]], boundary: str = "frontier") -> tuple[bytes, str]:
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="f{n}"; filename="f{n}"\r\n'
        f"Content-Type: {kind}\r\n\r\n{body}\r\n"
        for n, (kind, body) in enumerate(parts)
    ]
    return "".join([*lines, f"--{boundary}--\r\n"]).encode(), (
        f"multipart/form-data; boundary={boundary}"
    )


def test_the_files_of_a_form_are_all_added(writable: WritableServer, graph: str) -> None:
    body, media_type = form(
        [(TURTLE, JOHN), ("application/n-triples", "<http://a> <http://b> _:card .\n")]
    )
    assert post(writable, at(graph), body, media_type).status == 201
    assert len(read(writable, at(graph))) == 4
    assert put(writable, at(graph), JANE).status == 204


def test_a_form_with_one_wrong_file_changes_nothing(writable: WritableServer, graph: str) -> None:
    body, media_type = form([(TURTLE, JOHN), (TURTLE, "wrong")])
    assert post(writable, at(graph), body, media_type).status == 400
    assert writable.send("GET", at(graph)).status == 404


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (*form([]), 400),
        (form([(TURTLE, JANE)])[0], "multipart/form-data", 400),
        (form([(TURTLE, JANE)])[0], "multipart/form-data; boundary=other", 400),
        (form([(TURTLE, JANE)])[0][:-20], "multipart/form-data; boundary=frontier", 400),
        (*form([("text/csv", JANE)]), 415),
        (*form([(TURTLE, JANE)] * (MAXIMUM_PARTS + 1)), 400),
        (
            b'--b\r\nContent-Disposition: form-data; name="graph"\r\n\r\nhttp://a\r\n--b--\r\n',
            "multipart/form-data; boundary=b", 415,
        ),
    ],
)  # fmt: skip
def test_forms_that_are_none(
    writable: WritableServer, graph: str, body: bytes, media_type: str, status: int
) -> None:
    reply = post(writable, at(graph), body, media_type)
    assert reply.status == status, reply.body
    assert writable.send("GET", at(graph)).status == 404


def test_the_most_files_of_a_form_are_taken(writable: WritableServer, graph: str) -> None:
    body, media_type = form(
        [(TURTLE, f"<http://a> <http://b> {n} .") for n in range(MAXIMUM_PARTS)]
    )
    assert post(writable, at(graph), body, media_type).status == 201
    assert len(read(writable, at(graph))) == MAXIMUM_PARTS


@pytest.mark.parametrize("header", ["If_Match", "If_None_Match", "If_Unmodified_Since"])
def test_conditions_are_refused_and_never_ignored(
    writable: WritableServer, graph: str, header: str
) -> None:
    reply = writable.send("PUT", at(graph), JOHN, role="writer", media_type=TURTLE, **{header: "*"})
    assert reply.status == 400
    assert writable.send("GET", at(graph)).status == 404


def test_an_empty_document_makes_an_empty_graph(writable: WritableServer, graph: str) -> None:
    assert put(writable, at(graph), "").status == 201
    assert len(read(writable, at(graph))) == 0


def test_changes_stand_in_the_audit_log_and_uploads_do_not_stay(
    writable: WritableServer, graph: str
) -> None:
    put(writable, at(graph), JOHN, "mine")
    writable.send("DELETE", at(graph), role="mine")
    *_, first, second = read_audit(writable.root)
    assert (first.name, first.operation, first.graph) == ("mine", "replace", graph)
    assert (second.operation, second.outcome) == ("drop", "committed")
    assert first.size > 0 and len(first.sha256) == 64
    assert not list(Path(writable.root, ".uploads").iterdir())


def test_an_iri_with_letters_of_other_scripts(writable: WritableServer) -> None:
    iri = f"http://example.org/gräf/{uuid.uuid4()}/稀土"
    assert put(writable, at(iri), JOHN).status == 201
    assert holds(writable, f"/graph-store?graph={quote(iri)}", JOHN)
