"""Uses of materials in the EU: ``fact_MaterialUseShares.csv`` of the EU study (annex 6, cp1252).

Each use has a share of the material, an economic sector (NACE Rev. 2) and the value added of that
sector in million euro. The sectors become a table of their own, with one value added each.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kg.report import Severity
from kg.sources.eu_study import (
    SOURCE,
    TOLERANCE,
    Share,
    element_groups,
    read_share,
    substances_of,
)
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, tidy

COLUMNS = ("Material", "Application", "Share", "NACE sector", "VA in million €")
SECTOR, VALUE_ADDED = COLUMNS[3:]
_NACE = re.compile(r"(?P<code>[A-U]\d{2}) ?[-–] ?(?P<name>\S.*)", re.ASCII)
_EDITION = "2023"


class _Use(NamedTuple):
    """One row as read; ``sector`` is a NACE code or empty."""

    substance: str
    application: str
    share: Share
    sector: str
    value_added: str
    row: OfficialRow

    @property
    def slug(self) -> str:
        """The use as a part of an identifier: the sector, since a use can be in two, and words."""
        return f"{self.sector.lower() or 'none'}-{_slug(self.application)}"


class UseFacts(NamedTuple):
    """The three tables that come of the file."""

    uses: list[dict[str, str]]
    sectors: list[dict[str, str]]
    values_added: list[dict[str, str]]


def use_facts(rows: Sequence[OfficialRow], ledger: RowLedger) -> UseFacts:
    """Rows of the schemas ``use-shares``, ``sectors`` and ``values-added``."""
    names: dict[str, str] = {}
    uses = _read_uses(rows, names, ledger)
    _check_sums(uses, ledger)
    values = _values_added(uses)
    together = _together(uses)
    facts: dict[str, dict[str, str]] = {}
    for use in uses:
        whole = together.get(use.substance, (use.substance,))
        if whole[0] != use.substance:
            ledger.leave_out(f"same uses as {whole[0]}, recorded for both")
            continue
        fact = _fact(use, whole, values, ledger)
        if fact["id"] in facts:
            ledger.refuse(
                use.row.line,
                f"The use {use.application!r} of {use.row.text('Material')} stands twice.",
                "It is used once; see the study itself.",
                column="Application",
                severity=Severity.WARNING,
            )
        else:
            facts[fact["id"]] = fact
            ledger.use()
    sectors = [
        {
            "id": f"nace-{code.lower()}",
            "code": code,
            "name": names[code],
            "source_ids": SOURCE,
            "locator": ledger.file,
        }
        for code in sorted(names)
    ]
    return UseFacts(
        list(facts.values()),
        sectors,
        [_value_added(code, values[code], ledger.file) for code in sorted(values)],
    )


def _read_uses(rows: Sequence[OfficialRow], names: dict[str, str], ledger: RowLedger) -> list[_Use]:
    known = substances_of("eu_used")
    seen: set[str] = set()
    uses: list[_Use] = []
    for row in rows:
        material = fold(row["Material"])
        sector = _NACE.fullmatch(row.text(SECTOR))
        if material not in known or not row.text("Application"):
            ledger.refuse(
                row.line,
                f"The material {row.text('Material')!r} is not known or has no use.",
                "Add it to kg/sources/eu_used.csv, or check the file.",
                column="Material",
            )
        elif bool(sector) != row.text(VALUE_ADDED).isdecimal() or (
            sector is None and row.text(SECTOR)
        ):
            ledger.refuse(
                row.line,
                f"The sector {row.text(SECTOR)!r} with the value added "
                f"{row.text(VALUE_ADDED)!r} cannot be read.",
                "A sector is such as 'C20 - Manufacture of ...', with a whole number of euro.",
                column=SECTOR,
            )
        elif (share := read_share(row, ledger)) is not None:
            seen.add(material)
            code = sector["code"] if sector else ""
            if sector:
                names.setdefault(code, tidy(sector["name"]))
            if known[material].left_out:
                ledger.leave_out(f"{row.text('Material')}, {known[material].left_out}")
            else:
                uses.append(
                    _Use(
                        known[material].substance,
                        row.text("Application"),
                        share,
                        code,
                        row.text(VALUE_ADDED),
                        row,
                    )
                )
    for material in sorted(known.keys() - seen):
        ledger.say(
            None,
            f"The material {material!r} is missing.",
            "The file is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )
    return uses


def _values_added(uses: Sequence[_Use]) -> dict[str, str]:
    """The value added of each sector: the one that most of its rows give."""
    given: dict[str, Counter[str]] = defaultdict(Counter)
    for use in uses:
        if use.sector:
            given[use.sector][use.value_added] += 1
    return {sector: max(sorted(values), key=values.__getitem__) for sector, values in given.items()}


def _together(uses: Sequence[_Use]) -> dict[str, tuple[str, ...]]:
    """The rare earths whose uses are line by line the same: one figure for them together."""
    rare = element_groups()["rare-earths"]
    lines: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for use in uses:
        if use.substance in rare:
            lines[use.substance].add((use.application, use.share.stated, use.sector))
    alike: dict[frozenset[tuple[str, str, str]], list[str]] = defaultdict(list)
    for substance, content in lines.items():
        alike[frozenset(content)].append(substance)
    return {one: tuple(sorted(all_)) for all_ in alike.values() for one in all_}


def _check_sums(uses: Sequence[_Use], ledger: RowLedger) -> None:
    sums: dict[str, float] = defaultdict(float)
    for use in uses:
        sums[use.substance] += float(use.share.value or 0)
    for substance, whole in sums.items():
        if abs(whole - 100) > TOLERANCE:
            ledger.say(
                None,
                f"The uses of {substance} add up to {whole:g} instead of 100.",
                "The shares are kept as they are in the file; see the study itself.",
            )


def _fact(
    use: _Use, substances: Sequence[str], values: Mapping[str, str], ledger: RowLedger
) -> dict[str, str]:
    sector = use.sector
    notes = ["Edition of 2023; the period measured is not in the table."]
    if sector and use.value_added != values[sector]:
        ledger.say(
            use.row.line,
            f"The sector {sector} has the value added {use.value_added} in this row and "
            f"{values[sector]} elsewhere: sector and figure do not belong together.",
            "The share is used, the sector is not; see the study itself.",
            column=SECTOR,
        )
        sector = ""
        notes.append("The file contradicts itself on the sector, so it is left out.")
    if len(substances) > 1:
        notes.append(f"The study prints the same line for {', '.join(substances)}.")
    return {
        "id": f"end-use-{substances[0]}-eu-{_EDITION}-{use.slug}",
        "substances": ";".join(substances),
        "area": "EU",
        "year": _EDITION,
        "end_use": use.application,
        "basis": "use",
        "share": use.share.value,
        "low": use.share.low,
        "high": use.share.high,
        "status": use.share.status,
        "sector": f"nace-{sector.lower()}" if sector else "",
        "note": " ".join(notes),
        "source_ids": SOURCE,
        "locator": f"{ledger.file}: {use.row.text('Material')}",
    }


def _value_added(code: str, value: str, file: str) -> dict[str, str]:
    return {
        "id": f"value-added-nace-{code.lower()}-eu-{_EDITION}",
        "sector": f"nace-{code.lower()}",
        "area": "EU",
        "value": value,
        "unit": "million-eur",
        "status": "measured",
        "note": "As the edition of 2023 counts it; the year measured is not in the table.",
        "source_ids": SOURCE,
        "locator": file,
    }


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
