"""An answer in a terminal, which is never as wide as a table of twenty columns.

What is the same in all rows is said once, below. Of the other columns the first ones are shown, as
many as can be read; the rest is named, for the files hold all.
"""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kg.questions.question import Column
from kg.questions.run import Cell, ResultTable

#: Characters that a column needs to be read.
_LEAST_WIDTH = 14


def print_answer(table: ResultTable, console: Console) -> None:
    """Print an answer so that it can be read at the width of the console.

    Percentages are rounded to one decimal, as on the pages.
    """
    console.print(f"[bold]{escape(table.question.title)}[/]")
    if not table.rows:
        console.print(escape(table.question.missing or "No rows."))
        return
    texts = {c.name: [_text(row.get(c.name), c) for row in table.rows] for c in table.columns}
    several = [c for c in table.columns if len(table.rows) == 1 or len(set(texts[c.name])) > 1]
    shown = several[: max(2, console.width // _LEAST_WIDTH)]
    body = Table()
    for column in shown:
        body.add_column(escape(_heading(column)), overflow="fold")
    for cells in zip(*(texts[column.name] for column in shown), strict=True):
        body.add_row(*map(escape, cells))
    console.print(body)
    for column in table.columns:
        if column not in several and texts[column.name][0]:
            console.print(escape(f"{_heading(column)}: {texts[column.name][0]}"))
    if left_out := several[len(shown) :]:
        console.print(escape(f"Not shown: {', '.join(map(_heading, left_out))}."))
        console.print("--format csv and --format json give all columns, with identifiers.")


def _heading(column: Column) -> str:
    return f"{column.label} ({column.unit})" if column.unit else column.label


def _text(cell: Cell | None, column: Column) -> str:
    if cell is None:
        return ""
    return f"{cell.number:.1f}" if column.unit == "%" and cell.number is not None else cell.text
