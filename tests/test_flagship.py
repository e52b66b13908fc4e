"""The flagship question over the shipped facts: who depends on what, with which evidence.

The expected figures stand in the official files: IEA Critical Minerals Dataset of May 2025
(magnet rare earths, refining 2024: China 73.757 of 80.805 kt) and the EU study of 2023
(processing of light rare earths: China 84.9 %).
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Query
from kg.namespaces import shorten
from kg.questions import Catalogue, Cell, ParameterError, ResultTable, ask, bind_values, options
from tests.queries.fact_tables import records

CM = "https://w3id.org/critmat/ontology#"
TABLES = Path(__file__).parents[1] / "kg" / "facts" / "tables"


@cache
def table(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def statements(element: str, kind: str) -> set[tuple[str, ...]]:
    """What the tables say of the element, and of groups with it, in products of a kind: product,
    part, material, substance, evidence, low and high end, unit and note."""
    named = {element} | {r["id"] for r in table("groups") if element in items(r["members"])}
    of_kind = {r["id"] for r in table("products") if r["kind"] == kind}
    found = set()
    for row in table("bom-items"):
        if row["product"] not in of_kind:
            continue
        amounts = (row["amount"] or row["amount_low"], row["amount_high"], row["unit"], row["note"])
        for one in named & {*items(row["substances"])}:
            place = (row["product"], row["component"], row["material"], one, row["evidence"])
            found.add((*place, *_figures(amounts)))
        for part in table("component-materials"):
            if part["component"] == row["component"]:
                for one in named & {*items(part["substances"])} - {*items(row["substances"])}:
                    place = (row["product"], row["component"], part["material"], one, "class")
                    found.add((*place, *_figures(amounts)))
    return found


def _figures(amounts: tuple[str, str, str, str]) -> tuple[str, ...]:
    low, high, unit, note = amounts
    return *(f"{float(x):g}" if x else "" for x in (low, high)), unit, note


def answer(engine: EmbeddedEngine, **values: str) -> ResultTable:
    question = Catalogue.load()["exposed-products"]
    return ask(engine, question, {name: [value] for name, value in values.items()})


def names(table: ResultTable, column: str) -> set[str]:
    return {row[column].name for row in table.rows if column in row}


def test_by_default_it_answers_which_defence_systems_depend_on_chinese_refined_neodymium(
    shipped_engine: EmbeddedEngine,
) -> None:
    table = answer(shipped_engine)
    assert {"cmd:f-35", "cmd:ddg-51", "cmd:javelin"} <= names(table, "product")
    named = [r for r in table.rows if r["evidence"].name == "cm:evidence-named"]
    assert {r["element"].name for r in named} == {"cmd:neodymium"}
    assert {round(r["share"].number or 0, 1) for r in named} == {91.3}
    assert {r["year"].text for r in named} == {"2024"}


@pytest.mark.parametrize(
    ("element", "kind", "of_table"),
    [
        ("neodymium", "cm:DefenceSystem", "defence-system"),
        ("samarium", "cm:DefenceSystem", "defence-system"),
        ("dysprosium", "cm:Vehicle", "vehicle"),
        ("gallium", "cm:ElectronicDevice", "electronics"),
        ("tungsten", "cm:IndustrialProduct", "industrial"),
    ],
)
def test_it_tells_all_that_the_tables_tell_and_nothing_else(
    shipped_engine: EmbeddedEngine, element: str, kind: str, of_table: str
) -> None:
    """No statement of a group or a class is turned into one of the element or of the product."""

    def word(cell: Cell | None) -> str:
        return (
            cell.iri.split("/")[-1].split("#")[-1]
            if cell and cell.iri
            else cell.text
            if cell
            else ""
        )

    def figure(cell: Cell | None) -> str:
        return f"{cell.number:g}" if cell and cell.number is not None else ""

    found = [
        (
            *(word(row.get(c)) for c in ("product", "component", "material", "element")),
            word(row["evidence"]).removeprefix("evidence-"),
            figure(row.get("amount")),
            figure(row.get("amount_high")),
            word(row.get("unit")).removeprefix("unit-"),
            word(row.get("note")),
        )
        for row in answer(shipped_engine, element=element, kind=kind).rows
    ]
    assert set(found) == statements(element, of_table) != set()


def test_an_exposure_is_named_after_what_it_is_about(shipped_engine: EmbeddedEngine) -> None:
    """The question finds an exposure by its name."""
    text = """
        PREFIX cm: <https://w3id.org/critmat/ontology#>
        PREFIX cmd: <https://w3id.org/critmat/id/>
        SELECT (COUNT(*) AS ?all) (SUM(IF(?name = ?exposure, 1, 0)) AS ?named) WHERE {
          ?exposure a cm:Exposure ; cm:exposedSubstance ?substance ; cm:exposedStage ?stage ;
                    cm:inCountry ?country ; cm:asOf ?on .
          BIND(IRI(CONCAT(STR(cmd:), "exposure-", STRAFTER(STR(?substance), STR(cmd:)), "--",
            STRAFTER(STR(?stage), "#stage-"), "--", STRAFTER(STR(?country), STR(cmd:)), "--",
            IF(?on = cm:latest, "latest", STR(?on)))) AS ?name)
        }"""
    with shipped_engine.query(Query(text)) as found:
        [row] = json.loads(found.read())["results"]["bindings"]
    assert int(row["all"]["value"]) == int(row["named"]["value"]) > 10_000


def test_every_row_names_the_records_that_it_rests_on(shipped_engine: EmbeddedEngine) -> None:
    statements_of = {row["id"] for t in ("bom-items", "component-materials") for row in table(t)}
    for row in answer(shipped_engine).rows:
        rests_on = records(shipped_engine, row)
        assert rests_on & statements_of
        others = rests_on - statements_of
        assert others == {name for name in others if name.startswith("exposure-")} != set()


def test_exposed_to_says_what_the_graph_derives(shipped_engine: EmbeddedEngine) -> None:
    by_default = answer(shipped_engine).rows
    assert {row["exposed_to"].name for row in by_default} == {"cmd:CHN"}
    below = answer(shipped_engine, country="Australia", stage="mining", threshold="1").rows
    assert below
    assert not [row for row in below if "exposed_to" in row]


def test_elements_of_named_groups_are_on_offer(shipped_engine: EmbeddedEngine) -> None:
    """Nobody names holmium in a defence system, but sources name rare earths."""
    rows = answer(shipped_engine, element="holmium").rows
    assert {row["evidence"].name for row in rows} <= {"cm:evidence-group", "cm:evidence-class"}
    element = Catalogue.load()["exposed-products"].params["element"]
    on_offer = {option.iri for option in options(shipped_engine, element)}
    assert "https://w3id.org/critmat/id/holmium" in on_offer
    assert "https://w3id.org/critmat/id/polonium" not in on_offer


def test_every_row_can_be_followed_to_a_source_with_an_address(
    shipped_engine: EmbeddedEngine,
) -> None:
    for row in answer(shipped_engine).rows:
        for column in ("source", "share_source"):
            assert row[column].items
            assert all(item.address.startswith("http") for item in row[column].items)


def test_a_statement_about_rare_earths_stays_one(shipped_engine: EmbeddedEngine) -> None:
    rows = [r for r in answer(shipped_engine).rows if r["product"].name == "cmd:virginia-class"]
    official = [r for r in rows if "crs-r41744" in r["source"].items[0].iri]
    assert {r["element"].name for r in official} == {"cmd:rare-earths"}
    assert {r["evidence"].name for r in official} == {"cm:evidence-group"}


def test_samarium_in_a_tank_is_no_evidence_for_neodymium(shipped_engine: EmbeddedEngine) -> None:
    table = answer(shipped_engine, evidence="named")
    assert "cmd:abrams-m1" not in names(table, "product")
    assert "cmd:abrams-m1" in names(
        answer(shipped_engine, element="samarium", evidence="named"), "product"
    )


def test_the_tomahawk_depends_on_samarium(shipped_engine: EmbeddedEngine) -> None:
    rows = [
        r
        for r in answer(shipped_engine, element="samarium").rows
        if r["product"].name == "cmd:tomahawk"
    ]
    assert "cm:evidence-named" in {r["evidence"].name for r in rows}


@pytest.mark.parametrize("element", ["dysprosium", "samarium", "gallium", "germanium", "tungsten"])
def test_it_also_answers_for_other_elements(shipped_engine: EmbeddedEngine, element: str) -> None:
    table = answer(shipped_engine, element=element)
    assert table.rows
    assert f"cmd:{element}" in names(table, "element")
    assert all((r["share"].number or 0) >= 50 for r in table.rows)


def test_the_figure_of_one_year_can_be_asked_for(shipped_engine: EmbeddedEngine) -> None:
    table = answer(shipped_engine, year="2020", evidence="named")
    assert {round(r["share"].number or 0, 1) for r in table.rows} == {84.9}
    assert {r["stage"].name for r in table.rows} == {"cm:stage-processing"}


def test_the_threshold_leaves_out_what_is_below_it(shipped_engine: EmbeddedEngine) -> None:
    assert not answer(shipped_engine, threshold="99.5", evidence="named").rows


def test_another_country_and_kind_give_another_answer(shipped_engine: EmbeddedEngine) -> None:
    assert not answer(shipped_engine, country="Brazil").rows
    vehicles = answer(shipped_engine, kind="Vehicle")
    assert "cmd:toyota-prius" in names(vehicles, "product")
    assert "cmd:f-35" not in names(vehicles, "product")


def test_another_stage_is_answered_by_figures_for_its_forms(shipped_engine: EmbeddedEngine) -> None:
    rows = answer(shipped_engine, stage="magnet-making", evidence="named").rows
    assert "cmd:f-35" in {row["product"].name for row in rows}
    assert all("magnet" in row["share_of"].text for row in rows)
    assert {row["stage"].name for row in rows} == {"cm:stage-magnet-making"}


def test_an_element_without_facts_gives_no_rows_and_says_why(
    shipped_engine: EmbeddedEngine,
) -> None:
    table = answer(shipped_engine, element="polonium")
    assert not table.rows
    assert table.question.missing


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"element": "neodymum"}, "Did you mean neodymium"),
        ({"country": "Chyna"}, "Did you mean"),
        ({"stage": "cm:Element"}, "no stage"),
        ({"threshold": "101"}, "from 0 to 100"),
        ({"year": "last"}, "latest"),
        ({"kind": "cmd:f-35"}, "no kind of product"),
        ({"element": 'x" } DROP ALL #'}, "no element"),
    ],
)
def test_a_wrong_value_is_answered_with_a_remedy(
    shipped_engine: EmbeddedEngine, values: dict[str, str], says: str
) -> None:
    with pytest.raises(ParameterError) as error:
        answer(shipped_engine, **values)
    assert says in str(error.value)


@pytest.mark.parametrize(
    "value", ["samarium", "cmd:samarium", "https://w3id.org/critmat/id/samarium", "Sm", "Samarium"]
)
def test_an_element_may_be_named_in_many_ways(shipped_engine: EmbeddedEngine, value: str) -> None:
    table = answer(shipped_engine, element=value)
    [term] = table.bound.terms["element"]
    assert term is not None
    assert term.value.endswith("/samarium")


@pytest.mark.parametrize(
    ("parameter", "value", "name"),
    [
        ("country", "CHN", "cmd:CHN"),
        ("country", "cn", "cmd:CHN"),
        ("country", "China", "cmd:CHN"),
        ("country", "Burma", "cmd:MMR"),
        ("kind", "defense system", "cm:DefenceSystem"),
        ("kind", "DefenceSystem", "cm:DefenceSystem"),
        ("stage", "refining", "cm:stage-refining"),
        ("evidence", "named", "cm:evidence-named"),
    ],
)
def test_things_are_found_by_code_name_and_spelling(
    shipped_engine: EmbeddedEngine, parameter: str, value: str, name: str
) -> None:
    question = Catalogue.load()["exposed-products"]
    [term] = bind_values(shipped_engine, question, {parameter: [value]}).terms[parameter]
    assert term is not None
    assert shorten(term.value) == name
