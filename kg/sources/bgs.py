"""World Mineral Statistics of the British Geological Survey, from a user's own files.

https://ogcapi.bgs.ac.uk/collections/world-mineral-statistics, one file for each group of
commodities (UTF-8, 28 columns whose order differs from file to file): production by country since
1970. The licence is in dispute, so critmat ships no figure of it.

What a commodity stands for is said by ``bgs_series.csv``. ``rare earth oxides`` and ``rare earth
minerals`` overlap in time and count differently (oxide, gross weight of a mineral): they are series
of their own and are never added.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, header_of, read_official_csv
from kg.sources.own_source import OwnSource

SOURCE = OwnSource(
    id="bgs-wms",
    title="World Mineral Statistics",
    publisher="British Geological Survey (UKRI)",
    url="https://ogcapi.bgs.ac.uk/collections/world-mineral-statistics",
    kind="official",
    retrieved="2026-11-22",
    attribution="British Geological Survey © UKRI",
)
COLUMNS = (
    "x",
    "y",
    "country_iso3_code",
    "erml_group",
    "sdmx_translation",
    "pole_of_inaccessibility_longitude",
    "erml_commodity",
    "units",
    "year",
    "pole_of_inaccessibility_latitude",
    "erml_sub_commodity",
    "concat_table_notes_code",
    "yearbook_table_id",
    "cgi_commodity_url",
    "quantity",
    "yearbook_table_trans",
    "bgs_commodity_code",
    "concat_table_notes_text",
    "bgs_statistic_type_trans",
    "bgs_commodity_trans",
    "quantity_in_book_style",
    "concat_figure_notes_code",
    "country_trans",
    "bgs_sub_commodity_trans",
    "data_precision_description",
    "concat_figure_notes_text",
    "country_iso2_code",
    "sdmx_code",
)
#: Unit code and, where the unit says so, the basis.
UNITS = {
    "tonnes (metric)": ("tonne", ""),
    "tonnes (metal content)": ("tonne", "metal-content"),
    "kilograms (metal content)": ("kilogram", "metal-content"),
}
#: Figure notes that say that the figure is no production.
_MEASURES = {"exports.": "exports", "capacity.": "capacity", "nominal capacity.": "capacity"}
_ESTIMATED = "estimates."
_YEAR = re.compile(r"(?P<year>(19|20)[0-9]{2})-01-01 00:00:00", re.ASCII)
_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
#: The code of the BGS for Kosovo, which ISO 3166 does not have.
_CODES = {"1A0": "XKX"}


class BgsSeries(NamedTuple):
    """What a commodity stands for, or why it is left out."""

    substance: str
    stage: str
    basis: str
    series: str
    left_out: str


def bgs_series() -> dict[tuple[str, str], BgsSeries]:
    """Series by commodity and sub-commodity, folded, from ``bgs_series.csv``."""
    path = Path(__file__).with_name("bgs_series.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (fold(row["commodity"]), fold(row["sub_commodity"])): BgsSeries(
                row["substance"], row["stage"], row["basis"], row["series"], row["left_out"]
            )
            for row in csv.DictReader(file)
        }


def place_ids(table: Path | None = None) -> frozenset[str]:
    """Identifiers of the shipped places."""
    path = table or facts_dir() / "tables" / "places.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["id"] for row in csv.DictReader(file))


def import_bgs(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read the files of any commodities; the tables are empty when there is an error."""
    report = Report("import bgs")
    if not files:
        report.add(Problem("bgs", "No file is given.", "Give BGS_<commodity>_production.csv."))
    known, places = bgs_series(), place_ids()
    facts: dict[str, dict[str, str]] = {}
    for path in files:
        header = header_of(path)
        columns = header if sorted(header) == sorted(COLUMNS) else COLUMNS
        rows = read_official_csv(path, columns, "utf-8-sig", report)
        if rows is None:
            continue
        ledger = RowLedger(path.name, report, read=len(rows))
        found: dict[str, list[tuple[OfficialRow, dict[str, str]]]] = defaultdict(list)
        for row in rows:
            fact = _read(row, known, places, ledger)
            if fact is not None:
                found[fact["id"]].append((row, fact))
        for name, alike in found.items():
            _keep(name, alike, facts, ledger)
        ledger.close()
    if not report.ok:
        return {}, report
    tables: FactTables = {
        "bgs-production": ("observations", list(facts.values())),
        "bgs-sources": ("sources", [SOURCE.row()]),
    }
    return tables, report


