"""The account of official files: the table ``imports``, one row for each count of each file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.report import Report
from kg.sources.fact_tables import FactRow, read_table

ACCOUNT = "imports"
_OUTCOMES = {
    "rows read": "read",
    "rows used": "used",
    "rows reported and not used": "reported",
}
_LEFT_OUT = "rows left out: "


def account_of(importer: str, report: Report) -> list[dict[str, str]]:
    """The rows of the table ``imports`` that an import gives, in the order of files and counts."""
    rows = []
    for file, counts in report.files.items():
        kinds = 0
        for what, number in counts.items():
            outcome = _OUTCOMES.get(what, "left-out")
            kind = what.removeprefix(_LEFT_OUT) if outcome == "left-out" else ""
            kinds += bool(kind)
            rows.append(
                {
                    "id": f"{importer}/{file}/{outcome}" + (f"/{kinds}" if kind else ""),
                    "importer": importer,
                    "file": file,
                    "outcome": outcome,
                    "kind": kind,
                    "rows": str(number),
                }
            )
    return rows


def renewed_account(table: Path, importer: str, rows: Iterable[FactRow]) -> list[FactRow]:
    """The account in the file ``table`` with the rows of one importer replaced, sorted by id."""
    kept: list[FactRow] = list(rows)
    if table.is_file():
        kept += [row for row in read_table(table) if row["importer"] != importer]
    return sorted(kept, key=lambda row: row["id"])
