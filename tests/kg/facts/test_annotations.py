"""Mistakes in a schema, and mappings compared with an ontology."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.facts import check_folder
from tests.kg.facts.small_package import (
    GOOD,
    HEADER,
    OUTPUT,
    check_output,
    only,
    write_package,
)


def field(name: str, **changes: Any) -> list[dict[str, Any]]:
    """The fields of ``output`` with one of them changed."""
    return [
        {**f, **changes} if f["name"] == name else dict(f)  # type: ignore[dict-item]
        for f in OUTPUT["fields"]
    ]


@pytest.mark.parametrize(
    ("schema", "column", "message"),
    [
        ({"fields": field("year", type="yeer")}, "year", "unknown type 'yeer'"),
        (
            {"fields": field("share", constraints={"min": 0})},
            "share",
            'the field is not understood: constraint "min" is not supported',
        ),
        (
            {"fields": field("area", valueUrl="cmd:{aera}")},
            "area",
            "'cmd:{aera}' names the column 'aera', which the schema does not have",
        ),
        (
            {"fields": field("area", valueUrl="cdm:{area}")},
            "area",
            "'cdm:{area}' begins with no known prefix",
        ),
        ({"fields": field("area", valueUri="x")}, "area", "nothing reads the key 'valueUri'"),
        (
            {"fields": field("buyers", references={"resources": ["plces"]})},
            "buyers",
            "references the resource 'plces', which the package does not have",
        ),
        ({"sources": "sourceids"}, None, "sources names the column 'sourceids'"),
        ({"sources": None}, None, "the rows have no graph to go to"),
        ({"virtual": [{"propertyUrl": "cm:x"}]}, "virtual 1", "a virtual triple has no value"),
        (
            {"virtual": [{"propertyUrl": "cm:x", "valueUrl": "cmd:{buyers}-{source_ids}"}]},
            "virtual 1",
            "one triple uses the list columns buyers, source_ids",
        ),
        ({"aboutUrl": "cmd:{buyers}"}, None, "aboutUrl 'cmd:{buyers}' names a list column"),
        ({"primaryKey": "ident"}, None, "primaryKey names 'ident', which is no field"),
        (
            {"foreignKeys": [{"fields": "area", "reference": {"resource": "x", "fields": "id"}}]},
            "area",
            "a foreign key points at the resource 'x'",
        ),
        ({"foreignKeys": [{"fields": "where"}]}, None, "a foreign key is not understood"),
    ],
)
def test_mistakes_in_a_schema(
    tmp_path: Path, schema: dict[str, Any], column: str | None, message: str
) -> None:
    problems = [
        p for p in check_output(tmp_path, GOOD["output"], **schema) if p.message.startswith(message)
    ]
    assert [(p.file, p.column) for p in problems] == [("output.json", column)]
    assert problems[0].remedy


ONTOLOGY = """\
@prefix cm: <https://w3id.org/critmat/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
cm:inCountry a owl:ObjectProperty .
cm:status a owl:ObjectProperty .
cm:refYear a owl:DatatypeProperty .
cm:validFrom a owl:DatatypeProperty .
cm:low a owl:DatatypeProperty ; rdfs:range xsd:double .
cm:count a owl:DatatypeProperty ; rdfs:range xsd:integer .
qudt:numericValue a owl:DatatypeProperty .
cm:status-measured rdfs:label "measured"@en .
cm:status-bound rdfs:label "bound"@en .
dct:title a owl:AnnotationProperty .
"""


@pytest.mark.parametrize(
    ("fields", "message", "remedy"),
    [
        (
            field("year", propertyUrl="cm:refYaer"),
            "the ontology has no property cm:refYaer",
            "Did you mean 'cm:refYear'?",
        ),
        (
            field("year", propertyUrl="dct:isued"),
            "the ontology does not declare dct:isued",
            "Mend its name",
        ),
        (
            field("low", propertyUrl="cm:count"),
            "cm:count takes xsd:integer, but the column becomes xsd:double",
            "datatype",
        ),
        (
            field("year", propertyUrl="cm:inCountry"),
            "cm:inCountry points at things, but the column becomes a literal",
            "valueUrl",
        ),
        (
            field("area", propertyUrl="cm:refYear"),
            "cm:refYear takes a literal, but the column becomes an IRI",
            "valueUrl",
        ),
        (
            field("area", valueUrls={"CHN": "cm:Chnia", "*": None}),
            "the ontology does not define cm:Chnia",
            "Define it",
        ),
    ],
)
def test_mappings_are_compared_with_the_ontology(
    tmp_path: Path, fields: list[dict[str, Any]], message: str, remedy: str
) -> None:
    for f in fields:
        if "valueUrls" in f:
            del f["valueUrl"]
    (tmp_path / "terms.ttl").write_text(ONTOLOGY)
    write_package(tmp_path, GOOD, {"output": {**OUTPUT, "fields": fields}})
    told = [p for p in check_folder(tmp_path, tmp_path).problems if p.message == message]
    assert [p.file for p in told] == ["output.json"]
    assert remedy in told[0].remedy


def test_a_code_that_the_ontology_does_not_have_is_told_by_cell(tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text(ONTOLOGY)
    write_package(tmp_path, GOOD)
    problem = only(check_folder(tmp_path, tmp_path).problems)
    assert problem.place == "output.csv:3:status"
    assert problem.message == "the ontology does not define cm:status-withheld"


def test_an_ontology_that_is_not_turtle_does_not_hide_the_rest(tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text("@prefix a: <b:c> .\nthis is not Turtle")
    write_package(tmp_path, {**GOOD, "output": HEADER + "o1,CHN,,20,,7,,measured,usgs-2026\n"})
    problems = check_folder(tmp_path, tmp_path).problems
    assert [p.place for p in problems] == ["ontology/terms.ttl:2", "output.csv:2:year"]
