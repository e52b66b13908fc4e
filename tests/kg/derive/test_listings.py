"""Which figures answer for a year: of production, of reserves, of imports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kg.derive.conftest import Derived

DeriveFrom = Callable[..., Derived]

PLACES = """
cmd:c-old dct:isPartOf graph:old .
graph:old cm:sourceKind cm:source-official ; dct:issued "2024" .
cmd:c-new dct:isPartOf graph:new .
graph:new cm:sourceKind cm:source-official ; dct:issued "2025-02" .
cmd:c-press dct:isPartOf graph:press .
graph:press cm:sourceKind cm:source-news ; dct:issued "2026" .
cmd:nd--CHN cm:substance cmd:nd ; cm:atStage cm:stage-mining ; cm:inCountry cmd:CHN .
cmd:nd--USA cm:substance cmd:nd ; cm:atStage cm:stage-mining ; cm:inCountry cmd:USA .
cmd:nd--OTHER a cm:ResidualPosition ; cm:substance cmd:nd ; cm:atStage cm:stage-mining .
cmd:nd--WORLD a cm:WorldPosition ; cm:substance cmd:nd ; cm:atStage cm:stage-mining .
"""


def figure(
    kind: str, place: str, year: str, source: str, *, status: str = "measured", more: str = ""
) -> str:
    """A figure of a class, named by its class, place, year and source."""
    name = f"{kind[:5].lower()}-{place}-{year}-{source}"
    return f"""
    cmd:{name} a cm:{kind} ; cm:supplyPosition cmd:nd--{place} ; qudt:numericValue 5e0 ;
      qudt:unit cm:unit-tonne ; cm:refYear "{year}"^^xsd:gYear ; cm:status cm:status-{status}
      {more} ; prov:wasDerivedFrom cmd:c-{source} .
    """


def amount(place: str, year: str, source: str, *, status: str = "measured", more: str = "") -> str:
    return figure("ProductionObservation", place, year, source, status=status, more=more)


def share(place: str, year: str, source: str, *, status: str = "measured", more: str = "") -> str:
    return figure("ShareObservation", place, year, source, status=status, more=more)


def reserve(place: str, year: str, source: str) -> str:
    return figure("ReserveObservation", place, year, source)


def listed(derived: Derived, year: str = "latest") -> set[str]:
    """What is listed for a year, or for the newest; shares as well, totals of the world not."""
    when = "cm:latest" if year == "latest" else f'"{year}"^^xsd:gYear'
    rows = derived.rows(f"?l cm:listedYear {when} ; cm:lists|cm:listsShare ?figure")
    return {row[1].removeprefix("cmd:") for row in rows}


def yearly(derived: Derived) -> set[str]:
    rows = derived.rows("?position cm:yearlyFigure|cm:yearlyShare ?figure")
    return {row[1].removeprefix("cmd:") for row in rows}


def world(year: str, source: str, *, status: str = "measured") -> str:
    """A list with a total of the world."""
    return amount("CHN", year, source, status=status) + amount("WORLD", year, source, status=status)


def test_a_whole_list_answers_with_its_total_and_release(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        PLACES + world("2024", "old") + amount("OTHER", "2024", "old") + share("USA", "2024", "old")
    )
    assert listed(derived) == {"produ-CHN-2024-old", "produ-OTHER-2024-old"}
    ((name, *_),) = derived.rows("?l a cm:ProductionListing")
    assert name.startswith("cmd:listing-production--nd--mining--2024--latest--")
    assert derived.value(name, "cm:worldTotal") == "cmd:produ-WORLD-2024-old"
    assert derived.value(name, "cm:inRelease") == "graph:old"
    assert derived.value(name, "cm:listedSubstance") == "cmd:nd"
    assert derived.value(name, "cm:listedStage") == "cm:stage-mining"


def test_nothing_of_another_release_is_mixed_in(derive_from: DeriveFrom) -> None:
    facts = world("2024", "old") + world("2024", "new") + amount("USA", "2024", "old")
    assert listed(derive_from(PLACES + facts), "2024") == {"produ-CHN-2024-new"}


def test_the_kind_of_source_goes_before_the_year(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + world("2023", "old") + world("2025", "press"))
    assert listed(derived) == listed(derived, "2023") == {"produ-CHN-2023-old"}
    assert listed(derived, "2025") == {"produ-CHN-2025-press"}


def test_a_forecast_answers_for_its_year_and_is_never_the_newest(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + world("2024", "old") + world("2035", "new", status="forecast"))
    assert listed(derived) == {"produ-CHN-2024-old"}
    assert listed(derived, "2035") == {"produ-CHN-2035-new"}


def test_of_the_best_kind_of_source_the_newest_year_is_the_newest(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + world("2023", "new") + world("2024", "old"))
    assert listed(derived) == {"produ-CHN-2024-old"}
    assert listed(derived, "2023") == {"produ-CHN-2023-new"}
    held = reserve("CHN", "2023", "new") + reserve("CHN", "2024", "old")
    assert listed(derive_from(PLACES + held)) == {"reser-CHN-2024-old"}


def test_a_newer_forecast_for_the_same_year_is_not_the_newest(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + world("2024", "old") + world("2024", "new", status="forecast"))
    assert listed(derived) == {"produ-CHN-2024-old"}
    assert listed(derived, "2024") == {"produ-CHN-2024-new"}


def test_a_year_may_have_a_time_zone(derive_from: DeriveFrom) -> None:
    facts = amount("CHN", "2023", "old") + amount("CHN", "2024Z", "old")
    facts += reserve("CHN", "2024Z", "old") + reliance("2024Z", "old") + supplier("2023Z", "old")
    found = {
        "produ-CHN-2024Z-old", "reser-CHN-2024Z-old", "reliance-2024Z-old", "supplier-2023Z-old"
    }  # fmt: skip
    assert listed(derive_from(PLACES + facts)) == found


def test_of_forecasts_alone_none_is_the_newest(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + world("2035", "new", status="forecast"))
    assert listed(derived) == set()
    assert listed(derived, "2035") == {"produ-CHN-2035-new"}


def test_an_older_list_of_the_world_goes_before_newer_single_figures(
    derive_from: DeriveFrom,
) -> None:
    derived = derive_from(PLACES + world("2023", "old") + amount("CHN", "2024", "new"))
    assert listed(derived) == {"produ-CHN-2023-old"}
    assert listed(derived, "2024") == {"produ-CHN-2024-new"}


def test_without_a_total_each_country_has_its_preferred_figures(derive_from: DeriveFrom) -> None:
    facts = (
        amount("CHN", "2024", "old")
        + amount("CHN", "2024", "new")
        + share("CHN", "2024", "press")
        + share("USA", "2024", "new", status="bound")
        + share("USA", "2024", "old", more="; cm:precision cm:precision-about")
    )
    derived = derive_from(PLACES + facts)
    chosen = {"produ-CHN-2024-new", "share-CHN-2024-press", "share-USA-2024-new"}
    assert listed(derived) == chosen
    ((name, *_),) = derived.rows("?l a cm:ProductionListing")
    assert derived.rows(f"{name} cm:inRelease ?release") == []
    shares = derived.rows(f"{name} cm:listsShare ?share")
    assert len(shares) == 2


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("", "; cm:precision cm:precision-about"),
        ("", "; cm:series 'another'"),
    ],
    ids=["exact before about", "series stand side by side"],
)
def test_of_two_figures_of_one_release(derive_from: DeriveFrom, better: str, worse: str) -> None:
    second = amount("CHN", "2024", "old", more=worse).replace("produ-CHN", "a-CHN")
    found = listed(derive_from(PLACES + amount("CHN", "2024", "old", more=better) + second))
    both = {"produ-CHN-2024-old", "a-CHN-2024-old"}
    assert found == (both if "series" in worse else {"produ-CHN-2024-old"})


def test_computed_shares_are_not_published(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + world("2024", "old"))
    assert derived.rows("?share a cm:ComputedShare")
    assert derived.rows("?l cm:listsShare ?share") == []
    assert yearly(derived) == {"produ-CHN-2024-old"}


# --- the course of the years ------------------------------------------------------------------


def test_each_year_rests_on_the_best_and_newest_release(derive_from: DeriveFrom) -> None:
    facts = (
        amount("CHN", "2022", "old")
        + amount("CHN", "2023", "old")
        + amount("CHN", "2023", "new")
        + amount("CHN", "2023", "press")
        + amount("CHN", "2024", "press")
        + amount("CHN", "2035", "new", status="forecast")
    )
    assert yearly(derive_from(PLACES + facts)) == {
        "produ-CHN-2022-old",
        "produ-CHN-2023-new",
        "produ-CHN-2024-press",
    }


def test_amounts_go_before_newer_shares_and_shares_of_the_release_beside_them(
    derive_from: DeriveFrom,
) -> None:
    facts = amount("CHN", "2023", "old") + share("CHN", "2023", "old") + share("CHN", "2023", "new")
    derived = derive_from(PLACES + facts)
    assert yearly(derived) == {"produ-CHN-2023-old", "share-CHN-2023-old"}
    assert derived.value("cmd:nd--CHN", "cm:yearlyShare") == "cmd:share-CHN-2023-old"


def test_a_share_of_another_series_stands_beside_nothing(derive_from: DeriveFrom) -> None:
    facts = amount("CHN", "2023", "old") + share("CHN", "2023", "old", more="; cm:series 'x'")
    assert yearly(derive_from(PLACES + facts)) == {"produ-CHN-2023-old"}


def test_what_is_lumped_together_has_no_course(derive_from: DeriveFrom) -> None:
    facts = amount("OTHER", "2023", "old") + world("2023", "old")
    assert yearly(derive_from(PLACES + facts)) == {"produ-CHN-2023-old"}


# --- reserves ---------------------------------------------------------------------------------


def test_reserves_are_the_preferred_figures_of_the_year(derive_from: DeriveFrom) -> None:
    facts = (
        reserve("CHN", "2024", "old")
        + reserve("CHN", "2024", "new")
        + reserve("USA", "2024", "old")
        + reserve("WORLD", "2024", "new")
        + reserve("CHN", "2025", "press")
    )
    derived = derive_from(PLACES + facts)
    assert listed(derived) == {"reser-CHN-2024-new", "reser-USA-2024-old"}
    assert listed(derived, "2025") == {"reser-CHN-2025-press"}
    [(name, total)] = derived.rows("?l a cm:ReserveListing ; cm:worldTotal ?total")
    assert name.startswith("cmd:listing-reserve--nd--2024--latest--")
    assert total == "cmd:reser-WORLD-2024-new"


# --- imports ----------------------------------------------------------------------------------


def reliance(year: str, source: str) -> str:
    return f"""
    cmd:reliance-{year}-{source} a cm:ImportReliance ; cm:tradedSubstance cmd:nd ;
      cm:inCountry cmd:USA ; cm:refYear "{year}"^^xsd:gYear ; prov:wasDerivedFrom cmd:c-{source} .
    """


def supplier(until: str, source: str) -> str:
    return f"""
    cmd:supplier-{until}-{source} a cm:ImportShare ; cm:tradedSubstance cmd:nd ;
      cm:importer cmd:USA ; cm:supplier cmd:CHN ; cm:refYear "{until}"^^xsd:gYear ;
      prov:wasDerivedFrom cmd:c-{source} .
    """


def test_the_newest_release_answers_with_the_suppliers_known_by_then(
    derive_from: DeriveFrom,
) -> None:
    facts = (
        reliance("2023", "old")
        + reliance("2023", "new")
        + reliance("2024", "new")
        + supplier("2022", "old")
        + supplier("2023", "new")
    )
    derived = derive_from(PLACES + facts)
    assert listed(derived, "2023") == {"reliance-2023-new", "supplier-2023-new"}
    assert listed(derived) == listed(derived, "2024") == {"reliance-2024-new", "supplier-2023-new"}
    assert {row[1] for row in derived.rows("?l cm:listedCountry ?country")} == {"cmd:USA"}


def test_suppliers_of_later_years_are_not_those_of_the_year(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + reliance("2022", "old") + supplier("2023", "new"))
    assert listed(derived, "2022") == {"reliance-2022-old"}
    assert listed(derived) == {"reliance-2022-old", "supplier-2023-new"}
    assert len(derived.rows("?l a cm:ImportListing")) == 2


def test_suppliers_without_a_reliance_are_not_listed(derive_from: DeriveFrom) -> None:
    assert listed(derive_from(PLACES + supplier("2023", "new"))) == set()


def test_the_order_of_the_facts_does_not_matter(derive_from: DeriveFrom) -> None:
    facts = [
        amount("CHN", "2024", "old"),
        share("USA", "2024", "new"),
        reserve("CHN", "2024", "old"),
    ]
    one = derive_from(PLACES + "".join(facts)).rows("?l cm:listedYear ?year ; ?p ?o")
    other = derive_from(PLACES + "".join(reversed(facts))).rows("?l cm:listedYear ?year ; ?p ?o")
    assert sorted(one) == sorted(other) != []
