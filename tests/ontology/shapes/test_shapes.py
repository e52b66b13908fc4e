"""Every part of every shape: the invented world meets it, a record broken in one way does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse

from kg.check import ShapeSet, read_shapes
from kg.check.core import check_core
from kg.check.graph import find
from kg.check.shapes import shape_files
from kg.namespaces import CM, CMS, PREFIXES, RDFS, SKOS, shorten
from tests.ontology.shapes.broken import Broken, read_broken

SH = PREFIXES["sh"]
BROKEN = read_broken()

#: A copy of an agreement has no parties, since those name the agreement and are not copied.
UNCOPIED = {"cms:agreement-party"}
#: They compare two properties, either of which may be the one that was broken.
ENDS = {"cms:low-below-high", "cms:value-above-low", "cms:value-below-high"}
#: What pyshacl is not asked to check of a shape: words, targets, and what other shapes hold.
NOT_BROKEN = {
    "name",
    "description",
    "message",
    "severity",
    "path",
    "targetClass",
    "targetNode",
    "targetSubjectsOf",
    "targetObjectsOf",
    "property",
    "sparql",
}
#: Kinds of node shapes with more than properties; the broken records are in test_rules.
WHOLE = {
    "cms:bom-item",
    "cms:composition-item",
    "cms:measure",
    "cms:price",
    "cms:project",
    "cms:target",
}


@pytest.fixture(scope="module")
def triples() -> Store:
    """The shapes as triples."""
    store = Store()
    for path in shape_files():
        store.load(path=str(path), format=RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def findings(world_quads: frozenset[object], shapes: ShapeSet) -> dict[str, set[str]]:
    """The shapes that each broken copy does not meet, by its node."""
    store = Store()
    store.bulk_extend(world_quads)  # type: ignore[arg-type]
    for broken in BROKEN:
        broken.write(store)
    found: dict[str, set[str]] = {}
    for finding in check_core(store, shapes, None):
        found.setdefault(finding.node, set()).add(shorten(finding.shape))
    return found


def parts(triples: Store) -> Iterator[tuple[str, str]]:
    """Shape and part of everything that a shape with an IRI asks for itself."""
    for quad in triples:
        local = quad.predicate.value.removeprefix(SH)
        if (
            isinstance(quad.subject, NamedNode)
            and quad.subject.value.startswith(CMS)
            and quad.predicate.value.startswith(SH)
            and local not in NOT_BROKEN
        ):
            yield shorten(quad.subject.value), local


def test_the_invented_world_meets_every_shape(world: Store, shapes: ShapeSet) -> None:
    assert find(world, shapes) == []


@pytest.mark.parametrize(
    "broken", BROKEN, ids=lambda b: f"{b.shape.removeprefix('cms:')}-{b.breaks}"
)
def test_a_broken_record_is_found_by_its_shape(
    broken: Broken, findings: dict[str, set[str]], triples: Store
) -> None:
    node = broken.copy
    found = findings.get(node.value if isinstance(node, NamedNode) else str(node), set())
    assert broken.shape in found
    if isinstance(node, NamedNode):
        others = found - {broken.shape} - UNCOPIED - ENDS
        assert all(path_of(triples, other) == path_of(triples, broken.shape) for other in others)


def path_of(triples: Store, shape: str) -> str:
    """The path of a shape, as text; alternatives by their first."""
    node = NamedNode(CMS + shape.removeprefix("cms:"))
    (quad,) = triples.quads_for_pattern(node, NamedNode(f"{SH}path"), None, None)
    return str(quad.object)


def test_every_part_of_every_shape_has_a_broken_record(triples: Store) -> None:
    covered = {(broken.shape, broken.breaks) for broken in BROKEN}
    helpers = {f"cms:{part}" for part in ("remedy", "liesIn")}
    expected = {
        (shape, part)
        for shape, part in parts(triples)
        if shape not in helpers and not (shape in WHOLE and part == "or")
    }
    # The other way round the party of an agreement: see test_rules.
    expected -= {("cms:agreement-party", "minCount"), ("cms:agreement-party", "class")}
    assert expected == covered


def test_every_shape_says_what_must_hold_and_what_to_do(triples: Store) -> None:
    for name in ("NodeShape", "PropertyShape"):
        for quad in triples.quads_for_pattern(
            None, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(SH + name), None
        ):
            said = {
                q.predicate.value for q in triples.quads_for_pattern(quad.subject, None, None, None)
            }
            assert isinstance(quad.subject, NamedNode)
            assert {f"{SH}description", f"{SH}severity", f"{CMS}remedy"} <= said, quad.subject
            assert said & {f"{SH}name", f"{RDFS}label"}, quad.subject


def test_every_property_shape_is_used(triples: Store) -> None:
    used = {
        q.object for q in triples.quads_for_pattern(None, NamedNode(f"{SH}property"), None, None)
    }
    shapes = triples.quads_for_pattern(
        None, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(f"{SH}PropertyShape"), None
    )
    assert [q.subject for q in shapes if q.subject not in used] == []


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("observation-status", "statuses"),
        ("observation-basis", "bases"),
        ("observation-precision", "precisions"),
    ],
)
def test_a_list_that_a_shape_repeats_is_that_of_the_codes(
    shape: str, scheme: str, triples: Store, world: Store
) -> None:
    head = next(
        q.object
        for q in triples.quads_for_pattern(NamedNode(CMS + shape), NamedNode(f"{SH}in"), None, None)
    )
    listed = set()
    while isinstance(head, BlankNode):
        quads = {
            q.predicate.value: q.object for q in triples.quads_for_pattern(head, None, None, None)
        }
        listed.add(quads[PREFIXES["rdf"] + "first"])
        head = quads[PREFIXES["rdf"] + "rest"]
    codes = world.quads_for_pattern(
        None, NamedNode(f"{SKOS}inScheme"), NamedNode(CM + scheme), None
    )
    assert listed == {q.subject for q in codes}


def test_every_class_and_property_that_a_shape_names_is_defined(
    triples: Store, world: Store
) -> None:
    named = {
        q.object
        for q in triples
        if isinstance(q.object, NamedNode) and q.object.value.startswith(CM)
    }
    assert [n for n in named if not any(world.quads_for_pattern(n, None, None, None))] == []


def test_a_file_of_shapes_is_turtle_with_a_header() -> None:
    for path in shape_files():
        quads = list(parse(path=str(path), format=RdfFormat.TURTLE))
        headers = [q for q in quads if q.object == NamedNode(PREFIXES["owl"] + "Ontology")]
        assert len(headers) == 1, path.name
    assert len(read_shapes().infos) > 200
