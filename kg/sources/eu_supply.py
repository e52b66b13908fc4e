"""Shares of world supply of the EU study: ``fact_GlobalSupplyShares_and_t.csv`` (annex 7, cp1252).

Shares are averages of about 2016-2020. The column ``t``, a parameter of the study for trade, is 1
for nearly every row and is not read here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kg.sources.eu_study import (
    SOURCE,
    TOLERANCE,
    Share,
    check_complete,
    group_figures,
    read_area,
    read_share,
    refuse_unknown,
    series_of,
)
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold
from kg.sources.place_names import PlaceNames

COLUMNS = ("Material", "Stage", "Country", "Share", "t")
_NOTE = "Average of about 2016-2020."


class _Line(NamedTuple):
    """One row as read: the area, the share and the row itself."""

    area: str
    share: Share
    row: OfficialRow


def supply_facts(
    rows: Sequence[OfficialRow],
    places: PlaceNames,
    groups: Mapping[str, frozenset[str]],
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """Rows of the schema ``shares``; problems go into the ledger."""
    return _facts(_read_lines(rows, places, ledger), groups, ledger)


def _read_lines(
    rows: Sequence[OfficialRow], places: PlaceNames, ledger: RowLedger
) -> dict[tuple[str, str], list[_Line]]:
    """The lines that can be used, by substance and stage; the others are accounted for."""
    known = series_of("eu_materials")
    sets: dict[tuple[str, str], list[_Line]] = defaultdict(list)
    sums: dict[tuple[str, str], list[Share]] = defaultdict(list)
    for row in rows:
        key = (fold(row["Material"]), row.text("Stage"))
        series = known.get(key)
        if series is None:
            refuse_unknown(row, "eu_materials", ledger)
            continue
        share = read_share(row, ledger)
        if share is None:
            continue
        sums[key].append(share)
        area = read_area(row, places, ledger, used=not series.left_out)
        if series.left_out:
            ledger.leave_out(f"{row.text('Material')}, {series.left_out}")
        elif area is not None:
            sets[series.substance, series.stage].append(_Line(area, share, row))
    check_complete(known, sums, ledger)
    _check_sums(sums, ledger)
    return sets


def _check_sums(sums: Mapping[tuple[str, str], Sequence[Share]], ledger: RowLedger) -> None:
    """Warn where the shares do not make 100, with ``<0.1%`` counted as nothing or in full."""
    for (material, stage), shares in sums.items():
        least = sum(float(share.value or share.low or 0) for share in shares)
        most = least + sum(float(share.high or 0) for share in shares)
        if max(100 - least, most - 100) > TOLERANCE:
            ledger.say(
                None,
                f"The shares of {material}, stage {stage}, add up to {least:.1f}"
                + (f" to {most:.1f}" if most > least else "")
                + " instead of 100.",
                "The shares are kept as they are in the file; see the study itself.",
            )


def _facts(
    sets: Mapping[tuple[str, str], Sequence[_Line]],
    groups: Mapping[str, frozenset[str]],
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """One row for each line, with the identical lines of rare earths told once, of their group."""
    owner = group_figures(
        {key: frozenset((line.area, *line.share) for line in lines) for key, lines in sets.items()},
        groups,
        ledger,
    )
    facts: dict[str, dict[str, str]] = {}
    for (substance, stage), lines in sets.items():
        subject = owner.get((substance, stage), substance)
        members = sorted(e for (e, at), group in owner.items() if (group, at) == (subject, stage))
        for line in lines:
            fact = _fact(subject, stage, line, members, ledger.file)
            if fact["id"] not in facts:
                facts[fact["id"]] = fact
                ledger.use()
            elif subject != substance:
                ledger.leave_out(f"same line as another member of {subject}")
            else:
                ledger.refuse(
                    line.row.line,
                    f"{line.row.text('Country')} stands twice for the same material and stage.",
                    "Check the file.",
                )
    return list(facts.values())


def _fact(
    subject: str, stage: str, line: _Line, members: Sequence[str], file: str
) -> dict[str, str]:
    share = line.share
    note = _NOTE
    if members:
        note += f" The study prints the same line for {', '.join(members)}: a figure of the group."
    what = ", ".join(members) or line.row.text("Material")
    return {
        "id": f"{subject}-{stage}-share-{line.area}-2020-{SOURCE}",
        "substance": subject,
        "stage": stage,
        "area": line.area,
        "year": "2020",
        "period_start": "2016",
        "period_end": "2020",
        "share": share.value,
        "low": share.low,
        "high": share.high,
        "precision": "exact" if share.value else "",
        "status": share.status,
        "flag": "" if share.value else share.stated,
        "stated": share.stated,
        "basis_note": "Share of world supply at the stage, as the study computed it.",
        "note": note,
        "source_ids": SOURCE,
        "locator": f"{file}: {what}, stage {line.row.text('Stage')}",
    }
