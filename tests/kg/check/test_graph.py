"""Checking a graph: findings as problems, focus, counts, exceptions; plain pyshacl beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store, serialize
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

from kg.check import check_graph, read_shapes
from kg.check.core import check_core
from kg.check.finding import Finding
from kg.check.graph import LISTED, find
from kg.check.shapes import shape_files
from kg.namespaces import CMD
from kg.report import Severity
from tests.ontology.shapes.broken import read_broken

NEGATIVE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix cms: <https://w3id.org/critmat/shapes#> .
cms:positive
    a sh:NodeShape ;
    sh:targetSubjectsOf <x:n> ;
    sh:description "A number is positive." ;
    sh:severity sh:Warning ;
    cms:remedy "Mend the number." ;
    sh:property cms:positive-number ;
    sh:sparql [
        sh:message "It is negative: {?value}" ;
        sh:select "SELECT $this ?value WHERE { $this <x:n> ?value FILTER(?value < 0) }" ;
    ] .
cms:positive-number
    a sh:PropertyShape ;
    sh:path <x:n> ;
    sh:minInclusive 0 ;
    sh:message "A number is not negative" ;
    cms:remedy "Mend the number." .
"""


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    folder = tmp_path / "shapes"
    folder.mkdir()
    (folder / "numbers.ttl").write_text(NEGATIVE)
    return folder


def numbers(*values: int) -> Store:
    store = Store()
    for i, value in enumerate(values):
        store.update(f"INSERT DATA {{ GRAPH <x:g> {{ <x:a{i}> <x:n> {value} }} }}")
    return store


def test_findings_become_problems_with_a_place_and_a_remedy(shapes: Path) -> None:
    report = check_graph(numbers(1, -1), shapes)
    assert [str(problem) for problem in report.problems] == [
        "x:a1:cms:positive: warning: It is negative: -1 -> Mend the number.",
        "x:a1:cms:positive-number: error: A number is not negative, not -1 -> Mend the number.",
    ]
    assert not report.ok
    assert report.counts == {
        "shapes": 2,
        "exceptions": 0,
        "cms:positive": 1,
        "cms:positive-number": 1,
    }


def test_many_findings_of_one_shape_are_counted_not_listed(shapes: Path) -> None:
    report = check_graph(numbers(*range(-LISTED - 7, 0)), shapes)
    warnings = [p for p in report.problems if p.severity is Severity.WARNING]
    assert len(warnings) == LISTED + 1
    assert warnings[-1].message == "7 more: a number is positive."
    assert warnings[-1].file == "numbers.ttl"
    assert report.counts["cms:positive"] == LISTED + 7


def test_only_the_nodes_in_focus_are_looked_at(shapes: Path) -> None:
    report = check_graph(numbers(-1, -2, -3), shapes, focus={"x:a1", "x:gone"})
    assert {problem.file for problem in report.problems} == {"x:a1"}
    assert report.counts["cms:positive"] == report.counts["cms:positive-number"] == 1
    assert check_graph(numbers(-1), shapes, focus=[]).problems == []


def test_the_triples_of_named_graphs_are_looked_at_as_one(shapes: Path) -> None:
    store = numbers(-1)
    assert not check_graph(store, shapes).ok
    before = set(store)
    check_graph(store)
    assert set(store) == before


def test_a_known_finding_is_counted_and_one_that_is_gone_is_told(shapes: Path) -> None:
    (shapes / "exceptions.csv").write_text(
        "shape,node,reason,reviewed\n"
        "cms:positive,unit:0,Below zero in the source.,2026-11-23\n"
        "cms:positive-number,unit:0,Below zero in the source.,2026-11-23\n"
        "cms:positive,unit:1,Below zero in the source.,2026-11-23\n"
        "cms:positive,unit:2,Not in this graph.,2026-11-23\n"
    )
    store = Store()
    for i, value in enumerate((-1, 1)):
        store.update(f"INSERT DATA {{ <http://qudt.org/vocab/unit/{i}> <x:n> {value} }}")
    report = check_graph(store, shapes)
    assert [str(problem) for problem in report.problems] == [
        "exceptions.csv:4:cms:positive: warning: unit:1 meets cms:positive by now"
        " -> Take the row out of the list of exceptions."
    ]
    assert report.counts["exceptions"] == 2
    # Beside a single file of shapes no exceptions are looked for.
    assert not check_graph(store, [shapes / "numbers.ttl"]).ok


