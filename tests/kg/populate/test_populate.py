"""From tables to quads: each annotation with a small table and what becomes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import FactsError, load_package
from kg.namespaces import PREFIXES, XSD
from kg.populate import populate
from kg.populate.terms import literal_term

_PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())

ID = {"name": "id", "type": "string"}
LABEL = {"name": "name", "type": "string", "propertyUrl": "rdfs:label", "lang": "en"}
SOURCES = {"name": "source_ids", "type": "string", "separator": ";"}


def table(*fields: dict[str, Any], **annotations: Any) -> dict[str, Any]:
    """A schema whose rows are things, all in the graph ``graph:g``, unless it says otherwise."""
    if "sources" not in annotations:
        annotations.setdefault("graph", "graph:g")
    return {"aboutUrl": "cmd:{id}", "fields": [ID, *fields], **annotations}


def write_package(folder: Path, schema: dict[str, Any], rows: str) -> Path:
    """A package with the one table ``things``."""
    (folder / "things.csv").write_bytes(rows.encode())
    resource = {"name": "things", "path": "things.csv", "schema": schema}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    return folder


def quads(folder: Path, schema: dict[str, Any], rows: str) -> set[ox.Quad]:
    """What becomes of a table, read back with pyoxigraph."""
    out = folder / "facts.nq"
    summary = populate(load_package(write_package(folder, schema, rows)), out)
    found = list(ox.parse(path=str(out), format=ox.RdfFormat.N_QUADS))
    assert summary.quads == len(found) == len(set(found))
    return set(found)


def trig(text: str) -> set[ox.Quad]:
    """Expected quads, written as TriG."""
    return set(ox.parse((_PREFIXES + text).encode(), format=ox.RdfFormat.TRIG))


def refused(folder: Path, schema: dict[str, Any], rows: str) -> list[str]:
    """The problems of a table that cannot become RDF; nothing is written then."""
    out = folder / "facts.nq"
    with pytest.raises(FactsError) as caught:
        populate(load_package(write_package(folder, schema, rows)), out)
    assert not out.exists()
    assert all(problem.remedy for problem in caught.value.report.problems)
    return [f"{problem.place}: {problem.message}" for problem in caught.value.report.problems]


def test_a_row_becomes_a_thing_in_the_graph_of_its_source(tmp_path: Path) -> None:
    schema = table(LABEL, SOURCES, sources="source_ids")
    assert quads(tmp_path, schema, "id,name,source_ids\nneodymium,Neodymium,usgs\n") == trig("""
        GRAPH graph:usgs {
            cmd:neodymium rdfs:label "Neodymium"@en ; prov:wasDerivedFrom cmd:citation-usgs .
            cmd:citation-usgs a cm:Citation ;
                dct:isPartOf graph:usgs ; prov:wasDerivedFrom graph:usgs .
        }""")


def test_several_sources_are_several_graphs_with_the_locator_in_the_citation(
    tmp_path: Path,
) -> None:
    schema = table(
        LABEL, SOURCES, {"name": "place", "type": "string"}, sources="source_ids", locator="place"
    )
    # printf 'table 3, row "Nd"' | sha1sum
    rows = 'id,name,source_ids,place\nnd,Neodymium,usgs; iea,"table 3, row ""Nd"""\n'
    one = """
        GRAPH graph:SOURCE {
            cmd:nd rdfs:label "Neodymium"@en ;
                prov:wasDerivedFrom cmd:citation-SOURCE-12d630cd46 .
            cmd:citation-SOURCE-12d630cd46 a cm:Citation ; dct:isPartOf graph:SOURCE ;
                prov:wasDerivedFrom graph:SOURCE ; cm:locator "table 3, row \\"Nd\\"" .
        }"""
    expected = trig(one.replace("SOURCE", "usgs") + one.replace("SOURCE", "iea"))
    assert quads(tmp_path, schema, rows) == expected


