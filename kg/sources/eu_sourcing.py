"""Where the EU buys: ``fact_EUSupplyShares_and_t.csv`` of the EU study (annex 7, cp1252).

A share is a part of what the EU obtained of a material at a stage, its own members included. The
column ``t`` is the parameter by which the study counts a supplier: 0.8 within the EU and its
agreements, more than 1 where exports are restricted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kg.sources.eu_study import (
    SOURCE,
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

_PARAMETER = re.compile(r"\d(\.\d+)?", re.ASCII)


class _Line(NamedTuple):
    """One row as read."""

    area: str
    share: Share
    parameter: str
    row: OfficialRow


def sourcing_facts(
    rows: Sequence[OfficialRow],
    places: PlaceNames,
    groups: Mapping[str, frozenset[str]],
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """Rows of the schema ``sourcing-shares``; problems go into the ledger."""
    known = series_of("eu_sourcing")
    sets: dict[tuple[str, str], dict[str, _Line]] = defaultdict(dict)
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (fold(row["Material"]), row.text("Stage"))
        series = known.get(key)
        if series is None:
            refuse_unknown(row, "eu_sourcing", ledger)
            continue
        share = read_share(row, ledger)
        if share is None:
            continue
        if not _PARAMETER.fullmatch(row.text("t")):
            ledger.refuse(
                row.line,
                f"The parameter {row.text('t')!r} is no number such as 0.8.",
                "Take the file as it was released.",
                column="t",
            )
            continue
        found[key] = found.get(key, 0.0) + float(share.value or 0)
        area = read_area(row, places, ledger, used=not series.left_out)
        if series.left_out:
            ledger.leave_out(f"{row.text('Material')}, {series.left_out}")
        elif area is not None:
            lines = sets[series.substance, series.stage]
            if area in lines:
                ledger.refuse(
                    row.line,
                    f"{row.text('Country')} stands twice for the same material and stage.",
                    "Check the file.",
                )
            else:
                lines[area] = _Line(area, share, str(float(row.text("t"))), row)
    check_complete(known, found, ledger)
    return _facts(sets, groups, ledger)


def _facts(
    sets: Mapping[tuple[str, str], Mapping[str, _Line]],
    groups: Mapping[str, frozenset[str]],
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """One row for each line, with the identical lines of rare earths told once, of their group."""
    owner = group_figures(
        {
            key: frozenset((area, *line.share) for area, line in lines.items())
            for key, lines in sets.items()
        },
        groups,
        ledger,
    )
    facts: dict[str, dict[str, str]] = {}
    for (substance, stage), lines in sets.items():
        subject = owner.get((substance, stage), substance)
        members = sorted(e for (e, at), group in owner.items() if (group, at) == (subject, stage))
        for line in lines.values():
            fact = _fact(subject, stage, line, members, ledger.file)
            if fact["id"] in facts:
                ledger.leave_out(f"same line as another member of {subject}")
            else:
                facts[fact["id"]] = fact
                ledger.use()
    return list(facts.values())


def _fact(
    subject: str, stage: str, line: _Line, members: Sequence[str], file: str
) -> dict[str, str]:
    told = f"The study prints the same line for {', '.join(members)}: a figure of the group."
    return {
        "id": f"{subject}-{stage}-sourcing-EU-{line.area}-2020-{SOURCE}",
        "substance": subject,
        "stage": stage,
        "buyer": "EU",
        "supplier": line.area,
        "year": "2020",
        "period_start": "2016",
        "period_end": "2020",
        "share": line.share.value,
        "low": line.share.low,
        "high": line.share.high,
        "status": line.share.status,
        "flag": "" if line.share.value else line.share.stated,
        "stated": line.share.stated,
        "trade_parameter": line.parameter,
        "note": told if members else "",
        "source_ids": SOURCE,
        "locator": f"{file}: {', '.join(members) or line.row.text('Material')}, "
        f"stage {line.row.text('Stage')}",
    }
