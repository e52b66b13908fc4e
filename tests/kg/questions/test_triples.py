"""The questions as RDF: examples that can be found by SPARQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg.build import BuildResult
from kg.engines.embedded import EmbeddedEngine
from kg.namespaces import CMD, GRAPH_QUESTIONS, PREFIXES, RDFS
from kg.quad_file import lines_beginning, write_sorted
from kg.questions import Catalogue
from kg.questions.question import Theme
from kg.questions.reading import read_question
from kg.questions.things import solutions
from kg.questions.triples import QUESTION, SCHEMA, asked, write_question_quads

REPOSITORY = Path(__file__).resolve().parents[3]
TEXT = """\
#---
# title: Shares
# question: Which {kind} hold {least} or more of {element} in {country}, in {way}, {year}?
# params:
#   kind: {type: thing, of: cm:Product, default: cm:DefenceSystem}
#   least: {type: decimal, default: 10, unit: "%"}
#   element: {type: thing, of: cm:Element, default: [neodymium, cmd:samarium], multiple: true}
#   country: {type: country, of: cm:Country, optional: true, label: Country}
#   way: {type: enum, values: {sum: the sum}, default: sum}
#   year: {type: year, default: latest, special: {latest: cm:latest}}
# columns: {kind: {}}
#---
PREFIX cm: <https://w3id.org/critmat/ontology#>
PREFIX cmd: <https://w3id.org/critmat/id/>
SELECT ?kind WHERE {
  VALUES ?kind { cm:DefenceSystem } VALUES ?least { 10 }
  VALUES ?element { cmd:neodymium cmd:samarium }
  VALUES ?country { UNDEF } VALUES ?way { "sum" } VALUES ?year { cm:latest }
  BIND("a \\"quoted\\" text" AS ?note)
}
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A file with the names of some things, among others."""
    label = NamedNode(f"{RDFS}label")
    names = {"neodymium": "Neodymium", "samarium": "Samarium", "a": "A", "zinc": "Zinc"}
    quads = [
        Quad(NamedNode(CMD + name), label, Literal(text, language=language), NamedNode("x:graph"))
        for name, english in names.items()
        for text, language in ((f"{english} (de)", "de"), (english, "en"))
    ]
    path = tmp_path / "facts.nq"
    write_sorted({f"{quad} .\n" for quad in quads}, path)
    return path


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    path = tmp_path / "shares" / "shares.rq"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    question = read_question(path)
    return Catalogue({question.id: question}, {"shares": Theme("shares", "Who holds what")})


def test_a_question_is_an_example_in_the_words_of_shacl(
    catalogue: Catalogue, facts: Path, tmp_path: Path
) -> None:
    out = tmp_path / "questions.nq"
    count = write_question_quads(catalogue.themes(), [facts], out)
    store = Store()
    store.load(path=str(out), format=RdfFormat.N_QUADS)
    assert len(store) == count
    assert {quad.graph_name for quad in store} == {NamedNode(GRAPH_QUESTIONS)}
    node = NamedNode(f"{QUESTION}shares")
    said = {q.predicate.value: q.object for q in store.quads_for_pattern(node, None, None)}
    assert said[f"{RDFS}label"] == Literal("Shares", language="en")
    assert said[f"{SCHEMA}keywords"] == Literal("Who holds what", language="en")
    assert said[f"{PREFIXES['sh']}select"] == Literal(catalogue["shares"].query)
    kinds = {q.object.value for q in store.quads_for_pattern(node, NamedNode(
        f"{PREFIXES['rdf']}type"), None)}  # fmt: skip
    sh = PREFIXES["sh"]
    assert kinds == {f"{sh}SPARQLExecutable", f"{sh}SPARQLSelectExecutable"}
    declared = store.query(
        f"PREFIX sh: <{sh}> SELECT ?prefix ?namespace WHERE {{ GRAPH ?g {{ <{node.value}> "
        "sh:prefixes/sh:declare [ sh:prefix ?prefix ; sh:namespace ?namespace ] } }"
    )
    assert {row["prefix"].value: row["namespace"].value for row in declared} == dict(PREFIXES)  # type: ignore[union-attr]


def test_the_sentence_has_the_default_values_by_name(catalogue: Catalogue, facts: Path) -> None:
    assert asked(catalogue["shares"], [facts]) == (
        "Which defence system hold 10 % or more of Neodymium or Samarium in any country, "
        "in the sum, latest?"
    )


def test_the_same_questions_give_the_same_bytes(
    catalogue: Catalogue, facts: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.nq", tmp_path / "second.nq"
    write_question_quads(catalogue.themes(), [facts], first)
    write_question_quads(catalogue.themes(), [facts], second)
    assert first.read_bytes() == second.read_bytes()
    lines = first.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("start", ["", "a", "b 1", "b", "c", "é", "z", "zz", "0"])
def test_lines_are_found_in_a_sorted_file(tmp_path: Path, start: str) -> None:
    path = tmp_path / "lines"
    lines = ["a 1\n", "b 1\n", "b 10\n", "b 2\n", "c\n", "é\n", "éa\n", "z\n"]
    write_sorted(lines, path)
    assert list(lines_beginning(path, start)) == [x for x in sorted(lines) if x.startswith(start)]


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert list(lines_beginning(path, "a")) == []


def test_the_query_of_the_documentation_finds_every_question(
    shipped_engine: EmbeddedEngine,
) -> None:
    page = (REPOSITORY / "docs" / "question-triples.md").read_text(encoding="utf-8")
    query = page.partition("```sparql\n")[2].partition("```")[0]
    found = {row["id"]: row for row in solutions(shipped_engine, query)}
    catalogue = Catalogue.load()
    assert {id_: row["query"] for id_, row in found.items()} == {
        question.id: question.query for question in catalogue.values()
    }
    assert "Neodymium" in found["exposed-products"]["question"]
    assert not [row for row in found.values() if "{" in row["question"]]


def test_the_graph_of_the_questions_is_no_source(shipped_build: BuildResult) -> None:
    manifest = shipped_build.snapshot.manifest
    assert manifest.graphs[GRAPH_QUESTIONS] > 100
    assert "questions" not in {entry.id for entry in manifest.sources}
