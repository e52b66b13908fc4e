"""World production, capacity and reserves of the Mineral Commodity Summaries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.report import Severity
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold
from kg.sources.place_names import OTHER, WORLD, PlaceNames
from kg.sources.usgs.series import SeriesKey, WorldSeries
from kg.sources.usgs.values import (
    UNITS,
    ParsedValue,
    UnreadableValue,
    note_text,
    parse_value,
    with_notes,
)

SOURCE = "usgs-mcs2026-data"
RELEASE = "usgs-mcs2026"
IMPORT_SOURCES = "Import Sources"
_AREAS = {"world total": WORLD, "other countries": OTHER}
_CRITICAL = "Is critical mineral 2025"
#: Part of a published total by which the sum of the listed countries may differ (rounding).
_ROUNDING = 0.05


def readable(row: OfficialRow, ledger: RowLedger) -> ParsedValue | None:
    """Value of a row of the main table with its notes, or ``None`` after refusing the row."""
    years = r"\d{4}–\d{2}" if row.text("Section") == IMPORT_SOURCES else r"\d{4}"
    if not re.fullmatch(years, row.text("Year"), re.ASCII):
        ledger.refuse(
            row.line, "The year is not a year.", "The row may be shifted; check it.", column="Year"
        )
        return None
    parsed = parse_value(row["Value"])
    if isinstance(parsed, UnreadableValue):
        ledger.refuse(
            row.line,
            f"The value {parsed.stated!r} cannot be read. {parsed.reason}",
            "If it is right, add its form to kg/sources/usgs/values.py.",
            column="Value",
        )
        return None
    return with_notes(parsed, notes_of(row))


def notes_of(row: OfficialRow) -> str:
    """The notes of a row; empty for a row whose last cells are shifted by one column."""
    return "" if is_shifted(row) else row["Notes"]


def is_shifted(row: OfficialRow) -> bool:
    """True where the notes hold the flag and the flag holds the name of the commodity.

    The cells before the notes stand where they belong, so the figure is certain.
    """
    return row.text("Notes") in {"Yes", "No"} and fold(row[_CRITICAL]) == fold(row["Commodity"])


def check_flag(row: OfficialRow, ledger: RowLedger) -> None:
    """Warn where the column of critical minerals does not hold Yes or No."""
    flag = row.text(_CRITICAL)
    if is_shifted(row):
        ledger.say(
            row.line,
            f"The cells after the value are shifted by one column: {_CRITICAL} holds {flag!r}.",
            "The figure stands where it belongs and is used; notes and flag are not.",
            column=_CRITICAL,
        )
    elif flag not in {"Yes", "No"}:
        ledger.say(
            row.line,
            f"The column holds {flag!r} instead of Yes or No.",
            "The figure is used; whether the mineral is critical is not taken from this row.",
            column=_CRITICAL,
        )


def unit_of(row: OfficialRow, ledger: RowLedger) -> str | None:
    """Code of the unit, or ``None`` after refusing the row."""
    unit = UNITS.get(fold(row["Unit"]))
    if unit is None:
        ledger.refuse(
            row.line,
            f"The unit {row.text('Unit')!r} is not known.",
            "Add it to UNITS in kg/sources/usgs/values.py and to the code list of units.",
            column="Unit",
        )
    return unit


def place_of(words: str, places: PlaceNames) -> str | None:
    """Identifier of a place or of one of the release's own areas."""
    return _AREAS.get(fold(words)) or places.find(words)


def area_of(row: OfficialRow, places: PlaceNames, ledger: RowLedger) -> str | None:
    """Identifier of the area, or ``None`` after refusing the row."""
    area = place_of(row["Country"], places)
    if area is None:
        several = all(map(places.find, re.split(r", and | and |, ", row.text("Country"))))
        ledger.refuse(
            row.line,
            f"The country {row.text('Country')!r} is "
            + ("several countries with one figure." if several else "not known."),
            "Not used: the figure of one country is not known."
            if several
            else "Add the name to the aliases of its place in the table places.",
            column="Country",
            severity=Severity.WARNING if several else Severity.ERROR,
        )
    return area


def figure_of(
    row: OfficialRow, places: PlaceNames, ledger: RowLedger
) -> tuple[ParsedValue, str, str] | None:
    """Value, unit and area of a row, its flag checked, or ``None`` after refusing the row."""
    parsed = readable(row, ledger)
    unit = unit_of(row, ledger) if parsed else None
    area = area_of(row, places, ledger) if unit else None
    if parsed is None or unit is None or area is None:
        return None
    check_flag(row, ledger)
    return parsed, unit, area


