"""Statistics of the United States in the releases 2022 to 2025: five years, a file a commodity.

A file has a row for each year and a column for each series. Columns are named anew in each file
and release, so ``usgs/salient.csv`` says of every one what it is; a header that is not exactly
that of the release is refused. What is counted is a figure, that is a cell, not a row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import fold, tidy
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.release import FileKind, Release, named
from kg.sources.usgs.us_earlier_file import ColumnKey, SalientFile, read_salient_file, same_columns
from kg.sources.usgs.us_figure import us_figure
from kg.sources.usgs.us_items import SalientColumn, salient_columns
from kg.sources.usgs.values import ParsedValue, UnreadableValue, parse_value

_HALF_UNIT = re.compile(r"less than (?:½|1/2|one-half|a half) unit\.?")
_LESS_THAN = re.compile(r"less than [\d,]+ (?:tons|carats)\.?")
_ESTIMATED = re.compile(r"e(?=\d)")
#: End of a column name -> unit that it says.
_SAID = {
    "t": "tonne",
    "kt": "thousand-tonnes",
    "mmt": "million-tonnes",
    "kg": "kilogram",
    "mct": "million-carats",
    "num": "count",
    "pct": "percent",
    "mdol": "million-usd",
    "dt": "usd-per-tonne",
    "dkg": "usd-per-kilogram",
    "dlb": "usd-per-pound",
    "ctslb": "us-cents-per-pound",
}

Columns = Mapping[ColumnKey, SalientColumn]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell with its place in the file."""

    line: int
    year: str
    column: str
    text: str


def read_cell(cell: str) -> ParsedValue | UnreadableValue:
    """Read a cell of these files: a value of the book, or one of the forms that only they have.

    >>> read_cell("Less than ½ unit.").high, read_cell("−88").value, read_cell("e150").status
    ('0.5', '-88', 'estimated')
    >>> read_cell("Less than 500 carats.").status, read_cell(">50%").low
    ('qualitative', '50')
    """
    text = tidy(cell)
    if _HALF_UNIT.fullmatch(fold(text)):
        return ParsedValue("bound", low="0", high="0.5", flag=text, stated=text)
    if _LESS_THAN.fullmatch(fold(text)):
        return ParsedValue("qualitative", flag=text, stated=text)
    plain = _ESTIMATED.sub("", text.replace("−", "-", 1) if len(text) > 1 else text)
    if plain[:1] in {"<", ">"}:
        plain = plain.removesuffix("%")
    parsed = parse_value(plain)
    if isinstance(parsed, UnreadableValue) or plain == text:
        return parsed
    marked = plain.startswith("-")
    return replace(
        parsed,
        status="estimated" if _ESTIMATED.match(text) else parsed.status,
        flag="" if marked else text,
        stated=text,
    )


def read_salient(
    files: Sequence[Path], release: Release, _: PlaceNames, report: Report
) -> FactTables:
    """The figures of all files of a release, series by series, in the order of the file names."""
    known = salient_columns(release.year)
    missing = set(known)
    facts: dict[str, dict[str, str]] = {}
    for path in sorted(files, key=lambda path: path.name.casefold()):
        file = read_salient_file(path, release, report)
        if file is None:
            continue
        missing.discard(fold(file.commodity))
        for fact in _read_file(file, release, known, report):
            if fact["id"] in facts:
                report.add(
                    Problem(
                        path.name,
                        f"The figure {fact['id']} stood in {facts[fact['id']]['locator']} already.",
                        "Give each file of the release once.",
                    )
                )
            facts[fact["id"]] = fact
    if missing:
        report.add(_not_given(missing, release))
    return {release.table("us"): ("us_statistics", list(facts.values()))}


def _not_given(missing: Collection[str], release: Release) -> Problem:
    names = ", ".join(sorted(missing)[:8]) + (" ..." if len(missing) > 8 else "")
    return Problem(
        f"MCS{release.year}",
        f"{len(missing)} files with statistics of the United States are not given: {names}.",
        "The table holds the commodities of the files that were given and no others.",
        severity=Severity.WARNING,
    )


