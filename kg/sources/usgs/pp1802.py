"""Mines, deposits and districts of critical minerals: points of USGS Professional Paper 1802.

https://mrdata.usgs.gov/pp1802/ and https://doi.org/10.5066/F7GH9GQR (2017), public domain. One
table, UTF-8. A row has no key, and the same name occurs in one country for several minerals, so
the identifier of a record is made of name and country, then, for twins, of the minerals, then of
the point in hundredths of a degree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, ends_whole, read_official_csv
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SiteReader, deposit_precision
from kg.sources.site_record import SiteRecord, SiteSubstances, site_slug

SOURCE = "usgs-pp1802"
TABLE = "usgs-pp1802-sites"
COLUMNS = (
    "X",
    "Y",
    "DEPOSIT_NAME",
    "CRITICAL_MINERAL",
    "DEPOSIT_TYPE",
    "LATITUDE",
    "LONGITUDE",
    "LOCATION",
    "LOC_DETAIL",
)


def import_usgs_pp1802(
    files: Sequence[Path],
    places: PlaceNames | None = None,
    substances: SiteSubstances | None = None,
) -> tuple[FactTables, Report]:
    """Read the points; the tables are empty when there is an error."""
    report = Report("import usgs-pp1802")
    if len(files) != 1:
        report.add(Problem("usgs-pp1802", "One file is read.", "Give PP1802_CritMin_pts.csv."))
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "utf-8-sig", report)
    if rows is None or not ends_whole(files[0], report):
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    reader = SiteReader(ledger, places, substances)
    records = []
    for row in rows:
        record = _record(row, reader)
        if record is not None:
            ledger.use()
            records.append(record)
    named = _named(records)
    if len({record.id for record in named}) < len(named):
        ledger.say(
            None,
            "Two rows have one name, country, minerals and point.",
            "Take the table as it was released.",
            severity=Severity.ERROR,
        )
    ledger.close()
    if not report.ok:
        return {}, report
    return {TABLE: ("site-records", [record.row() for record in named])}, report


def _record(row: OfficialRow, reader: SiteReader) -> SiteRecord | None:
    words = [word for word in row.text("CRITICAL_MINERAL").split("; ") if word]
    substances = reader.substances(row.line, words, "CRITICAL_MINERAL")
    if substances is None:
        return None
    country = reader.country(row.line, row.text("LOCATION"), "LOCATION")
    if country is None:
        return None
    point = reader.point(
        row.line, country, row["LATITUDE"], row["LONGITUDE"], ("LATITUDE", "LONGITUDE")
    )
    if point is None:
        return None
    name = row.text("DEPOSIT_NAME")
    return SiteRecord(
        id=f"pp1802-{site_slug(name)}-{country.lower()}",
        name=name,
        kind="deposit",
        country=country,
        region=row.text("LOC_DETAIL"),
        latitude=point.latitude,
        longitude=point.longitude,
        precision=deposit_precision(name, point.latitude, point.longitude),
        substances=substances,
        substance_words="; ".join(words),
        deposit_type=row.text("DEPOSIT_TYPE"),
        source_ids=(SOURCE,),
        locator="points",
    )


def _named(records: Sequence[SiteRecord]) -> list[SiteRecord]:
    """The records with identifiers of their own: twins say their minerals, then their point."""
    steps: tuple[Callable[[SiteRecord], str], ...] = (
        lambda record: site_slug(record.substance_words),
        _point_slug,
    )
    named = list(records)
    for more in steps:
        counts = Counter(record.id for record in named)
        named = [
            replace(record, id=f"{record.id}-{more(record)}") if counts[record.id] > 1 else record
            for record in named
        ]
    return named


def _point_slug(record: SiteRecord) -> str:
    """``5120n-05857e`` for a point of 51.20 north, 58.57 east."""
    if not record.latitude:
        return "nowhere"
    north, east = float(record.latitude), float(record.longitude)
    return (
        f"{abs(round(100 * north)):04d}{'n' if north >= 0 else 's'}-"
        f"{abs(round(100 * east)):05d}{'e' if east >= 0 else 'w'}"
    )


USGS_PP1802 = Importer(
    name="usgs-pp1802",
    summary="USGS Professional Paper 1802: points of mines, deposits and districts.",
    folder="usgs-pp1802",
    files=("PP1802_CritMin_pts.csv",),
    tables=(TABLE,),
    read=import_usgs_pp1802,
)
