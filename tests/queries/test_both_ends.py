"""The question who mines a material and who refines it, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.shipped import facts_dir
from tests.queries.fact_tables import Row, asked, items, local, table

#: What decides between shares, and the share.
Rated = tuple[int | str | float, ...]


def names(end: str) -> list[str]:
    return sorted(p.stem for p in (facts_dir() / "tables").glob(f"*{end}.csv"))


@cache
def released() -> dict[str, str]:
    return {row["id"]: row["date"] or "0000" for row in table("sources")}


@cache
def official_shares(material: str, stages: frozenset[str]) -> dict[str, list[Rated]]:
    """The official shares of each country, each with what decides between them, and itself."""
    official = {row["id"] for row in table("sources") if row["kind"] == "official"}
    found: dict[str, list[Rated]] = defaultdict(list)

    def add(row: Row, share: float, about: int, state: int, name: str) -> None:
        for source in official.intersection(items(row["source_ids"])):
            year, month, day = (*released()[source].split("-"), "0", "0")[:3]
            merit = (-int(row["year"]), -int(year), -int(month), -int(day), about, state, name)
            if row["status"] != "forecast":
                found[row["area"]].append((*merit, share))

    for row in table("shares", "eu-crm-2023-shares", *names("leading-producers")):
        if row["substance"] == material and row["stage"] in stages and (row["share"] or row["low"]):
            state = {"measured": 0, "bound": 2}.get(row["status"], 1)
            about = int(row["precision"] == "about")
            add(row, float(row["share"] or row["low"]), about, state, row["id"])
    lists: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in table(*names("production"), "iea-2025-supply"):
        if (row["substance"], row["measure"]) == (material, "production") and row[
            "stage"
        ] in stages:
            columns = ("source_ids", "stage", "year", "series", "unit", "basis")
            lists[tuple(row[c] for c in columns)].append(row)
    for listed in lists.values():
        world = [row for row in listed if row["area"] == "WORLD" and row["value"]]
        countries = [r for r in listed if r["area"] not in ("WORLD", "OTHER") and r["value"]]
        if not world:
            continue
        total = max(float(world[0]["value"]), math.fsum(float(r["value"]) for r in countries))
        for row in countries:
            estimated = {row["status"], world[0]["status"]} & {"estimated", "provisional"}
            partial = "xclud" in world[0]["note"] or "not include" in world[0]["note"]
            about = int(bool(estimated) or partial)
            add(row, 100 * float(row["value"]) / total, about, 1, f"share-{row['id']}")
    return found


MINING = frozenset({"mining"})
REFINING = frozenset({"refining", "processing"})


@pytest.mark.parametrize("material", ["cobalt", "lithium", "tungsten", "nickel", "copper"])
def test_both_ends_of_a_chain_by_the_newest_official_shares(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    answer = asked(shipped_engine, "mining-versus-refining", material=material)
    for column, stages in (("mining_share", MINING), ("refining_share", REFINING)):
        expected = {
            place: min(shares)[-1] for place, shares in official_shares(material, stages).items()
        }
        found = {local(r["country"]): r[column].number for r in answer.rows if column in r}
        assert {place: found.get(place) for place in expected} == {
            place: pytest.approx(share) for place, share in expected.items()
        }
        # Where no official source speaks, another kind of source may.
        assert all(place in expected for place in found) or material in ("cobalt", "nickel")


def test_a_material_without_exposures_is_answered_too(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "mining-versus-refining", material="natural-graphite")
    expected = {
        place: min(shares)[-1]
        for place, shares in official_shares("natural-graphite", MINING).items()
    }
    found = {
        local(r["country"]): r["mining_share"].number for r in answer.rows if "mining_share" in r
    }
    assert found == {place: pytest.approx(share) for place, share in expected.items()}
    [china] = [row for row in answer.rows if local(row["country"]) == "CHN"]
    stated = [
        row
        for row in table("shares")
        if (row["substance"], row["stage"]) == ("natural-graphite", "refining")
    ]
    newest = max(row["year"] for row in stated)
    assert china["refining_share"].number in {
        float(row["share"]) for row in stated if row["year"] == newest
    }


def test_each_end_says_which_group_its_share_is_of(shipped_engine: EmbeddedEngine) -> None:
    """Of neodymium in India the mining of one group is known, the processing of another."""
    shares = {
        (row["substance"], row["stage"]): float(row["share"])
        for row in table("eu-crm-2023-shares")
        if row["area"] == "IND" and row["share"]
    }
    rows = asked(shipped_engine, "mining-versus-refining", material="neodymium").rows
    [india] = [row for row in rows if local(row["country"]) == "IND"]
    assert local(india["mining_of"]) == "eu-2023-extraction-rare-earths"
    assert local(india["refining_of"]) == "eu-2023-light-rare-earths"
    assert india["mining_share"].number == shares["eu-2023-extraction-rare-earths", "mining"]
    assert india["refining_share"].number == shares["eu-2023-light-rare-earths", "processing"]
