"""What the commodity names and descriptions of the release mean: mappings kept as tables.

``usgs/series.csv`` world series of 2026, ``usgs/series_2022.csv`` to ``series_2025.csv`` those of
the earlier releases, ``usgs/country_words.csv`` their country columns, ``usgs/commodities.csv``
commodities of the import sources, ``usgs/controls.csv`` and ``usgs/agreements.csv`` the policy
tables. Those of the United States are in ``kg.sources.usgs.us_items``. A combination that a file
has and the tables have not is reported; one that the tables have and a file has not means that the
file is cut off.
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
    """What a world series is about; ``qualifier`` goes into the note of its rows.

    ``unit`` replaces the unit of the release where that cannot be, and ``reason`` says why.
    """

    substance: str
    stage: str
    measure: str
    series: str
    basis: str
    qualifier: str
    unit: str = ""
    reason: str = ""


class EarlierKey(NamedTuple):
    """How a release of 2022 to 2025 names a series, folded.

    ``commodity`` is the word in the name of the file (``galli``) or the column of the release
    2025; ``country`` is empty, or the words of the one country whose figures are another series.
    """

    commodity: str
    type: str
    country: str
    figure: str

    @classmethod
    def of(cls, commodity: str, kind: str, country: str, figure: str) -> EarlierKey:
        """The key of names as they are spelled."""
        return cls(fold(commodity), fold(kind), fold(country), figure)


class EarlierSeries(NamedTuple):
    """What a series of a release of 2022 to 2025 is about.

    ``unit`` replaces the unit of the release where that cannot be, and ``reason`` says why. A
    series without a substance is left out, for the reason given.
    """

    substance: str
    stage: str
    measure: str
    series: str
    basis: str
    qualifier: str
    unit: str
    reason: str


class CriticalMineral(NamedTuple):
    """What a name in the tables on critical minerals stands for.

    ``substance`` is what is on the list; ``leading`` and ``stage`` are what the leading producer
    is the leading producer of.
    """

    substance: str
    leading: str
    stage: str


class ImportItem(NamedTuple):
    """What a commodity of figure 2 stands for.

    ``reliance`` lists the releases (separated by ``;``) whose statistics of the United States
    lack its net import reliance, so that it is read from the figure.
    """

    substance: str
    item: str
    reliance: str


class CountryWords(NamedTuple):
    """What the words of a country column say beside the country.

    ``estimated`` is ``yes`` where the mark of an estimate is glued to the name.
    """

    country: str
    qualifier: str
    estimated: str


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


def earlier_series(year: int) -> dict[EarlierKey, EarlierSeries]:
    """Every series of the world tables of a release of 2022 to 2025."""
    return {
        EarlierKey.of(row["commodity"], row["type"], row["country"], row["figure"]): EarlierSeries(
            *(row[field] for field in EarlierSeries._fields)
        )
        for row in _rows(f"series_{year}")
    }


def critical_minerals() -> dict[str, CriticalMineral]:
    """Folded name -> what it stands for in the tables on critical minerals."""
    return {
        fold(row["words"]): CriticalMineral(*(row[field] for field in CriticalMineral._fields))
        for row in _rows("critical_minerals")
    }


def import_items() -> dict[str, ImportItem]:
    """Folded commodity of figure 2 -> what it stands for."""
    return {
        fold(row["words"]): ImportItem(*(row[field] for field in ImportItem._fields))
        for row in _rows("import_figure")
    }


def country_words() -> dict[str, CountryWords]:
    """Folded words -> country and qualifier, where the words are not just the country."""
    return {
        fold(row["words"]): CountryWords(*(row[field] for field in CountryWords._fields))
        for row in _rows("country_words")
    }


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
