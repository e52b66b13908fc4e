"""The pages of the ontology: over the shipped one, and over one that an enemy extended."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode
from rdflib import Graph
from rdflib.compare import isomorphic

from kg.engines.embedded import EmbeddedEngine
from kg.engines.settings import PoolSettings
from kg.namespaces import CM
from kg.ontology import ontology_dataset, write_ontology_triples
from kg.questions import Catalogue
from service.app import create_app
from service.headers import CONTENT_SECURITY_POLICY
from service.settings import Settings
from tests.with_ontology import publish_with_ontology

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Outline(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the service over the shipped ontology and some data."""
    snapshot = publish_with_ontology(tmp_path_factory.mktemp("ontology"))
    with EmbeddedEngine(snapshot, PoolSettings(workers=2)) as engine:
        yield create_app(Settings(), engine, Catalogue.load()).test_client()


def our_terms() -> list[str]:
    """The local names of all classes, properties and codes of the shipped ontology."""
    kinds = {"Class", "ObjectProperty", "DatatypeProperty", "Concept", "ConceptScheme"}
    return sorted(
        {
            q.subject.value.removeprefix(CM)
            for q in ontology_dataset()
            if isinstance(q.subject, NamedNode)
            and q.subject.value.startswith(CM)
            and q.predicate.value.endswith("#type")
            and q.object.value.rpartition("#")[2].rpartition("/")[2] in kinds
        }
    )


def test_every_term_and_code_has_a_page_with_label_and_definition(shipped: FlaskClient) -> None:
    names = our_terms()
    assert len(names) > 400
    for name in names:
        answer = shipped.get(f"/ontology/terms/{name}", headers=HTML, follow_redirects=True)
        assert answer.status_code == 200, name
        assert f"{CM}{name}" in answer.text, name
        assert "No definition is stated." not in answer.text, name


def test_no_link_of_any_page_is_broken(shipped: FlaskClient) -> None:
    """Every page under /ontology is visited from the overview; ids that links name are there."""
    waiting, seen, ids = ["/ontology"], {"/ontology"}, {}
    anchors: set[tuple[str, str]] = set()
    others: set[str] = set()
    while waiting:
        path = waiting.pop()
        answer = shipped.get(path, headers=HTML)
        if 300 <= answer.status_code < 400:
            target = urlsplit(urljoin(path, answer.headers["Location"])).path
            if target not in seen:
                seen.add(target)
                waiting.append(target)
            continue
        assert answer.status_code == 200, path
        if answer.mimetype != "text/html":
            continue
        outline = Outline(answer.text)
        ids[path] = set(outline.ids)
        assert len(outline.ids) == len(ids[path]), path
        assert len(outline.all("h1")) == 1, path
        assert not outline.all("script") and not outline.all("style"), path
        assert not [a for _, a in outline.tags if "style" in a], path
        for link in outline.all("a"):
            parts = urlsplit(urljoin(path, link["href"]))
            if parts.netloc:
                assert parts.scheme in {"http", "https"}
                assert "noopener" in link["rel"]
            elif not parts.path.startswith("/ontology"):
                # Of a thing whose IRI is not ours the parameter says which.
                others.add(f"/id?{parts.query}" if parts.path == "/id" else parts.path)
            else:
                if parts.fragment:
                    anchors.add((parts.path, parts.fragment))
                whole = parts.path + (f"?{parts.query}" if parts.query else "")
                if whole not in seen:
                    seen.add(whole)
                    waiting.append(whole)
    assert len(ids) > 400
    assert not [(p, f) for p, f in anchors if p in ids and f not in ids[p]]
    for path in others - {"/sparql"}:
        answer = shipped.get(path, headers=HTML, follow_redirects=True)
        assert answer.status_code == 200, path


def test_the_iri_of_a_term_lands_at_an_anchor(shipped: FlaskClient) -> None:
    """``https://w3id.org/critmat/ontology#Facility`` leads to ``/ontology#Facility``."""
    outline = Outline(shipped.get("/ontology", headers=HTML).text)

    assert set(our_terms()) <= set(outline.ids)


