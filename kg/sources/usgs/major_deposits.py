"""Major mineral deposits of the world: USGS Open-File Report 2005-1294.

https://mrdata.usgs.gov/major-deposits/, public domain. Four tables, UTF-8: ``deposit`` has one row
for each site by its number ``gid``, ``commodity`` its commodities in regular spelling, symbols for
elements; ``ref`` lists literature and ``datadxny`` explains the columns. The compilation is of
2005 and says nothing of what works today.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactRow, FactTables
from kg.sources.garbled import restored
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, ends_whole, header_of, read_official_csv, tidy
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SiteReader, deposit_precision
from kg.sources.site_record import SiteRecord, SiteSubstances

SOURCE = "usgs-ofr-2005-1294"
TABLE = "usgs-major-deposits-sites"
DEPOSITS = (
    "gid",
    "dep_name",
    "country",
    "state",
    "latitude",
    "longitude",
    "commodity",
    "dep_type",
    "type_detail",
    "model_code",
    "model_name",
    "metallic",
    "citation",
)
COMMODITIES = ("gid", "value")
REFERENCES = ("reference", "onlink")
DICTIONARY = (
    "id",
    "tblorder",
    "tblname",
    "number",
    "label",
    "category",
    "short_desc",
    "description",
    "link",
    "origin",
    "sqltype",
    "dbftype",
    "width",
    "prec",
    "units",
)
#: Tables that tell nothing of a site, and what they are.
_BESIDE = {REFERENCES: "entry of the list of literature", DICTIONARY: "explanation of a column"}
_TABLES = (DEPOSITS, COMMODITIES, REFERENCES, DICTIONARY)
#: "Buchwa (Buhwa, Doughnut)": a name "possibly with alternatives" (datadxny).
_WITH_OTHERS = re.compile(r"([^()]+) \(([^()]+)\)")
_REMEDY = "Give the four tables of the release: deposit, commodity, ref and datadxny."


def import_usgs_major_deposits(
    files: Sequence[Path],
    places: PlaceNames | None = None,
    substances: SiteSubstances | None = None,
) -> tuple[FactTables, Report]:
    """Read the sites with their commodities; the tables are empty when there is an error."""
    report = Report("import usgs-major-deposits")
    rows = _tables(files, report)
    if rows is None:
        return {}, report
    deposits, commodities = rows
    ledger = RowLedger(deposits[0].name, report, read=len(deposits[1]))
    words = _commodities(commodities, {row["gid"] for row in deposits[1]}, report)
    reader = SiteReader(ledger, places, substances)
    records: dict[str, SiteRecord] = {}
    for row in deposits[1]:
        gid = row["gid"]
        if not gid.isdecimal() or f"ofr2005-1294-{gid}" in records or gid not in words:
            ledger.refuse(
                row.line,
                f"Number {gid!r} is no number, stands twice, or has no row of commodities.",
                "The tables are cut off or of different releases; download them again.",
                column="gid",
            )
            continue
        record = _record(row, words[gid], ledger, reader)
        if record is not None:
            ledger.use()
            records[record.id] = record
    ledger.close()
    if not report.ok:
        return {}, report
    return {TABLE: ("site-records", _with_own_names(list(records.values())))}, report


def _with_own_names(records: Sequence[SiteRecord]) -> list[FactRow]:
    """The rows without the other names that several sites share: those are names of a district."""
    counts = Counter(alias for record in records for alias in set(record.aliases))
    return [
        replace(record, aliases=tuple(name for name in record.aliases if counts[name] == 1)).row()
        for record in records
    ]


_Read = tuple[Path, list[OfficialRow]]


def _tables(files: Sequence[Path], report: Report) -> tuple[_Read, _Read] | None:
    """The rows of ``deposit`` and of ``commodity``, when all four tables can be read."""
    found: dict[tuple[str, ...], _Read] = {}
    for path in files:
        header = header_of(path)
        if header not in _TABLES or header in found:
            report.add(
                Problem(path.name, "This is no table of the release, or stands twice.", _REMEDY)
            )
            continue
        rows = read_official_csv(path, header, "utf-8-sig", report)
        if rows is not None and ends_whole(path, report):
            found[header] = (path, rows)
            if header in _BESIDE:
                ledger = RowLedger(path.name, report, read=len(rows))
                ledger.left_out[_BESIDE[header]] = len(rows)
                ledger.close()
    if report.ok and len(found) < len(_TABLES):
        report.add(Problem("usgs-major-deposits", "A table is missing.", _REMEDY))
    return (found[DEPOSITS], found[COMMODITIES]) if report.ok else None


def _commodities(
    table: _Read, gids: set[str], report: Report
) -> Mapping[str, list[tuple[int, str]]]:
    """Line and word of each commodity by the number of the site."""
    path, rows = table
    ledger = RowLedger(path.name, report, read=len(rows))
    words: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        if row["gid"] not in gids:
            ledger.refuse(
                row.line,
                f"There is no site {row['gid']!r}.",
                "The tables are cut off or of different releases; download them again.",
                column="gid",
            )
            continue
        words[row["gid"]].append((row.line, row.text("value")))
        ledger.use()
    ledger.close()
    return words


@cache
def _elements() -> Mapping[str, str]:
    """The names of the elements by their symbols."""
    with (facts_dir() / "tables" / "elements.csv").open(encoding="utf-8", newline="") as file:
        return {row["symbol"]: row["name"] for row in csv.DictReader(file)}


def _record(
    row: OfficialRow, words: Sequence[tuple[int, str]], ledger: RowLedger, reader: SiteReader
) -> SiteRecord | None:
    named = [_elements().get(word, word) for _, word in words]
    substances = reader.substances(row.line, named, "commodity")
    if substances is None:
        return None
    country = reader.country(row.line, restored(row.text("country")), "country")
    if country is None:
        return None
    point = reader.point(
        row.line, country, row["latitude"], row["longitude"], ("latitude", "longitude")
    )
    if point is None:
        return None
    name = _restored(row, "dep_name", ledger)
    kinds = [row.text("dep_type"), row.text("type_detail")]
    return SiteRecord(
        id=f"ofr2005-1294-{row['gid']}",
        name=name,
        aliases=_others(name),
        kind="deposit",
        country=country,
        region=row.text("state"),
        latitude=point.latitude,
        longitude=point.longitude,
        precision=deposit_precision(name, point.latitude, point.longitude),
        substances=substances,
        substance_words=row.text("commodity"),
        deposit_type=": ".join(kind for kind in kinds if kind),
        source_ids=(SOURCE,),
        locator="table deposit",
    )


def _restored(row: OfficialRow, column: str, ledger: RowLedger) -> str:
    name = tidy(restored(row[column]))
    if name != row.text(column):
        ledger.say(
            row.line,
            f"{row[column]!r} was garbled before the release; it is read as {name!r}.",
            "Nothing to do.",
            column=column,
            severity=Severity.NOTE,
        )
    return name


def _others(name: str) -> tuple[str, ...]:
    """The names that a name "with alternatives" holds.

    What begins with a small letter says something of the site ("includes ...", "skarn").

    >>> _others("Buchwa (Buhwa, Doughnut)"), _others("Bingham Canyon (skarn)"), _others("Bikita")
    (('Buchwa', 'Buhwa', 'Doughnut'), ('Bingham Canyon',), ())
    """
    parts = _WITH_OTHERS.fullmatch(name)
    if parts is None:
        return ()
    inside = [part.strip() for part in re.split(r"[,;]", parts[2])]
    return (parts[1].strip(), *(part for part in inside if part and not part[0].islower()))


USGS_MAJOR_DEPOSITS = Importer(
    name="usgs-major-deposits",
    summary="USGS Open-File Report 2005-1294, major mineral deposits of the world: four tables.",
    folder="usgs-major-deposits",
    files=("deposit.csv", "commodity.csv", "ref.csv", "datadxny.csv"),
    tables=(TABLE,),
    read=import_usgs_major_deposits,
)
