"""The invented world: derived as owlrl derives it, and consistent, and a contradiction is found."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib import OWL, RDF, RDFS, URIRef

from kg.check.reasoner import check_ontology
from kg.derive import infer
from kg.namespaces import CM, CMD, PREFIXES, shorten
from kg.shipped import ontology_dir
from tests.invented_world import WORLD, World

Triples = set[tuple[str, str, str]]
PATTERNS = sorted((ontology_dir() / "patterns").glob("*/example.ttl"))
#: What the axioms are made of; the rest of the ontology is labels and codes.
AXIOMS = {
    *(RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, RDF.first, RDF.rest),
    *(OWL.inverseOf, OWL.propertyChainAxiom, OWL.onProperty, OWL.someValuesFrom, OWL.hasValue),
    *(OWL.intersectionOf, OWL.unionOf, OWL.equivalentClass, OWL.equivalentProperty),
}
SEEDED = """
@prefix cm: <https://w3id.org/critmat/ontology#> .
@prefix cmd: <https://w3id.org/critmat/id/> .
{facts}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world with all that is derived of it."""
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def given(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The asserted facts, and what the rule of major sources says: axioms go on from both."""
    path = tmp_path_factory.mktemp("given") / "given.nq"
    written = (f"<{CM}hasMajorSource>", f"<{CM}inCountry>")
    lines = world.derived.read_text("utf-8").splitlines(keepends=True)
    by_rule = (line for line in lines if line.split(" ", 2)[1] in written)
    path.write_text(world.asserted.read_text("utf-8") + "".join(by_rule), encoding="utf-8")
    return path


def graph_of(path: Path) -> rdflib.Graph:
    """All triples of a file of quads, in whatever graph."""
    graph = rdflib.Graph()
    lines = (f"{quad.triple} .\n" for quad in parse(path=path, format=RdfFormat.N_QUADS))
    return graph.parse(data="".join(lines), format="nt")


def closure_of_owlrl(asserted: Path, ontology: Path) -> Triples:
    """What owlrl infers of the things of the world, with terms of critmat.

    It is given the statements between things and the axioms, and neither numbers nor words.
    """
    facts, terms = graph_of(asserted), graph_of(ontology)
    given = rdflib.Graph()
    for s, p, o in facts:
        if isinstance(o, URIRef):
            given.add((s, p, o))
    for s, p, o in terms:
        named = p == RDF.type and (o == OWL.TransitiveProperty or str(s).startswith(CMD))
        between = str(p).startswith(CM) and not str(p).endswith("#materialise")
        if p in AXIOMS or named or (between and isinstance(o, URIRef)):
            given.add((s, p, o))
    closed = rdflib.Graph() + given
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    return {
        (shorten(str(s)), shorten(str(p)), shorten(str(o)))
        for s, p, o in set(closed) - set(given)
        if str(s).startswith(CMD)
        and isinstance(o, URIRef)
        and s != o
        and (
            (str(p).startswith(CM) and str(o).startswith((CMD, CM)))
            or (p == RDF.type and str(o).startswith(CM))
        )
    }


def test_what_is_derived_equals_what_owlrl_derives(world: World, given: Path) -> None:
    lines, _ = infer(given, world.ontology)
    derived = {
        (shorten(q.subject.value), shorten(q.predicate.value), shorten(q.object.value))
        for q in parse("".join(lines), RdfFormat.N_QUADS)
        if q.subject.value.startswith(CMD) and q.object.value.startswith((CM, CMD))
    }
    left_out = not_materialised(world.ontology)

    by_owlrl = closure_of_owlrl(given, world.ontology)

    assert len(derived) > 400
    assert ("cmd:kestrel", "cm:exposedTo", "cmd:CHN") in derived
    assert derived - by_owlrl == set()
    assert {triple for triple in by_owlrl - derived if triple[1] not in left_out} == set()


def not_materialised(ontology_quads: Path) -> set[str]:
    """Properties of which the ontology says that the build leaves them out."""
    materialise = rdflib.URIRef(f"{CM}materialise")
    found = graph_of(ontology_quads).subject_objects(materialise)
    return {shorten(str(term)) for term, value in found if str(value) == "false"}


def test_the_world_and_all_patterns_contradict_nothing() -> None:
    report = check_ontology(extra=[WORLD, *PATTERNS])

    assert PATTERNS
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        # A mine becomes a material, because something is said to contain it.
        ("cmd:c-servo cm:madeOf cmd:red-hill .", "red-hill"),
        # The league becomes a country, because it is said to be a member of something.
        ("cmd:m a cm:Membership ; cm:membershipOf cmd:northern-league .", "northern-league"),
    ],
)
def test_a_contradiction_that_is_put_into_the_world_is_found(
    facts: str, named: str, tmp_path: Path
) -> None:
    seeded = tmp_path / "seeded.ttl"
    seeded.write_text(SEEDED.format(facts=facts), encoding="utf-8")

    report = check_ontology(extra=[WORLD, seeded])

    assert not report.ok
    assert any(named in problem.message for problem in report.problems), list(report.lines())


def test_the_world_uses_prefixes_that_critmat_knows() -> None:
    for line in WORLD.read_text(encoding="utf-8").splitlines():
        if line.startswith("@prefix"):
            _, prefix, iri, _ = line.split()
            assert PREFIXES[prefix.rstrip(":")] == iri.strip("<>")
