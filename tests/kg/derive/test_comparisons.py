"""What several sources say of the same, side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.derive.axioms import find_axioms
from kg.derive.comparisons import kinds_of_observations
from kg.derive.spelling import iri
from tests.kg.derive.conftest import SUPPLY, Derived

DeriveFrom = Callable[..., Derived]

ONTOLOGY = (
    SUPPLY
    + """
cm:ReserveObservation rdfs:subClassOf cm:Observation .
cm:PriceObservation rdfs:subClassOf cm:Observation .
cm:NationalStatistic rdfs:subClassOf cm:Observation .
"""
)
SOURCES = """
cm:unit-tonne cm:normalUnit cm:unit-tonne ; qudt:conversionMultiplier 1e0 .
cm:unit-kilogram cm:normalUnit cm:unit-tonne ; qudt:conversionMultiplier 1e-3 .
cmd:c-old dct:isPartOf graph:old . graph:old cm:sourceKind cm:source-official ; dct:issued "2025" .
cmd:c-new dct:isPartOf graph:new . graph:new cm:sourceKind cm:source-official ; dct:issued "2026" .
cmd:c-paper dct:isPartOf graph:paper . graph:paper cm:sourceKind cm:source-news ;
  dct:issued "2027" .
"""


def stated(source: str, value: str, more: str = "", **given: str) -> str:
    """A figure of one source; ``given`` replaces kind, position, year, unit or name."""
    kind = given.get("kind", "Production")
    return f"""
    cmd:{given.get("name", source)} a cm:{kind}Observation ; qudt:numericValue {value} ;
      cm:supplyPosition cmd:{given.get("position", "nd--mining--NGA")} ;
      cm:refYear "{given.get("year", "2024")}"^^xsd:gYear ;
      qudt:unit cm:unit-{given.get("unit", "tonne")} ; cm:status cm:status-measured {more} ;
      prov:wasDerivedFrom cmd:c-{source} .
    """


def compared(derived: Derived) -> list[tuple[str, ...]]:
    return derived.rows("?c a cm:Comparison ; cm:prefers ?p ; cm:low ?low ; cm:high ?high")


def test_two_releases_stand_side_by_side_and_the_newest_is_preferred(
    derive_from: DeriveFrom,
) -> None:
    derived = derive_from(SOURCES + stated("old", "13000e0") + stated("new", "1500e0"), ONTOLOGY)
    ((name, *found),) = compared(derived)
    assert name.startswith("cmd:comparison-nd--mining--NGA--production--2024--")
    assert found == ["cmd:new", "1500", "13000"]
    assert derived.rows(f"{name} cm:compares ?figure") == [("cmd:new",), ("cmd:old",)]
    assert derived.value(name, "qudt:unit") == "cm:unit-tonne"
    assert derived.summary.comparisons == 1


def test_the_difference_is_that_of_the_lowest_from_the_highest(derive_from: DeriveFrom) -> None:
    def difference(low: str, high: str) -> list[tuple[str, ...]]:
        derived = derive_from(SOURCES + stated("old", low) + stated("new", high), ONTOLOGY)
        ((name, *_),) = compared(derived)
        return derived.rows(f"{name} cm:difference ?difference")

    # 100 x (8 - 6) / 8.
    assert difference("6e0", "8e0") == difference("8e0", "6e0") == [("25",)]
    assert difference("8e0", "8e0") == [("0",)]
    assert difference("0e0", "0e0") == []


def test_it_says_what_the_figures_are_of(derive_from: DeriveFrom) -> None:
    facts = stated("old", "2e0") + stated("new", "1e0")
    position = "cmd:nd--mining--NGA cm:substance cmd:nd ."
    derived = derive_from(SOURCES + facts + position, ONTOLOGY)
    assert derived.rows("?c cm:comparedSubstance cmd:nd") == derived.rows("?c a cm:Comparison")


def test_an_official_figure_goes_before_newer_news(derive_from: DeriveFrom) -> None:
    facts = stated("old", "10e0") + stated("paper", "20e0")
    assert compared(derive_from(SOURCES + facts, ONTOLOGY))[0][1] == "cmd:old"


def test_figures_are_compared_in_the_normal_unit(derive_from: DeriveFrom) -> None:
    facts = stated("old", "2000e0", unit="kilogram") + stated("new", "2e0")
    ((*_, low, high),) = compared(derive_from(SOURCES + facts, ONTOLOGY))
    assert (low, high) == ("2", "2")


def test_a_compound_is_compared_as_the_element(derive_from: DeriveFrom) -> None:
    factor = """
    cmd:f a cm:ConversionFactor ; cm:factorSubstance cmd:nd ; cm:fromBasis cm:basis-oxide ;
      qudt:numericValue 0.85e0 . cmd:nd--mining--NGA cm:substance cmd:nd .
    """
    facts = stated("old", "100e0", "; cm:basis cm:basis-oxide")
    facts += stated("new", "90e0", "; cm:basis cm:basis-metal-content")
    ((*_, low, high),) = compared(derive_from(SOURCES + factor + facts, ONTOLOGY))
    assert (low, high) == ("85", "90")


DIFFERENT = {
    "kind": stated("new", "1e0", kind="Reserve"),
    "position": stated("new", "1e0", position="nd--mining--CHN"),
    "year": stated("new", "1e0", year="2023"),
    "period": stated("new", "1e0", '; cm:periodStart "2020"^^xsd:gYear'),
    "series": stated("new", "1e0", '; cm:series "crude-ore"'),
    "unit": stated("new", "1e0", unit="ton"),
    "same source": stated("old", "1e0", name="again"),
    "forecast": stated("new", "1e0").replace("status-measured", "status-forecast"),
    "bound": stated("new", "1e0").replace("qudt:numericValue", "cm:low"),
}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_is_not_the_same_is_not_compared(derive_from: DeriveFrom, other: str) -> None:
    assert compared(derive_from(SOURCES + stated("old", "2e0") + other, ONTOLOGY)) == []


def test_the_other_countries_of_two_sources_are_not_the_same(derive_from: DeriveFrom) -> None:
    facts = (
        stated("old", "2e0") + stated("new", "1e0") + "cmd:nd--mining--NGA a cm:ResidualPosition ."
    )
    assert compared(derive_from(SOURCES + facts, ONTOLOGY)) == []


def test_one_figure_of_two_sources_is_no_comparison(derive_from: DeriveFrom) -> None:
    facts = stated("old", "2e0") + "cmd:old prov:wasDerivedFrom cmd:c-new ."
    assert compared(derive_from(SOURCES + facts, ONTOLOGY)) == []


def test_different_bases_are_not_compared(derive_from: DeriveFrom) -> None:
    facts = stated("old", "2e0", "; cm:basis cm:basis-reo")
    facts += stated("new", "1e0", "; cm:basis cm:basis-gross-weight")
    assert compared(derive_from(SOURCES + facts, ONTOLOGY)) == []


def test_a_figure_without_a_basis_joins_the_only_one_that_is_stated(
    derive_from: DeriveFrom,
) -> None:
    facts = stated("old", "2e0", "; cm:basis cm:basis-reo") + stated("new", "1e0")
    assert len(compared(derive_from(SOURCES + facts, ONTOLOGY))) == 1
    facts += stated("paper", "3e0", "; cm:basis cm:basis-ore")
    assert compared(derive_from(SOURCES + facts, ONTOLOGY)) == []


def test_prices_are_compared_by_what_is_priced(derive_from: DeriveFrom) -> None:
    def price(source: str, item: str) -> str:
        return f"""
        cmd:{source} a cm:PriceObservation ; cm:tradedSubstance cmd:nd ; cm:tradeItem "{item}" ;
          cm:refYear "2024"^^xsd:gYear ; qudt:unit cm:unit-tonne ; qudt:numericValue 5e0 ;
          prov:wasDerivedFrom cmd:c-{source} .
        """

    same = price("old", "oxide") + price("new", "oxide")
    derived = derive_from(SOURCES + same, ONTOLOGY)
    assert len(compared(derived)) == 1
    assert len(derived.rows("?c cm:comparedSubstance cmd:nd")) == 1
    other = price("old", "oxide") + price("new", "metal")
    assert compared(derive_from(SOURCES + other, ONTOLOGY)) == []


def test_statistics_are_compared_by_what_is_counted(derive_from: DeriveFrom) -> None:
    def statistic(source: str, name: str) -> str:
        return f"""
        cmd:{source} a cm:NationalStatistic ; cm:tradedSubstance cmd:nd ; cm:statistic cm:{name} ;
          cm:refYear "2024"^^xsd:gYear ; qudt:unit cm:unit-tonne ; qudt:numericValue 5e0 ;
          prov:wasDerivedFrom cmd:c-{source} .
        """

    same = statistic("old", "stocks") + statistic("new", "stocks")
    assert len(compared(derive_from(SOURCES + same, ONTOLOGY))) == 1
    other = statistic("old", "stocks") + statistic("new", "exports")
    assert compared(derive_from(SOURCES + other, ONTOLOGY)) == []


def test_computed_shares_are_compared_with_published_ones(derive_from: DeriveFrom) -> None:
    table = """
    cmd:nd--mining--NGA cm:substance cmd:nd ; cm:atStage cm:stage-mining ; cm:inCountry cmd:NGA .
    cmd:nd--mining--WORLD a cm:WorldPosition ; cm:substance cmd:nd ; cm:atStage cm:stage-mining .
    """
    facts = stated("old", "20e0") + stated("old", "100e0", name="w", position="nd--mining--WORLD")
    facts += stated("new", "30e0", kind="Share", unit="percent")
    ((_, preferred, low, high),) = compared(derive_from(SOURCES + table + facts, ONTOLOGY))
    assert (preferred, low, high) == ("cmd:new", "20", "30")


def test_kinds_are_the_classes_of_the_ontology_that_measure_something() -> None:
    below = iri("rdfs:subClassOf")
    triples = [
        (iri("cm:ShareObservation"), below, iri("cm:Observation")),
        (iri("cm:ComputedShare"), below, iri("cm:ShareObservation")),
        (iri("cm:WithheldObservation"), below, iri("cm:Observation")),
        (iri("cm:Mine"), below, iri("cm:Facility")),
    ]
    assert kinds_of_observations(find_axioms(triples).axioms) == (iri("cm:ShareObservation"),)
