"""What the commodity names and descriptions of the release mean: mappings kept as tables.

``usgs/series.csv`` world series, ``usgs/us_items.csv`` statistics of the United States,
``usgs/commodities.csv`` commodities of the import sources, ``usgs/controls.csv`` and
``usgs/agreements.csv`` the policy tables. A combination that a file has and the tables have not is
reported; one that the tables have and a file has not means that the file is cut off.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kg.sources.official_file import fold

_FOLDER = Path(__file__).resolve().parent


class SeriesKey(NamedTuple):
    """How the release names a series, folded: commodity, statistic, description."""

    commodity: str
    statistic: str
    detail: str

    @classmethod
    def of(cls, commodity: str, statistic: str, detail: str) -> SeriesKey:
        """The key of names as they are spelled."""
        return cls(fold(commodity), fold(statistic), fold(detail))


class WorldSeries(NamedTuple):
    """What a world series is about; ``qualifier`` goes into the note of its rows."""

    substance: str
    stage: str
    measure: str
    series: str
    basis: str
    qualifier: str


class UsItem(NamedTuple):
    """What a statistic of the United States is about.

    ``unit`` replaces the unit column where the description contradicts it.
    """

    substance: str
    item: str
    unit: str


class Control(NamedTuple):
    """The goods of an export control; ``words`` could not be mapped to a substance."""

    substances: str
    words: str


class AgreementTerms(NamedTuple):
    """Kind, parties, substances and topics of an agreement (lists separated by ``;``).

    ``same_as`` names the record of the table ``agreements`` that is this agreement already.
    """

    kind: str
    parties: str
    substances: str
    topics: str
    same_as: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def world_series() -> dict[SeriesKey, WorldSeries]:
    """Every series of the world sections."""
    return {
        SeriesKey.of(row["commodity"], row["statistic"], row["detail"]): WorldSeries(
            *(row[field] for field in WorldSeries._fields)
        )
        for row in _rows("series")
    }


def us_items() -> dict[SeriesKey, list[UsItem]]:
    """Prices and net import reliance of the United States.

    A description that stands for several series, told apart only by their order within a year
    and chapter, has several items.
    """
    items: dict[SeriesKey, list[UsItem]] = {}
    for row in _rows("us_items"):
        key = SeriesKey.of(row["commodity"], row["statistic"], row["detail"])
        items.setdefault(key, []).append(UsItem(*(row[field] for field in UsItem._fields)))
    return items


def import_commodities() -> dict[str, str]:
    """Folded commodity of the import sources -> identifier of its substance."""
    return {fold(row["commodity"]): row["substance"] for row in _rows("commodities")}


def controls() -> dict[tuple[str, str, str], Control]:
    """Folded country, folded goods and year -> the goods of an export control."""
    return {
        (fold(row["country"]), fold(row["goods"]), row["year"]): Control(
            row["substances"], row["words"]
        )
        for row in _rows("controls")
    }


def agreements() -> dict[tuple[str, str], AgreementTerms]:
    """Folded country and title -> terms of an agreement."""
    return {
        (fold(row["country"]), fold(row["agreement"])): AgreementTerms(
            *(row[field] for field in AgreementTerms._fields)
        )
        for row in _rows("agreements")
    }
