"""The listed countries add up to the world totals of each release, or the exception is named."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from kg.shipped import facts_dir

Group = list[dict[str, str]]

#: Part of a total by which the listed countries may miss it: the totals are rounded.
ROUNDING = 0.05

#: Series whose countries do not add up to the total, and why.
EXCEPTIONS = {
    2022: {
        "titanium-mineral-concentrates mining production 2020": "only the total is of both",
        "titanium-mineral-concentrates mining production 2021": "only the total is of both",
    },
    2023: {
        "titanium-mineral-concentrates mining production 2021": "only the total is of both",
        "titanium-mineral-concentrates mining production 2022": "only the total is of both",
        "titanium-mineral-concentrates mining reserves 2022": "only the total is of both",
        "fused-aluminium-oxide production capacity 2021": "United States and Canada in one figure",
        "fused-aluminium-oxide production capacity 2022": "United States and Canada in one figure",
        "zinc mining reserves 2022": "a footnote is glued to the figure of Australia: 1,166,000",
    },
    2024: {
        "natural-zeolites mining production 2022": "published so: 946,407 and 900,000",
    },
    2025: {
        "kaolin mining production 2024": "published so: 44,240 and 4,400",
    },
    2026: {
        "manganese mining reserves 2025": "published so: 1,798,000 and 1,700,000",
    },
}
#: Series of one country that belong to the total of another series.
PARTS = {
    "extracted-from-natural-gas": "",
    "cliffside-field": "",
    "concentrate": "",
}


def groups(year: int) -> dict[str, Group]:
    """The figures of a release by substance, stage, measure, series and year."""
    found: dict[str, Group] = defaultdict(list)
    table = facts_dir() / "tables" / f"usgs-mcs-{year}-production.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            series = PARTS.get(row["series"], row["series"])
            key = (row["substance"], row["stage"], row["measure"], series, row["year"])
            found[" ".join(filter(None, key))].append(row)
    return found


def misses(group: Group) -> bool | None:
    """Whether the countries miss the total; ``None`` where there is nothing to compare."""
    totals = [row["value"] for row in group if row["area"] == "WORLD" and row["value"]]
    parts = [row["value"] for row in group if row["area"] != "WORLD"]
    if len(totals) != 1 or not parts:
        return None
    world, listed = float(totals[0]), sum(float(part) for part in parts if part)
    if all(parts) and world - listed > ROUNDING * world:
        return True
    return listed - world > ROUNDING * world


@pytest.mark.parametrize("year", sorted(EXCEPTIONS))
def test_the_countries_add_up_to_the_total(year: int) -> None:
    found = {name: misses(group) for name, group in groups(year).items()}
    assert {name for name, missed in found.items() if missed} == set(EXCEPTIONS[year])
    compared = sum(missed is not None for missed in found.values())
    assert compared >= (30 if year == 2022 else 200), "fewer totals than the release has"


@pytest.mark.parametrize("year", sorted(EXCEPTIONS))
def test_a_series_has_one_unit_within_a_release(year: int) -> None:
    units = {name: {row["unit"] for row in group} for name, group in groups(year).items()}
    assert {name for name, used in units.items() if len(used) > 1} == set()
