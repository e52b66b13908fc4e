"""The tables of facts as they are, and answers of questions in the same words."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Catalogue, Cell, ResultTable, ask
from kg.shipped import facts_dir

Row = Mapping[str, str]


@cache
def table(*names: str) -> list[Row]:
    """The rows of some tables of facts, one after the other."""
    rows: list[Row] = []
    for name in names:
        with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def asked(engine: EmbeddedEngine, question: str, **values: str | list[str]) -> ResultTable:
    given = {
        name.rstrip("_"): [value] if isinstance(value, str) else value
        for name, value in values.items()
    }
    return ask(engine, Catalogue.load()[question], given)


def local(cell: Cell | None) -> str:
    """The last part of the name of a thing, or the text of a literal; empty for an empty cell."""
    if cell is None:
        return ""
    return cell.name.partition(":")[2] if cell.iri else cell.text


def columns(answer: ResultTable, *names: str) -> list[tuple[str, ...]]:
    return sorted(tuple(local(row.get(name)) for name in names) for row in answer.rows)


def things(cell: Cell | None) -> set[str]:
    return {local(item) for item in cell.items} if cell else set()


def worded(cell: Cell | None) -> set[str]:
    """What stands in a text of several parts."""
    return set(items(cell.text)) if cell else set()


def begun(start: str, day: str) -> bool:
    """Whether a day, month or year has begun by a day."""
    return day[: len(start)] >= start
