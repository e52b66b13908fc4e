"""SPARQL update over HTTP, against a real server: who may, what is refused, what is kept."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import POST, SPARQLWrapper

from service.audit import read_audit
from service.limits import MAXIMUM_UPDATE
from tests.service.writable import Reply, WritableServer

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-update"
EX = "http://example.org/update-test/"


def data(name: str, value: object = 1) -> str:
    return f"GRAPH <{EX}g> {{ <{EX}{name}> <{EX}p> {value} }}"


def test_an_update_is_seen_by_the_very_next_query(writable: WritableServer) -> None:
    for number in range(5):
        reply = writable.update(f"INSERT DATA {{ {data('next', number)} }}")
        assert (reply.status, reply.body) == (204, b"")
        assert writable.ask(f"ASK {{ {data('next', number)} }}")


def test_the_answer_names_the_snapshot_that_holds_the_change(writable: WritableServer) -> None:
    written = writable.update(f"INSERT DATA {{ {data('snapshot')} }}")
    read = writable.send("GET", "/sparql?query=ASK%20%7B%7D")
    assert written.headers["x-critmat-snapshot"] == read.headers["x-critmat-snapshot"]
    assert written.headers["cache-control"] == "no-store"


def test_by_post_of_a_form(writable: WritableServer) -> None:
    quad = data("form", '"ä"')
    body = urlencode({"update": f"INSERT DATA {{ {quad} }}"})
    assert writable.send("POST", "/update", body, role="editor", media_type=FORM).status == 204
    assert writable.ask(f"ASK {{ {quad} }}")


def test_graphs_that_the_request_names_are_the_data_set(writable: WritableServer) -> None:
    writable.update(f"INSERT DATA {{ GRAPH <{EX}u1> {{ <{EX}u> <{EX}p> 1 }} }}")
    insert = f"INSERT {{ GRAPH <{EX}u2> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    reply = writable.update(insert, using_graph_uri=[f"{EX}u1"])
    assert reply.status == 204, reply.body
    assert writable.ask(
        f"ASK {{ GRAPH <{EX}u2> {{ <{EX}u> ?p 1 }} FILTER NOT EXISTS "
        f"{{ GRAPH <{EX}u2> {{ ?s ?q ?o FILTER(?s != <{EX}u>) }} }} }}"
    )
    body = urlencode({"update": insert.replace("u2", "u3"), "using-named-graph-uri": f"{EX}u1"})
    assert writable.send("POST", "/update", body, role="editor", media_type=FORM).status == 204
    assert not writable.ask(f"ASK {{ GRAPH <{EX}u3> {{ ?s ?p ?o }} }}")


def test_relative_iris_are_resolved_against_the_address(writable: WritableServer) -> None:
    reply = writable.update(f"INSERT DATA {{ GRAPH <{EX}base> {{ <{EX}s> <{EX}p> <#here> }} }}")
    assert reply.status == 204, reply.body
    assert writable.ask(f"ASK {{ GRAPH <{EX}base> {{ ?s ?p <{writable.address}/update#here> }} }}")


@pytest.mark.parametrize(
    ("update", "status", "line", "column"),
    [
        ("CLEAR XYZ", 400, 1, 7),
        ("CLEAR DEFAULT;\nINSERT DATA { nonsense }", 400, 2, None),
        ("INSERT DATA { <http://a> <http://b> 'open }", 400, None, None),
        ("SELECT * { ?s ?p ?o }", 400, 1, None),
        ("LOAD <http://example.org/>", 403, None, None),
        ("INSERT { ?s a 1 } WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, None, None),
        (f"CREATE GRAPH <{EX}twice>; CREATE GRAPH <{EX}twice>", 400, None, None),
        ("INSERT DATA {" + "{" * 200 + "}" * 201, 413, None, None),
    ],
)
def test_what_is_wrong_with_an_update_is_said(
    writable: WritableServer, update: str, status: int, line: int | None, column: int | None
) -> None:
    reply = writable.update(update)
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.problem["detail"]
    if line:
        assert reply.problem["line"] == line
        assert reply.problem["column"] == column or column is None


def test_an_update_that_fails_has_changed_nothing(writable: WritableServer) -> None:
    reply = writable.update(f"INSERT DATA {{ {data('failed')} }} ; DROP GRAPH <{EX}never>")
    assert reply.status == 400, reply.body
    assert not writable.ask(f"ASK {{ {data('failed')} }}")


def posted(server: WritableServer, body: str | bytes, media_type: str, address: str = "") -> Reply:
    return server.send("POST", address or "/update", body, role="editor", media_type=media_type)


@pytest.mark.parametrize(
    ("body", "media_type", "address", "status"),
    [
        ("update=CLEAR+NAMED&update=CLEAR+DEFAULT", FORM, "", 400),
        ("query=ASK+%7B%7D", FORM, "", 400),
        ("update=CLEAR+NAMED&query=ASK+%7B%7D", FORM, "", 400),
        ("", FORM, "", 400),
        ("CLEAR NAMED", "text/plain", "", 415),
        ("update=CLEAR+NAMED", "", "", 415),
        ("CLEAR NAMED".encode("utf-16"), DIRECT + "; charset=UTF-16", "", 415),
        (b"INSERT DATA { <http://a> <http://b> '\xff' }", DIRECT, "", 400),
        (b"update=CLEAR+%FF", FORM, "", 400),
        ("CLEAR NAMED", DIRECT, "/update?update=CLEAR+ALL", 400),
        ("CLEAR NAMED", DIRECT, "/update?using-graph-uri=relative", 400),
        ("CLEAR NAMED", DIRECT, "/update?default-graph-uri=http://a", 400),
        ("INSERT {} USING <http://a> WHERE {}", DIRECT, "/update?using-graph-uri=http://a", 400),
        ("WITH <http://a> INSERT {} WHERE {}", DIRECT, "/update?using-named-graph-uri=http://a",
         400),
    ],
)  # fmt: skip
def test_requests_that_are_not_as_the_protocol_says(
    writable: WritableServer, body: str | bytes, media_type: str, address: str, status: int
) -> None:
    before = writable.send("GET", "/sparql?query=ASK%20%7B%7D").headers["x-critmat-snapshot"]
    reply = posted(writable, body, media_type, address)
    assert reply.status == status, reply.body
    after = writable.send("GET", "/sparql?query=ASK%20%7B%7D").headers["x-critmat-snapshot"]
    assert before == after


def test_an_update_is_never_taken_by_get(writable: WritableServer) -> None:
    reply = writable.send("GET", "/update?update=CLEAR%20ALL", role="admin")
    assert reply.status == 405
    assert "POST" in reply.headers["allow"]


def test_the_largest_update_is_taken_and_a_larger_one_is_not(writable: WritableServer) -> None:
    """Most of it is a comment: what counts here is its size."""
    small = f"INSERT DATA {{ {data('large')} }} #"
    within = small + "x" * (MAXIMUM_UPDATE - len(small) - 200)
    assert writable.update(within).status == 204
    assert writable.ask(f"ASK {{ {data('large')} }}")
    reply = writable.update(small + "x" * (MAXIMUM_UPDATE - len(small) + 1))
    assert reply.status == 413
    assert f"{MAXIMUM_UPDATE:,}" in reply.problem["detail"]


def test_without_a_token_nothing_is_taken(writable: WritableServer) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer critmat_00000000_" + "A" * 43},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
    ):
        reply = writable.send("POST", "/update", "CLEAR ALL", media_type=DIRECT, **headers)
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith('Bearer realm="critmat"')
        assert reply.problem["remedy"]
    assert 'error="invalid_token"' not in writable.send("POST", "/update").headers[
        "www-authenticate"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "reason"),
    [("writer", "needs the role editor"), ("mine", "editor"), ("half", "certain graphs only")],
)
def test_a_token_that_is_not_good_for_updates(
    writable: WritableServer, role: str, reason: str
) -> None:
    reply = writable.update("CLEAR ALL", role=role)
    assert reply.status == 403
    assert reason in reply.problem["detail"]


def test_an_administrator_may_all_that_an_editor_may(writable: WritableServer) -> None:
    assert writable.update(f"INSERT DATA {{ {data('admin')} }}", role="admin").status == 204


def test_what_was_done_stands_in_the_audit_log(writable: WritableServer) -> None:
    text = f"INSERT DATA {{ {data('audited')} }}"
    done = writable.update(text)
    writable.update(f"DROP GRAPH <{EX}not-there>")
    *_, first, second = read_audit(writable.root)
    assert first.name == first.role == "editor"
    assert text in first.text
    assert first.request_id == done.headers["x-request-id"]
    assert (first.outcome, first.snapshot) == ("committed", done.headers["x-critmat-snapshot"])
    assert first.client == "127.0.0.1"
    assert second.outcome == "failed"
    assert "graph" in second.error.lower()


def test_many_at_once_are_all_done_once(writable: WritableServer) -> None:
    writable.update(f"INSERT DATA {{ {data('counter', 0)} }}")
    increment = (
        f"DELETE {{ GRAPH <{EX}g> {{ <{EX}counter> <{EX}p> ?n }} }} "
        f"INSERT {{ GRAPH <{EX}g> {{ <{EX}counter> <{EX}p> ?m }} }} "
        f"WHERE {{ GRAPH <{EX}g> {{ <{EX}counter> <{EX}p> ?n }} BIND(?n + 1 AS ?m) }}"
    )
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: writable.update(increment), range(24)))
    assert [reply.status for reply in replies] == [204] * 24
    assert writable.ask(
        f"ASK {{ {{ SELECT (COUNT(?n) AS ?c) (MAX(?n) AS ?m) {{ "
        f"GRAPH <{EX}g> {{ <{EX}counter> <{EX}p> ?n }} }} }} FILTER(?c = 1 && ?m = 24) }}"
    )


def test_where_updates_are_off_nobody_may(client: FlaskClient) -> None:
    reply = client.post("/update", data="CLEAR ALL", content_type=DIRECT)
    assert reply.status_code == 403
    assert "--enable-updates" in json.loads(reply.data)["remedy"]


def test_sparqlwrapper_can_update(writable: WritableServer) -> None:
    client = SPARQLWrapper(f"{writable.address}/sparql", f"{writable.address}/update")
    client.addCustomHttpHeader("Authorization", f"Bearer {writable.tokens['editor']}")
    client.setMethod(POST)
    client.setQuery(f"INSERT DATA {{ {data('wrapper')} }}")
    client.query()
    assert writable.ask(f"ASK {{ {data('wrapper')} }}")


def test_the_update_store_of_rdflib_works(writable: WritableServer) -> None:
    store = SPARQLUpdateStore(
        f"{writable.address}/sparql", f"{writable.address}/update",
        headers={"Authorization": f"Bearer {writable.tokens['editor']}"},
    )  # fmt: skip
    graph = Graph(store, URIRef(f"{EX}rdflib"))
    graph.add((URIRef(f"{EX}s"), URIRef(f"{EX}p"), Literal("written by rdflib")))
    assert [str(o) for o in graph.objects()] == ["written by rdflib"]
    graph.remove((URIRef(f"{EX}s"), None, None))
    assert not list(graph.objects())
