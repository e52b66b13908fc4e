"""IEA Critical Minerals Policy Tracker: laws, rules and strategies, from a user's own file.

International Energy Agency
(https://www.iea.org/data-and-statistics/data-tools/critical-minerals-policy-tracker), the export
``IEA_CM_Policies.csv`` (UTF-8, 16 columns, lists in JSON). The licence of the export is not
confirmed, so critmat ships nothing of it. Titles, dates, states, kinds and addresses are read, the
descriptions are not.

What is no law, rule or strategy (funding, tax relief, geological surveys, arrangements between
states) is left out by name, and so is what several jurisdictions issued together. Which kind a
policy is, is said by ``iea_policy_kinds.csv``: the first line of it that the policy carries. A
substance is named only in the description, so none is stated.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from kg.report import Problem, Report
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, read_official_csv
from kg.sources.own_source import OwnSource

SOURCE = OwnSource(
    id="iea-policy-tracker",
    title="Critical Minerals Policy Tracker, export of policies and laws",
    publisher="International Energy Agency",
    url="https://www.iea.org/data-and-statistics/data-tools/critical-minerals-policy-tracker",
    kind="official",
    retrieved="2026-11-22",
    attribution="Source: IEA, Critical Minerals Policy Tracker",
)
COLUMNS = (
    "title",
    "description",
    "status",
    "year",
    "jurisdiction",
    "source",
    "datePromulgated",
    "yearEnded",
    "learnMore",
    "learnMoreLanguage",
    "dateModified",
    "countries",
    "states",
    "technologies",
    "tags",
    "policyType",
)
_STATUSES = ("In force", "Announced", "Ended")
_TOPIC = "Critical Minerals"
_YEAR = re.compile(r"(19|20)[0-9]{2}", re.ASCII)
_DATE = re.compile(r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?", re.ASCII)
#: Some rows have the day first.
_DAY_FIRST = re.compile(r"(?P<first>[0-9]{2})-(?P<second>[0-9]{2})-(?P<year>(19|20)[0-9]{2})")
#: The tracker's code of the European Union.
_BLOCS: Mapping[str, str] = MappingProxyType({"EUR": "EU"})
_NOT_ASCII_WORD = re.compile(r"[^a-z0-9]+")


class PolicyType(NamedTuple):
    """A type of the tracker: family and name."""

    family: str
    name: str


def policy_kinds() -> dict[PolicyType, str]:
    """Kind of law by type, in order of weight; empty where the type is no law."""
    path = Path(__file__).with_name("iea_policy_kinds.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {PolicyType(row["family"], row["name"]): row["kind"] for row in csv.DictReader(file)}


def place_ids(table: Path | None = None) -> frozenset[str]:
    """Identifiers of the shipped places."""
    path = table or facts_dir() / "tables" / "places.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["id"] for row in csv.DictReader(file))


def date_of(cell: str) -> str | None:
    """The date of a cell as far as it is certain; empty for none, ``None`` for what is no date.

    Where day and month may change places, only the year is certain.

    >>> date_of("29-12-2009"), date_of("05-10-2021"), date_of("2021"), date_of("soon")
    ('2009-12-29', '2021', '2021', None)
    """
    if not cell or _DATE.fullmatch(cell):
        return cell
    match = _DAY_FIRST.fullmatch(cell)
    if match is None:
        return None
    exact = f"{match['year']}-{match['second']}-{match['first']}"
    if int(match["first"]) <= 12 and match["first"] != match["second"]:
        return match["year"]
    return exact if _DATE.fullmatch(exact) else None


def import_iea_policies(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read the policies of one file; the tables are empty when there is an error."""
    report = Report("import iea-policies")
    if len(files) != 1:
        report.add(Problem("iea-policies", "One file is read.", "Give IEA_CM_Policies.csv."))
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "utf-8-sig", report)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    kinds, places = policy_kinds(), place_ids()
    facts: dict[str, dict[str, str]] = {}
    for row in rows:
        fact = _read(row, kinds, places, ledger)
        if fact is None:
            continue
        if fact["id"] in facts:
            ledger.leave_out("policy that stands twice, alike in title, place, year and address")
            continue
        facts[fact["id"]] = fact
        ledger.use()
    ledger.close()
    if not report.ok:
        return {}, report
    tables: FactTables = {
        "iea-policies-laws": ("laws", list(facts.values())),
        "iea-policies-sources": ("sources", [SOURCE.row()]),
    }
    return tables, report


