"""USGS global assessment of undiscovered copper resources: known deposits and prospects.

https://doi.org/10.3133/sir20105090Z (SIR 2010-5090-Z), in the public domain: two tables in CSV
(UTF-8), porphyry copper and sediment-hosted copper. Ore in million tonnes, grades in percent and in
grams per tonne, contained copper in tonnes; -9999 means that there is no figure. A substance with
"(?)" is in doubt and not recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report
from kg.sources.deposit_resource import DepositResource
from kg.sources.fact_tables import FactRow, FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, header_of, read_official_csv
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SiteReader, deposit_precision
from kg.sources.site_record import SiteRecord

SOURCE = "usgs-sir-2010-5090-z"
_NO_FIGURE = "-9999"
_NAMES = ("objectid", "gmrap_id", "coded_id", "tract_name", "name", "name_other", "name_group")
_PORPHYRY = (
    *_NAMES,
    *("includes", "sitestatus", "country", "state_prov", "latitude", "longitude", "dep_type"),
    *("dep_subtype", "age_ma", "age_method", "age_range", "age_ref", "comm_major", "comm_minor"),
    *("comm_trace", "tonnage_mt", "cu_pct", "mo_pct", "au_g_t", "ag_g_t", "con_cu_t", "au_mo"),
    *("comments", "minerals", "assd_rock", "dev_status", "ref_list", "setting", "study_area"),
    *("short_ref", "strat_age"),
)
_SEDIMENT = (
    *_NAMES,
    *("includes", "sitestatus", "sitestatus2", "country", "state_prov", "latitude", "longitude"),
    *("dep_type", "dep_subtype", "age_host", "age_ma", "unit", "host_rocks", "comm_major"),
    *("tonnage_mt", "cu_pct", "co_pct", "ag_g_t", "con_cu_t", "comments", "minerals", "ref_list"),
    "short_ref",
)


class CopperTable(NamedTuple):
    """One of the two tables: name of the file, columns, prefix of its records."""

    file: str
    columns: tuple[str, ...]
    prefix: str


TABLES = (
    CopperTable("pcu_deps_pros.csv", _PORPHYRY, "usgs-pcu"),
    CopperTable("sedcu_deps_pros.csv", _SEDIMENT, "usgs-sedcu"),
)
#: Column of a figure -> measure, substance, unit.
_FIGURES: Mapping[str, tuple[str, str, str]] = {
    "tonnage_mt": ("ore", "", "million-tonnes"),
    "cu_pct": ("grade", "copper", "percent"),
    "mo_pct": ("grade", "molybdenum", "percent"),
    "co_pct": ("grade", "cobalt", "percent"),
    "au_g_t": ("grade", "gold", "gram-per-tonne"),
    "ag_g_t": ("grade", "silver", "gram-per-tonne"),
    "con_cu_t": ("contained", "copper", "tonne"),
}
_MINES = ("Producer", "Past Producer")
_GROUP = "group record for a deposit"
#: Part by which contained copper may differ from ore times grade before it is reported.
_ROUNDING = 0.1


def import_copper_deposits(
    files: Sequence[Path], places: PlaceNames | None = None
) -> tuple[FactTables, Report]:
    """Read both tables; the fact tables are empty when there is an error."""
    report = Report("import usgs-copper-deposits")
    paths = {_table_of(path).file: path for path in files}
    if len(files) != len(TABLES) or len(paths) != len(TABLES):
        for path in files:
            report.add(
                Problem(path.name, "Two different tables are read.", "Give both tables, each once.")
            )
        report.add(Problem("usgs-copper-deposits", "A table is missing.", "Give both tables."))
        return {}, report
    sites: list[FactRow] = []
    figures: list[FactRow] = []
    for table in TABLES:
        rows = read_official_csv(paths[table.file], table.columns, "utf-8-sig", report)
        if rows is None:
            continue
        ledger = RowLedger(paths[table.file].name, report)
        ledger.read = len(rows)
        reader = SiteReader(ledger, places)
        for row in rows:
            record = _record(row, table, reader, ledger)
            if record is not None:
                sites.append(record.row())
                figures.extend(figure.row() for figure in _figures(record.id, row, table))
                _compare(row, ledger)
        ledger.close()
    _check_ids(sites, report)
    if not report.ok:
        return {}, report
    return {
        "usgs-copper-deposits-sites": ("site-records", sites),
        "usgs-copper-deposits-resources": ("deposit-resources", figures),
    }, report


def _table_of(path: Path) -> CopperTable:
    """The table that a file is, by its columns; a damaged file is taken by its name."""
    header = header_of(path)
    by_name = next((table for table in TABLES if table.file == path.name), TABLES[0])
    return next((table for table in TABLES if header == table.columns), by_name)


def _check_ids(sites: Sequence[FactRow], report: Report) -> None:
    if len({row["id"] for row in sites}) != len(sites):
        report.add(
            Problem(
                "usgs-copper-deposits",
                "A number of a record stands twice.",
                "Take the tables as they were released.",
                column="gmrap_id",
            )
        )


def _record(
    row: OfficialRow, table: CopperTable, reader: SiteReader, ledger: RowLedger
) -> SiteRecord | None:
    """The record of a row that can be used; otherwise the row is accounted for."""
    major, minor, trace = (
        [word.strip() for word in row.cells.get(column, "").split(",") if word.strip()]
        for column in ("comm_major", "comm_minor", "comm_trace")
    )
    bad = [column for column in _FIGURES if column in row.cells and not _readable(row[column])]
    if bad:
        ledger.refuse(
            row.line,
            f"{row[bad[0]]!r} is no figure.",
            "A figure is a number above 0, or -9999 where there is none.",
            column=bad[0],
        )
        return None
    sure = [word for word in (*major, *minor) if not word.endswith("(?)")]
    if major and not sure:
        ledger.leave_out("every substance in doubt")
        return None
    words = sure if major else ["Cu", *sure]
    substances = reader.substances(row.line, words, "comm_major")
    if substances is None:
        return None
    country = reader.country(row.line, row.text("country"), "country")
    if country is None:
        return None
    columns = ("latitude", "longitude")
    point = reader.point(row.line, country, row["latitude"], row["longitude"], columns)
    if point is None:
        return None
    ledger.use()
    notes = []
    if not major:
        notes.append("The table names no substance; it is one of copper deposits and prospects.")
    if row.cells.get("sitestatus2", "") == _GROUP:
        notes.append("The table calls it a group of deposits.")
    number, name = row.text("gmrap_id"), row.text("name")
    developed = row.text("dev_status") if "dev_status" in row.cells else row.text("sitestatus2")
    return SiteRecord(
        id=f"{table.prefix}-{number}",
        name=f"unnamed {number}" if name == "unnamed" else name,
        aliases=(row.text("name_other"),),
        kind=_kind(row),
        kind_words=row.text("sitestatus"),
        status_words=developed,
        country=point.country,
        region=row.text("state_prov"),
        latitude=point.latitude,
        longitude=point.longitude,
        precision=deposit_precision(name, point.latitude, point.longitude),
        substances=substances,
        substance_words="; ".join(
            f"{what} {', '.join(words)}".strip()
            for what, words in (("", major), ("minor", minor), ("trace", trace))
            if words
        ),
        stages=("mining",) if _kind(row) == "mine" else (),
        deposit_type=", ".join(
            part
            for part in (row.text("dep_type"), row.text("dep_subtype"))
            if part not in {"", "NA"}
        ),
        note=" ".join(notes),
        source_ids=(SOURCE,),
        locator=table.file,
    )


def _kind(row: OfficialRow) -> str:
    status = row.text("sitestatus")
    if row.cells.get("dev_status", "") in _MINES or status.startswith("historic mine"):
        return "mine"
    return "deposit" if status == "deposit" else "prospect"


def _readable(cell: str) -> bool:
    try:
        return cell == _NO_FIGURE or float(cell) > 0
    except ValueError:
        return False


def _figures(record: str, row: OfficialRow, table: CopperTable) -> Iterator[DepositResource]:
    stated = {c: what for c, what in _FIGURES.items() if row.cells.get(c, _NO_FIGURE) != _NO_FIGURE}
    graded = tuple(substance for measure, substance, _ in stated.values() if measure == "grade")
    for column, (measure, substance, unit) in stated.items():
        yield DepositResource(
            record=record,
            measure=measure,
            substances=(substance,) if substance else graded or ("copper",),
            value=row.text(column),
            unit=unit,
            source=SOURCE,
            locator=table.file,
        )


def _compare(row: OfficialRow, ledger: RowLedger) -> None:
    """Warn where contained copper is not ore times grade; all three are kept as they stand."""
    cells = [row[column] for column in ("tonnage_mt", "cu_pct", "con_cu_t")]
    if _NO_FIGURE in cells:
        return
    ore, grade, contained = map(float, cells)
    product = ore * grade * 10_000
    if abs(product - contained) > _ROUNDING * contained:
        ledger.say(
            row.line,
            f"{row.text('name')}: {cells[0]} Mt of {cells[1]} percent are {product:,.0f} t of "
            f"copper, the table says {contained:,.0f} t.",
            "The three figures are kept as they stand; one of them is wrong or means another ore.",
            column="con_cu_t",
        )


USGS_COPPER_DEPOSITS = Importer(
    name="usgs-copper-deposits",
    summary="USGS SIR 2010-5090-Z: porphyry and sediment-hosted copper deposits, with grades.",
    folder="usgs-copper-deposits",
    files=("pcu_deps_pros.csv", "sedcu_deps_pros.csv"),
    tables=("usgs-copper-deposits-sites", "usgs-copper-deposits-resources"),
    read=import_copper_deposits,
)
