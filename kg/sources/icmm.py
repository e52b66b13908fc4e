"""Global Mining Dataset of the International Council on Mining and Metals, September 2025 (V1).

https://www.icmm.com/en-gb/research/social-performance/2025/global-mining-dataset, CC BY 4.0. One
workbook; the sheet ``External`` has one row for each mine, smelter, refinery or plant, with
commodities and a point, but neither owner nor status. A row may be a cluster: sites of several
data bases within 2.5 km, or of like names within 15 km, with the mean of their points and all
their names. The other two sheets explain and count.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactRow, FactTables
from kg.sources.garbled import restored
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, tidy
from kg.sources.official_workbook import OfficialWorkbook
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SiteReader
from kg.sources.site_record import SiteRecord, SiteSubstances, site_slug

SOURCE = "icmm-gmd"
TABLE = "icmm-sites"
_SHEET = "External"
_COMMODITIES = ("Primary Commodity", "Secondary Commodity", "Other Commodities")
COLUMNS = (
    "ICMMID",
    "Confidence Factor",
    "Mine Name",
    "Group Names",
    "Latitude",
    "Longitude",
    "Asset Type",
    "Country",
    *_COMMODITIES,
)
_CONFIDENCE = {"High", "Moderate", "Very Low"}
_VERY_LOW = "The release itself has very low confidence in this site."
#: Commodity words of the release with a slip of the keyboard that leaves no doubt.
_MISSPELT = {
    "aresnic": "arsenic",
    "cadimium": "cadmium",
    "cadmiuum": "cadmium",
    "chormite": "chromite",
    "fertilizedr": "fertilizer",
    "zicron": "zircon",
}


class _Asset(NamedTuple):
    """What an asset type of the release is."""

    kind: str
    stages: tuple[str, ...]


#: The kind of a combined type is that of the first part in this order. A plant crushes, grinds,
#: washes, leaches or floats what was mined (sheet About), so its stage is not one alone.
_ASSETS = {
    "Mine": _Asset("mine", ("mining",)),
    "Smelter": _Asset("smelter", ("smelting",)),
    "Refinery": _Asset("refinery", ("refining",)),
    "Plant": _Asset("processing-plant", ("processing",)),
    "Steel Plant": _Asset("plant", ("production",)),
}


def import_icmm(
    files: Sequence[Path],
    places: PlaceNames | None = None,
    substances: SiteSubstances | None = None,
) -> tuple[FactTables, Report]:
    """Read the workbook; the tables are empty when there is an error."""
    report = Report("import icmm")
    if len(files) != 1:
        report.add(Problem("icmm", "One file is read.", "Give global-mining-dataset.xlsx."))
        return {}, report
    workbook = OfficialWorkbook.open(files[0], report)
    rows = None if workbook is None else workbook.rows(_SHEET, COLUMNS)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    reader = SiteReader(ledger, places, substances)
    records: list[FactRow] = []
    seen: set[str] = set()
    for row in rows:
        key = row.text("ICMMID")
        if not key or key in seen:
            ledger.refuse(row.line, f"{key!r} is no id of its own.", _AGAIN, column="ICMMID")
            continue
        seen.add(key)
        record = _record(row, ledger, reader)
        if record is not None:
            ledger.use()
            records.append(record.row())
    ledger.close()
    return ({TABLE: ("site-records", records)} if report.ok else {}), report


_AGAIN = "Take the workbook as it was released; a new release needs a look at the importer."


def _record(row: OfficialRow, ledger: RowLedger, reader: SiteReader) -> SiteRecord | None:
    assets = [_ASSETS.get(part.strip()) for part in row["Asset Type"].split(";")]
    if None in assets or row.text("Confidence Factor") not in _CONFIDENCE:
        ledger.refuse(
            row.line,
            f"{row['Asset Type']!r} with confidence {row['Confidence Factor']!r} is not known.",
            _AGAIN,
            column="Asset Type",
        )
        return None
    known = [asset for asset in _ASSETS.values() if asset in assets]
    words = _words(row, ledger)
    substances = reader.substances(row.line, words, _COMMODITIES[0])
    if substances is None:
        return None
    country = reader.country(row.line, row.text("Country"), "Country")
    if country is None:
        return None
    point = reader.point(
        row.line, country, row["Latitude"], row["Longitude"], ("Latitude", "Longitude")
    )
    if point is None:
        return None
    name = _restored(row, "Mine Name", row["Mine Name"], ledger)
    others = [_restored(row, "Group Names", n, ledger) for n in row["Group Names"].split(";")]
    names = {fold(other): other for other in reversed(others) if fold(other) != "unknown"}
    names.pop("", None)
    clustered = len(names.keys() | {fold(name)}) > 1
    names.pop(fold(name), None)
    return SiteRecord(
        id=f"icmm-{site_slug(row.text('ICMMID'))}",
        name=name,
        aliases=tuple(reversed(names.values())),
        kind=known[0].kind,
        kind_words=row.text("Asset Type"),
        country=point.country,
        latitude=point.latitude,
        longitude=point.longitude,
        precision=("locality" if clustered else "site") if point.latitude else "",
        substances=substances,
        substance_words="; ".join(words),
        stages=tuple(dict.fromkeys(stage for asset in known for stage in asset.stages)),
        note=_VERY_LOW if row.text("Confidence Factor") == "Very Low" else "",
        source_ids=(SOURCE,),
        locator=f"sheet {_SHEET}",
    )


def _words(row: OfficialRow, ledger: RowLedger) -> list[str]:
    """The commodities of a row, misspelt ones mended and reported."""
    words = []
    for column in _COMMODITIES:
        for word in filter(None, map(tidy, row[column].split(";"))):
            mended = _MISSPELT.get(word.casefold())
            if mended is not None:
                ledger.say(
                    row.line,
                    f"{word!r} is read as {mended!r}.",
                    "Nothing to do.",
                    column=column,
                    severity=Severity.NOTE,
                )
            words.append(mended or word)
    return list(dict.fromkeys(words))


def _restored(row: OfficialRow, column: str, stated: str, ledger: RowLedger) -> str:
    """A name with its letters as they were before they were garbled."""
    name = tidy(restored(stated))
    if name != tidy(stated):
        ledger.say(
            row.line,
            f"{stated!r} was garbled before the release; it is read as {name!r}.",
            "Nothing to do.",
            column=column,
            severity=Severity.NOTE,
        )
    return name


ICMM = Importer(
    name="icmm",
    summary="ICMM Global Mining Dataset, September 2025: the workbook, sheet External.",
    folder="icmm-global-mining-dataset",
    files=("global-mining-dataset.xlsx",),
    tables=(TABLE,),
    read=import_icmm,
)
