"""/.well-known/void: what data are here."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Namespace, URIRef

from kg.engines.embedded import EmbeddedEngine
from kg.namespaces import CM, GRAPH, PREFIXES
from kg.questions import Catalogue
from service.app import create_app
from service.protocol.description import SD, VOID
from service.settings import Settings

DCAT, DCT = Namespace(PREFIXES["dcat"]), Namespace(PREFIXES["dct"])
DATA = URIRef("http://localhost/sparql#dataset")


@pytest.fixture
def described(client: FlaskClient) -> Graph:
    return Graph().parse(data=client.get("/.well-known/void").data, format="turtle")


def count(client: FlaskClient, query: str) -> int:
    answer = client.get("/sparql?" + urlencode({"query": query}))
    return int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"])


def test_sizes_are_those_of_the_data(client: FlaskClient, described: Graph) -> None:
    triples = count(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert int(described.value(DATA, VOID.triples)) == triples
    parts = list(described.objects(DATA, VOID.propertyPartition))
    assert sum(int(described.value(part, VOID.triples)) for part in parts) == triples
    products = described.value(predicate=VOID["class"], object=URIRef(f"{CM}Product"))
    assert int(described.value(products, VOID.entities)) == count(
        client, f"SELECT (COUNT(*) AS ?n) {{ ?s a <{CM}Product> }}"
    )


def test_it_says_where_to_ask_and_in_which_formats(described: Graph) -> None:
    service = described.value(predicate=DCAT.servesDataset, object=DATA)
    assert (service, RDF.type, SD.Service) in described
    assert described.value(service, DCAT.endpointURL) == URIRef("http://localhost/sparql")
    assert described.value(service, DCAT.endpointDescription) == URIRef(
        "http://localhost/openapi.json"
    )
    formats = {
        str(described.value(d, DCAT.mediaType)).rpartition("media-types/")[2]
        for d in described.objects(DATA, DCAT.distribution)
    }
    assert {"text/turtle", "application/n-quads", "text/csv"} <= formats


def test_it_names_the_sources_with_their_rights(described: Graph) -> None:
    source = URIRef(f"{GRAPH}office-2025")
    assert (DATA, DCT.source, source) in described
    assert str(described.value(source, DCT.rights)) == "CC BY 4.0"
    assert described.value(DATA, DCT.license) is None  # the small graph states none


@pytest.mark.parametrize(
    ("accept", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
        ("application/n-triples", "nt"),
    ],
)
def test_every_format_says_the_same(
    client: FlaskClient, described: Graph, accept: str, parser: str
) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": accept})
    assert answer.content_type.partition(";")[0] == accept
    assert len(Graph().parse(data=answer.data, format=parser)) == len(described)
    tag = {"If-None-Match": answer.headers["ETag"], "Accept": accept}
    assert client.get("/.well-known/void", headers=tag).status_code == 304


def test_what_cannot_be_had_is_refused(client: FlaskClient) -> None:
    assert client.get("/.well-known/void", headers={"Accept": "text/csv"}).status_code == 406
    assert client.get("/.well-known/void?format=pdf").status_code == 406
    assert client.get("/.well-known/void", headers={"Host": "a b"}).status_code == 400


def test_the_public_address_goes_before_the_one_asked_for(
    small_engine: EmbeddedEngine, tmp_path: Path
) -> None:
    known = Settings(data=tmp_path, public_url="https://example.org/critmat")
    client = create_app(known, small_engine, Catalogue.load()).test_client()
    graph = Graph().parse(data=client.get("/sparql").data, format="turtle")
    endpoint = URIRef("https://example.org/critmat/sparql")
    assert (None, SD.endpoint, endpoint) in graph


def test_updates_are_named_where_they_are_taken(
    small_engine: EmbeddedEngine, tmp_path: Path
) -> None:
    open_to_changes = Settings(data=tmp_path, enable_updates=True)
    client = create_app(open_to_changes, small_engine, Catalogue.load()).test_client()
    graph = Graph().parse(data=client.get("/sparql").data, format="turtle")
    update = graph.value(predicate=SD.endpoint, object=URIRef("http://localhost/update"))
    assert (update, SD.supportedLanguage, SD.SPARQL11Update) in graph
