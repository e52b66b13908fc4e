"""World production, capacity and reserves of the releases 2022 to 2025.

The releases 2022 to 2024 have a file for each commodity, which its name says; 2025 has one file.
A row holds the figures of a country for two years, with capacity and reserves beside them: an
observation for each. What a column stands for is said by ``series_<year>.csv``; figures of a
column that it does not name are an error, unless they are empty or say that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import (
    OfficialRow,
    distinct_names,
    fold,
    header_of,
    read_official_csv,
)
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.earlier_cell import EarlierCell, EarlierRow
from kg.sources.usgs.earlier_columns import Columns, FigureColumn, sort_columns
from kg.sources.usgs.earlier_notes import ANY_YEAR, Notes, read_cell, read_notes
from kg.sources.usgs.release import FileKind, Release, named
from kg.sources.usgs.series import (
    CountryWords,
    EarlierKey,
    EarlierSeries,
    country_words,
    earlier_series,
)
from kg.sources.usgs.values import UNITS, UnreadableValue
from kg.sources.usgs.world import compare_totals, place_of

#: Columns that every file of a form has, by what they hold. The word for the type is the name of
#: the commodity in one file of 2024.
_BY_FILE = ("Source", "Country", "Type")
_ONE_FILE = ("SOURCE", "COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS")
_TYPE_OF_FLUORSPAR = "Mine production, fluorspar"
#: Cells of a column of figures that a series does not have.
_NOTHING = {"", "na", "xx", "0"}
_NAME = re.compile(r"mcs\d{4}-?(?P<commodity>[a-z-]+)_world\.csv", re.IGNORECASE | re.ASCII)


@dataclass(slots=True)
class _Reading:
    """What is known while the files of a release are read."""

    release: Release
    places: PlaceNames
    known: Mapping[EarlierKey, EarlierSeries]
    words: Mapping[str, CountryWords]
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: set[EarlierKey] = field(default_factory=set)
    said: set[EarlierKey] = field(default_factory=set)


def read_world_files(
    files: Sequence[Path], release: Release, places: PlaceNames, report: Report
) -> FactTables:
    """The observations of every world file of a release."""
    reading = _Reading(release, places, earlier_series(release.year), country_words())
    for path in files:
        _read_file(path, reading, report)
    _report_missing(files, reading, report)
    return {release.table("production"): ("observations", list(reading.facts.values()))}


def _read_file(path: Path, reading: _Reading, report: Report) -> None:
    header = header_of(path)
    fixed = _fixed_columns(header)
    columns = sort_columns(distinct_names(header), fixed)
    commodity = _commodity_of(path)
    if isinstance(columns, list) or header[: len(fixed)] != fixed:
        unknown = columns if isinstance(columns, list) else list(header[: len(fixed)])
        report.add(
            Problem(
                path.name,
                "The columns are not those of the release; not known: " + ", ".join(unknown) + ".",
                "Take the file as it was released; a column of another form needs a new version "
                "of kg/sources/usgs/earlier_columns.py.",
                row=1,
                column=unknown[0],
            )
        )
        return
    if commodity is None and "COMMODITY" not in header:
        report.add(
            Problem(
                path.name,
                "The name of the file does not say the commodity.",
                "Keep the name of the release, such as mcs2024-galli_world.csv.",
            )
        )
        return
    rows = read_official_csv(path, header, "utf-8-sig", report)
    if rows is None:
        return
    ledger = RowLedger(path.name, report, read=len(rows))
    nameless = sum(bool(row[name].strip()) for row in rows for name in columns.nameless)
    if nameless:
        ledger.say(
            None,
            f"{nameless} cells stand in columns without a name.",
            "They are not used, since nothing says what they are.",
        )
    facts: list[dict[str, str]] = []
    for official in rows:
        if not any(cell.strip() for cell in official.cells.values()):
            ledger.leave_out("line without a word")
            continue
        facts += _observations(_row_of(official, fixed, commodity), columns, reading, ledger)
    _report_columns(commodity, columns, reading, ledger)
    compare_totals(facts, ledger)
    ledger.close()


def _fixed_columns(header: Sequence[str]) -> tuple[str, ...]:
    if "COMMODITY" in header:
        return _ONE_FILE
    if _TYPE_OF_FLUORSPAR in header:
        return (*_BY_FILE[:2], _TYPE_OF_FLUORSPAR)
    return _BY_FILE


def _commodity_of(path: Path) -> str | None:
    found = _NAME.search(path.name)
    return found["commodity"].lower() if found else None


def _row_of(official: OfficialRow, fixed: Sequence[str], commodity: str | None) -> EarlierRow:
    if fixed == _ONE_FILE:
        texts = (official.text(column) for column in ("COMMODITY", "TYPE", "COUNTRY", "UNIT_MEAS"))
        return EarlierRow(official, *texts)
    return EarlierRow(
        official, commodity or "", official.text(fixed[2]), official.text(fixed[1]), None
    )


def _observations(
    row: EarlierRow, columns: Columns, reading: _Reading, ledger: RowLedger
) -> list[dict[str, str]]:
    """The observations of a row, counted in the ledger; none where the row is not used."""
    words = reading.words.get(fold(row.country), CountryWords(row.country, "", ""))
    area = place_of(words.country, reading.places)
    if area is None:
        several = " and " in words.country
        ledger.refuse(
            row.official.line,
            f"The country {row.country!r} is "
            + ("several countries with one figure." if several else "not known."),
            "Not used: the figure of one country is not known."
            if several
            else "Add its words to kg/sources/usgs/country_words.csv, or to the table places.",
            column="Country",
            severity=Severity.WARNING if several else Severity.ERROR,
        )
        return []
    found: list[dict[str, str]] = []
    left_out = ""
    for column in columns.figures:
        key, series = _series_of(row, column, reading)
        if series is None:
            if fold(row.official[column.name]) not in _NOTHING:
                _refuse_series(row, column, reading, ledger)
                return []
            continue
        reading.seen.add(key)
        notes_column = columns.notes_of(column)
        notes = read_notes(row.official[notes_column]) if notes_column else Notes()
        cell = EarlierCell(row, column, notes, key, series, words)
        if not series.substance:
            left_out = left_out or (series.reason if cell.stated else "")
            _say_once(cell, reading, ledger)
            continue
        fact = _observation(cell, area, reading, ledger)
        if fact is None:
            return []
        found += [fact] if fact else []
    if not found:
        ledger.leave_out(left_out or "country without a figure")
        return []
    for fact in found:
        if fact["id"] in reading.facts:
            ledger.refuse(
                row.official.line,
                f"The figure {fact['id']} stands twice in the release.",
                f"Tell the two apart in kg/sources/usgs/series_{reading.release.year}.csv.",
            )
            return []
    reading.facts.update({fact["id"]: fact for fact in found})
    ledger.use()
    return found


def _series_of(
    row: EarlierRow, column: FigureColumn, reading: _Reading
) -> tuple[EarlierKey, EarlierSeries | None]:
    for country in (row.country, ""):
        key = EarlierKey.of(row.commodity, row.type, country, column.figure)
        if key in reading.known:
            return key, reading.known[key]
    return key, None


def _refuse_series(
    row: EarlierRow, column: FigureColumn, reading: _Reading, ledger: RowLedger
) -> None:
    ledger.refuse(
        row.official.line,
        f"The series {row.commodity} / {row.type} / {column.figure} is not known.",
        f"Add it to kg/sources/usgs/series_{reading.release.year}.csv with its substance, stage "
        "and measure.",
        column=column.name,
    )


def _observation(
    cell: EarlierCell, area: str, reading: _Reading, ledger: RowLedger
) -> dict[str, str] | None:
    """One observation, empty where the release says nothing, ``None`` after refusing the row."""
    row, column, series = cell.row, cell.column, cell.series
    year = column.year or str(reading.release.year - 1)
    parsed, marked = read_cell(row.official[column.name])
    if not cell.stated or cell.stated.upper() == "NA":
        instead = cell.notes.instead.get(ANY_YEAR, cell.notes.instead.get(year))
        if instead is not None:
            parsed = instead
        elif not cell.stated:
            return {}
    if isinstance(parsed, UnreadableValue):
        ledger.refuse(
            row.official.line,
            f"The value {parsed.stated!r} cannot be read. {parsed.reason}",
            "If it is right, add its form to kg/sources/usgs/earlier_notes.py.",
            column=column.name,
        )
        return None
    unit = series.unit or column.unit or UNITS.get(fold(row.unit or ""), "")
    if not unit:
        ledger.refuse(
            row.official.line,
            f"The unit {row.unit or ''!r} is not known.",
            "Add it to UNITS in kg/sources/usgs/values.py, or to the series with a reason.",
            column="UNIT_MEAS",
        )
        return None
    if cell.notes.figure:
        ledger.say(
            row.official.line,
            f"A figure stands among the notes: {cell.notes.figure}.",
            "It is not used, since nothing says what it is.",
            column=column.name,
        )
    _say_once(cell, reading, ledger)
    parsed = cell.with_status(parsed, marked=marked)
    name = (series.substance, series.stage, series.measure, area, year, series.series)
    return {
        "id": "-".join(filter(None, (*name, reading.release.mark))),
        "substance": series.substance,
        "stage": series.stage,
        "measure": series.measure,
        "area": area,
        "year": year,
        "value": parsed.value,
        "low": parsed.low,
        "high": parsed.high,
        "unit": unit,
        "basis": series.basis,
        "status": parsed.status,
        "flag": parsed.flag,
        "stated": parsed.stated,
        "series": series.series,
        "note": cell.note,
        "source_ids": reading.release.source,
        "locator": row.locator(ledger.file),
    }


def _say_once(cell: EarlierCell, reading: _Reading, ledger: RowLedger) -> None:
    """Say once for each series that its unit was replaced or that its figures are left out."""
    if not cell.series.reason or cell.key in reading.said:
        return
    reading.said.add(cell.key)
    name = f"{cell.row.commodity} / {cell.row.type} / {cell.column.figure}"
    ledger.say(
        cell.row.official.line,
        f"The unit of {name} is said to be {cell.unit_said}, which cannot be. {cell.series.reason}"
        if cell.series.unit
        else f"The figures of {name} are left out: {cell.series.reason}.",
        f"The figures are taken as {cell.series.unit}, and their notes say so."
        if cell.series.unit
        else "Nothing to do; see kg/sources/usgs/series_<year>.csv.",
        column="UNIT_MEAS" if cell.row.unit else cell.column.name,
    )


def _report_columns(
    commodity: str | None, columns: Columns, reading: _Reading, ledger: RowLedger
) -> None:
    """Report series of a file that its columns or rows do not have."""
    figures = {column.figure for column in columns.figures}
    for key in reading.known:
        if commodity not in {None, key.commodity} or key in reading.seen:
            continue
        what = "column" if key.figure not in figures else "series"
        ledger.say(
            None,
            f"The {what} {key.commodity} / {key.type} / {key.figure} is missing.",
            "The file is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )


def _report_missing(files: Sequence[Path], reading: _Reading, report: Report) -> None:
    """Warn of files of the release that were not given."""
    given = {_commodity_of(path) for path in files}
    if None in given:
        return
    missing = {key.commodity for key in reading.known} - given
    if missing:
        report.add(
            Problem(
                f"MCS{reading.release.year}",
                f"{len(missing)} world files of the release are not given: "
                + ", ".join(sorted(missing)[:8])
                + (" ..." if len(missing) > 8 else "."),
                "The table holds the commodities of the files that were given and no others.",
                severity=Severity.WARNING,
            )
        )


WORLD_FILES = FileKind(
    name="world production, capacity and reserves",
    tells=named("*_world*.csv"),
    read=read_world_files,
    tables=("production",),
)