def locator_of(row: OfficialRow, file: str) -> str:
    """Where in the release a row stands, in words that outlive its line number."""
    parts = (row.text("Commodity"), row.text("Statistics_detail"), row.text("Country"))
    return f"{file}, line {row.line}: {', '.join(parts)}, {row.text('Year')}"


def observation(
    row: OfficialRow, series: WorldSeries, places: PlaceNames, ledger: RowLedger
) -> dict[str, str] | None:
    """The observation of one world row, or ``None`` after refusing the row."""
    read = figure_of(row, places, ledger)
    if read is None:
        return None
    parsed, unit, area = read
    year, note = row.text("Year"), note_text(notes_of(row), series.qualifier)
    if series.unit:
        ledger.say(
            row.line,
            f"The unit is said to be {row.text('Unit')!r}, which cannot be. {series.reason}",
            f"The figure is taken as {series.unit}, and its note says so.",
            column="Unit",
        )
        note = f"{note} Unit in the file: {row.text('Unit')}. {series.reason}".strip()
    name = (series.substance, series.stage, series.measure, area, year, series.series, RELEASE)
    return {
        "id": "-".join(filter(None, name)),
        "substance": series.substance,
        "stage": series.stage,
        "measure": series.measure,
        "area": area,
        "year": year,
        "value": parsed.value,
        "low": parsed.low,
        "high": parsed.high,
        "unit": series.unit or unit,
        "basis": series.basis,
        "status": parsed.status,
        "flag": parsed.flag,
        "stated": parsed.stated,
        "series": series.series,
        "note": note,
        "source_ids": SOURCE,
        "locator": locator_of(row, ledger.file),
    }


def read_world(
    rows: Iterable[OfficialRow],
    known: Mapping[SeriesKey, WorldSeries],
    places: PlaceNames,
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """The observations of every row of the world sections, in the order of the file."""
    found: dict[str, tuple[dict[str, str], int]] = {}
    seen: set[SeriesKey] = set()
    for row in rows:
        key = SeriesKey.of(row["Commodity"], row["Statistics"], row["Statistics_detail"])
        series = known.get(key)
        if series is None:
            ledger.refuse(
                row.line,
                f"The series {row.text('Commodity')} / {row.text('Statistics_detail')} is not "
                "known.",
                "Add it to kg/sources/usgs/series.csv with its substance, stage and measure.",
                column="Statistics_detail",
            )
            continue
        seen.add(key)
        fact = observation(row, series, places, ledger)
        if fact is None:
            continue
        if fact["id"] in found:
            ledger.refuse(
                row.line,
                f"The figure {fact['id']} stood already in line {found[fact['id']][1]}.",
                "Tell the two series apart in kg/sources/usgs/series.csv.",
            )
            continue
        found[fact["id"]] = fact, row.line
        ledger.use()
    report_missing(known.keys() - seen, ledger)
    facts = [fact for fact, _ in found.values()]
    compare_totals(facts, ledger)
    return facts


def report_missing(missing: Iterable[SeriesKey], ledger: RowLedger) -> None:
    """Report series of the release that the file does not have."""
    for key in sorted(missing):
        ledger.say(
            None,
            f"The series {key.commodity} / {key.statistic} / {key.detail} is missing.",
            "The file is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )


def compare_totals(facts: Iterable[Mapping[str, str]], ledger: RowLedger) -> None:
    """Note world totals that the listed countries do not add up to.

    Where a country has no figure, they may be less than the total, but never more.
    """
    groups: dict[tuple[str, ...], list[Mapping[str, str]]] = defaultdict(list)
    for fact in facts:
        key = (fact["substance"], fact["stage"], fact["measure"], fact["series"], fact["year"])
        groups[key].append(fact)
    for name, members in groups.items():
        total = [fact["value"] for fact in members if fact["area"] == WORLD]
        parts = [fact["value"] for fact in members if fact["area"] != WORLD]
        if len(total) != 1 or not all(total) or not parts:
            continue
        world, listed = float(total[0]), sum(float(part) for part in parts if part)
        too_little = all(parts) and world - listed > _ROUNDING * world
        if too_little or listed - world > _ROUNDING * world:
            ledger.say(
                None,
                f"{' '.join(filter(None, name))}: the listed countries add up to {listed:,.10g}, "
                f"the world total is {world:,.10g}.",
                "Both are kept as published.",
                severity=Severity.NOTE,
            )
