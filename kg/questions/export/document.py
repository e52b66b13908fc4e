"""An answer as a JSON document."""

from __future__ import annotations

import math
from typing import Any

from kg.namespaces import shorten
from kg.questions.export.rows import RECORD
from kg.questions.question import Column
from kg.questions.run import Cell, ResultTable


def json_document(table: ResultTable) -> dict[str, Any]:
    """Give the answer as JSON values: the question, its parameters, columns and rows.

    A figure is a number, a thing an object with ``id``, ``iri`` and ``label``, a list column a
    list of them. A column of records lists their ids. What is not known is left out of its row.
    """
    records = {column.name for column in table.columns if column.role == RECORD}
    return {
        "question": table.question.id,
        "title": table.question.title,
        "snapshot": table.snapshot_id,
        "parameters": {
            name: [None if term is None else _parameter(table, term.value) for term in terms]
            for name, terms in table.bound.terms.items()
        },
        "columns": [_column(column) for column in table.columns],
        "rows": [
            {
                name: record_ids(cell) if name in records else json_cell(cell)
                for name, cell in row.items()
            }
            for row in table.rows
        ],
        "missing": "" if table.rows else table.question.missing,
    }


def _parameter(table: ResultTable, value: str) -> dict[str, str]:
    label = table.labels.get(value)
    return {"id": shorten(value), "label": label} if label else {"id": shorten(value)}


def _column(column: Column) -> dict[str, str]:
    given = {"name": column.name, "label": column.label, "unit": column.unit, "help": column.help}
    return {key: value for key, value in given.items() if value}


def record_ids(cell: Cell) -> list[str]:
    """The prefixed names of the records in a cell."""
    return [item.name or item.text for item in cell.items or (cell,)]


def json_cell(cell: Cell) -> Any:
    """A cell as a JSON value; a number that JSON cannot write stays a text."""
    if cell.items:
        return [json_cell(item) for item in cell.items]
    if cell.iri:
        given = {"id": cell.name, "iri": cell.iri, "label": cell.text}
        given |= {"address": cell.address, "kind": cell.kind}
        return {key: value for key, value in given.items() if value}
    number = cell.number
    return cell.text if number is None or not math.isfinite(number) else number
