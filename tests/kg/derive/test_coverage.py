"""How much of the world is known, by release."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kg.derive.conftest import Derived

DeriveFrom = Callable[..., Derived]

PLACES = """
cmd:c-one dct:isPartOf graph:one . cmd:c-two dct:isPartOf graph:two .
cmd:nd--CHN cm:substance cmd:nd ; cm:atStage cm:stage-mining ; cm:inCountry cmd:CHN .
cmd:nd--USA cm:substance cmd:nd ; cm:atStage cm:stage-mining ; cm:inCountry cmd:USA .
cmd:nd--EU cm:substance cmd:nd ; cm:atStage cm:stage-mining ; cm:inCountry cmd:EU .
cmd:EU a cm:Bloc .
cmd:nd--WORLD a cm:WorldPosition ; cm:substance cmd:nd ; cm:atStage cm:stage-mining .
"""


def share(place: str, value: str, year: str = "2024", source: str = "one", more: str = "") -> str:
    """A share that a source publishes."""
    return f"""
    cmd:share-{place}-{year}-{source} a cm:ShareObservation ; cm:supplyPosition cmd:nd--{place} ;
      qudt:numericValue {value} ; cm:refYear "{year}"^^xsd:gYear ; cm:status cm:status-measured
      {more} ; prov:wasDerivedFrom cmd:c-{source} .
    """


def amount(place: str, value: str, year: str = "2024", more: str = "") -> str:
    """An amount, or a withheld one where the value is empty."""
    stated = f"qudt:numericValue {value} ; cm:status cm:status-measured"
    return f"""
    cmd:amount-{place}-{year} a cm:ProductionObservation ; cm:supplyPosition cmd:nd--{place} ;
      {stated if value else "cm:status cm:status-withheld"} ; qudt:unit cm:unit-tonne ;
      cm:refYear "{year}"^^xsd:gYear {more} ; prov:wasDerivedFrom cmd:c-one .
    """


def covered(derived: Derived) -> list[tuple[str, ...]]:
    """What it is worked out from, year, release, countries and known part; the latest are told."""
    known = derived.rows(
        "?c cm:workedOutFrom ?how ; cm:refYear ?year ; cm:inRelease ?release ; "
        "cm:knownPositions ?countries ; cm:knownShare ?known"
    )
    return [row[1:] for row in known]


def latest(derived: Derived) -> set[str]:
    """The years of the coverages that are the latest."""
    rows = derived.rows("?c a cm:Coverage ; cm:coveredYear cm:latest ; cm:refYear ?year")
    return {row[1] for row in rows}


def test_published_shares_are_added(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + share("CHN", "60.5e0") + share("USA", "20e0"))
    assert covered(derived) == [("published shares", "2024", "graph:one", "2", "80.5")]
    ((name, *_),) = derived.rows("?c a cm:Coverage")
    assert name.startswith("cmd:coverage-nd--mining--2024--")
    assert derived.value(name, "cm:coveredSubstance") == "cmd:nd"
    assert derived.value(name, "cm:coveredStage") == "cm:stage-mining"
    assert derived.value(name, "cm:figureStatus") == "cm:status-measured"
    assert len(derived.rows(f"{name} cm:coverageOf ?figure")) == 2


def test_shares_that_add_up_to_more_than_the_world_are_the_world(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + share("CHN", "60e0") + share("USA", "41e0"))
    assert covered(derived) == [("published shares", "2024", "graph:one", "2", "100")]


def test_each_release_has_its_own(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + share("CHN", "60e0") + share("CHN", "70e0", source="two"))
    assert sorted(row[2:] for row in covered(derived)) == [
        ("graph:one", "1", "60"),
        ("graph:two", "1", "70"),
    ]


def test_amounts_are_measured_by_the_world_total(derive_from: DeriveFrom) -> None:
    table = amount("CHN", "60e0") + amount("USA", "") + amount("WORLD", "100e0")
    derived = derive_from(PLACES + table)
    assert covered(derived) == [("amounts and world total", "2024", "graph:one", "1", "60")]
    assert derived.rows("?c a cm:Coverage ; cm:unknownPositions ?without")[0][1] == "1"


def test_without_a_world_total_countries_are_only_counted(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + amount("CHN", "60e0") + amount("USA", ""))
    assert covered(derived) == []
    rows = derived.rows("?c cm:workedOutFrom ?how ; cm:knownPositions ?countries")
    assert [row[1:] for row in rows] == [("no world total", "2")]
    assert derived.rows("?c a cm:Coverage ; cm:figureStatus ?status") == []


def test_amounts_say_nothing_where_a_share_is_published(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + amount("CHN", "60e0", year="2025") + share("CHN", "70e0"))
    assert covered(derived) == [("published shares", "2024", "graph:one", "1", "70")]
    assert len(derived.rows("?c a cm:Coverage")) == 1
    assert latest(derived) == {"2024"}


@pytest.mark.parametrize(
    "left_out",
    [
        share("EU", "30e0"),
        share("USA", "30e0").replace("qudt:numericValue", "cm:low"),
        share("USA", "30e0").replace("status-measured", "status-forecast"),
    ],
    ids=["bloc", "bound", "forecast"],
)
def test_some_shares_do_not_count(derive_from: DeriveFrom, left_out: str) -> None:
    derived = derive_from(PLACES + share("CHN", "60e0") + left_out)
    assert covered(derived) == [("published shares", "2024", "graph:one", "1", "60")]


def test_the_newest_year_is_the_latest_and_forecasts_are_not(derive_from: DeriveFrom) -> None:
    facts = share("CHN", "60e0", year="2023") + share("CHN", "65e0", year="2024")
    forecast = share("CHN", "70e0", year="2030").replace("status-measured", "status-forecast")
    derived = derive_from(PLACES + facts + forecast)
    assert latest(derived) == {"2024"}
    assert {row[1] for row in covered(derived)} == {"2023", "2024"}
    same = derived.rows("?c a cm:Coverage ; cm:coveredYear ?year ; cm:refYear ?year")
    assert [row[1] for row in same] == ["2023", "2024"]


def test_the_status_is_that_of_the_least_sure_share(derive_from: DeriveFrom) -> None:
    sure, about = amount("CHN", "60e0"), amount("USA", "20e0")
    about = about.replace("status-measured", "status-estimated")
    derived = derive_from(PLACES + sure + about + amount("WORLD", "100e0"))
    rows = derived.rows("?c a cm:Coverage ; cm:figureStatus ?status")
    assert [row[1] for row in rows] == ["cm:status-computed-from-estimates"]


def test_each_series_and_basis_of_a_table_is_told_apart(derive_from: DeriveFrom) -> None:
    def series(name: str) -> str:
        more = f'; cm:series "{name}"'
        table = amount("CHN", "60e0", more=more) + amount("WORLD", "100e0", more=more)
        return table.replace("cmd:amount-", f"cmd:{name}-")

    derived = derive_from(PLACES + series("ore") + series("metal"))
    rows = derived.rows("?c a cm:Coverage ; cm:series ?series ; cm:knownShare ?known")
    assert sorted(row[1:] for row in rows) == [("metal", "60"), ("ore", "60")]
