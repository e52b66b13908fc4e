"""How many records rest on each release."""

from __future__ import annotations

from collections.abc import Callable

from tests.kg.derive.conftest import SUPPLY, Derived

DeriveFrom = Callable[..., Derived]

RELEASES = """
graph:one a cm:SourceRelease . graph:two a cm:SourceRelease . graph:unread a cm:SourceRelease .
cmd:page-1 a cm:Citation ; dct:isPartOf graph:one .
cmd:page-2 a cm:Citation ; dct:isPartOf graph:one .
cmd:table a cm:Citation ; dct:isPartOf graph:two .
"""


def counted(derived: Derived) -> dict[str, str]:
    return {row[0]: row[1] for row in derived.rows("?release cm:recordCount ?count")}


def test_a_record_counts_once_for_each_release_that_it_cites(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        RELEASES
        + """
        cmd:a prov:wasDerivedFrom cmd:page-1 , cmd:page-2 .
        cmd:b prov:wasDerivedFrom cmd:page-2 , cmd:table .
        cmd:c prov:wasDerivedFrom cmd:table .
        """
    )
    assert counted(derived) == {"graph:one": "2", "graph:two": "2", "graph:unread": "0"}


def test_only_what_cites_a_place_of_a_release_is_a_record(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        RELEASES
        + """
        cmd:page-1 prov:wasDerivedFrom graph:one .
        cmd:chapter dct:isPartOf graph:two .
        cmd:a prov:wasDerivedFrom cmd:chapter .
        """
    )
    assert set(counted(derived).values()) == {"0"}


def test_what_is_computed_counts_too(derive_from: DeriveFrom) -> None:
    def amount(place: str, value: int) -> str:
        return f"""
        cmd:nd--{place} cm:substance cmd:nd ; cm:atStage cm:stage-mining .
        cmd:amount-{place} a cm:ProductionObservation ; cm:supplyPosition cmd:nd--{place} ;
          qudt:numericValue {value}e0 ; qudt:unit cm:unit-tonne ; cm:status cm:status-measured ;
          cm:refYear "2024"^^xsd:gYear ; prov:wasDerivedFrom cmd:table .
        """

    table = amount("CHN", 60) + amount("WORLD", 100)
    where = "cmd:nd--CHN cm:inCountry cmd:CHN . cmd:nd--WORLD a cm:WorldPosition ."
    derived = derive_from(RELEASES + table + where, SUPPLY)
    assert derived.summary.shares == 1
    assert counted(derived)["graph:two"] == "3"