def _objects(cell: str) -> list[dict[str, object]] | None:
    """A cell that holds a list of JSON objects, or ``None``."""
    try:
        items = json.loads(cell or "[]")
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return None
    return items


def _read(
    row: OfficialRow,
    kinds: Mapping[PolicyType, str],
    places: frozenset[str],
    ledger: RowLedger,
) -> dict[str, str] | None:
    """The fact of a row, not counted yet; a row that gives none is accounted for."""
    countries, types = _objects(row["countries"]), _objects(row["policyType"])
    issued = [str(item.get("iso3")) for item in countries or ()]
    carried = [
        PolicyType(str(item.get("family")), str(item.get("name")))
        for item in types or ()
        if item.get("topic") == _TOPIC
    ]
    unknown = [code for code in issued if _BLOCS.get(code, code) not in places]
    strange = [
        column
        for column, sound in (
            ("title", row.text("title")),
            ("status", row["status"] in _STATUSES),
            ("year", _YEAR.fullmatch(row["year"])),
            ("datePromulgated", date_of(row["datePromulgated"]) is not None),
            ("yearEnded", _YEAR.fullmatch(row["yearEnded"] or row["year"])),
            ("countries", issued and not unknown),
            ("policyType", types is not None and all(item in kinds for item in carried)),
        )
        if not sound
    ]
    if strange:
        ledger.refuse(
            row.line,
            f"{row[strange[0]][:80]!r} cannot be read.",
            "Take the export as it is; a new type belongs into kg/sources/iea_policy_kinds.csv.",
            column=strange[0],
        )
        return None
    found = [item for item in kinds if item in carried and kinds[item]]
    stated = row["datePromulgated"]
    if stated and date_of(stated) == stated[-4:] != stated:
        ledger.say(
            row.line,
            f"{stated!r} may have the day or the month first.",
            "Only its year is taken.",
            column="datePromulgated",
        )
    if len(issued) > 1:
        ledger.leave_out("policy of several jurisdictions together")
    elif not carried:
        ledger.leave_out("policy on another topic than critical minerals")
    elif not found:
        ledger.leave_out(f"no law, rule or strategy: {carried[0].name}")
    else:
        proposed = row["status"] == "Announced"
        kind = "proposal" if proposed else kinds[found[0]]
        return _fact(row, kind, _BLOCS.get(issued[0], issued[0]), carried)
    return None


def _fact(row: OfficialRow, kind: str, place: str, carried: Sequence[PolicyType]) -> dict[str, str]:
    title = row.text("title")
    keys = (title, place, row["year"], row["datePromulgated"], row["learnMore"])
    mark = hashlib.sha256("\0".join(keys).encode("utf-8")).hexdigest()[:8]
    slug = _NOT_ASCII_WORD.sub("-", title.casefold()).strip("-")[:40].strip("-")
    ended = row["yearEnded"] if row["status"] == "Ended" else ""
    notes = [f"Year in the tracker: {row['year']}."]
    if row["yearEnded"] and not ended:
        notes.append(f"To end in {row['yearEnded']}.")
    if row["learnMore"].startswith(("http://", "https://")) and " " not in row["learnMore"]:
        notes.append(f"See {row['learnMore']}")
    return {
        "id": "-".join(filter(None, ("iea-policy", slug, mark))),
        "name": title,
        "kind": kind,
        "jurisdiction": place,
        "adopted": date_of(row["datePromulgated"]) or "",
        "ended": ended,
        "status_words": row["status"],
        "words": ";".join(dict.fromkeys(item.name for item in carried)),
        "note": " ".join(notes),
        "source_ids": SOURCE.id,
    }


IEA_POLICIES = Importer(
    name="iea-policies",
    summary="IEA Critical Minerals Policy Tracker, your own IEA_CM_Policies.csv; needs --out.",
    folder="iea-policy-tracker",
    files=("IEA_CM_Policies.csv",),
    tables=("iea-policies-laws", "iea-policies-sources"),
    read=import_iea_policies,
    shipped=False,
)
