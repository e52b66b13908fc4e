"""UN Comtrade: trade as each country reports it, from a user's own files.

United Nations Statistics Division (https://comtradeplus.un.org/), annual trade in goods as the
service writes it to CSV: 47 columns, UTF-8, places as codes of the United Nations. Its terms of use
limit redistribution, so critmat ships no figure. Columns that a program put behind the 47 are
accepted where they are those of the extract that was seen, and ignored.

The same flow is told by both sides, and differs: each report is a row of its own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, header_of, read_official_csv
from kg.sources.own_source import OwnSource

SOURCE = OwnSource(
    id="un-comtrade",
    title="UN Comtrade, annual trade in goods",
    publisher="United Nations Statistics Division",
    url="https://comtradeplus.un.org/",
    kind="official",
    retrieved="2026-11-22",
    attribution="Source: UN Comtrade",
)
COLUMNS = (
    "typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period", "reporterCode",
    "reporterISO", "reporterDesc", "flowCode", "flowDesc", "partnerCode", "partnerISO",
    "partnerDesc", "partner2Code", "partner2ISO", "partner2Desc", "classificationCode",
    "classificationSearchCode", "isOriginalClassification", "cmdCode", "cmdDesc", "aggrLevel",
    "isLeaf", "customsCode", "customsDesc", "mosCode", "motCode", "motDesc", "qtyUnitCode",
    "qtyUnitAbbr", "qty", "isQtyEstimated", "altQtyUnitCode", "altQtyUnitAbbr", "altQty",
    "isAltQtyEstimated", "netWgt", "isNetWgtEstimated", "grossWgt", "isGrossWgtEstimated",
    "cifvalue", "fobvalue", "primaryValue", "legacyEstimationFlag", "isReported", "isAggregate",
)  # fmt: skip
#: Columns that the compiler of an extract added; the first is wrong for rare earths.
ADDED = ("commodity_name", "hs_code", "query_year")
#: Codes of areas in UN Comtrade that are not those of the standard M49.
OWN_AREAS: Mapping[str, str] = MappingProxyType(
    {"842": "USA", "251": "FRA", "579": "NOR", "757": "CHE", "699": "IND"}
)
#: Codes of areas that are no country.
NO_COUNTRY: Mapping[str, str] = MappingProxyType(
    {"490": "Other Asia, nes", "899": "Areas, nes", "568": "Other Europe, nes"}
)
_WORLD = "000"
#: Rows that split a flow further are left out: what each column has in the whole flow.
_WHOLE = {"partner2Code": "0", "customsCode": "C00", "mosCode": "0", "motCode": "0"}
_EDITIONS = {"H6": "2022", "H5": "2017", "H4": "2012", "H3": "2007"}
_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_YEAR = re.compile(r"(19|20)[0-9]{2}", re.ASCII)


def areas(table: Path | None = None) -> dict[str, str]:
    """Places by their code of three digits in UN Comtrade."""
    path = table or facts_dir() / "tables" / "places.csv"
    with path.open(encoding="utf-8", newline="") as file:
        standard = {row["m49"]: row["id"] for row in csv.DictReader(file) if row["m49"]}
    return {**standard, **OWN_AREAS}


def known_headings(table: Path | None = None) -> frozenset[str]:
    """Codes of the table ``tariff-headings``."""
    path = table or facts_dir() / "tables" / "tariff-headings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["id"] for row in csv.DictReader(file))


def import_comtrade(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read any number of files; the tables are empty when there is an error."""
    report = Report("import comtrade")
    if not files:
        report.add(Problem("comtrade", "No file is given.", "Give a CSV file of UN Comtrade."))
    places, headings = areas(), known_headings()
    facts: dict[str, dict[str, str]] = {}
    for path in files:
        extract = header_of(path) == (*COLUMNS, *ADDED)
        columns = (*COLUMNS, *ADDED) if extract else COLUMNS
        rows = read_official_csv(path, columns, "utf-8-sig", report)
        if rows is None:
            continue
        ledger = RowLedger(path.name, report, read=len(rows))
        for row in rows:
            fact = _read(row, places, headings, ledger)
            if fact is None:
                continue
            if fact["id"] in facts:
                ledger.refuse(row.line, "The report stands twice.", "Give each file once.")
                continue
            facts[fact["id"]] = fact
            ledger.use()
        ledger.close()
    if not report.ok:
        return {}, report
    tables: FactTables = {
        "comtrade-trade-flows": ("trade-flows", list(facts.values())),
        "comtrade-sources": ("sources", [SOURCE.row()]),
    }
    return tables, report


