"""CSV, JSON and RDF: what the files of an answer hold."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
import rdflib
from hypothesis import given, settings
from rdflib import RDF, Graph, URIRef
from rdflib.plugins.sparql.results.rdfresults import RDFResult

from kg.namespaces import CMD, DCT, GRAPH, RDFS
from kg.questions import Cell, ResultTable
from kg.questions.export import csv_rows, json_document, turtle
from kg.questions.export.result_set import RESULT_SET
from tests.kg.questions.answers import CHINA, NOWHERE, answer, answers, literal, thing

RS = rdflib.Namespace(RESULT_SET)


def test_csv_has_labels_first_then_ids_addresses_and_kinds_and_records_as_ids() -> None:
    assert list(csv_rows(answer([CHINA, NOWHERE]))) == [
        ["place", "share", "source", "because", "place_id", "source_address", "source_kind"],
        [
            "China", "62.5", "Yearbook; =cmd|' /C calc'!A0", "cmd:record-2 cmd:record-1",
            "cmd:CHN", "https://office.example/yearbook", "official",
        ],
        ["", "0.1", "", "", "", "", ""],
    ]  # fmt: skip


def test_no_cell_of_csv_is_a_formula_and_figures_stay_figures() -> None:
    rows = [{"place": literal("=1+1"), "share": literal("-4.5", "double")},
            {"place": thing("x", "@SUM(A1)"), "share": literal("-", "string")}]  # fmt: skip
    _, *found = csv_rows(answer(rows))
    assert [row[:2] for row in found] == [["'=1+1", "-4.5"], ["'@SUM(A1)", "'-"]]


@given(table=answers)
@settings(deadline=None)
def test_no_text_of_csv_begins_like_a_formula(table: ResultTable) -> None:
    head, *found = csv_rows(table)
    assert len(found) == len(table.rows)
    for cells, row in zip(found, table.rows, strict=True):
        assert len(cells) == len(head)
        for name, text in zip(head, cells, strict=True):
            if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text:
                assert row[name].number is not None
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *found])
    text.seek(0)
    assert list(csv.reader(text)) == [head, *found]


def test_json_has_figures_as_numbers_things_as_objects_and_records_as_ids() -> None:
    document = json_document(answer([CHINA, NOWHERE], missing="Nobody counts."))
    china, nowhere = document["rows"]
    assert china["place"] == {"id": "cmd:CHN", "iri": f"{CMD}CHN", "label": "China"}
    assert china["share"] == 62.5
    assert china["source"][0] == {
        "id": "graph:office", "iri": f"{GRAPH}office", "label": "Yearbook",
        "address": "https://office.example/yearbook", "kind": "official",
    }  # fmt: skip
    assert china["because"] == ["cmd:record-2", "cmd:record-1"]
    assert nowhere == {"share": 0.1}
    assert document["missing"] == ""
    assert json_document(answer([], missing="Nobody counts."))["missing"] == "Nobody counts."


@pytest.mark.parametrize("text", ["NaN", "INF", "-INF"])
def test_a_figure_that_json_cannot_write_is_a_text(text: str) -> None:
    document = json_document(answer([{"share": literal(text, "double")}]))
    assert json.loads(json.dumps(document, allow_nan=False))["rows"] == [{"share": text}]


def test_turtle_is_a_result_set_with_labels_and_sources() -> None:
    graph = Graph().parse(data=turtle(answer([CHINA, NOWHERE])), format="turtle")
    [result_set] = graph.subjects(RDF.type, RS.ResultSet)
    assert graph.value(result_set, RS.size) == rdflib.Literal(2)
    assert graph.value(result_set, URIRef(f"{DCT}identifier")) == rdflib.Literal("5f3a")
    first, second = sorted(
        graph.objects(result_set, RS.solution), key=lambda s: int(str(graph.value(s, RS["index"])))
    )
    dct_source = URIRef(f"{DCT}source")
    assert set(graph.objects(first, dct_source)) == {
        URIRef(f"{GRAPH}office"), URIRef(f"{GRAPH}paper")
    }  # fmt: skip
    assert not set(graph.objects(second, dct_source))
    label = URIRef(f"{RDFS}label")
    assert graph.value(URIRef(f"{CMD}CHN"), label) == rdflib.Literal("China")
    assert graph.value(URIRef(f"{CMD}record-1"), label) is None


def test_the_same_answer_gives_the_same_turtle() -> None:
    assert turtle(answer([CHINA, NOWHERE])) == turtle(answer([CHINA, NOWHERE]))


@given(table=answers)
@settings(deadline=None)
def test_turtle_is_read_back_by_rdflib_term_by_term(table: ResultTable) -> None:
    rdflib.NORMALIZE_LITERALS, before = False, rdflib.NORMALIZE_LITERALS
    try:
        graph = Graph().parse(data=turtle(table), format="turtle")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    found = RDFResult(graph)  # type: ignore[arg-type]
    assert {str(name) for name in found.vars or ()} == {c.name for c in table.columns}
    indexes = {
        int(str(graph.value(s, RS["index"]))): s
        for s in graph.subjects(RS["index"], None, unique=True)
    }
    assert sorted(indexes) == list(range(1, len(table.rows) + 1))
    for number, row in enumerate(table.rows, start=1):
        values = {
            str(graph.value(b, RS.variable)): graph.value(b, RS.value)
            for b in graph.objects(indexes[number], RS.binding)
        }
        assert values == {name: term(cell) for name, cell in row.items()}


def term(cell: Cell) -> rdflib.term.Node:
    if cell.items:
        return rdflib.Literal(" ".join(item.iri for item in cell.items))
    if cell.iri:
        return URIRef(cell.iri)
    kind = cell.datatype.removesuffix("XMLSchema#string") if "#string" in cell.datatype else None
    datatype = URIRef(cell.datatype) if cell.datatype and kind is None else None
    return rdflib.Literal(cell.text, datatype=datatype, normalize=False)


def test_infinite_figures_are_infinite_in_turtle() -> None:
    text = turtle(answer([{"share": literal("INF", "double")}]))
    [value] = Graph().parse(data=text, format="turtle").objects(None, RS.value)
    assert math.isinf(float(str(value)))
