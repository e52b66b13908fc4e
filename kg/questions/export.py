"""An answer as CSV rows and as a JSON document, the same for command line and service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.namespaces import shorten
from kg.questions.question import Column
from kg.questions.run import Cell, ResultTable

#: First characters that make a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_rows(table: ResultTable) -> Iterator[list[str]]:
    """Give the head and the rows of a CSV export.

    The columns of the question come first, with labels for things and titles for sources. Behind
    them stand the prefixed name of each thing (``product_id``), the address of each source
    (``source_address``) and its kind (``source_kind``), as far as the answer has any.
    """
    columns = table.columns
    things = [c for c in columns if not c.list and any(_has_iri(r.get(c.name)) for r in table.rows)]
    lists = [c for c in columns if c.list]
    yield [
        *(column.name for column in columns),
        *(f"{column.name}_id" for column in things),
        *(f"{column.name}_address" for column in lists),
        *(f"{column.name}_kind" for column in lists),
    ]
    for row in table.rows:
        yield [
            *(_text(row.get(column.name)) for column in columns),
            *(cell.name if (cell := row.get(column.name)) else "" for column in things),
            *(_addresses(row.get(column.name)) for column in lists),
            *(_kinds(row.get(column.name)) for column in lists),
        ]


def _has_iri(cell: Cell | None) -> bool:
    return cell is not None and bool(cell.iri)


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.number is None and cell.text.startswith(_FORMULA):
        return f"'{cell.text}"
    return cell.text


def _addresses(cell: Cell | None) -> str:
    return " ".join(item.address for item in cell.items if item.address) if cell else ""


def _kinds(cell: Cell | None) -> str:
    return "; ".join(item.kind for item in cell.items if item.kind) if cell else ""


def json_document(table: ResultTable) -> dict[str, Any]:
    """Give the answer as JSON values: the question, its parameters, columns and rows."""
    return {
        "question": table.question.id,
        "title": table.question.title,
        "snapshot": table.snapshot_id,
        "parameters": {
            name: [None if term is None else _parameter(table, term.value) for term in terms]
            for name, terms in table.bound.terms.items()
        },
        "columns": [_column(column) for column in table.columns],
        "rows": [{name: _cell(cell) for name, cell in row.items()} for row in table.rows],
        "missing": "" if table.rows else table.question.missing,
    }


def _parameter(table: ResultTable, value: str) -> dict[str, str]:
    label = table.labels.get(value)
    return {"id": shorten(value), "label": label} if label else {"id": shorten(value)}


def _column(column: Column) -> dict[str, str]:
    given = {"name": column.name, "label": column.label, "unit": column.unit, "help": column.help}
    return {key: value for key, value in given.items() if value}


def _cell(cell: Cell) -> Any:
    if cell.items:
        return [_cell(item) for item in cell.items]
    if cell.iri:
        given = {"id": cell.name, "iri": cell.iri, "label": cell.text}
        given |= {"address": cell.address, "kind": cell.kind}
        return {key: value for key, value in given.items() if value}
    return cell.text if cell.number is None else cell.number
