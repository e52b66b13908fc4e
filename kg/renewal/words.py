"""A proposal in words, and as a table of every cell that changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from kg.renewal.answers import AnswerChange
from kg.renewal.difference import RowChange, TableDifference
from kg.renewal.proposal import Proposal

#: Rows of a kind that are shown; the others are counted.
SHOWN = 10
_HEAD = ("table", "row", "change", "column", "before", "after")


def lines(proposal: Proposal) -> Iterator[str]:
    """What a reviewer reads: tables, rows, cells and answers."""
    for difference in proposal.differences:
        yield from _of_table(difference)
    if proposal.empty:
        yield "The release says what the tables say already."
    elif proposal.answers is None:
        yield "The questions were not asked."
    elif not proposal.answers:
        yield "No answer of a canned question changes."
    else:
        yield f"Answers that change: {len(proposal.answers):,}"
        for change in proposal.answers:
            yield from _of_answer(change)


def _of_table(difference: TableDifference) -> Iterator[str]:
    counts = ", ".join(
        f"{len(rows):,} {kind}"
        for kind, rows in (
            ("added", difference.added),
            ("changed", difference.changed),
            ("gone", difference.gone),
            ("only moved in the file", difference.moved),
        )
        if rows
    )
    yield (
        f"{difference.table}: {difference.rows_before:,} rows before, "
        f"{difference.rows_after:,} after; {counts or 'no difference'}"
    )
    yield from _first("  +", [row["id"] for row in difference.added])
    yield from _first("  -", [row["id"] for row in difference.gone])
    yield from _first("  ~", [_cells(change) for change in difference.changed])


def _cells(change: RowChange) -> str:
    cells = (
        f"{column} {before or '(empty)'} -> {after or '(empty)'}"
        for column, (before, after) in change.cells.items()
    )
    return f"{change.key}: {'; '.join(cells)}"


def _of_answer(change: AnswerChange) -> Iterator[str]:
    if change.failed:
        yield f"  {change.asked}: no answer any more: {change.failed}"
        return
    yield f"  {change.asked}: {change.rows_before:,} rows before, {change.rows_after:,} after"
    for sign, rows in (("    +", change.come), ("    -", change.gone)):
        yield from _first(sign, [", ".join(text for _, text in row) for row in rows])


def _first(sign: str, items: list[str]) -> Iterator[str]:
    for item in items[:SHOWN]:
        yield f"{sign} {item}"
    if len(items) > SHOWN:
        yield f"{sign} and {len(items) - SHOWN:,} more"


def changes_csv(proposal: Proposal) -> str:
    """Every cell that would come, change or go, as CSV: table, row, change, column, before,
    after."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEAD)
    for difference in proposal.differences:
        writer.writerows(difference.records())
    return out.getvalue()
