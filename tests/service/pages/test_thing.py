"""The things of the data at their own addresses."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from kg.namespaces import CMD, GRAPH
from service.pages import thing_facts
from service.pages.thing import _in_graph

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ENDINGS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}


def read(answer: Any) -> set[Quad]:
    assert answer.status_code == 200
    media_type = answer.content_type.partition(";")[0]
    return set(parse(answer.data, format=RdfFormat.from_media_type(media_type)))


def triples(quads: set[Quad]) -> set[str]:
    return {str(q.triple) for q in quads}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_says_the_same(client: FlaskClient, ending: str) -> None:
    by_ending = client.get(f"/id/f-35.{ending}")
    by_header = client.get("/id/f-35", headers={"Accept": ENDINGS[ending]})
    assert by_header.headers["Content-Location"] == f"/id/f-35.{ending}"
    assert "Accept" in by_header.headers["Vary"]
    assert read(by_ending) == read(by_header)
    assert triples(read(by_ending)) == triples(read(client.get("/id/f-35.nt")))
    assert all(q.subject == NamedNode(CMD + "f-35") for q in read(by_ending))
    assert by_ending.headers["Link"] == f'<{CMD}f-35>; rel="describes"'


@pytest.mark.parametrize("ending", ["trig", "nq"])
def test_two_formats_also_say_which_graph(client: FlaskClient, ending: str) -> None:
    graphs = {str(q.graph_name) for q in read(client.get(f"/id/f-35.{ending}"))}
    assert graphs == {f"<{GRAPH}audit-2016>"}


def test_a_page_shows_the_facts_with_their_sources(client: FlaskClient) -> None:
    page = client.get("/id/f-35", headers=BROWSER)
    assert page.content_type == "text/html; charset=utf-8"
    assert "<h1>F-35 Lightning II</h1>" in page.text
    assert 'href="/sources/audit-2016"' in page.text
    assert 'href="/ontology/terms/DefenceSystem"' in page.text
    assert 'href="/id/bom-1"' in page.text  # what refers to it
    assert 'href="/id/f-35.ttl"' in page.text


def test_what_no_source_states_is_marked_as_inferred(client: FlaskClient) -> None:
    derived = client.get("/id/exposure-nd", headers=BROWSER).text
    assert "inferred" in derived.partition('id="said"')[2].partition("cmd:exposure-nd")[0]
    assert "/explain?subject=https%3A%2F%2Fw3id.org%2Fcritmat%2Fid%2Fexposure-nd" in derived
    stated, referring = client.get("/id/f-35", headers=BROWSER).text.split('id="refers"')
    assert 'class="inferred"' not in stated
    contents, items = (
        referring.partition(name)[2] for name in ("cmd:content-f-35-nd", "cmd:bom-1")
    )
    assert 'class="inferred"' in contents.partition("</li>")[0]
    assert 'class="inferred"' not in items.partition("</li>")[0]


def test_hostile_labels_are_text(client: FlaskClient) -> None:
    page = client.get("/id/evil-works", headers=BROWSER).text
    assert "&lt;script&gt;alert(3)" in page
    assert "<script" not in page


def test_what_nobody_speaks_of_is_not_there(client: FlaskClient) -> None:
    for path in ("/id/none", "/id/none.ttl", "/graph/none", "/id?iri=urn:none", "/id/.ttl"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "path",
    ["/id/a%20b", "/id/a%3Cb", "/id/%22", "/id", "/id?iri=relative", "/id/%FF", "/id/a%00b"],
)
def test_what_is_no_iri_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_format_that_there_is_not_is_refused(client: FlaskClient) -> None:
    answer = client.get("/id/f-35", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert set(ENDINGS.values()) <= set(answer.json["available"])


def test_any_iri_of_the_data_has_a_page(client: FlaskClient) -> None:
    page = client.get("/id?iri=http://www.w3.org/2002/07/owl%23Class", headers=BROWSER)
    assert page.status_code == 200
    assert "owl:Class" in page.text
    for iri, place in (
        (f"{CMD}f-35", "/id/f-35"),
        (f"{GRAPH}derived/exposure", "/graph/derived/exposure"),
        ("https://w3id.org/critmat/ontology%23Product", "/ontology/terms/Product"),
    ):
        answer = client.get(f"/id?iri={iri}")
        assert (answer.status_code, answer.headers["Location"]) == (303, place)


def test_an_answer_is_known_again(client: FlaskClient) -> None:
    for path in ("/id/f-35", "/id/f-35.trig", "/graph/office-2025.nq"):
        tag = client.get(path).headers["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    html, turtle = (client.get("/id/f-35", headers={"Accept": a}) for a in ("text/html", "*/ttl"))
    assert (html.status_code, turtle.status_code) == (200, 406)


def test_a_graph_of_a_source_leads_people_to_the_source(client: FlaskClient) -> None:
    answer = client.get("/graph/office-2025", headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sources/office-2025")
    page = client.get("/graph/derived/exposure", headers=BROWSER)
    assert "holds 28 triples" in page.text


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_graph_gives_programs_what_it_holds(client: FlaskClient, ending: str) -> None:
    quads = read(client.get(f"/graph/derived/exposure.{ending}"))
    assert len(quads) == 28
    named = ending in {"trig", "nq"}
    expected = NamedNode(f"{GRAPH}derived/exposure") if named else DefaultGraph()
    assert {q.graph_name for q in quads} == {expected}


@pytest.mark.parametrize(("limit", "status"), [(3, 200), (2, 507)])
def test_statements_with_their_graphs_are_limited(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, limit: int, status: int
) -> None:
    monkeypatch.setattr(thing_facts, "MAXIMUM_QUADS", limit)
    answer = client.get("/id/f-35.nq")
    assert answer.status_code == status
    assert status == 200 or "Turtle" in answer.json["remedy"]


@pytest.mark.parametrize(("limit", "whole"), [(2, True), (1, False)])
def test_a_page_shows_the_first_values_and_links_to_all(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, limit: int, whole: bool
) -> None:
    """The F-35 is of two classes, and two items of bills of materials and two contents refer to
    it."""
    monkeypatch.setattr(thing_facts, "SHOWN_VALUES", limit)
    monkeypatch.setattr(thing_facts, "SHOWN_REFERENCES", limit)
    page = client.get("/id/f-35", headers=BROWSER).text
    assert page.count("All 2<") == (0 if whole else 3)


@pytest.mark.parametrize(("limit", "shown"), [(2, True), (1, False)])
def test_a_page_shows_so_many_properties(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, limit: int, shown: bool
) -> None:
    monkeypatch.setattr(thing_facts, "SHOWN_PROPERTIES", limit)
    assert ("<h1>F-35 Lightning II" in client.get("/id/f-35", headers=BROWSER).text) is shown


def test_lines_become_quads_wherever_the_chunks_end() -> None:
    text = b'<a:s> <a:p> "x . y" .\n<a:s> <a:p> <a:o> .\n'
    whole = b'<a:s> <a:p> "x . y" <a:g> .\n<a:s> <a:p> <a:o> <a:g> .\n'
    for size in range(1, len(text) + 1):
        chunks = [text[i : i + size] for i in range(0, len(text), size)]
        assert b"".join(_in_graph(chunks, "a:g")) == whole