def test_a_query_of_a_property_shape_is_left_to_pyshacl(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(
        NEGATIVE.replace(
            "sh:minInclusive 0 ;",
            'sh:sparql [ sh:message "below" ; sh:select '
            '"SELECT $this ?value WHERE { $this $PATH ?value FILTER(?value < -1) }" ] ;',
        )
    )
    report = check_graph(numbers(-1, -2), path)
    assert [p.file for p in report.problems if p.column == "cms:positive-number"] == ["x:a1"]


def test_a_query_of_a_property_shape_sees_properties_that_no_shape_names(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(
        NEGATIVE.replace(
            "sh:minInclusive 0 ;",
            'sh:sparql [ sh:select "SELECT $this WHERE { $this <x:spoilt> true }" ] ;',
        )
    )
    store = numbers(1, 2)
    store.update("INSERT DATA { GRAPH <x:g> { <x:a1> <x:spoilt> true } }")
    assert [problem.file for problem in check_graph(store, path).problems] == ["x:a1"]


def test_a_shape_that_is_switched_off_finds_nothing(shapes: Path) -> None:
    text = NEGATIVE.replace("a sh:NodeShape ;", "a sh:NodeShape ; sh:deactivated true ;")
    (shapes / "numbers.ttl").write_text(text)
    assert check_graph(numbers(-1), shapes).problems == []


def test_shapes_below_shapes_are_told_under_the_one_with_a_name(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(
        NEGATIVE.replace(
            "sh:property cms:positive-number ;",
            "sh:property [ sh:path <x:n> ; sh:severity sh:Info ; "
            "sh:message 'Below ten' ; sh:maxInclusive 9 ] ; "
            "sh:node [ sh:property [ sh:path <x:n> ; sh:maxInclusive 99 ] ] ;",
        )
    )
    report = check_graph(numbers(10, 100), path)
    assert {(p.file, p.column, p.severity.value, p.message) for p in report.problems} == {
        ("x:a0", "cms:positive", "note", "Below ten, not 10"),
        ("x:a1", "cms:positive", "note", "Below ten, not 100"),
        ("x:a1", "cms:positive", "warning", "A number is positive"),
    }
    assert {p.remedy for p in report.problems} == {"Mend the number."}


@pytest.fixture(scope="module")
def findings(broken_world: Store) -> list[Finding]:
    """Everything that the shipped shapes find there."""
    return find(broken_world, read_shapes())


NODES = [f"{CMD}broken-{broken.number}" for broken in read_broken() if broken.property]


@settings(max_examples=12, deadline=None)
@given(st.sets(st.sampled_from(NODES), max_size=9).map(sorted))
@example(NODES)
def test_a_focus_finds_what_all_nodes_give_at_its_nodes(
    broken_world: Store, findings: list[Finding], focus: list[str]
) -> None:
    expected = [finding for finding in findings if finding.node in focus]
    assert find(broken_world, read_shapes(), focus) == expected
    assert len(expected) >= len(focus) > 0 or not focus


def test_plain_pyshacl_finds_the_same_in_a_world_of_broken_records(broken_world: Store) -> None:
    ours = {(f.shape, f.node, f.value) for f in check_core(broken_world, read_shapes(), None)}

    plain = Graph()
    for path in shape_files():
        plain.parse(path)
    plain.remove((None, SH.sparql, None))  # one by one these would take minutes: see test_rules
    data = Graph().parse(
        data=serialize(broken_world, format=RdfFormat.N_TRIPLES) or b"", format="nt"
    )
    _, report, _ = validate(data, shacl_graph=plain, inference="none")
    theirs = {
        (str(report.value(r, SH.sourceShape)), str(report.value(r, SH.focusNode)))
        for r in report.objects(None, SH.result)
    }
    named = {(shape, node) for shape, node, _ in ours if not node.startswith("_:")}
    assert named == {(s, n) for s, n in theirs if ":" in n}
    assert len(named) > 400