@pytest.mark.parametrize(
    ("accept", "media_type", "parser"),
    [
        ("text/turtle", "text/turtle", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/rdf+xml, */*;q=0.1", "application/rdf+xml", "xml"),
        ("application/ld+json", "application/ld+json", "json-ld"),
    ],
)
def test_the_ontology_comes_in_the_format_that_is_asked_for(
    shipped: FlaskClient, tmp_path: Path, accept: str, media_type: str, parser: str
) -> None:
    answer = shipped.get("/ontology", headers={"Accept": accept})
    write_ontology_triples(tmp_path / "all.nt")
    whole = Graph().parse(tmp_path / "all.nt", format="nt")
    got = Graph().parse(data=answer.data, format=parser)
    imports = next(p for p in got.predicates() if str(p).endswith("#imports"))
    got.remove((None, imports, None))

    assert answer.mimetype == media_type
    assert "Accept" in answer.headers["Vary"]
    assert isomorphic(got, whole)


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_each_page_has_its_files(shipped: FlaskClient, ending: str) -> None:
    kinds = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
    for path in ("", "/facilities", "/terms/Mine", "/codes/stages"):
        answer = shipped.get(f"/ontology{path}.{ending}")
        assert answer.status_code == 200, path
        assert len(Graph().parse(data=answer.data, format=kinds[ending])) > 3, path


def test_a_term_in_turtle_holds_its_axioms(shipped: FlaskClient) -> None:
    text = shipped.get("/ontology/terms/dependsOnElement", headers={"Accept": "text/turtle"}).text

    assert "owl:propertyChainAxiom" in text
    assert "( cm:hasPart cm:containsElement )" in text


def test_a_browser_gets_a_page_and_a_client_that_takes_nothing_is_told(
    shipped: FlaskClient,
) -> None:
    assert shipped.get("/ontology", headers=HTML).mimetype == "text/html"
    assert shipped.get("/ontology", headers={"Accept": "*/*"}).mimetype == "text/html"
    for path in ("/ontology", "/ontology/terms/Mine", "/ontology/shapes"):
        refused = shipped.get(path, headers={"Accept": "image/png"})
        assert refused.status_code == 406
        assert "text/html" in refused.json["available"]


def test_an_unknown_name_is_answered_with_what_is_near(shipped: FlaskClient) -> None:
    for path, near in [
        ("/ontology/terms/Facilty", "Facility"),
        ("/ontology/facilites", "facilities"),
        ("/ontology/codes/stage", "stages"),
        ("/ontology.docx", "/ontology.ttl"),
    ]:
        answer = shipped.get(path)
        assert answer.status_code == 404, path
        assert near in answer.json["remedy"], path


@pytest.mark.parametrize(
    "path",
    [
        "/ontology/terms/..%2F..%2Fetc",
        "/ontology/terms/%00",
        "/ontology/terms/<script>",
        "/ontology/patterns/..",
        "/ontology/patterns/%2e%2e%2fshapes",
        "/ontology/codes/..%5c..",
        "/ontology/terms?iri=javascript:alert(1)",
        "/ontology/" + "a" * 3000,
    ],
)
def test_hostile_names_find_nothing(shipped: FlaskClient, path: str) -> None:
    answer = shipped.get(path, headers=HTML)
    assert answer.status_code in {400, 404}
    assert "<script" not in answer.text
    assert len(answer.data) < 6000


def test_version_iris_lead_to_their_module(shipped: FlaskClient) -> None:
    for q in ontology_dataset():
        if q.predicate.value.endswith("versionIRI"):
            path = "/" + q.object.value.removeprefix("https://w3id.org/critmat/")
            answer = shipped.get(path, headers=HTML, follow_redirects=True)
            assert answer.status_code == 200, path
    assert shipped.get("/ontology/facilities/99.0").status_code == 404


def test_pages_are_not_sent_twice(shipped: FlaskClient) -> None:
    for path in ("/ontology", "/ontology/facilities", "/ontology/terms/Mine", "/ontology/shapes"):
        tag = shipped.get(path, headers=HTML).headers["ETag"]
        again = shipped.get(path, headers={**HTML, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
        turtle = shipped.get(path, headers={"Accept": "text/turtle, text/html;q=0.1"})
        assert turtle.mimetype == "text/html" or turtle.headers["ETag"] != tag


def test_head_and_options_are_answered(shipped: FlaskClient) -> None:
    for path in ("/ontology", "/ontology.ttl", "/ontology/terms/Mine", "/ontology/patterns"):
        head = shipped.head(path, headers=HTML)
        assert (head.status_code, head.data) == (200, b"")
        assert "GET" in shipped.options(path).headers["Allow"]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("facility", "Facility"),
        ("dependsOnElement", "dependsOnElement"),
        ("cm:Mine", "Mine"),
        ("MAGNET plant", "MagnetPlant"),
        ("contained metal or oxide", "stage-mining"),
    ],
)
def test_search_finds_by_label_name_and_definition(
    shipped: FlaskClient, words: str, first: str
) -> None:
    outline = Outline(shipped.get("/ontology", query_string={"q": words}, headers=HTML).text)
    hits = [a["href"] for a in outline.all("a") if a["href"].startswith("/ontology/terms/")]

    assert hits[0] == f"/ontology/terms/{first}"


def test_a_search_that_finds_nothing_or_means_nothing_says_so(shipped: FlaskClient) -> None:
    none = shipped.get("/ontology?q=xyzzy", headers=HTML)
    assert (none.status_code, "No name, code" in none.text) == (200, True)
    evil = shipped.get("/ontology", query_string={"q": "<script>alert(1)</script>"}, headers=HTML)
    assert "<script" not in evil.text
    for wrong in ("?words=x", "?q=a&q=b", "?q=" + "a" * 300):
        assert shipped.get(f"/ontology{wrong}").status_code == 400


def test_a_term_tells_its_use(shipped: FlaskClient) -> None:
    assert "/questions/" in shipped.get("/ontology/terms/Facility", headers=HTML).text
    text = shipped.get("/ontology/terms/stakeHolder", headers=HTML).text
    assert "stakes.csv" in text and "holder" in text
    text = " ".join(shipped.get("/ontology/terms/dependsOnElement", headers=HTML).text.split())
    assert "1 statement, all of them derived by the build" in text
    assert "Gun" in text and "Neodymium" in text
    text = " ".join(shipped.get("/ontology/terms/Mine", headers=HTML).text.split())
    assert "2 members, all stated by sources" in text
    assert "First pit" in text


EVIL = '<script>alert("x")</script>'
HOSTILE = f"""
<https://w3id.org/critmat/graph/extension/evil> {{
<https://evil.example/o> a owl:Ontology ; dct:title '''{EVIL}''' ; dct:creator '''{EVIL}''' ;
  dct:description '''{EVIL}''' ; dct:license <javascript:alert(1)> .
cm:Evil a owl:Class ; rdfs:label '''{EVIL}''' ; skos:definition '''{EVIL}''' ;
  skos:example '''{EVIL}''' ; skos:altLabel '''{EVIL}''' ; skos:prefLabel '''{EVIL}'''@de ;
  rdfs:subClassOf cm:Facility ; skos:exactMatch <javascript:alert(2)> .
cm:main a owl:Class ; rdfs:label "main" ; rdfs:subClassOf cm:Evil .
cm:evil a owl:ObjectProperty ; rdfs:label '''{EVIL}''' ; rdfs:domain cm:Evil ; rdfs:range cm:main .
<javascript:alert(3)> a owl:Class ; rdfs:label "script" .
cm:evils a skos:ConceptScheme ; rdfs:label '''{EVIL}''' .
cm:evil-1 a skos:Concept ; skos:inScheme cm:evils ; rdfs:label '''{EVIL}''' ;
  skos:notation '''{EVIL}''' .
}}
graph:office {{ cmd:bad a cm:Evil ; rdfs:label '''{EVIL}''' ; cm:evil cmd:bad . }}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    snapshot = publish_with_ontology(tmp_path_factory.mktemp("hostile"), HOSTILE)
    with EmbeddedEngine(snapshot, PoolSettings(workers=1)) as engine:
        yield create_app(Settings(), engine, Catalogue.load())


def test_what_an_extension_says_stays_text(hostile: Flask) -> None:
    client = hostile.test_client()
    waiting = ["/ontology?q=script", "/ontology/o", "/ontology/terms/Facility", "/ontology"]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = client.get(path, headers=HTML)
        assert answer.status_code in {200, 303}, path
        if answer.mimetype != "text/html" or answer.status_code == 303:
            continue
        outline = Outline(answer.text)
        assert not outline.all("script"), path
        assert len(outline.ids) == len(set(outline.ids)), path
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        for link in outline.all("a"):
            assert not link["href"].lower().startswith("javascript"), path
            target = link["href"].partition("#")[0]
            near = any(word in target.lower() for word in ("evil", "main", "javascript", "/o."))
            if near and target.startswith("/ontology") and target not in seen:
                waiting.append(target)
    assert {"/ontology/terms/Evil", "/ontology/terms/evil", "/ontology/codes/evils"} <= seen
