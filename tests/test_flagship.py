"""The flagship question over the shipped facts: who depends on what, with which evidence.

The expected figures stand in the official files: IEA Critical Minerals Dataset of May 2025
(magnet rare earths, refining 2024: China 73.757 of 80.805 kt) and the EU study of 2023
(processing of light rare earths: China 84.9 %).
"""

from __future__ import annotations

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.namespaces import shorten
from kg.questions import Catalogue, ParameterError, ResultTable, ask, bind_values

CM = "https://w3id.org/critmat/ontology#"


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
