"""Codes of the Harmonized System by mineral: the list of Trade in Critical Minerals.

Asian Development Bank and World Trade Organization (https://critmin.org/), as copied by the
Critical Minerals Tracker: ``WTO_HS6Codes_Raw.csv`` (UTF-8 with byte order mark), 295 codes of six
digits, each with the mineral that it is put under. What is taken are codes and mineral, no text.

The list mixes editions of the Harmonized System and puts some goods under a mineral that their
official text does not name (tantalum under niobium). A pair is used where the text of the code in
the edition of 2022 names the mineral, by the words in ``wto_categories.csv``; otherwise it is
reported.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, read_official_csv, tidy

SOURCE = "wto-cm-hs"
TABLE = "wto-heading-substances"
COLUMNS = ("hs6_code", "description", "category")
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


class Category(NamedTuple):
    """What a mineral of the list stands for, and the words by which a text names it."""

    substance: str
    words: tuple[str, ...]
    left_out: str


def categories(table: Path | None = None) -> dict[str, Category]:
    """Every mineral and product of the list, folded, from ``wto_categories.csv``."""
    path = table or Path(__file__).with_name("wto_categories.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            fold(row["category"]): Category(
                row["substance"], tuple(filter(None, row["words"].split(";"))), row["left_out"]
            )
            for row in csv.DictReader(file)
        }


def heading_texts(table: Path | None = None) -> dict[str, str]:
    """Official text of each code of the table ``tariff-headings``."""
    path = table or facts_dir() / "tables" / "tariff-headings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["name"] for row in csv.DictReader(file)}


def parts(words: str, known: Mapping[str, Category]) -> list[str]:
    """The minerals of a cell: the whole cell where it is one, otherwise what stands between ``;``.

    >>> parts("Silver ; Gold", {})
    ['Silver', 'Gold']
    """
    if fold(words) in known:
        return [tidy(words)]
    return [part for part in map(tidy, words.split(";")) if part]


def import_wto_hs_codes(
    files: Sequence[Path],
    known: Mapping[str, Category] | None = None,
    official: Mapping[str, str] | None = None,
) -> tuple[FactTables, Report]:
    """Read the minerals of the codes; the tables are empty when there is an error.

    ``official`` gives the text of each code in the edition of 2022.
    """
    report = Report("import wto-hs-codes")
    if len(files) != 1:
        report.add(Problem("wto-hs-codes", "One file is read.", "Give WTO_HS6Codes_Raw.csv."))
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "utf-8-sig", report)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    minerals = known if known is not None else categories()
    named = official if official is not None else heading_texts()
    facts: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for row in rows:
        if _is_unusable(row, seen, minerals, ledger):
            continue
        seen.add(row["hs6_code"])
        _read(row, minerals, named, facts, ledger)
    ledger.close()
    return ({TABLE: ("heading-substances", list(facts.values()))} if report.ok else {}), report


def _is_unusable(
    row: OfficialRow, seen: set[str], minerals: Mapping[str, Category], ledger: RowLedger
) -> bool:
    code = row["hs6_code"]
    strange = [
        part for part in parts(row["category"], minerals) or [""] if fold(part) not in minerals
    ]
    if not _CODE.fullmatch(code) or code in seen:
        ledger.refuse(
            row.line,
            f"{code!r} is no code of six digits, or stands twice.",
            "Take the file as it was released; a spreadsheet program drops leading zeros.",
            column="hs6_code",
        )
    elif strange:
        ledger.refuse(
            row.line,
            f"The mineral {strange[0]!r} is not known.",
            "Add it to kg/sources/wto_categories.csv.",
            column="category",
        )
    else:
        return False
    return True


def _read(
    row: OfficialRow,
    minerals: Mapping[str, Category],
    named: Mapping[str, str],
    facts: dict[str, dict[str, str]],
    ledger: RowLedger,
) -> None:
    """One fact for each mineral of a row that the official text names."""
    code = row["hs6_code"]
    listed = {part: minerals[fold(part)] for part in parts(row["category"], minerals)}
    if all(category.left_out for category in listed.values()):
        ledger.leave_out(next(iter(listed.values())).left_out)
        return
    text = named.get(code)
    if text is None:
        ledger.leave_out("code of an earlier edition of the Harmonized System")
        return
    found = {
        part: category
        for part, category in listed.items()
        if any(word in fold(text) for word in category.words)
    }
    for part in listed.keys() - found.keys():
        message = f"The text of {code} does not name the mineral {part!r}."
        remedy = "Not used; see the list itself, and name the pair in tariff_headings.csv if right."
        if found:
            ledger.say(row.line, message, remedy, column="category")
        else:
            ledger.refuse(row.line, message, remedy, column="category", severity=Severity.WARNING)
            return
    for part, category in found.items():
        fact = f"{code}-{category.substance}-{SOURCE}"
        facts[fact] = {
            "id": fact,
            "heading": code,
            "substance": category.substance,
            "words": part,
            "source_ids": SOURCE,
        }
    ledger.use()


WTO_HS_CODES = Importer(
    name="wto-hs-codes",
    summary="ADB and WTO, Trade in Critical Minerals: WTO_HS6Codes_Raw.csv, headings by mineral.",
    folder="wto-critical-mineral-hs-codes",
    files=("WTO_HS6Codes_Raw.csv",),
    tables=(TABLE,),
    read=import_wto_hs_codes,
)
