"""The EU lists of critical raw materials follow from the assessments, but for exceptions by name.

The study calls a material critical from a supply risk of 1 and an economic importance of 2.8; the
assessments of 2011 and 2014 had another scale of importance, on which 5 was the threshold.
"""

from __future__ import annotations

import csv
from functools import cache

import pytest

from kg.shipped import facts_dir

RISK = 1.0
IMPORTANCE = {"2011": 5.0, "2014": 5.0, "2017": 2.8, "2020": 2.8, "2023": 2.8}
NUMBERS = {"2011": 14, "2014": 20, "2017": 27, "2020": 30, "2023": 34}
#: On the list although below a threshold: coking coal as a borderline case of 2017, copper and
#: nickel as strategic materials.
KEPT = {"2017": {"coking-coal"}, "2023": {"copper", "nickel"}}
#: The list names boron minerals, the assessments the element; bauxite is assessed with aluminium
#: in 2023; the group of platinum metals is assessed without osmium.
SAME = {"borates": "boron", "platinum-group-metals": "eu-2023-platinum-group-metals"}
#: On lists, and no substance of critmat.
NO_MINERAL = {"2017": 1, "2020": 1}


@cache
def rows(table: str) -> list[dict[str, str]]:
    """Rows of a shipped table."""
    with (facts_dir() / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(year: str) -> set[str]:
    """What the list of a year holds."""
    name = f"eu-crm-list-{year}"
    return {row["substance"] for row in rows("eu-crm-designations") if row["list"] == name}


def above_thresholds(year: str) -> set[str]:
    """What the assessment of a year puts above both thresholds."""
    return {
        row["substance"]
        for row in rows("eu-crm-2023-assessments")
        if row["year"] == year
        and float(row["supply_risk"]) >= RISK
        and float(row["economic_importance"]) >= IMPORTANCE[year]
    }


@pytest.mark.parametrize("year", sorted(IMPORTANCE))
def test_a_list_holds_what_is_above_the_thresholds(year: str) -> None:
    together = {"bauxite"} if year == "2023" else set()
    on_list = {SAME.get(substance, substance) for substance in listed(year)} - together
    assert on_list - KEPT.get(year, set()) == above_thresholds(year)


@pytest.mark.parametrize("year", sorted(KEPT))
def test_what_is_kept_on_a_list_is_below_a_threshold(year: str) -> None:
    assert KEPT[year] <= listed(year)
    assert not KEPT[year] & above_thresholds(year)


@pytest.mark.parametrize("year", sorted(NUMBERS))
def test_a_list_has_as_many_materials_as_its_publisher_says(year: str) -> None:
    # Aluminium and bauxite are one entry of the list of 2023.
    entries = len(listed(year)) - (year == "2023") + NO_MINERAL.get(year, 0)
    assert entries == NUMBERS[year]


def test_each_list_is_a_text_of_its_own() -> None:
    texts = {row["id"] for row in rows("critical-lists")}
    assert {f"eu-crm-list-{year}" for year in NUMBERS} <= texts
