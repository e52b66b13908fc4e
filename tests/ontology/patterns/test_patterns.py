"""Every pattern is whole: its example passes and answers, and its counter-example fails."""

from __future__ import annotations

import re
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize
from rdflib import RDF, RDFS, SH, Graph, URIRef

from kg.check import check_graph
from kg.check.competency import read_competency_question, run_competency
from kg.derive import derive
from kg.namespaces import CM, CMD, CMS, GRAPH
from kg.shipped import ontology_dir
from tests.invented_world import World, stored

PATTERNS = sorted(path for path in (ontology_dir() / "patterns").iterdir() if path.is_dir())
FILES = ("README.md", "example.ttl", "counter-example.ttl", "shape.ttl", "question.rq")
ASKED_FOR = {
    *("facility", "stake-that-changes-hands", "withheld-production", "bom-item-without-amount"),
    *("export-control-with-suspension", "agreement", "new-product-kind", "new-material-form"),
}
HEADINGS = ["In a picture", "Step by step", "What to watch", "As a spreadsheet", "The files"]

pattern = pytest.mark.parametrize("folder", PATTERNS, ids=lambda folder: folder.name)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The invented world, which describes the groups of elements that axioms name, and China."""
    return World(tmp_path_factory.mktemp("world"))


def findings(data: Path, shape: Path, ontology: Graph) -> list[str]:
    """What a shape says of a file, together with the ontology."""
    conforms, report, _ = pyshacl.validate(
        ontology + Graph().parse(data), shacl_graph=Graph().parse(shape), advanced=False
    )
    assert isinstance(report, Graph)
    messages = sorted({str(message) for message in report.objects(None, SH.resultMessage)})
    assert conforms is not bool(messages)
    return messages


class Own:
    """A file of a pattern as an expert adds it: facts, and terms that belong to the ontology."""

    def __init__(self, path: Path, world: World, folder: Path, among: bytes = b"") -> None:
        quads = list(parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True))
        named = {q.subject.value for q in quads if isinstance(q.subject, NamedNode)}
        self.focus = {iri for iri in named if iri.startswith((CMD, GRAPH))}
        facts = [q for q in quads if getattr(q.subject, "value", "") in self.focus]
        terms = [q for q in quads if q not in facts]
        asserted, ontology = folder / "asserted.nq", folder / "ontology.nq"
        asserted.write_bytes(among + lines(facts))
        ontology.write_bytes(world.ontology.read_bytes() + lines(terms))
        derive(asserted, ontology, folder / "derived.nq")
        self.store = stored(asserted, ontology, folder / "derived.nq")


def lines(quads: list[Quad]) -> bytes:
    """Quads as N-Quads in a graph of their own."""
    graph = NamedNode(f"{GRAPH}example")
    named = (Quad(q.subject, q.predicate, q.object, graph) for q in quads)
    return serialize(named, format=RdfFormat.N_QUADS) or b""


def test_the_patterns_that_experts_asked_for_are_there() -> None:
    assert {path.name for path in PATTERNS} >= ASKED_FOR


@pattern
def test_a_pattern_has_all_its_files(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(FILES)


@pattern
def test_the_page_is_one_page_and_names_what_is_there(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert "```mermaid" in text
    assert text.count("\n") <= 70
    for name in FILES[1:]:
        assert f"`{name}`" in text
    described = text.partition("`counter-example.ttl`: ")[2].partition("\n")[0]
    assert len(described.split()) > 10, "say why the counter-example fails"


@pattern
def test_page_example_and_shape_speak_of_the_same_terms(folder: Path, ontology: Graph) -> None:
    page, example, shape = (
        set(re.findall(r"\bcm:[A-Za-z]\w*(?:-\w+)*", (folder / name).read_text(encoding="utf-8")))
        for name in ("README.md", "example.ttl", "shape.ttl")
    )
    counter = (folder / "counter-example.ttl").read_text(encoding="utf-8")
    defined = {f"cm:{str(s).removeprefix(CM)}" for s in ontology.subjects(RDFS.label, None)}

    assert {term for term in page | example | shape if term not in defined} == set()
    unseen = {term for term in shape - example - page if term not in counter}
    assert unseen <= {"cm:Facility", "cm:Product", "cm:Material"}
    assert len(page & example) >= 4


@pattern
def test_the_example_passes_its_shape(folder: Path, ontology: Graph) -> None:
    assert findings(folder / "example.ttl", folder / "shape.ttl", ontology) == []


@pattern
def test_the_counter_example_fails_its_shape(folder: Path, ontology: Graph) -> None:
    assert findings(folder / "counter-example.ttl", folder / "shape.ttl", ontology)


@pattern
def test_every_shape_has_a_name_of_its_own_and_looks_at_the_example(
    folder: Path, ontology: Graph
) -> None:
    shapes = Graph().parse(folder / "shape.ttl")
    data = ontology + Graph().parse(folder / "example.ttl")
    named = {s for s in shapes.subjects(RDF.type, SH.NodeShape) if isinstance(s, URIRef)}
    classes = set(shapes.objects(None, SH.targetClass))

    assert named
    assert all(str(name).startswith(f"{CMS}pattern-") for name in named)
    assert classes
    for target in classes:
        below = set(data.transitive_subjects(RDFS.subClassOf, target))
        assert any((None, RDF.type, one) in data for one in below), target


@pattern
def test_the_question_is_answered_from_the_example(
    folder: Path, world: World, tmp_path: Path
) -> None:
    question = read_competency_question(folder / "question.rq")
    own = Own(folder / "example.ttl", world, tmp_path)

    report = run_competency(folder / "question.rq", own.store)

    assert list(report.lines())[:-1] == []
    assert question.needs


@pattern
def test_the_question_is_not_answered_so_from_the_counter_example(
    folder: Path, world: World, tmp_path: Path
) -> None:
    own = Own(folder / "counter-example.ttl", world, tmp_path)

    assert not run_competency(folder / "question.rq", own.store).ok


@pattern
def test_the_example_passes_every_shape_that_is_shipped_and_its_own(
    folder: Path, world: World, tmp_path: Path
) -> None:
    own = Own(folder / "example.ttl", world, tmp_path, world.asserted.read_bytes())

    shipped = check_graph(own.store, focus=own.focus)
    complete = check_graph(own.store, folder / "shape.ttl", focus=own.focus)

    assert shipped.counts["shapes"] > 100
    assert [str(problem) for problem in (*shipped.problems, *complete.problems)] == []


@pattern
def test_the_counter_example_is_reported_by_its_shape_as_an_expert_sees_it(
    folder: Path, world: World, tmp_path: Path
) -> None:
    own = Own(folder / "counter-example.ttl", world, tmp_path, world.asserted.read_bytes())

    report = check_graph(own.store, folder / "shape.ttl", focus=own.focus)

    assert not report.ok
    assert all(problem.column.startswith("cms:pattern-") for problem in report.problems)


def test_the_world_passes_every_shape(world: World) -> None:
    assert [str(problem) for problem in check_graph(world.store).problems] == []


@pattern
def test_nothing_real_is_said(folder: Path) -> None:
    for name in ("example.ttl", "counter-example.ttl"):
        quads = list(parse(path=folder / name, format=RdfFormat.TURTLE))
        countries = {
            q.subject.value.rpartition("/")[2] for q in quads if str(q.object).endswith("#Country>")
        }
        assert all(code.startswith("X") for code in countries), "codes that ISO leaves to users"
        assert "made up" in (folder / name).read_text(encoding="utf-8").splitlines()[1]
        assert all(isinstance(q.graph_name, DefaultGraph) for q in quads)
