"""Asking a question: values in, a table out, with labels for its things."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.engines.engine import Engine, Query
from kg.errors import UsageError
from kg.namespaces import XSD, shorten, sparql_prologue
from kg.questions.binding import (
    BoundQuestion,
    ParameterError,
    Term,
    UnknownParameterError,
    bind,
    collecting,
    raise_collected,
)
from kg.questions.question import Column, Question
from kg.questions.things import resolve, solutions


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of an answer.

    ``text`` is what to read: a label for a thing, the lexical form for a literal. ``iri`` is set
    for things, ``datatype`` for literals, ``address`` for sources that have one on the web and
    ``kind`` for what kind of source they are (``official``, ``news`` ...). ``items`` holds the
    things of a list column.
    """

    text: str
    iri: str = ""
    datatype: str = ""
    address: str = ""
    kind: str = ""
    items: tuple[Cell, ...] = ()

    @property
    def name(self) -> str:
        """The prefixed name of a thing, ``cmd:f-35``; empty for literals."""
        return shorten(self.iri) if self.iri else ""

    @property
    def number(self) -> float | None:
        """The value as a number, where it is one."""
        numeric = self.datatype in _NUMERIC
        return float(self.text) if numeric else None


_NUMERIC = {f"{XSD}{name}" for name in ("double", "decimal", "integer", "float")}

Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The answer of one question. Rows hold a cell for every column that is bound."""

    bound: BoundQuestion
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    labels: Mapping[str, str]
    snapshot_id: str

    @property
    def question(self) -> Question:
        """The question that was asked."""
        return self.bound.question


def bind_values(
    engine: Engine, question: Question, values: Mapping[str, Sequence[str]]
) -> BoundQuestion:
    """Bind what a user wrote, by parameter name; what is left out takes its default.

    Raises :class:`ParameterError` for an unknown parameter or a value that does not fit,
    :class:`ParameterErrors` where there is more than one.
    """
    wrong: list[ParameterError] = []
    for name in values:
        if name not in question.params:
            known = ", ".join(question.params)
            wrong.append(
                UnknownParameterError(
                    name, f"the question {question.id} has no such parameter.",
                    remedy=f"It has: {known}.",
                )
            )  # fmt: skip
    terms: dict[str, Sequence[Term]] = {}
    for name, parameter in question.params.items():
        with collecting(wrong):
            terms[name] = resolve(engine, parameter, values.get(name, ()))
    raise_collected(wrong)
    return bind(question, terms)


def ask(engine: Engine, question: Question, values: Mapping[str, Sequence[str]]) -> ResultTable:
    """Ask a question of an engine.

    Raises :class:`~kg.errors.UsageError` for wrong values, :class:`~kg.engines.engine.QueryError`
    where the engine gives no answer.
    """
    bound = bind_values(engine, question, values)
    with engine.query(Query(bound.text)) as answer:
        found = json.loads(answer.read())
    if "results" not in found:
        raise UsageError(f"The question {question.id} gives no table.")
    rows = [_cells(question.columns, row) for row in found["results"]["bindings"]]
    iris = {cell.iri for row in rows for c in row.values() for cell in (c, *c.items) if cell.iri}
    iris |= {t.value for terms in bound.terms.values() for t in terms if isinstance(t, NamedNode)}
    things = describe(engine, iris)
    labels = {iri: thing.label for iri, thing in things.items() if thing.label}
    for iri in _evidence_in(question.columns, rows):
        things[iri] = replace(things[iri], label=things[iri].notation)
    return ResultTable(
        bound=bound,
        columns=question.columns,
        rows=tuple({k: _labelled(cell, things) for k, cell in row.items()} for row in rows),
        labels=labels,
        snapshot_id=engine.snapshot_id,
    )


def _cells(columns: Sequence[Column], row: Mapping[str, Mapping[str, str]]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for column in columns:
        binding = row.get(column.name)
        if binding is None:
            continue
        value = binding["value"]
        if column.list:
            items = tuple(Cell(text=iri, iri=iri) for iri in dict.fromkeys(value.split()))
            if items:
                cells[column.name] = Cell(text=value, items=items)
        elif binding["type"] == "uri":
            cells[column.name] = Cell(text=value, iri=value)
        else:
            cells[column.name] = Cell(text=value, datatype=binding.get("datatype", ""))
    return cells


def _labelled(cell: Cell, things: Mapping[str, Thing]) -> Cell:
    if cell.items:
        items = tuple(_labelled(item, things) for item in cell.items)
        return Cell(text="; ".join(item.text for item in items), items=items)
    if cell.iri:
        thing = things[cell.iri]
        return Cell(
            text=thing.label or cell.name, iri=cell.iri, address=thing.address, kind=thing.kind
        )
    return cell


@dataclass(frozen=True, slots=True)
class Thing:
    """What the graph says of a thing in an answer; empty where it says nothing.

    ``notation`` is the short name of a concept; ``address`` and ``kind`` are those of a source.
    """

    label: str = ""
    notation: str = ""
    address: str = ""
    kind: str = ""


def describe(engine: Engine, iris: set[str]) -> dict[str, Thing]:
    """Describe things by IRI, labels in English, all in one query."""
    if not iris:
        return {}
    values = " ".join(str(NamedNode(iri)) for iri in sorted(iris))
    rows = solutions(
        engine,
        f"""{sparql_prologue()}
        SELECT ?thing (SAMPLE(?text) AS ?label) (SAMPLE(?short) AS ?notation)
               (SAMPLE(?place) AS ?address) (SAMPLE(?sort) AS ?kind) WHERE {{
          VALUES ?thing {{ {values} }}
          OPTIONAL {{
            ?thing rdfs:label|skos:prefLabel|dct:title ?text
            FILTER(LANGMATCHES(LANG(?text), "en") || LANG(?text) = "")
          }}
          OPTIONAL {{ ?thing skos:notation ?short }}
          OPTIONAL {{ ?thing cm:sourceUrl ?place }}
          OPTIONAL {{ ?thing cm:sourceKind ?concept . ?concept skos:notation ?sort }}
        }} GROUP BY ?thing""",
    )
    found = {row.pop("thing"): Thing(**row) for row in rows}
    return {iri: found.get(iri, Thing()) for iri in iris}


def _evidence_in(columns: Sequence[Column], rows: Sequence[Row]) -> set[str]:
    """The evidence levels of an answer, which are read by their short names."""
    names = {column.name for column in columns if column.role == "evidence"}
    return {row[name].iri for row in rows for name in names if name in row}
