"""What statistics of the United States are about: mappings kept as tables.

``usgs/us_items.csv`` descriptions of the main table of 2026, ``usgs/salient.csv`` columns of the
files of the earlier releases, ``usgs/figures.csv`` names in the figures on prices, consumption and
scrap. A series has the same substance, measure and item in all of them, so that releases can be
compared. A row without a measure is left out, and its item says by what name.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kg.sources.official_file import fold
from kg.sources.usgs.series import SeriesKey

_FOLDER = Path(__file__).resolve().parent


class UsItem(NamedTuple):
    """What a statistic is about; ``item`` is the form, grade or market in words.

    ``unit`` is empty where the file has a unit that holds.
    """

    substance: str
    measure: str
    item: str
    unit: str = ""


class SalientColumn(NamedTuple):
    """What a column of a file is about.

    ``misnamed`` is true where the header of the file says otherwise: its figures are those of the
    item in the years that it shares with the releases before and after.
    """

    item: UsItem
    misnamed: bool


def us_items() -> dict[SeriesKey, list[UsItem]]:
    """Every statistic of the main table.

    A description that stands for several series, told apart only by their order within a year
    and chapter, has several items.
    """
    items: dict[SeriesKey, list[UsItem]] = {}
    for row in _rows("us_items"):
        key = SeriesKey.of(row["commodity"], row["statistic"], row["detail"])
        items.setdefault(key, []).append(_item(row))
    return items


def salient_columns(year: int) -> dict[str, dict[tuple[str, int], SalientColumn]]:
    """Folded commodity -> its columns in a release, by name and how often it stood before.

    The second column of one name is ``(name, 2)``; a column without a name is told likewise.
    """
    columns: dict[str, dict[tuple[str, int], SalientColumn]] = {}
    for row in _rows("salient"):
        if str(year) in row["releases"].split(";"):
            key = row["column"], int(row["occurrence"] or 1)
            columns.setdefault(fold(row["commodity"]), {})[key] = SalientColumn(
                _item(row), row["note"] == "misnamed"
            )
    return columns


def figure_names(figure: str) -> dict[str, tuple[str, str]]:
    """Folded name -> substance and item, for the figure ``price``, ``consumption`` or ``scrap``."""
    return {
        fold(row["name"]): (row["substance"], row["item"])
        for row in _rows("figures")
        if row["figure"] == figure
    }


def _item(row: dict[str, str]) -> UsItem:
    return UsItem(row["substance"], row["measure"], row["item"], row["unit"])


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