def test_literals_have_the_datatype_of_their_field(tmp_path: Path) -> None:
    schema = table(
        {"name": "text", "type": "string", "propertyUrl": "cm:text"},
        {"name": "mass", "type": "number", "propertyUrl": "cm:mass"},
        {"name": "count", "type": "integer", "propertyUrl": "cm:count"},
        {"name": "year", "type": "year", "propertyUrl": "cm:year"},
        {"name": "open", "type": "boolean", "propertyUrl": "cm:open"},
        {"name": "day", "type": "date", "propertyUrl": "cm:day"},
        {"name": "page", "type": "string", "propertyUrl": "cm:page", "datatype": "xsd:anyURI"},
        {"name": "link", "type": "string", "propertyUrl": "cm:page", "datatype": "anyURI"},
        {"name": "note", "type": "string"},
    )
    rows = (
        "id,text,mass,count,year,open,day,page,link,note\n"
        "a,t,1.50,3,2024,TRUE,2025-04-09,https://example.org/1,http://example.org/2,left out\n"
    )
    assert quads(tmp_path, schema, rows) == trig("""
        GRAPH graph:g { cmd:a cm:text "t" ; cm:mass "1.5"^^xsd:double ; cm:count 3 ;
            cm:year "2024"^^xsd:gYear ; cm:open true ; cm:day "2025-04-09"^^xsd:date ;
            cm:page "https://example.org/1"^^xsd:anyURI, "http://example.org/2"^^xsd:anyURI . }""")


def test_partial_dates_say_as_much_as_is_known(tmp_path: Path) -> None:
    since = {
        "name": "since",
        "type": "string",
        "propertyUrl": "cm:validFrom",
        "datatype": "partial-date",
    }
    rows = "id,since\na,2025\nb,2025-04\nc,2025-04-09\nd,\n"
    assert quads(tmp_path, table(since), rows) == trig("""
        GRAPH graph:g {
            cmd:a cm:validFrom "2025"^^xsd:gYear .
            cmd:b cm:validFrom "2025-04"^^xsd:gYearMonth .
            cmd:c cm:validFrom "2025-04-09"^^xsd:date .
        }""")


def test_the_spelling_of_a_figure_can_be_kept(tmp_path: Path) -> None:
    value = {
        "name": "value",
        "type": "number",
        "propertyUrl": "qudt:numericValue",
        "stated": "cm:statedValue",
    }
    assert quads(tmp_path, table(value), "id,value\na,1.50\n") == trig("""
        GRAPH graph:g { cmd:a qudt:numericValue "1.5"^^xsd:double ; cm:statedValue "1.50" . }""")


def test_cells_become_iris_by_template(tmp_path: Path) -> None:
    schema = table(
        {"name": "area", "type": "string", "propertyUrl": "cm:inCountry", "valueUrl": "cmd:{area}"},
        {
            "name": "stage",
            "type": "string",
            "propertyUrl": "cm:supplyPosition",
            "valueUrl": "cmd:{id}--{stage}--{area}",
        },
        {
            "name": "item",
            "type": "string",
            "propertyUrl": "rdfs:seeAlso",
            "valueUrl": "https://example.org/{item}.html",
        },
    )
    rows = "id,area,stage,item\nnd,CHN,mining,q1\npr,,refining,\n"
    assert quads(tmp_path, schema, rows) == trig("""
        GRAPH graph:g { cmd:nd cm:inCountry cmd:CHN ; cm:supplyPosition cmd:nd--mining--CHN ;
            rdfs:seeAlso <https://example.org/q1.html> . }""")


def test_lists_give_one_triple_for_each_item(tmp_path: Path) -> None:
    schema = table(
        {
            "name": "elements",
            "type": "string",
            "separator": ";",
            "propertyUrl": "cm:containsElement",
            "valueUrl": "cmd:{elements}",
        },
        {
            "name": "aliases",
            "type": "string",
            "separator": "|",
            "propertyUrl": "skos:altLabel",
            "lang": "en",
        },
        virtual=[
            {
                "aboutUrl": "cmd:{elements}",
                "propertyUrl": "cm:standsIn",
                "valueUrl": "cmd:{id}--{elements}",
            }
        ],
    )
    rows = "id,elements,aliases\nalloy,iron; boron,Neo; strong|Fe14\nempty,,\n"
    assert quads(tmp_path, schema, rows) == trig("""
        GRAPH graph:g {
            cmd:alloy cm:containsElement cmd:iron, cmd:boron ;
                skos:altLabel "Neo; strong"@en, "Fe14"@en .
            cmd:iron cm:standsIn cmd:alloy--iron . cmd:boron cm:standsIn cmd:alloy--boron .
        }""")


def test_iris_by_the_value_of_a_cell(tmp_path: Path) -> None:
    """``*`` stands for any other value, ``null`` for no triple."""
    schema = table(
        {
            "name": "kind",
            "type": "string",
            "propertyUrl": "rdf:type",
            "valueUrls": {"mine": "cm:Mine", "rumour": None, "*": "cm:Facility"},
        },
        {
            "name": "to",
            "type": "string",
            "separator": ";",
            "propertyUrl": "cm:directedAgainst",
            "valueUrls": {"ALL": "cm:all-destinations", "*": "cmd:{to}"},
        },
    )
    rows = "id,kind,to\na,mine,ALL\nb,smelter,USA;JPN\nc,rumour,\nd,,\n"
    assert quads(tmp_path, schema, rows) == trig("""
        GRAPH graph:g {
            cmd:a a cm:Mine ; cm:directedAgainst cm:all-destinations .
            cmd:b a cm:Facility ; cm:directedAgainst cmd:USA, cmd:JPN .
        }""")


