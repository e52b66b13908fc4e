"""Members of blocs, targets, tenures and steps: the shipped tables say what their sources say."""

from __future__ import annotations

import csv
import re
from datetime import date
from itertools import pairwise

import pytest

from kg.shipped import facts_dir


def table(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table."""
    with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def members(bloc: str, day: str) -> set[str]:
    """The members on a day: from the first date on, and before the last."""
    return {
        row["country"]
        for row in table("memberships")
        if row["bloc"] == bloc
        and row["valid_from"] <= day
        and (not row["valid_until"] or day < row["valid_until"])
    }


@pytest.mark.parametrize(
    ("bloc", "day", "count"),
    [
        ("EU", "1957-12-31", 0),
        ("EU", "1958-01-01", 6),
        ("EU", "1973-01-01", 9),
        ("EU", "1981-01-01", 10),
        ("EU", "1986-01-01", 12),
        ("EU", "1995-01-01", 15),
        ("EU", "2004-04-30", 15),
        ("EU", "2004-05-01", 25),
        ("EU", "2007-01-01", 27),
        ("EU", "2013-07-01", 28),
        ("EU", "2020-01-31", 28),
        ("EU", "2020-02-01", 27),
        ("EU", "2026-11-23", 27),
        ("NATO", "2026-11-23", 32),
        ("G7", "2026-11-23", 7),
        ("G7", "2013-01-01", 8),
    ],
)
def test_so_many_members_on_a_day(bloc: str, day: str, count: int) -> None:
    assert len(members(bloc, day)) == count


def test_the_united_kingdom_left_at_the_end_of_january_2020() -> None:
    (row,) = [row for row in table("memberships") if (row["country"], row["bloc"]) == ("GBR", "EU")]
    assert (row["valid_from"], row["valid_until"]) == ("1973-01-01", "2020-02-01")
    assert members("EU", "2020-01-31") - members("EU", "2020-02-01") == {"GBR"}


def test_a_time_ends_after_it_begins() -> None:
    for row in table("memberships") + table("tenures"):
        assert not row["valid_until"] or row["valid_from"] < row["valid_until"], row
        if row["valid_from"]:
            date.fromisoformat((row["valid_from"] + "-01-01")[:10])


def test_a_facility_has_one_operator_at_a_time() -> None:
    by_facility: dict[str, list[dict[str, str]]] = {}
    for row in table("tenures"):
        by_facility.setdefault(row["facility"], []).append(row)
    for rows in by_facility.values():
        rows.sort(key=lambda row: row["valid_from"])
        for earlier, later in pairwise(rows):
            assert earlier["valid_until"], rows
            assert earlier["valid_until"] <= later["valid_from"], rows


def test_a_target_says_only_what_the_row_of_its_law_says() -> None:
    """The figure stands in the words of the law's row, and so does the year where there is one."""
    laws = {row["id"]: row for row in table("laws")}
    for row in table("targets"):
        said = " ".join(laws[row["law"]].values()).replace(",", "")
        figure = float(row["value"] or row["low"] or row["high"])
        millions = f"{figure / 1e9:g} billion"
        spelled = {2: ("two", "Two")}.get(int(figure), ())
        shapes = (rf"(?<![\d.]){figure:.0f}(?!\d)", millions, *spelled)
        assert any(re.search(shape, said) for shape in shapes), (row["id"], said)
        if row["year"]:
            assert row["year"] in said, (row["id"], said)
        assert set(row["source_ids"].split(";")) <= set(laws[row["law"]]["source_ids"].split(";"))


def test_the_benchmarks_of_the_critical_raw_materials_act() -> None:
    benchmarks = {
        row["id"].removeprefix("target-eu-crma-"): row["value"] or row["low"] or row["high"]
        for row in table("targets")
        if row["law"] == "eu-crma"
    }
    assert benchmarks == {
        "extraction": "10",
        "processing": "40",
        "recycling": "25",
        "single-country": "65",
        "permit-extraction": "27",
        "permit-processing": "15",
    }
