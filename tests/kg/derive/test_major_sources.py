"""Major sources: a share against a threshold, and what follows from it, in one graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg.derive import MajorSourceRule, derive
from kg.derive.cli import derive as command
from kg.errors import UsageError
from kg.namespaces import GRAPH
from tests.kg.derive.conftest import SUPPLY, Derived, loaded_with, write_quads

LATEST_50 = f"{GRAPH}derived/major-sources/latest/50"
ONTOLOGY = f"""{SUPPLY}
cm:isMajorSourceOf owl:inverseOf cm:hasMajorSource .
cm:exposedTo owl:propertyChainAxiom ( cm:dependsOnElement cm:hasMajorSource cm:inCountry ) .
[] a owl:Class ; owl:intersectionOf ( cm:DefenceSystem
    [ a owl:Restriction ; owl:onProperty cm:exposedTo ; owl:hasValue cmd:CHN ] ) ;
  rdfs:subClassOf cm:ChinaExposedDefenceSystem .
"""
FACTS = """
cmd:neodymium a cm:Element . cmd:missile a cm:DefenceSystem ; cm:dependsOnElement cmd:neodymium .
cmd:pos-c cm:substance cmd:neodymium ; cm:atStage cm:stage-separation ; cm:inCountry cmd:CHN .
cmd:pos-m cm:substance cmd:neodymium ; cm:atStage cm:stage-separation ; cm:inCountry cmd:MYS .
cmd:pos-b cm:substance cmd:neodymium ; cm:atStage cm:stage-mining ; cm:inCountry cmd:BRA .
cmd:share-c a cm:ShareObservation ; cm:supplyPosition cmd:pos-c ; cm:status cm:status-measured ;
  qudt:numericValue 90e0 ; cm:refYear "2024"^^xsd:gYear .
cmd:share-c-old a cm:ShareObservation ; cm:supplyPosition cmd:pos-c ; cm:status cm:status-measured ;
  qudt:numericValue 40e0 ; cm:refYear "2020"^^xsd:gYear .
cmd:share-m a cm:ShareObservation ; cm:supplyPosition cmd:pos-m ; cm:status cm:status-measured ;
  qudt:numericValue 10e0 ; cm:refYear "2024"^^xsd:gYear .
cmd:share-b a cm:ShareObservation ; cm:supplyPosition cmd:pos-b ; cm:status cm:status-bound ;
  cm:low 50e0 ; cm:refYear "2023"^^xsd:gYear .
