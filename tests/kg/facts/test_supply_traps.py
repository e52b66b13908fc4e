"""The traps of the curated supply tables do not reach the shipped ones.

A mine listed twice, stakes among the companies, ``WLD`` as a country, qualifiers hidden in measure
names, quotas among shares, one source under two ids, figures that may not be shipped.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

TABLES = Path(__file__).parents[3] / "kg" / "facts" / "tables"
SUPPLY = (
    "groups", "materials", "compositions", "recipes", "companies", "stakes", "facilities",
    "facility-locations", "facility-flows", "facility-capacities", "production", "shares",
    "shares-computed",
)  # fmt: skip


Row = Mapping[str, str]


@cache
def shipped(name: str) -> tuple[Row, ...]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def ids(name: str) -> set[str]:
    return {row["id"] for row in shipped(name)}


def items(cell: str) -> list[str]:
    return [item for item in cell.split(";") if item]


def address(url: str) -> str:
    """An address without what does not tell two pages apart: scheme, www and closing slash."""
    return re.sub(r"^https?://(www\.)?", "", url.strip().lower()).split("#")[0].rstrip("/")


def test_kisanfu_is_one_mine_with_two_figures() -> None:
    assert [row["id"] for row in shipped("facilities") if "isanfu" in row["name"]] == ["kisanfu"]
    figures = [row for row in shipped("facility-capacities") if row["facility"] == "kisanfu"]
    assert {row["value"] for row in figures} == {"27000", "32500"}
    assert len({row["source_ids"] for row in figures}) == 2
    assert len([row for row in shipped("facility-locations") if row["facility"] == "kisanfu"]) == 1


def test_no_stake_stands_among_the_companies() -> None:
    assert not [row for row in shipped("companies") if "stake" in row["id"] + row["name"].lower()]


def test_stakes_in_one_thing_add_up_to_at_most_one() -> None:
    sums: Counter[str] = Counter()
    for row in shipped("stakes"):
        sums[row["held"]] += round(10_000 * float(row["fraction"] or 0))
    assert {held for held, total in sums.items() if total > 10_000} == set()


@pytest.mark.parametrize("name", ["production", "shares", "shares-computed"])
def test_the_world_is_no_country(name: str) -> None:
    areas = {row["area"] for row in shipped(name)}
    assert "WLD" not in areas
    assert areas - {row["id"] for row in shipped("places")} <= {"WORLD", "OTHER"}


def test_no_qualifier_hides_in_a_measure_or_stage() -> None:
    for name in ("production", "shares", "shares-computed"):
        for row in shipped(name):
            assert "_" not in row["stage"] + row.get("measure", ""), row["id"]


def test_a_quota_is_no_share_and_no_production() -> None:
    quotas = [row for row in shipped("production") if "uota for" in row["note"]]
    assert quotas
    assert {row["measure"] for row in quotas} == {"quota"}
    assert not [row for row in shipped("shares") if "quota" in row["basis_note"].lower()]


def test_a_deposit_is_never_said_to_produce() -> None:
    deposits = {row["id"] for row in shipped("facilities") if row["kind"] == "deposit"}
    said = {row["direction"] for row in shipped("facility-flows") if row["facility"] in deposits}
    assert said & {"input", "output"} == set()


def test_graphite_is_a_material_that_does_not_stand_for_carbon() -> None:
    (graphite,) = [row for row in shipped("materials") if row["id"] == "natural-graphite"]
    assert (graphite["elements"], graphite["stands_for"]) == ("carbon", "")


def test_a_magnet_of_unstated_type_contains_no_stated_element() -> None:
    elements = {row["id"]: row["elements"] for row in shipped("materials")}
    assert elements["rare-earth-magnet"] == elements["permanent-magnet"] == ""
    assert items(elements["ndfeb-magnet"]) == ["neodymium", "iron", "boron"]


def test_no_two_sources_have_one_address() -> None:
    addresses = Counter(address(row["url"]) for row in shipped("sources"))
    assert [url for url, count in addresses.items() if count > 1] == []


def test_every_cited_source_exists() -> None:
    known = ids("sources")
    for name in SUPPLY:
        for row in shipped(name):
            cited = items(row["source_ids"])
            assert cited, f"{name}: {row['id']} names no source"
            assert set(cited) <= known, f"{name}: {row['id']}"


def test_lists_of_elements_hold_ids_only() -> None:
    elements = ids("elements")
    columns: Iterable[tuple[str, str]] = (
        ("groups", "members"), ("materials", "elements"), ("facilities", "elements"),
    )  # fmt: skip
    for name, column in columns:
        for row in shipped(name):
            assert set(items(row[column])) <= elements, f"{name}: {row['id']}"


def test_every_unplaced_row_says_why() -> None:
    assert all(row["reason"].endswith(".") for row in shipped("unplaced-supply"))


def test_a_bound_is_never_a_value() -> None:
    for row in (*shipped("production"), *shipped("shares"), *shipped("facility-capacities")):
        value = row.get("value", row.get("share"))
        if row["status"] == "bound":
            assert not value and (row["low"] or row["high"]), row["id"]
        elif row["status"] != "forecast":
            assert value, row["id"]


def test_figures_with_an_unsettled_licence_are_not_shipped() -> None:
    """World Mining Data may not be shipped: its rows are listed without their figures."""
    listed = [row for row in shipped("unplaced-supply") if "World Mining Data" in row["reason"]]
    assert len(listed) == 20
    assert {row["value"] for row in listed} == {""}
    assert not [row for row in shipped("sources") if "world-mining-data" in row["url"]]