def test_a_value_without_an_iri_is_an_error_by_cell(tmp_path: Path) -> None:
    kind = {
        "name": "kind",
        "type": "string",
        "propertyUrl": "rdf:type",
        "valueUrls": {"mine": "cm:Mine"},
    }
    assert refused(tmp_path, table(kind), "id,kind\na,mine\nb,pit\n") == [
        "things.csv:3:kind: 'pit' has no IRI in valueUrls"
    ]


def test_virtual_triples_hang_on_the_row_or_on_another_node(tmp_path: Path) -> None:
    position = "cmd:{id}--{area}"
    schema = table(
        {"name": "area", "type": "string"},
        {"name": "lat", "type": "number"},
        {"name": "lon", "type": "number"},
        virtual=[
            {"propertyUrl": "rdf:type", "valueUrl": "cm:Deposit"},
            {"propertyUrl": "cm:supplyPosition", "valueUrl": position},
            {
                "aboutUrl": position,
                "propertyUrl": "rdf:type",
                "column": "area",
                "valueUrls": {"WORLD": "cm:WorldPosition", "*": "cm:SupplyPosition"},
            },
            {
                "propertyUrl": "geo:asWKT",
                "literal": "POINT({lon} {lat})",
                "datatype": "geo:wktLiteral",
            },
            {"propertyUrl": "rdfs:comment", "literal": "In {area}.", "lang": "en"},
        ],
    )
    rows = "id,area,lat,lon\na,AUS,-28.9,122.55\nb,WORLD,,\nc,,,\n"
    assert quads(tmp_path, schema, rows) == trig("""
        GRAPH graph:g {
            cmd:a a cm:Deposit ; cm:supplyPosition cmd:a--AUS ; rdfs:comment "In AUS."@en ;
                geo:asWKT "POINT(122.55 -28.9)"^^geo:wktLiteral .
            cmd:a--AUS a cm:SupplyPosition .
            cmd:b a cm:Deposit ; cm:supplyPosition cmd:b--WORLD ; rdfs:comment "In WORLD."@en .
            cmd:b--WORLD a cm:WorldPosition .
            cmd:c a cm:Deposit .
        }""")


def test_a_field_may_hang_its_value_on_another_node(tmp_path: Path) -> None:
    town = {
        "name": "town",
        "type": "string",
        "aboutUrl": "cmd:place-of-{id}",
        "propertyUrl": "cm:locality",
    }
    assert quads(tmp_path, table(town), "id,town\na,Baotou\n") == trig("""
        GRAPH graph:g { cmd:place-of-a cm:locality "Baotou" . }""")


def test_a_table_without_about_url_is_not_loaded(tmp_path: Path) -> None:
    assert quads(tmp_path, {"fields": [ID]}, "id\na\n") == set()


def test_equal_quads_of_two_rows_are_written_once(tmp_path: Path) -> None:
    schema = table(
        {"name": "to", "type": "string", "aboutUrl": "cmd:{to}", "propertyUrl": "cm:seen"}
    )
    assert quads(tmp_path, schema, "id,to\na,x\nb,x\n") == trig("""
        GRAPH graph:g { cmd:x cm:seen "x" . }""")


HOSTILE = [
    'a "quoted" word',
    "two\nlines\r\nand\ttabs",
    "<https://example.org/> <b>",
    "{id} {{braces}}",
    "back\\slash \\n \\u0041",
    "naïve ✓ 稀土 \U0001f9f2 \u202e",
    "\x01\x7f\u0085\u2028\ufffe",
    '" . <a:b> <a:c> <a:d> .',
    "'''\"\"\"",
    " spaces ",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    """Except that line ends are LF: a file with carriage returns is refused as a whole."""
    cell = text.replace("\r\n", "\n")
    quoted = '"' + cell.replace('"', '""') + '"'
    found = quads(tmp_path, table(LABEL), f"id,name\na,{quoted}\n")
    assert [quad.object for quad in found] == [ox.Literal(cell, language="en")]


@given(st.text().filter(lambda text: "\0" not in text))
def test_any_text_comes_back(text: str) -> None:
    for datatype, language in ((f"{XSD}string", None), ("", "en")):
        term = literal_term(text, datatype, language)
        line = f"<a:b> <a:c> {term} <a:g> .\n"
        assert line.count("\n") == 1
        quad = next(iter(ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS)))
        assert quad.object == ox.Literal(text, language=language)


