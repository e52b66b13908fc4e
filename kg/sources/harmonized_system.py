"""Harmonized System 2022: the headings under which critical materials are traded.

World Customs Organization, as published by UN Comtrade and packaged by Datahub
(https://github.com/datasets/harmonized-system, PDDL 1.0). ``harmonized-system.csv`` (UTF-8) has
6,940 codes of two, four and six digits with their texts. Those that ``tariff_headings.csv`` names
are read: what the tables of identifiers and trade speak about, and the headings of four
digits that they belong to.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, read_official_csv

SOURCE = "hs-2022"
TABLE = "tariff-headings"
COLUMNS = ("section", "hscode", "description", "parent", "level")
_CODE = re.compile(r"[0-9]{2}([0-9]{2}){0,2}", re.ASCII)
#: What the chapters belong to; it has a row of its own.
_WHOLE = "TOTAL"


class Heading(NamedTuple):
    """A code that is read: substances that its text names, and what to know of its trade."""

    substances: str
    note: str


def headings(table: Path | None = None) -> dict[str, Heading]:
    """The codes that are read, from ``tariff_headings.csv``."""
    path = table or Path(__file__).with_name("tariff_headings.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Heading(row["substances"], row["note"]) for row in csv.DictReader(file)
        }


def texts(path: Path, report: Report) -> dict[str, OfficialRow] | None:
    """Every code of the official list with its row; ``None`` with a problem where it is unusable.

    A code that is none, stands twice, or belongs to a heading that is not in the list is a problem:
    a spreadsheet program that dropped leading zeros, or a file that was cut off.
    """
    rows = read_official_csv(path, COLUMNS, "utf-8-sig", report)
    if rows is None:
        return None
    known: dict[str, OfficialRow] = {}
    for row in rows:
        code = row["hscode"]
        if code == _WHOLE and code not in known:
            known[code] = row
        elif not _CODE.fullmatch(code) or row["level"] != str(len(code)) or not row.text("parent"):
            _refuse(path, report, row, f"{code!r} is no code of its level.", "hscode")
        elif code in known:
            _refuse(path, report, row, f"The code {code} stands twice.", "hscode")
        elif not row.text("description"):
            _refuse(path, report, row, f"The code {code} has no text.", "description")
        else:
            known[code] = row
    for row in known.values():
        if row["parent"] not in known:
            _refuse(path, report, row, f"The heading {row['parent']} is not in the list.", "parent")
    return known if report.ok else None


def _refuse(path: Path, report: Report, row: OfficialRow, message: str, column: str) -> None:
    report.add(
        Problem(
            path.name,
            message,
            "Take the file as it was released; a spreadsheet program drops leading zeros.",
            row.line,
            column,
        )
    )


def import_hs_codes(
    files: Sequence[Path], chosen: Mapping[str, Heading] | None = None
) -> tuple[FactTables, Report]:
    """Read the texts of the chosen codes; the tables are empty when there is an error."""
    report = Report("import hs-codes")
    if len(files) != 1:
        report.add(Problem("hs-codes", "One file is read.", "Give harmonized-system.csv."))
        return {}, report
    path = files[0]
    listed = texts(path, report)
    if listed is None:
        return {}, report
    wanted = dict(chosen if chosen is not None else headings())
    ledger = RowLedger(path.name, report, read=len(listed))
    facts: list[dict[str, str]] = []
    for code, row in listed.items():
        if code not in wanted:
            what = "all goods" if code == _WHOLE else f"{len(code)} digits that no fact names"
            ledger.leave_out(f"code of {what}")
            continue
        facts.append(_fact(code, row, wanted))
        ledger.use()
    for code in sorted(wanted.keys() - listed.keys()):
        ledger.say(
            None,
            f"The code {code} is missing.",
            "The file is cut off or of another edition; the importer reads the edition of 2022.",
            severity=Severity.ERROR,
        )
    ledger.close()
    return ({TABLE: ("tariff-headings", facts)} if report.ok else {}), report


def _fact(code: str, row: OfficialRow, wanted: Mapping[str, Heading]) -> dict[str, str]:
    return {
        "id": code,
        "name": row.text("description"),
        "within": row["parent"] if row["parent"] in wanted else "",
        "substances": wanted[code].substances,
        "note": wanted[code].note,
        "source_ids": SOURCE,
    }


HS_CODES = Importer(
    name="hs-codes",
    summary="Harmonized System 2022: harmonized-system.csv, codes and texts of tariff headings.",
    folder="hs-codes",
    files=("harmonized-system.csv",),
    tables=(TABLE,),
    read=import_hs_codes,
)
