"""Statistics of the United States in the shipped tables: releases can be laid side by side."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.fact_tables import table_text
from kg.sources.registry import importer
from kg.sources.usgs.release import Release

YEARS = range(2022, 2027)
REVISED = Path(__file__).parent / "revised_series.csv"
Series = dict[int, dict[str, float]]


def rows_of(year: int) -> Iterator[dict[str, str]]:
    """The shipped statistics of a release."""
    path = facts_dir() / "tables" / f"{Release(year).table('us')}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def series() -> dict[tuple[str, ...], Series]:
    """Substance, measure, item and unit -> release -> year -> figure."""
    found: dict[tuple[str, ...], Series] = defaultdict(lambda: defaultdict(dict))
    for year in YEARS:
        for row in rows_of(year):
            if row["value"]:
                key = tuple(row[name] for name in ("substance", "measure", "item", "unit"))
                found[key][year][row["year"]] = float(row["value"])
    return found


def differing(rel: Series) -> Iterator[tuple[int, int]]:
    """Neighbouring releases that tell most of the years that they share differently.

    The last year of the older one is an estimate and does not count.
    """
    for older, newer in pairwise(sorted(rel)):
        shared = [year for year in rel[older] if year in rel[newer] and int(year) < older - 1]
        alike = [
            abs(rel[older][year] - rel[newer][year])
            <= max(1, 0.15 * max(abs(rel[older][year]), abs(rel[newer][year])))
            for year in shared
        ]
        if newer - older <= 2 and sum(alike) * 2 < len(shared):
            yield older, newer


def test_a_series_is_the_same_in_each_release_or_its_revision_is_known(
    series: dict[tuple[str, ...], Series],
) -> None:
    # A column that was taken for another one would show here: its years would not agree.
    with REVISED.open(encoding="utf-8", newline="") as file:
        known = {
            (row["substance"], row["measure"], row["item"], int(row["from"]), int(row["to"]))
            for row in csv.DictReader(file)
            if row["reason"]
        }
    assert {
        (*key[:3], older, newer) for key, rel in series.items() for older, newer in differing(rel)
    } == known


def test_most_series_of_a_release_go_on_in_the_next(
    series: dict[tuple[str, ...], Series],
) -> None:
    for older, newer in pairwise(YEARS):
        here = [rel for rel in series.values() if older in rel]
        assert sum(newer in rel for rel in here) > 0.9 * len(here), older


@pytest.mark.parametrize("year", YEARS)
def test_the_last_year_is_estimated_and_no_year_is_later(year: int) -> None:
    last = [row for row in rows_of(year) if int(row["year"]) == year - 1 and row["value"]]
    # The release of 2026 says it row by row, and not of eleven figures and of what is nothing.
    measured = [row for row in last if row["status"] != "estimated" and row["value"] != "0"]
    assert len(measured) == (11 if year == 2026 else 0)
    assert max(int(row["year"]) for row in rows_of(year)) == year - 1


@pytest.mark.parametrize("year", YEARS)
def test_withheld_and_bounds_carry_no_figure(year: int) -> None:
    for row in rows_of(year):
        if row["status"] in {"withheld", "not-available", "qualitative", "bound"}:
            assert not row["value"], row["id"]
            assert row["flag"], row["id"]


@pytest.mark.parametrize("year", YEARS)
def test_the_shipped_tables_are_a_fresh_import(year: int, official: Callable[[str], Path]) -> None:
    source = importer(f"usgs-mcs-{year}")
    some = official(
        "usgs-mcs-2026/MCS2026_Commodities_Data.csv"
        if year == 2026
        else f"usgs-mcs-{year}/salient/" + GALLIUM[year]
    )
    collection = some.parents[1] if year == 2026 else some.parents[2]
    files = [
        path
        for path in source.official_files(collection)
        if path.parent.name == "salient" or "_Fig1" in path.name or "Commodities" in path.name
    ]
    tables, report = source.read(files)
    assert report.ok, list(report.lines())
    own = {name: table for name, table in tables.items() if name.endswith(("-us", "-us-changes"))}
    assert own
    for name, (schema, rows) in own.items():
        shipped = (facts_dir() / "tables" / f"{name}.csv").read_bytes()
        assert table_text(schema, rows).encode() == shipped, f"{name} is stale: import it again"


GALLIUM = {
    2022: "gallium_mcs2022-galli_salient.csv",
    2023: "mcs2023-galli_salient.csv",
    2024: "mcs2024-galli_salient.csv",
    2025: "mcs2025-galli_salient.csv",
}


def test_what_was_read_of_each_release_is_known(official: Callable[[str], Path]) -> None:
    rows = {year: sum(1 for _ in rows_of(year)) for year in YEARS}
    assert rows == {2022: 810, 2023: 4540, 2024: 4547, 2025: 4728, 2026: 4851}
    lines = official("usgs-mcs-2026/MCS2026_Commodities_Data.csv").read_text("cp1252").splitlines()
    salient = sum("Salient Statistics" in line for line in lines)
    # Left out: continuous casting, and exports of three gases in one figure. Lost minus: two.
    assert salient == rows[2026] + 5 + 5 + 2


#: Measures of substances whose items have a total among them.
TOTALS = {
    ("clays", "production"): "sold or used: Total",
    ("clays", "imports"): "Total",
    ("clays", "exports"): "Total",
    ("arsenic", "imports"): "Total",
    ("bismuth", "imports"): "metal, alloys, and scrap: Total",
    ("bismuth", "exports"): "metal, alloys, and scrap: Total",
    ("strontium", "apparent-consumption"): "Total",
    ("sulfur", "production"): "Total (rounded)",
    ("iron-and-steel", "imports"): "steel mill products: Total",
    ("iron-and-steel", "exports"): "steel mill products: Total",
}


@pytest.mark.parametrize(("year", "least"), [(2023, 40), (2024, 40), (2025, 40), (2026, 40)])
def test_the_parts_of_a_total_add_up_to_it(year: int, least: int) -> None:
    groups: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for row in rows_of(year):
        groups[row["substance"], row["measure"], row["year"]][row["item"]] = row["value"]
    compared = 0
    for (substance, measure, when), items in groups.items():
        name = TOTALS.get((substance, measure))
        parts = [value for item, value in items.items() if item != name]
        if name not in items or not parts or not all(parts):
            continue
        total = float(items[name])
        # What is estimated for the last year is rounded to two digits.
        rounding = 0.04 if int(when) == year - 1 else 0.02
        assert abs(sum(map(float, parts)) - total) <= max(1.5, rounding * total), (substance, when)
        compared += 1
    assert compared >= least
