"""USGS Open-File Report 02-189: rare earth element mines, deposits and occurrences of the world.

https://mrdata.usgs.gov/ree/, in the public domain, state of about 2000: the main table in CSV
(UTF-8). What a site does is that of the time and is kept in words only; two coordinates in three
are given to the arc minute, the others not at all.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactRow, FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, read_official_csv
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SiteReader
from kg.sources.site_record import SiteRecord

SOURCE = "usgs-ofr02189"
YEAR = "2002"
COLUMNS = (
    *("rec_id", "deptype", "depname", "country", "stprov", "lat_dms", "lon_dms", "status"),
    *("age_info", "company", "comments", "latitude", "longitude"),
)
_KINDS = Path(__file__).with_name("ree_statuses.csv")


@cache
def _kinds() -> Mapping[str, str]:
    with _KINDS.open(encoding="utf-8", newline="") as file:
        return {fold(row["words"]): row["kind"] for row in csv.DictReader(file)}


def import_ree_deposits(
    files: Sequence[Path], places: PlaceNames | None = None
) -> tuple[FactTables, Report]:
    """Read the main table; the tables are empty when there is an error."""
    report = Report("import usgs-ree-deposits")
    if len(files) != 1:
        report.add(Problem("usgs-ree-deposits", "One file is read.", "Give the main table."))
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "utf-8-sig", report)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report)
    reader = SiteReader(ledger, places)
    ledger.read = len(rows)
    found = {row["rec_id"]: row for row in rows}
    if len(found) != len(rows):
        ledger.say(
            None,
            "A number of a record stands twice.",
            "Take the table as it was released.",
            column="rec_id",
            severity=Severity.ERROR,
        )
    sites = [record for row in rows if (record := _record(row, reader, ledger))]
    ledger.close()
    return ({"usgs-ree-deposits-sites": ("site-records", sites)} if report.ok else {}), report


def _record(row: OfficialRow, reader: SiteReader, ledger: RowLedger) -> FactRow | None:
    """The record of a row that can be used; otherwise the row is accounted for."""
    kind = _kinds().get(fold(row["status"])) if row.text("status") else "deposit"
    number = row.text("rec_id")
    if kind is None or not number.isdigit():
        column = "status" if kind is None else "rec_id"
        ledger.refuse(
            row.line,
            f"{row.text(column)!r} is not known.",
            "Add the status to kg/sources/usgs/ree_statuses.csv; a record has a number.",
            column=column,
        )
        return None
    country = reader.country(row.line, row.text("country"), "country")
    if country is None:
        return None
    columns = ("latitude", "longitude")
    point = reader.point(row.line, country, row["latitude"], row["longitude"], columns)
    if point is None:
        return None
    ledger.use()
    return SiteRecord(
        id=f"usgs-ree-{number}",
        name=row.text("depname"),
        kind=kind,
        status_words=row.text("status"),
        country=point.country,
        region=row.text("stprov"),
        latitude=point.latitude,
        longitude=point.longitude,
        precision="locality" if point.latitude else "",
        operator_words=row.text("company"),
        substances=("rare-earths",),
        stages=("mining",) if kind == "mine" else (),
        year=YEAR,
        deposit_type=row.text("deptype"),
        source_ids=(SOURCE,),
        locator="main table",
    ).row()


USGS_REE_DEPOSITS = Importer(
    name="usgs-ree-deposits",
    summary="USGS OFR 02-189: mines, deposits and occurrences of rare earths, state of 2002.",
    folder="usgs-ree-deposits",
    files=("main.csv",),
    tables=("usgs-ree-deposits-sites",),
    read=import_ree_deposits,
)