def _read(
    row: OfficialRow,
    places: Mapping[str, str],
    headings: frozenset[str],
    ledger: RowLedger,
) -> dict[str, str] | None:
    """The fact of a row, not counted yet; a row that gives none is accounted for."""
    if (row["typeCode"], row["freqCode"]) != ("C", "A"):
        ledger.leave_out("services, or not a whole year")
        return None
    if row["flowCode"] not in {"M", "X"}:
        ledger.leave_out(f"flow {row['flowCode']}: neither imports nor exports")
        return None
    if any(row[column] != whole for column, whole in _WHOLE.items()):
        ledger.leave_out("part of a flow: by second partner, customs procedure or transport")
        return None
    reporter = places.get(row["reporterCode"].zfill(3))
    code = row["partnerCode"].zfill(3)
    partner = places.get(code) or {_WORLD: "WORLD"}.get(code) or ("NES" * (code in NO_COUNTRY))
    edition = _EDITIONS.get(row["classificationCode"])
    weight = row["netWgt"]
    strange = [
        column
        for column, sound in (
            ("reporterCode", reporter),
            ("partnerCode", partner),
            ("classificationCode", edition),
            ("refYear", _YEAR.fullmatch(row["refYear"])),
            ("primaryValue", _FIGURE.fullmatch(row["primaryValue"])),
            ("netWgt", not weight or _FIGURE.fullmatch(weight)),
        )
        if not sound
    ]
    if strange or reporter is None:
        ledger.refuse(
            row.line,
            f"{row[strange[0]]!r} cannot be read.",
            "Take the file as UN Comtrade gives it; codes of areas are those of the table places.",
            column=strange[0],
        )
        return None
    if row["cmdCode"] not in headings:
        ledger.refuse(
            row.line,
            f"The code {row['cmdCode']!r} is not in the table tariff-headings.",
            "Not used. Ask for codes that critmat has, or have them added.",
            column="cmdCode",
            severity=Severity.WARNING,
        )
        return None
    return _fact(row, reporter, partner, f"{edition}")


def _fact(row: OfficialRow, reporter: str, partner: str, edition: str) -> dict[str, str]:
    imports = row["flowCode"] == "M"
    exporter, importer = (partner, reporter) if imports else (reporter, partner)
    weighed = bool(row["netWgt"]) and float(row["netWgt"]) > 0
    notes = []
    if partner == "NES":
        notes.append(f"{'From' if imports else 'To'} {NO_COUNTRY[row['partnerCode'].zfill(3)]}.")
    if row["netWgt"] and not weighed:
        notes.append("The file gives a net weight of 0 for it.")
    elif row["isNetWgtEstimated"] == "True":
        notes.append("The net weight is an estimate of UN Comtrade.")
    ends = (exporter, importer) if partner != "NES" else (exporter, importer, row["partnerCode"])
    return {
        "id": f"flow-{'-'.join(ends)}-{row['cmdCode']}-{row['refYear']}-by-{reporter}-{SOURCE.id}",
        "kind": "total" if partner == "WORLD" else "flow",
        "exporter": exporter,
        "importer": importer,
        "heading": row["cmdCode"],
        "year": row["refYear"],
        "value": row["primaryValue"],
        "unit": "usd",
        "quantity": row["netWgt"] if weighed else "",
        "quantity_unit": "kilogram" if weighed else "",
        "reported_by": reporter,
        "status": "measured",
        "note": " ".join(notes),
        "source_ids": SOURCE.id,
        "locator": f"Code {row['cmdCode']} of the Harmonized System {edition}",
    }


COMTRADE = Importer(
    name="comtrade",
    summary="UN Comtrade, your own CSV files of annual trade in goods; needs --out.",
    folder="un-comtrade-extract",
    files=("*.csv",),
    tables=("comtrade-trade-flows", "comtrade-sources"),
    read=import_comtrade,
    shipped=False,
)
