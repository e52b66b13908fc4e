"""Questions and answers in a terminal, which is never as wide as a table of twenty columns.

What is the same in all rows of an answer is said once, below. Of the other columns the first ones
are shown, as many as can be read; the rest is named, for the files hold all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kg.engines.engine import Engine
from kg.questions.binding import ANY
from kg.questions.catalogue import Catalogue
from kg.questions.options import folded, offered
from kg.questions.question import Column, Parameter, ParameterType, Question, Theme
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
    columns = [column for column in table.columns if column.role != "record"]
    texts = {c.name: [_text(row.get(c.name), c) for row in table.rows] for c in columns}
    several = [c for c in columns if len(table.rows) == 1 or len(set(texts[c.name])) > 1]
    shown = several[: max(2, console.width // _LEAST_WIDTH)]
    body = Table()
    for column in shown:
        body.add_column(escape(_heading(column)), overflow="fold")
    for cells in zip(*(texts[column.name] for column in shown), strict=True):
        body.add_row(*map(escape, cells))
    console.print(body)
    for column in columns:
        if column not in several and texts[column.name][0]:
            console.print(escape(f"{_heading(column)}: {texts[column.name][0]}"))
    if left_out := several[len(shown) :]:
        console.print(escape(f"Not shown: {', '.join(map(_heading, left_out))}."))
        console.print("--format csv and --format json give all columns, with identifiers.")
    for gap in table.question.gaps:
        console.print(escape(f"Note: {gap}"))


def _heading(column: Column) -> str:
    return f"{column.label} ({column.unit})" if column.unit else column.label


def _text(cell: Cell | None, column: Column) -> str:
    if cell is None:
        return ""
    return f"{cell.number:.1f}" if column.unit == "%" and cell.number is not None else cell.text


#: Options of a parameter that are shown as examples.
_EXAMPLES = 6


def print_list(catalogue: Catalogue, words: Sequence[str]) -> int:
    """Print the questions that have all ``words`` in their texts, by theme; gives how many."""
    wanted = folded(" ".join(words)).split()
    count = 0
    for theme, questions in catalogue.themes().items():
        fitting = [q for q in questions if _has_words(theme, q, wanted)]
        if not fitting:
            continue
        click.echo(f"{theme.title} ({theme.id})")
        for question in fitting:
            click.echo(f"  {question.id:<28} {question.title}")
        count += len(fitting)
    return count


def _has_words(theme: Theme, question: Question, words: Sequence[str]) -> bool:
    texts = [question.id, question.title, question.question, question.description, theme.title]
    texts += [text for p in question.params.values() for text in (p.name, p.label, p.help)]
    texts += [text for c in question.columns for text in (c.name, c.label)]
    text = folded(" ".join(texts))
    return all(word in text for word in words)


def print_question(question: Question, engine: Engine | None) -> None:
    """Print what a question takes and gives; with an engine, also examples of values."""
    click.echo(f"{question.title}\n{question.question}")
    if question.description:
        click.echo(f"\n{question.description}")
    click.echo("\nParameters:" if question.params else "\nIt takes no parameters.")
    for parameter in question.params.values():
        for line in _parameter(parameter, engine):
            click.echo(line)
    click.echo("\nColumns:")
    for column in question.columns:
        click.echo(f"  {column.name:<22} {_column(column)}")
    views = ", ".join(view.kind for view in question.views)
    click.echo(f"\nViews: {views}")
    if question.expect:
        click.echo("\nExpected answers:")
    for expected in question.expect:
        given = [f"--{name} {value}" for name, vs in expected.params.items() for value in vs]
        click.echo(f"  {' '.join(given) or 'with the defaults'}")
        for verb, cells in (("contains", expected.contains), ("lacks", expected.lacks)):
            if cells:
                said = ", ".join(f"{name} = {v or '(empty)'}" for name, v in cells.items())
                click.echo(f"    {verb} {said}")
        if expected.rows is not None:
            click.echo(f"    has {expected.rows} rows")
        if expected.by:
            click.echo(f"    by {expected.by}")


def _parameter(parameter: Parameter, engine: Engine | None) -> Iterator[str]:
    """The lines about a parameter."""
    default = ", ".join(parameter.default)
    yield f"  --{parameter.name:<18} {parameter.label} (default: {default})"
    is_class = parameter.type is ParameterType.THING
    told = [f"thing of {parameter.of}" if is_class else parameter.type.value]
    if parameter.unit:
        told.append(f"in {parameter.unit}")
    if parameter.minimum is not None:
        told.append(f"from {parameter.minimum:g}")
    if parameter.maximum is not None:
        told.append(f"up to {parameter.maximum:g}")
    if parameter.pattern:
        told.append(f"matches {parameter.pattern}")
    if parameter.optional:
        told.append(f"may be {ANY}")
    if parameter.multiple:
        told.append("may be given several times")
    if parameter.depends:
        told.append(f"values depend on {', '.join(parameter.depends)}")
    yield f"{'':<23}{'; '.join(told)}"
    if parameter.help:
        yield f"{'':<23}{parameter.help}"
    examples = _examples(parameter, engine)
    if examples:
        yield f"{'':<23}{examples}"


def _examples(parameter: Parameter, engine: Engine | None) -> str:
    """Some of the values that are offered; things only where there is an engine to ask."""
    if parameter.is_thing and engine is None:
        return ""
    found = offered(engine, parameter).options if engine else ()
    if not parameter.is_thing:
        words = [*parameter.special, *parameter.values]
        return f"for example {', '.join(words)}" if words else ""
    shown = ", ".join(option.value for option in found[:_EXAMPLES])
    more = f" ... ({len(found):,} in all)" if len(found) > _EXAMPLES else ""
    return f"for example {shown}{more}" if shown else ""


def _column(column: Column) -> str:
    unit = column.unit or (f"unit: see {column.unit_from}" if column.unit_from else "")
    heading = f"{column.label} ({unit})" if unit else column.label
    return f"{heading}. {column.help}" if column.help else heading