@pytest.mark.parametrize(
    "text", ["two words", "a/b", "a>b", 'a"b', "a%20b", "é", "{id}", "a\\b", "."]
)
def test_an_identifier_with_other_signs_is_refused(tmp_path: Path, text: str) -> None:
    area = {"name": "area", "type": "string", "propertyUrl": "cm:x", "valueUrl": "cmd:{area}"}
    quoted = '"' + text.replace('"', '""') + '"'
    assert refused(tmp_path, table(area), f"id,area\na,{quoted}\n") == [
        f"things.csv:2:area: {text!r} cannot be part of an identifier"
    ]


def test_every_bad_cell_is_told(tmp_path: Path) -> None:
    schema = table(
        {"name": "mass", "type": "number", "propertyUrl": "cm:mass"},
        {"name": "page", "type": "string", "propertyUrl": "cm:page", "datatype": "xsd:anyURI"},
        SOURCES,
        sources="source_ids",
    )
    rows = (
        "id,mass,page,source_ids\n"
        "a b,,,usgs\n"
        "b,much,,usgs\n"
        "c,,javascript:alert(1),usgs\n"
        "d,,,\n"
        "e,,,us gs\n"
        "f,,,usgs;\n"
        "g,1\n"
    )
    places = [line.split(": ")[0] for line in refused(tmp_path, schema, rows)]
    assert sorted(places) == [
        "things.csv:2:id",
        "things.csv:3:mass",
        "things.csv:4:page",
        "things.csv:5:source_ids",
        "things.csv:6:source_ids",
        "things.csv:7:source_ids",
        "things.csv:8",
    ]


def test_a_bad_mapping_is_told(tmp_path: Path) -> None:
    schema = table({"name": "area", "type": "string", "propertyUrl": "xx:y"})
    assert refused(tmp_path, schema, "id,area\na,b\n") == [
        "datapackage.json:area: 'xx:y' begins with no known prefix"
    ]


def test_a_missing_column_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path, table(LABEL), "id\na\n") == [
        "things.csv:1:name: the column 'name' is missing"
    ]


def test_an_old_file_survives_a_failure(tmp_path: Path) -> None:
    out = tmp_path / "facts.nq"
    out.write_text("old")
    package = load_package(write_package(tmp_path, table(LABEL), "id,name\na b,x\n"))
    with pytest.raises(FactsError):
        populate(package, out)
    assert out.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "datapackage.json",
        "facts.nq",
        "things.csv",
    ]


def test_the_summary_counts_by_table_and_by_source(tmp_path: Path) -> None:
    schema = table(LABEL, SOURCES, sources="source_ids")
    rows = "id,name,source_ids\na,A,usgs\nb,B,usgs;iea\n"
    out = tmp_path / "facts.nq"
    calls: list[tuple[str, int, int]] = []
    package = load_package(write_package(tmp_path, schema, rows))
    summary = populate(package, out, lambda *call: calls.append(call))
    # Two triples a row and graph, and three for each citation.
    assert summary.by_source == {"iea": 2 + 3, "usgs": 4 + 3}
    assert summary.by_table == {"things": 12}
    assert summary.quads == 12
    assert calls[-1] == ("things", 2, 2)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the order of Python's sets and of the keys in the schema."""
    fields = [
        LABEL,
        {
            "name": "elements",
            "type": "string",
            "separator": ";",
            "propertyUrl": "cm:containsElement",
            "valueUrl": "cmd:{elements}",
        },
        SOURCES,
    ]
    schema = table(*fields, sources="source_ids")
    rows = "id,name,elements,source_ids\n" + "".join(
        f"m{n},Material {n},iron;boron;e{n},usgs;iea\n" for n in range(50)
    )
    program = (
        "import sys, pathlib; from kg.facts import load_package; from kg.populate import populate\n"
        "populate(load_package(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]))"
    )
    texts = []
    for seed, reverse in (("1", False), ("2", True)):
        turned = dict(reversed(schema.items())) if reverse else schema
        out = tmp_path / f"{seed}.nq"
        folder = write_package(tmp_path, turned, rows)
        subprocess.run(
            [sys.executable, "-c", program, str(folder), str(out)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]
    lines = texts[0].splitlines()
    assert lines == sorted(set(lines))