def _read_file(
    file: SalientFile, release: Release, known: Mapping[str, Columns], report: Report
) -> list[dict[str, str]]:
    ledger = RowLedger(file.name, report)
    if file.holds_world:
        ledger.read = len(file.rows)
        ledger.left_out["world production in the place of statistics"] = len(file.rows)
        ledger.close()
        return []
    columns = known.get(fold(file.commodity))
    if columns is None:
        ledger.say(
            2,
            f"The commodity {file.commodity!r} is not known.",
            "Add its columns to kg/sources/usgs/salient.csv.",
            column="Commodity",
            severity=Severity.ERROR,
        )
        return []
    if not same_columns(file, columns, report):
        return []
    facts = _facts(file, columns, release, ledger)
    ledger.close()
    return facts


def _facts(
    file: SalientFile, columns: Columns, release: Release, ledger: RowLedger
) -> list[dict[str, str]]:
    facts = []
    for place, key in file.columns.items():
        column = columns[key]
        _look_at_name(key[0], column, ledger)
        for line, row in file.rows:
            ledger.read += 1
            fact = _fact(_Cell(line, file.year(row), key[0], row[place]), column, release, ledger)
            facts += [fact] if fact else []
    return facts


def _look_at_name(name: str, column: SalientColumn, ledger: RowLedger) -> None:
    """Warn where the name of a column contradicts what its figures are."""
    item = column.item
    if not item.measure:
        return
    if column.misnamed:
        ledger.say(
            1,
            f"The figures below {name or 'no name'!r} are those of {item.measure}"
            f"{f': {item.item}' if item.item else ''} in other releases.",
            "They are used as that; compare the years that two releases share.",
            column=name or None,
        )
        return
    said = _SAID.get(name.rpartition("_")[2])
    if said and item.unit and said != item.unit:
        ledger.say(
            1,
            f"The name says {said}, the figures are in {item.unit} in other releases.",
            f"The unit {item.unit} is used.",
            column=name,
        )


def _fact(
    cell: _Cell, column: SalientColumn, release: Release, ledger: RowLedger
) -> dict[str, str] | None:
    """The figure of a cell, or ``None`` after leaving it out or refusing it."""
    item = column.item
    if not item.measure:
        ledger.leave_out(f"United States, {item.item}")
        return None
    parsed = read_cell(cell.text)
    if isinstance(parsed, UnreadableValue):
        ledger.refuse(
            cell.line,
            f"The value {parsed.stated!r} cannot be read. {parsed.reason}",
            "If it is right, add its form to kg/sources/usgs/us_earlier.py.",
            column=cell.column,
            severity=Severity.ERROR if parsed.stated else Severity.WARNING,
        )
        return None
    impossible = _impossible(item.measure, parsed)
    if impossible:
        ledger.refuse(
            cell.line,
            impossible,
            "Not used; look the figure up in the book.",
            column=cell.column,
            severity=Severity.WARNING,
        )
        return None
    if parsed.status == "measured" and cell.year == str(release.year - 1):
        # The book heads its last year with the mark of an estimate; the file has no such mark.
        parsed = replace(parsed, status="estimated")
    ledger.use()
    note = f"The column of the file is headed {cell.column or 'nothing'}."
    return us_figure(
        item,
        cell.year,
        parsed,
        release,
        note=note if column.misnamed else "",
        locator=ledger.file,
    )


def _impossible(measure: str, parsed: ParsedValue) -> str:
    """Why a figure cannot be one, or nothing."""
    if parsed.value.startswith("-") and measure != "stockpile-shipments":
        return f"{parsed.stated} is negative: a footnote mark in brackets, turned into a figure."
    if measure == "price" and parsed.value and float(parsed.value) == 0:
        return "A price of 0: the file rounds it away, or nothing was sold."
    return ""


SALIENT_FILES = FileKind(
    name="statistics of the United States",
    tells=named("*_salient.csv"),
    read=read_salient,
    tables=("us",),
)