def _keep(
    name: str,
    alike: Sequence[tuple[OfficialRow, dict[str, str]]],
    facts: dict[str, dict[str, str]],
    ledger: RowLedger,
) -> None:
    """Keep a fact that stands once; report rows that say two things of one country and year."""
    if len(alike) == 1 and name not in facts:
        facts[name] = alike[0][1]
        ledger.use()
        return
    names = sorted({row.text("country_trans") for row, _ in alike})
    twice = len(names) < len(alike) or name in facts
    for row, fact in alike:
        ledger.refuse(
            row.line,
            f"{fact['substance']}, {fact['year']}: {' and '.join(names)} have one code, "
            f"{fact['area']}.",
            "Give each file once." if twice else "Not used: the file does not say which is meant.",
            column="country_iso3_code",
            severity=Severity.ERROR if twice else Severity.WARNING,
        )


def _read(
    row: OfficialRow,
    known: Mapping[tuple[str, str], BgsSeries],
    places: frozenset[str],
    ledger: RowLedger,
) -> dict[str, str] | None:
    """The fact of a row, not counted yet; a row that gives none is accounted for."""
    commodity = (fold(row["bgs_commodity_trans"]), fold(row["bgs_sub_commodity_trans"]))
    series = known.get(commodity)
    unit = UNITS.get(row.text("units"))
    year = _YEAR.fullmatch(row["year"])
    figure = _figure(row)
    strange = [
        column
        for column, sound in (
            ("bgs_commodity_trans", series),
            ("units", unit),
            ("year", year),
            ("quantity", figure),
            ("bgs_statistic_type_trans", row["bgs_statistic_type_trans"] == "Production"),
        )
        if not sound
    ]
    if strange or series is None or unit is None or year is None or figure is None:
        ledger.refuse(
            row.line,
            f"{row[strange[0]]!r} cannot be read.",
            "Take the file as it was released, or add the commodity to kg/sources/bgs_series.csv.",
            column=strange[0],
        )
        return None
    area = _CODES.get(row["country_iso3_code"], row["country_iso3_code"])
    if series.left_out:
        ledger.leave_out(series.left_out)
    elif area not in places:
        ledger.leave_out(f"area that is no place of critmat: {row.text('country_trans')}")
    else:
        return _fact(row, series, (area, year["year"]), unit, figure)
    return None


def _figure(row: OfficialRow) -> dict[str, str] | None:
    """Status and figure of a row, or ``None`` where they contradict each other."""
    stated = row["quantity"].strip()
    if row["sdmx_code"] == "O":
        return {"status": "not-available", "flag": row["quantity_in_book_style"].strip() or "..."}
    if row["sdmx_code"] == "N":
        # Less than half a unit.
        return {"status": "bound", "low": "0", "high": "0.5", "flag": "0"}
    if row["sdmx_code"] != "A" or not _FIGURE.fullmatch(stated):
        return None
    estimated = _ESTIMATED in _notes(row)
    return {
        "status": "estimated" if estimated else "measured",
        "value": stated,
        "stated": stated,
    }


def _notes(row: OfficialRow) -> list[str]:
    return [fold(note) for note in row["concat_figure_notes_text"].split("|")]


def _fact(
    row: OfficialRow,
    series: BgsSeries,
    where: tuple[str, str],
    unit: tuple[str, str],
    figure: Mapping[str, str],
) -> dict[str, str]:
    area, year = where
    measure = next((_MEASURES[note] for note in _notes(row) if note in _MEASURES), "production")
    notes = [
        note.strip()
        for note in row["concat_figure_notes_text"].split("|")
        if fold(note) not in {_ESTIMATED, ""}
    ]
    name = "-".join(
        filter(
            None,
            (series.substance, series.stage, measure, area, year, series.series, SOURCE.id),
        )
    )
    return {
        "id": name,
        "substance": series.substance,
        "stage": series.stage,
        "measure": measure,
        "area": area,
        "year": year,
        "unit": unit[0],
        "basis": series.basis or unit[1],
        **figure,
        "series": series.series,
        "note": " ".join(notes),
        "source_ids": SOURCE.id,
        "locator": row.text("yearbook_table_trans"),
    }


BGS = Importer(
    name="bgs",
    summary="BGS World Mineral Statistics, your own files BGS_*_production.csv; needs --out.",
    folder="bgs-world-mineral-statistics",
    files=("BGS_*_production.csv",),
    tables=("bgs-production", "bgs-sources"),
    read=import_bgs,
    shipped=False,
)
