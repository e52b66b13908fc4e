"""/sparql: the protocol, in process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, VOID

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Answer, Lane, Query
from kg.questions import Catalogue
from service.app import create_app
from service.limits import MAXIMUM_BODY, MAXIMUM_URL
from service.protocol.description import SD
from service.settings import Settings

SELECT = "PREFIX cm: <https://w3id.org/critmat/ontology#> SELECT ?e { ?e a cm:Element } ORDER BY ?e"
ELEMENTS = ["neodymium", "samarium"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def get(client: FlaskClient, query: str = SELECT, **given: Any) -> Any:
    headers = {"Accept": given.pop("accept", "*/*"), **given.pop("headers", {})}
    parameters = urlencode({"query": query, **given}, doseq=True)
    return client.get(f"/sparql?{parameters}", headers=headers)


def names(answer: Any) -> list[str]:
    found = json.loads(answer.data)["results"]["bindings"]
    return [row["e"]["value"].rpartition("/")[2] for row in found]


def test_the_three_ways_of_asking_give_the_same(client: FlaskClient) -> None:
    form = client.post("/sparql", data={"query": SELECT})
    direct = client.post("/sparql", data=SELECT, content_type="application/sparql-query")
    for answer in (get(client), form, direct):
        assert answer.status_code == 200
        assert answer.content_type == "application/sparql-results+json"
        assert names(answer) == ELEMENTS


@pytest.mark.parametrize(
    ("accept", "begins"),
    [
        ("application/sparql-results+json", b'{"head"'),
        ("application/sparql-results+xml", b"<?xml"),
        ("text/csv", b"e\r\n"),
        ("text/tab-separated-values", b"?e\n"),
    ],
)
def test_formats_of_solutions(client: FlaskClient, accept: str, begins: bytes) -> None:
    answer = get(client, accept=accept)
    assert answer.data.startswith(begins)
    assert answer.content_type.partition(";")[0] == accept
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
        "application/trig",
        "application/n-quads",
    ],
)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s a ?c }", "DESCRIBE <urn:none>"])
def test_formats_of_graphs(client: FlaskClient, accept: str, query: str) -> None:
    answer = get(client, query, accept=accept)
    assert answer.status_code == 200
    assert answer.content_type.partition(";")[0] == accept
    found = set(parse(answer.data, format=RdfFormat.from_media_type(accept)))
    assert bool(found) is query.startswith("CONSTRUCT")


def test_ask(client: FlaskClient) -> None:
    assert json.loads(get(client, "ASK { ?s ?p ?o }").data)["boolean"] is True


def test_a_graph_as_a_table_is_refused_with_the_list_of_types(client: FlaskClient) -> None:
    answer = get(client, "CONSTRUCT WHERE { ?s ?p ?o }", accept="text/csv")
    assert answer.status_code == 406
    assert "text/turtle" in answer.json["available"]
    assert "Accept" in answer.headers["Vary"]


def test_a_malformed_query_is_answered_with_its_position(client: FlaskClient) -> None:
    answer = get(client, "SELECT *\nWHERE { ?s ?p }")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert (answer.json["title"], answer.json["line"]) == ("Malformed query", 2)
    assert answer.json["column"] > 1
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_a_malformed_query_in_a_browser_comes_back_in_the_form(client: FlaskClient) -> None:
    answer = get(client, "SELECT <script>", headers=BROWSER)
    assert answer.status_code == 400
    assert "SELECT &lt;script&gt;</textarea>" in answer.text
    assert "Malformed query" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/sparql?query=ASK{}&query=ASK{}", "stands 2 times"),
        ("/sparql?query=", "empty"),
        ("/sparql?query=%FF", "UTF-8"),
        ("/sparql?query=ASK{}&timeout=soon", "timeout"),
        ("/sparql?query=ASK{}&timeout=-1", "timeout"),
        ("/sparql?query=ASK{}&timeout=nan", "timeout"),
        ("/sparql?query=ASK{}&default-graph-uri=relative", "absolute IRI"),
        ("/sparql?query=ASK{}&default-graph-uri=http://a%3E%20b", "absolute IRI"),
        ("/sparql?query=ASK{}&using-graph-uri=http://a", "updates"),
    ],
)
def test_bad_requests(client: FlaskClient, path: str, detail: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert detail in answer.json["detail"] + answer.json.get("remedy", "")


def test_a_query_in_two_places_is_refused(client: FlaskClient) -> None:
    url = f"/sparql?query={quote('ASK{}')}"
    assert client.post(url, data={"query": "ASK{}"}).status_code == 400
    direct = client.post(url, data="ASK{}", content_type="application/sparql-query")
    assert direct.status_code == 400


def test_updates_are_refused(client: FlaskClient) -> None:
    update = "INSERT DATA { <urn:a> <urn:b> <urn:c> }"
    for answer in (
        client.post("/sparql", data=update, content_type="application/sparql-update"),
        client.post("/sparql", data={"update": update}),
        client.get(f"/sparql?{urlencode({'update': update})}"),
    ):
        assert answer.status_code == 403
    assert json.loads(get(client, "ASK { <urn:a> ?p ?o }").data)["boolean"] is False


def test_service_calls_are_refused(client: FlaskClient) -> None:
    answer = get(client, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert answer.status_code == 403


def test_other_media_types_are_refused(client: FlaskClient) -> None:
    assert client.post("/sparql", data="{}", content_type="application/json").status_code == 415
    packed = client.post("/sparql", data=b"x", headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 415
    latin = "application/sparql-query; charset=latin-1"
    assert client.post("/sparql", data=b"ASK{}", content_type=latin).status_code == 415


def test_sizes(client: FlaskClient) -> None:
    long = client.get(f"/sparql?query={'a' * MAXIMUM_URL}")
    assert long.status_code == 414
    assert "POST" in long.json["remedy"]
    big = client.post("/sparql", data=b"#" * (MAXIMUM_BODY + 1), content_type="text/plain")
    assert big.status_code == 413


def test_a_deeply_nested_query_is_refused_before_it_is_parsed(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": "SELECT * WHERE " + "{" * 5000 + "}" * 5000})
    assert answer.status_code in {400, 413}
    assert "line" in answer.json


def test_a_query_that_never_ends_is_stopped_at_its_deadline(client: FlaskClient) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    answer = get(client, endless, timeout="0.5")
    assert answer.status_code == 504
    assert get(client).status_code == 200


def test_methods(client: FlaskClient) -> None:
    answer = client.put("/sparql", data=b"")
    assert answer.status_code == 405
    assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))
    head = client.head(f"/sparql?{urlencode({'query': SELECT})}")
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(get(client).data)


def test_other_origins_may_read(client: FlaskClient) -> None:
    assert get(client).headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options(
        "/sparql", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in preflight.headers


def test_the_same_question_is_not_answered_twice(client: FlaskClient) -> None:
    first = get(client)
    tag = first.headers["ETag"]
    again = get(client, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert get(client, accept="text/csv", headers={"If-None-Match": tag}).status_code == 200
    assert get(client, SELECT + " LIMIT 1", headers={"If-None-Match": tag}).status_code == 200
    assert get(client, headers={"If-None-Match": "*"}).status_code == 200
    restricted = get(
        client, headers={"If-None-Match": tag}, **{"default-graph-uri": "http://none.example/"}
    )
    assert restricted.status_code == 200
    assert names(restricted) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?now) {}",
        "SELECT (1+rand() AS ?x) {}",
        "SELECT (struuid# (\n # (\n () AS ?x) {}",
    ],
)
def test_what_changes_from_call_to_call_is_never_kept(client: FlaskClient, query: str) -> None:
    answer = get(client, query)
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_relative_iris_are_resolved_against_the_address(client: FlaskClient) -> None:
    def ask(host: str) -> Any:
        return get(client, "SELECT (<a> AS ?x) {}", format="csv", headers={"Host": host})

    assert ask("data.example").text.split() == ["x", "http://data.example/a"]
    assert ask("other.example").text.split() == ["x", "http://other.example/a"]
    assert ask("data.example").headers["ETag"] != ask("other.example").headers["ETag"]
    assert ask("no host").status_code == 400


def test_graphs_of_the_protocol_make_the_data_set(client: FlaskClient) -> None:
    graph = "https://w3id.org/critmat/graph/office-2025"
    assert names(get(client, **{"default-graph-uri": graph})) == ELEMENTS
    inside = "SELECT ?e { GRAPH ?g { ?e a <https://w3id.org/critmat/ontology#Element> } }"
    assert names(get(client, inside, **{"named-graph-uri": "http://none.example/"})) == []


def test_tables_are_downloads(client: FlaskClient) -> None:
    assert "critmat-answer.csv" in get(client, format="csv").headers["Content-Disposition"]
    assert "Content-Disposition" not in get(client, format="json").headers


def test_a_browser_without_a_query_gets_the_form(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=BROWSER)
    assert page.status_code == 200
    assert "<textarea" in page.text
    assert "VALUES ?element" in page.text


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "*/*"])
def test_a_program_without_a_query_gets_the_service_description(
    client: FlaskClient, accept: str
) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})
    graph = Graph().parse(data=answer.data, format=answer.content_type.partition(";")[0])
    service = graph.value(predicate=SD.endpoint, object=URIRef("http://localhost/sparql"))
    assert (service, RDF.type, SD.Service) in graph
    assert len(set(graph.objects(service, SD.resultFormat))) == 10
    default = graph.value(
        predicate=SD.defaultGraph, object=None, subject=graph.value(service, SD.defaultDataset)
    )
    counted = json.loads(get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").data)
    assert (
        str(graph.value(default, VOID.triples)) == counted["results"]["bindings"][0]["n"]["value"]
    )


def test_a_table_format_without_a_query_is_refused(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/csv"})
    assert answer.status_code == 400
    assert "query" in answer.json["remedy"]


def test_a_page_shows_a_table_with_its_downloads(client: FlaskClient) -> None:
    page = get(client, headers=BROWSER)
    assert "cmd:neodymium" in page.text
    assert "format=csv" in page.text
    graph = get(client, "CONSTRUCT WHERE { ?s a ?c }", headers=BROWSER)
    assert "rdfxml" in graph.text
    assert "True." in get(client, "ASK { ?s ?p ?o }", headers=BROWSER).text


class Moved:
    """An engine that has moved on to its snapshot since it was asked which one it answers from."""

    snapshot_id = "aaaaaaaaaaaa"

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.engine = engine
        self.asked: list[Query] = []

    def query(self, query: Query) -> Answer:
        self.asked.append(query)
        return self.engine.query(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


def test_an_answer_bears_the_validator_of_the_snapshot_that_it_is_from(
    client: FlaskClient, small_engine: EmbeddedEngine, tmp_path: Path
) -> None:
    moved = Moved(small_engine)
    app = create_app(Settings(data=tmp_path), moved, Catalogue.load())
    for headers in ({}, BROWSER):
        answer = get(app.test_client(), headers=headers)
        assert answer.headers["X-Critmat-Snapshot"] == small_engine.snapshot_id
        assert answer.headers["ETag"] == get(client, headers=headers).headers["ETag"]
    assert {query.lane for query in moved.asked} == {Lane.OPEN}
