"""Computed shares: denominators, what is unknown, and what has no share at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

DeriveFrom = Callable[..., Any]


def row(area: str, value: str = "", status: str = "measured", **more: str) -> str:
    """One row of a table of production, as it comes out of the fact tables."""
    given = {"year": "2024", "unit": "tonne", "source": "usgs", "note": "", "series": "", **more}
    kind = {"WORLD": "WorldPosition", "OTHER": "ResidualPosition"}.get(area, "SupplyPosition")
    name = "-".join(x for x in (area, given["year"], given["source"], given["series"]) if x)
    name = given.get("id", name)
    country = f"cm:inCountry cmd:{area} ;" if kind == "SupplyPosition" else ""
    return f"""
    cmd:{name} a cm:ProductionObservation ; cm:supplyPosition cmd:ree--mining--{area} ;
        cm:refYear "{given["year"]}"^^xsd:gYear ; qudt:unit cm:unit-{given["unit"]} ;
        {f'qudt:numericValue "{value}"^^xsd:double ;' if value else ""}
        {f'rdfs:comment "{given["note"]}"@en ;' if given["note"] else ""}
        {f'cm:series "{given["series"]}" ;' if given["series"] else ""}
        cm:status cm:status-{status} ; prov:wasDerivedFrom cmd:citation-{given["source"]}-{area} .
    cmd:citation-{given["source"]}-{area} dct:isPartOf graph:{given["source"]} .
    cmd:ree--mining--{area} a cm:{kind} ; {country}
        cm:substance cmd:rare-earths ; cm:atStage cm:stage-mining .
    """


def test_sixty_of_a_hundred_tonnes_is_sixty_percent(derive_from: DeriveFrom) -> None:
    derived = derive_from(row("CHN", "60") + row("USA", "30") + row("WORLD", "100"))
    share = "cmd:share-CHN-2024-usgs"
    assert derived.value(share, "qudt:numericValue") == "60"
    assert derived.value(share, "cm:denominator") == "published world total"
    assert derived.value(share, "cm:status") == "cm:status-computed"
    assert derived.value(share, "cm:precision") == "cm:precision-exact"
    assert derived.value(share, "cm:refYear") == "2024"
    assert derived.value(share, "cm:unknownPositions") == "0"
    assert derived.value(share, "cm:supplyPosition") == "cmd:ree--mining--CHN"
    assert derived.value(share, "prov:wasDerivedFrom") == "cmd:citation-usgs-CHN"
    assert derived.rows(f"{share} cm:computedFrom ?from") == [
        ("cmd:CHN-2024-usgs",),
        ("cmd:WORLD-2024-usgs",),
    ]
    assert derived.rows("?share a cm:ShareObservation") == [
        ("cmd:share-CHN-2024-usgs",),
        ("cmd:share-USA-2024-usgs",),
    ]
    assert derived.summary.shares == 2


def test_a_world_total_smaller_than_the_sum_gives_way_to_the_sum(derive_from: DeriveFrom) -> None:
    derived = derive_from(row("CHN", "60") + row("USA", "60") + row("WORLD", "100"))
    assert derived.value("cmd:share-CHN-2024-usgs", "qudt:numericValue") == "50"
    assert derived.value("cmd:share-CHN-2024-usgs", "cm:denominator") == "sum of listed countries"


def test_a_withheld_country_has_no_share_and_is_counted(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        row("CHN", "60")
        + row("USA", status="withheld")
        + row("AUS", status="not-available", unit="kilogram")
        + row("OTHER", status="withheld")
        + row("WORLD", "100")
    )
    assert derived.rows("?share a cm:ComputedShare ; cm:unknownPositions ?n") == [
        ("cmd:share-CHN-2024-usgs", "2")
    ]


def test_a_dash_is_a_share_of_zero(derive_from: DeriveFrom) -> None:
    derived = derive_from(row("CHN", "60") + row("USA", "0") + row("WORLD", "100"))
    assert derived.value("cmd:share-USA-2024-usgs", "qudt:numericValue") == "0"


def test_a_world_total_that_leaves_a_country_out_says_so(derive_from: DeriveFrom) -> None:
    derived = derive_from(row("CHN", "60") + row("WORLD", "100", note="Excludes U.S. production."))
    share = "cmd:share-CHN-2024-usgs"
    assert derived.value(share, "rdfs:comment") == "World total: Excludes U.S. production."
    assert derived.value(share, "cm:precision") == "cm:precision-about"


@pytest.mark.parametrize(("china", "world"), [("estimated", "measured"), ("measured", "estimated")])
def test_the_share_of_an_estimate_says_so(derive_from: DeriveFrom, china: str, world: str) -> None:
    derived = derive_from(row("CHN", "60", china) + row("WORLD", "100", world))
    share = "cmd:share-CHN-2024-usgs"
    assert derived.value(share, "cm:status") == "cm:status-computed-from-estimates"
    assert derived.value(share, "cm:precision") == "cm:precision-about"


def test_the_share_of_a_forecast_is_a_forecast(derive_from: DeriveFrom) -> None:
    derived = derive_from(row("CHN", "60", "forecast") + row("WORLD", "100", "forecast"))
    assert derived.value("cmd:share-CHN-2024-usgs", "cm:status") == "cm:status-forecast"


def test_full_precision_is_kept(derive_from: DeriveFrom) -> None:
    derived = derive_from(row("CHN", "200") + row("WORLD", "300"))
    assert derived.value("cmd:share-CHN-2024-usgs", "qudt:numericValue") == "66.66666666666667"


@pytest.mark.parametrize(
    "world",
    [
        "",
        row("WORLD", status="withheld"),
        row("WORLD", "100", year="2023"),
        row("WORLD", "100", unit="kilogram"),
        row("WORLD", "100", source="iea"),
        row("WORLD", "100", series="primary"),
        row("WORLD", "0") + row("CHN", "0", id="none", year="2023"),
    ],
    ids=["missing", "withheld", "year", "unit", "source", "series", "zero"],
)
def test_without_a_world_total_of_the_same_table_there_is_no_share(
    derive_from: DeriveFrom, world: str
) -> None:
    country = row("CHN", "0") if "WORLD-2024-usgs" in world and '"0"' in world else row("CHN", "60")
    assert derive_from(country + world).rows("?share a cm:ComputedShare") == []


def test_quotas_and_reserves_have_no_shares(derive_from: DeriveFrom) -> None:
    facts = (row("CHN", "60") + row("WORLD", "100")).replace("Production", "Quota")
    assert derive_from(facts).summary.shares == 0


def test_a_bloc_has_a_share_and_is_not_added_to_its_members(derive_from: DeriveFrom) -> None:
    facts = row("FRA", "60") + row("EU", "60") + row("WORLD", "100") + "cmd:EU a cm:Bloc ."
    derived = derive_from(facts)
    assert derived.value("cmd:share-EU-2024-usgs", "qudt:numericValue") == "60"
    assert derived.value("cmd:share-FRA-2024-usgs", "qudt:numericValue") == "60"


def test_what_stands_twice_in_a_table_is_named_and_has_no_share(derive_from: DeriveFrom) -> None:
    derived = derive_from(row("CHN", "60") + row("CHN", "61", id="again") + row("WORLD", "100"))
    assert derived.summary.shares == 0
    assert len(derived.summary.ambiguous) == 1
    assert derived.summary.ambiguous[0].endswith("id/again")
