"""What a file says of its answer: the question, its parameters, the snapshot, rights, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.namespaces import shorten
from kg.questions.export.rows import RECORD
from kg.questions.question import Column
from kg.questions.run import Cell, ResultTable

#: The rights in the facts that come with critmat, see kg/facts/NOTICE.md.
LICENCE = (
    "The facts that come with critmat are published under the Creative Commons Attribution 4.0 "
    "International licence (CC BY 4.0), https://creativecommons.org/licenses/by/4.0/. Cite them as "
    "“critmat: facts on critical raw materials”, with the snapshot, and pass on the notice of each "
    "source. The code is under the Apache License 2.0."
)
_SLOT = re.compile(r"\{(\w+)\}")
_NOTHING = "This question has no parameters."


@dataclass(frozen=True, slots=True)
class About:
    """What is told of an answer, line by line; the first part of a line says what it is."""

    heading: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, ...], ...]
    sources: tuple[tuple[str, ...], ...]

    def lines(self) -> Iterator[tuple[str, ...]]:
        """All lines, with an empty one between the parts."""
        yield from self.heading
        yield ()
        yield ("Column", "Label", "Unit", "What it means")
        yield from self.columns
        yield ()
        yield ("Source", "Title", "Address", "Kind", "Rows")
        yield from self.sources


def about(table: ResultTable) -> About:
    """What there is to tell of an answer."""
    question = table.question
    heading = [
        ("Question", question.title),
        ("Asked", sentence(table)),
        ("Description", question.description),
        ("Name", question.id),
        *parameter_lines(table),
        ("Rows", f"{len(table.rows):,}"),
        ("Snapshot", table.snapshot_id or "The endpoint names none."),
        ("Licence", LICENCE),
    ]
    if not table.rows:
        heading.append(("No rows", question.missing or "The data hold nothing that fits."))
    heading += [("Not in the data", gap) for gap in question.gaps]
    return About(
        tuple(line for line in heading if line[1]),
        tuple(_column(column) for column in table.columns),
        tuple(_sources(table)),
    )


def sentence(table: ResultTable) -> str:
    """The question as a sentence with the values that it was asked with.

    The name of a parameter stands in braces in the question; ``any`` is said as such.
    """
    params = table.question.params
    return _SLOT.sub(
        lambda found: ", ".join(_words(table, found[1])) if found[1] in params else found[0],
        table.question.question,
    )


def parameter_lines(table: ResultTable) -> Iterator[tuple[str, str]]:
    """Label and values of each parameter."""
    for name, parameter in table.question.params.items():
        unit = f" {parameter.unit}" if parameter.unit else ""
        yield f"Parameter {name}", f"{parameter.label}: {', '.join(_words(table, name))}{unit}"
    if not table.question.params:
        yield "Parameters", _NOTHING


def _words(table: ResultTable, name: str) -> list[str]:
    terms = table.bound.terms.get(name, ())
    return [
        "any" if term is None else table.labels.get(term.value) or shorten(term.value)
        for term in terms
    ] or list(table.question.params[name].default)


def _column(column: Column) -> tuple[str, ...]:
    told = column.help or ("Ids of the records that a row rests on." * (column.role == RECORD))
    unit = column.unit or (f"as in {column.unit_from}" if column.unit_from else "")
    return column.name, column.label, unit, told


def _sources(table: ResultTable) -> Iterator[tuple[str, ...]]:
    """Every source that the answer names, with the rows that name it."""
    named = [column.name for column in table.columns if column.role == "source"]
    found: dict[str, tuple[Cell, int]] = {}
    for row in table.rows:
        cells = {i.iri: i for n in named if n in row for i in row[n].items or (row[n],) if i.iri}
        for iri, cell in cells.items():
            found[iri] = (cell, found[iri][1] + 1 if iri in found else 1)
    for iri, (cell, rows) in sorted(found.items(), key=lambda item: item[1][0].text):
        yield shorten(iri), cell.text, cell.address, cell.kind, f"{rows:,}"
