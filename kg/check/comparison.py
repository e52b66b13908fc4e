"""Comparing an answer with what a competency question expects of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode

from kg.check.expectation import Expectation, Refusal, Table
from kg.namespaces import shorten

#: Rows that a message lists.
LISTED = 5

#: What is wrong, and what to do about it.
Fault = tuple[str, str]

_LOOK = (
    "Look at the facts, and at the axioms that the question needs: one of them, or the "
    "expectation, is not as it was meant."
)


def fault_of_truth(expectation: Expectation, answer: bool) -> Fault | None:
    """What is wrong with the answer of an ``ASK``."""
    if isinstance(expectation, Table):
        return "expects a table of an ASK.", "Write true or false, or ask with SELECT."
    if isinstance(expectation, Refusal):
        return _refused("is true", expectation) if answer else None
    if answer != expectation:
        return f"is {str(answer).lower()} and should be {str(expectation).lower()}.", _LOOK
    return None


def fault_of_rows(
    expectation: Expectation, names: Sequence[str], rows: Sequence[Sequence[object]]
) -> Fault | None:
    """What is wrong with the answer of a ``SELECT``: ``names`` of its variables, and its rows."""
    if isinstance(expectation, bool):
        return "expects a truth value of a SELECT.", "Write a table, or ask with ASK."
    if isinstance(expectation, Refusal):
        return _refused(f"answers {_listed(rows)}", expectation) if rows else None
    if sorted(names) != sorted(expectation.columns):
        return (
            f"selects {_variables(names)} and expects {_variables(expectation.columns)}.",
            "Give the table the variables that the query selects.",
        )
    places = [names.index(column) for column in expectation.columns]
    found = [[row[place] for place in places] for row in rows]
    lacking = [list(row) for row in expectation.rows]
    surplus = []
    for row in found:
        match = next((one for one in lacking if _same(one, row)), None)
        if match is None:
            surplus.append(row)
        else:
            lacking.remove(match)
    faults = [f"lacks {_listed(lacking)}"] if lacking else []
    faults += [f"has too much: {_listed(surplus)}"] if surplus else []
    if not faults and expectation.ordered and not all(map(_same, expectation.rows, found)):
        faults = [f"answers in another order: {_listed(found)}"]
    return ("; ".join(faults) + ".", _LOOK) if faults else None


def _refused(answer: str, refusal: Refusal) -> Fault:
    return f"{answer} and must be refused: {refusal.reason}", _LOOK


def _same(cells: Sequence[object], row: Sequence[object]) -> bool:
    return all(map(_equal, cells, row))


def _equal(cell: object, term: object) -> bool:
    """Whether a term of the answer is what a cell expects; a bare number is equal by value."""
    if not isinstance(cell, float):
        return cell == term
    if not isinstance(term, Literal) or term.datatype.value.endswith(("#string", "#gYear")):
        return False
    try:
        return math.isclose(float(term.value), cell, rel_tol=1e-9, abs_tol=1e-9)
    except ValueError:
        return False


def _listed(rows: Sequence[Sequence[object]]) -> str:
    text = "; ".join(" | ".join(map(_shown, row)) for row in rows[:LISTED])
    return f"{text}; and {len(rows) - LISTED:,} more" if len(rows) > LISTED else text


def _shown(term: object) -> str:
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, float):
        return f"{term:g}"
    return "-" if term is None else str(term)


def _variables(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)
