"""The five assessments of the EU and the screened materials, two files of the EU study.

``dimension_CRMsOverTime.csv`` (annex 4) holds supply risk and economic importance in the
assessments of 2011, 2014, 2017, 2020 and 2023; a dash is a material that was not assessed then.
``dimension_ScreenedMatGroupings.csv`` says into which category the study puts each material, and
which elements its groups of rare earths and platinum-group metals are. Both files are UTF-8.

Neither file says that a material is critical: the lists are the table ``eu-crm-lists``, and a test
compares them with the thresholds of the study.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from kg.report import Severity
from kg.sources.eu_study import SOURCE, substances_of
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold

ASSESSMENT_COLUMNS = ("Material", "Year", "SR", "EI")
GROUPING_COLUMNS = (
    "screened_material",
    "perm_noXREE_noPGM",
    "perm_noXREE_PGM",
    "perm_XREE_noPGM",
    "perm_XREE_PGM",
)
YEARS = ("2011", "2014", "2017", "2020", "2023")
_DASH = "-"
_INDEX = re.compile(r"\d{1,2}(\.\d+)?", re.ASCII)
_PARTS = ("eu-2023-heavy-rare-earths", "eu-2023-light-rare-earths", "scandium")
#: Groups that the file of groupings spells out, by its own names of them.
_MEMBERS = {
    "HREE": "eu-2023-heavy-rare-earths",
    "LREE": "eu-2023-light-rare-earths",
    "PGM": "eu-2023-platinum-group-metals",
}


def assessment_facts(rows: Sequence[OfficialRow], ledger: RowLedger) -> list[dict[str, str]]:
    """Rows of the schema ``criticality-assessments``; problems go into the ledger."""
    known = substances_of("eu_assessed")
    seen: set[tuple[str, str]] = set()
    facts: list[dict[str, str]] = []
    for row in rows:
        name, year = fold(row["Material"]), row.text("Year")
        risk, importance = row.text("SR"), row.text("EI")
        if name not in known or year not in YEARS or (name, year) in seen:
            ledger.refuse(
                row.line,
                f"The material {row.text('Material')!r} in {year!r} is not known or stands twice.",
                "Add the material to kg/sources/eu_assessed.csv, or check the file.",
                column="Material",
            )
            continue
        seen.add((name, year))
        if risk == importance == _DASH:
            ledger.leave_out("not assessed in that year")
        elif not (_INDEX.fullmatch(risk) and _INDEX.fullmatch(importance)):
            ledger.refuse(
                row.line,
                f"Supply risk {risk!r} and economic importance {importance!r} are no two numbers.",
                "Both are numbers such as 2.6, or both are a dash.",
                column="SR",
            )
        elif known[name].left_out:
            ledger.leave_out(f"{row.text('Material')}, {known[name].left_out}")
        else:
            ledger.use()
            facts.append(_assessment(known[name].substance, year, risk, importance, ledger.file))
    for name in known:
        for year in YEARS:
            if (name, year) not in seen:
                ledger.say(
                    None,
                    f"The material {name!r} in {year} is missing.",
                    "The file is cut off or was edited; download it again.",
                    severity=Severity.ERROR,
                )
    return _once_for_all_rare_earths(facts, ledger)


def _assessment(substance: str, year: str, risk: str, importance: str, file: str) -> dict[str, str]:
    return {
        "id": f"{substance}-criticality-{year}-{SOURCE}",
        "substance": substance,
        "area": "EU",
        "year": year,
        "supply_risk": risk,
        "economic_importance": importance,
        "source_ids": SOURCE,
        "locator": f"{file}, {year}",
    }


def _once_for_all_rare_earths(
    facts: list[dict[str, str]], ledger: RowLedger
) -> list[dict[str, str]]:
    """Record the figures of a year that are the same for all parts of the rare earths once.

    The assessment of 2011 took the rare earths as one material; the file repeats its figures for
    heavy and light rare earths and scandium.
    """
    by_key = {(fact["substance"], fact["year"]): fact for fact in facts}
    for year in YEARS:
        parts = [by_key[part, year] for part in _PARTS if (part, year) in by_key]
        figures = {(fact["supply_risk"], fact["economic_importance"]) for fact in parts}
        if len(parts) < len(_PARTS) or len(figures) > 1:
            continue
        first, *others = (facts.index(fact) for fact in parts)
        facts[first] = {
            **facts[first],
            "id": f"rare-earths-criticality-{year}-{SOURCE}",
            "substance": "rare-earths",
            "note": "The file prints the same figures for heavy rare earths, light rare earths "
            "and scandium: a figure of the group.",
        }
        ledger.used -= len(others)
        for index in sorted(others, reverse=True):
            del facts[index]
            ledger.leave_out("same figures as the other rare earths of that year")
    return facts


def grouping_facts(
    rows: Sequence[OfficialRow], groups: Mapping[str, frozenset[str]], ledger: RowLedger
) -> list[dict[str, str]]:
    """Rows of the schema ``categories``; problems go into the ledger."""
    known = substances_of("eu_screened")
    members: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    facts: dict[str, dict[str, str]] = {}
    for row in rows:
        name = fold(row["screened_material"])
        categories = [row.text(column) for column in GROUPING_COLUMNS[1:]]
        if name not in known or not all(categories):
            ledger.refuse(
                row.line,
                f"The material {row.text('screened_material')!r} is not known or has no category.",
                "Add it to kg/sources/eu_screened.csv, or check the file.",
                column="screened_material",
            )
            continue
        seen.add(name)
        substance, _, left_out = known[name]
        members[categories[-1]].add(substance)
        if left_out:
            ledger.leave_out(f"{row.text('screened_material')}, {left_out}")
            continue
        category = _plain(categories[0])
        fact = {
            "id": f"{substance}-{_slug(category)}-{SOURCE}",
            "substance": substance,
            "category": category,
            "source_ids": SOURCE,
            "locator": ledger.file,
        }
        if facts.setdefault(fact["id"], fact) is fact:
            ledger.use()
        else:
            ledger.leave_out("another name of a material in the same category")
    for name in sorted(known.keys() - seen):
        ledger.say(
            None,
            f"The material {name!r} is missing.",
            "The file is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )
    _check_members(members, groups, ledger)
    return list(facts.values())


def _check_members(
    members: Mapping[str, set[str]], groups: Mapping[str, frozenset[str]], ledger: RowLedger
) -> None:
    """The groups of critmat that stand for those of the study must have exactly their members."""
    for name, group in _MEMBERS.items():
        if frozenset(members[name]) != groups.get(group):
            ledger.say(
                None,
                f"The members of {name} are not those of the group {group}.",
                "Mend the group in the table groups, or check the file.",
                severity=Severity.ERROR,
            )


def _plain(category: str) -> str:
    return {"REE": "rare earths"}.get(category, category)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
