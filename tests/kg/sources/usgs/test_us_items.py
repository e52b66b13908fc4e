"""The mappings of the statistics of the United States."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.usgs import us_items
from kg.sources.usgs.us_items import UsItem, figure_names, salient_columns

YEARS = (2022, 2023, 2024, 2025)


@pytest.fixture(scope="module")
def substances() -> set[str]:
    """Identifiers of elements, groups, materials and commodities."""
    found: set[str] = set()
    for name in ("elements", "groups", "materials", "commodities"):
        with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found |= {row["id"] for row in csv.DictReader(file)}
    return found


@pytest.fixture(scope="module")
def measures() -> set[str]:
    """The measures of the schema."""
    schema = json.loads((facts_dir() / "schemas" / "us_statistics.json").read_text("utf-8"))
    (measure,) = [field for field in schema["fields"] if field["name"] == "measure"]
    return set(measure["constraints"]["enum"])


def all_items() -> list[UsItem]:
    """Every item of all mappings."""
    main = [item for items in us_items.us_items().values() for item in items]
    earlier = [
        column.item
        for year in YEARS
        for columns in salient_columns(year).values()
        for column in columns.values()
    ]
    return main + earlier


def test_every_item_has_a_substance_and_a_measure_or_a_name_by_which_it_is_left_out(
    substances: set[str], measures: set[str]
) -> None:
    for item in all_items():
        if item.measure:
            assert item.substance in substances, item
            assert item.measure in measures, item
        else:
            assert not item.substance and item.item, item
    for figure in ("price", "consumption", "scrap"):
        assert {substance for substance, _ in figure_names(figure).values()} <= substances


@pytest.mark.parametrize("year", YEARS)
def test_no_two_columns_of_a_release_are_one_series(year: int) -> None:
    items = Counter(
        column.item[:3]
        for columns in salient_columns(year).values()
        for column in columns.values()
        if column.item.measure
    )
    assert [item for item, times in items.items() if times > 1] == []


def test_no_two_descriptions_of_the_main_table_are_one_series() -> None:
    items = Counter(
        item[:3] for items in us_items.us_items().values() for item in items if item.measure
    )
    assert [item for item, times in items.items() if times > 1] == []


def test_every_column_that_is_read_has_a_unit_but_a_price_in_words() -> None:
    words = {
        column.item.substance
        for year in YEARS
        for columns in salient_columns(year).values()
        for column in columns.values()
        if column.item.measure and not column.item.unit
    }
    assert words == {"dimension-stone", "granite"}


def test_series_keep_one_unit_over_the_releases_but_for_those_whose_source_changed_it() -> None:
    units: dict[tuple[str, ...], set[str]] = {}
    for item in all_items():
        if item.unit:
            units.setdefault(item[:3], set()).add(item.unit)
    assert {key[:2] for key, found in units.items() if len(found) > 1} == {
        ("chromium", "price"),
        ("selenium", "price"),
    }


def test_the_mappings_are_sound_csv() -> None:
    folder = Path(us_items.__file__).parent
    for name in ("us_items", "salient", "figures"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows and not any(None in row or None in row.values() for row in rows), name