"""


@pytest.fixture
def major_from(tmp_path: Path) -> Callable[..., Derived]:
    """Derive from the facts above by a rule."""

    def run(rule: MajorSourceRule | None = None, facts: str = FACTS) -> Derived:
        files = (
            write_quads(facts, tmp_path / "facts.nq"),
            write_quads(ONTOLOGY, tmp_path / "ontology.nq"),
        )
        out = tmp_path / "derived.nq"
        summary = derive(*files, out, major=rule)
        return Derived(summary, loaded_with(*files, out))

    return run


def test_a_share_that_reaches_the_threshold_is_a_major_source(major_from: Any) -> None:
    assert major_from().rows("cmd:neodymium cm:hasMajorSource ?exposure") == [
        ("cmd:exposure-neodymium--mining--BRA--latest",),
        ("cmd:exposure-neodymium--separation--CHN--latest",),
    ]


def test_a_bound_counts_by_its_low_end(major_from: Any) -> None:
    rows = major_from(MajorSourceRule(threshold=50.5)).rows("cmd:neodymium cm:hasMajorSource ?e")
    assert rows == [("cmd:exposure-neodymium--separation--CHN--latest",)]


def test_everything_that_rests_on_it_is_in_the_same_graph_and_nowhere_else(
    major_from: Any,
) -> None:
    derived = major_from()
    for pattern in (
        "cmd:neodymium cm:hasMajorSource ?x",
        "?x cm:isMajorSourceOf cmd:neodymium",
        "cmd:missile cm:exposedTo ?x",
        "?x a cm:ChinaExposedDefenceSystem",
    ):
        rows = derived.rows(f"GRAPH ?g {{ {pattern} }}")
        assert rows, pattern
        assert {row[0] for row in rows} == {LATEST_50}, pattern


def test_what_does_not_rest_on_it_stays_where_it_was(major_from: Any) -> None:
    derived = major_from()
    assert derived.summary.by_graph[LATEST_50] == 2 + 2 + 2 + 1 + 3
    rows = derived.rows(f"GRAPH <{LATEST_50}> {{ ?x a ?class }}")
    assert rows == [("cmd:missile", "cm:ChinaExposedDefenceSystem")]


def test_a_year_takes_the_figures_of_that_year(major_from: Any) -> None:
    rule = MajorSourceRule(2020, 30)
    derived = major_from(rule)
    assert rule.graph in derived.summary.by_graph
    rows = derived.rows("cmd:neodymium cm:hasMajorSource ?exposure")
    assert rows == [("cmd:exposure-neodymium--separation--CHN--2020",)]


def test_the_graph_says_of_itself_what_it_is(major_from: Any) -> None:
    rule = MajorSourceRule(2024, 62.5)
    rows = major_from(rule).rows(f"GRAPH <{rule.graph}> {{ <{rule.graph}> ?p ?o }}")
    assert rows == [
        ("cm:asOf", "2024"),
        ("cm:threshold", "62.5"),
        (
            "rdfs:label",
            "Major sources: countries with a share of 62.5 percent or more, by figures for 2024",
        ),
    ]


def test_without_exposures_there_is_nothing_to_describe(major_from: Any) -> None:
    derived = major_from(facts="cmd:neodymium a cm:Element .")
    assert derived.summary.by_graph[LATEST_50] == 0


@pytest.mark.parametrize("threshold", [0, -1, 100.5, float("nan"), float("inf")])
def test_a_threshold_that_is_no_share_is_refused(threshold: float) -> None:
    with pytest.raises(UsageError, match="threshold"):
        MajorSourceRule(threshold=threshold)


@pytest.mark.parametrize("year", ["24", "soon", "20240", "-024", "٢٠٢٤", ""])
def test_a_year_that_is_none_is_refused(year: str) -> None:
    with pytest.raises(UsageError, match="year"):
        MajorSourceRule.of(year, 50)


def test_a_year_far_from_any_figure_is_refused() -> None:
    with pytest.raises(UsageError, match="no year of a figure"):
        MajorSourceRule.of("1066", 50)


def test_the_command_takes_year_and_threshold(tmp_path: Path) -> None:
    facts = write_quads(FACTS, tmp_path / "facts.nq")
    ontology = write_quads(ONTOLOGY, tmp_path / "ontology.nq")
    out = tmp_path / "out.nq"
    options = ["--asserted", facts, "--ontology", ontology, "--out", out]
    options += ["--year", "2020", "--threshold", "30"]
    result = CliRunner().invoke(command, list(map(str, options)))
    assert result.exit_code == 0, result.output
    assert f"{GRAPH}derived/major-sources/2020/30" in result.output
    assert f"{GRAPH}derived/major-sources/2020/30" in out.read_text()


FORM = """
cmd:magnet a cm:Material ; cm:containsElement cmd:neodymium , cmd:iron .
cmd:iron a cm:Element . cmd:car a cm:Product ; cm:dependsOnElement cmd:iron .
cmd:pos-v cm:substance cmd:magnet ; cm:atStage cm:stage-magnet-making ; cm:inCountry cmd:VNM .
cmd:share-v a cm:ShareObservation ; cm:supplyPosition cmd:pos-v ; cm:status cm:status-measured ;
  qudt:numericValue 70e0 ; cm:refYear "2024"^^xsd:gYear .
"""
IN_VIETNAM = "?substance cm:hasMajorSource/cm:inCountry cmd:VNM"


def test_a_figure_of_a_form_is_a_major_source_of_the_form_alone(
    major_from: Callable[..., Derived],
) -> None:
    derived = major_from(facts=FACTS + FORM)
    assert {row[0] for row in derived.rows(IN_VIETNAM)} == {"cmd:magnet"}
    assert derived.rows("cmd:car cm:exposedTo ?country") == []


def test_a_form_that_stands_for_an_element_speaks_for_it(
    major_from: Callable[..., Derived],
) -> None:
    derived = major_from(facts=FACTS + FORM + "cmd:magnet cm:standsFor cmd:neodymium .")
    found = {row[0] for row in derived.rows(IN_VIETNAM)}
    assert found == {"cmd:neodymium", "cmd:magnet"}  # of iron it is a figure of magnets still
