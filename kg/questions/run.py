"""Asking a question: values in, a table out, with labels for its things."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.engines.engine import Engine, Query
from kg.errors import UsageError
from kg.namespaces import XSD, shorten
from kg.questions.binding import (
    BoundQuestion,
    ParameterError,
    UnknownParameterError,
    bind,
    raise_collected,
)
from kg.questions.description import Thing, describe
from kg.questions.question import Column, Question
from kg.questions.things import resolve_all


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
                    remedy=f"It has: {known}." if known else "It has none.",
                )
            )  # fmt: skip
    terms = resolve_all(engine, question.params, values, wrong)
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
    bindings: list[Bindings] = found["results"]["bindings"]
    iris = _shown_iris(question.columns, bindings)
    iris |= {t.value for terms in bound.terms.values() for t in terms if isinstance(t, NamedNode)}
    things = describe(engine, iris)
    labels = {iri: thing.label for iri, thing in things.items() if thing.label}
    columns = [(column.name, _Cells(column, things)) for column in question.columns]
    rows = []
    for binding in bindings:
        row = {}
        for name, cells in columns:
            value = binding.get(name)
            if value is not None and (cell := cells.of(value)) is not None:
                row[name] = cell
        rows.append(row)
    return ResultTable(
        bound=bound,
        columns=question.columns,
        rows=tuple(rows),
        labels=labels,
        snapshot_id=engine.snapshot_id,
    )


#: A value as SPARQL results in JSON give it, and the values of one row by column.
Binding = Mapping[str, str]
Bindings = Mapping[str, Binding]


def _shown_iris(columns: Sequence[Column], bindings: Sequence[Bindings]) -> set[str]:
    """The things of an answer that are shown by a label: all but the records."""
    iris: set[str] = set()
    for column in columns:
        if column.role == "record":
            continue
        values = (b[column.name] for b in bindings if column.name in b)
        if column.list:
            for text in {value["value"] for value in values}:
                iris.update(_iris_in(text))
        else:
            iris.update(value["value"] for value in values if value["type"] == "uri")
    return iris


def _iris_in(text: str) -> list[str]:
    """The IRIs of a list cell, each once, in order."""
    return list(dict.fromkeys(text.split()))


class _Cells:
    """Makes the cells of one column; equal values share one cell."""

    def __init__(self, column: Column, things: Mapping[str, Thing]) -> None:
        self._column = column
        self._things = things
        self._made: dict[tuple[str, str], Cell | None] = {}

    def of(self, binding: Binding) -> Cell | None:
        """The cell of a value; ``None`` for a list without items."""
        key = (binding["value"], binding.get("datatype", binding["type"]))
        if key not in self._made:
            self._made[key] = self._make(binding)
        return self._made[key]

    def _make(self, binding: Binding) -> Cell | None:
        value = binding["value"]
        if self._column.list:
            # An engine joins the values of a group in any order, another one each time.
            found = map(self._thing, _iris_in(value))
            items = tuple(sorted(found, key=lambda item: (item.text.casefold(), item.iri)))
            return Cell(text="; ".join(item.text for item in items), items=items) if items else None
        if binding["type"] == "uri":
            return self._thing(value)
        return Cell(text=value, datatype=binding.get("datatype", ""))

    def _thing(self, iri: str) -> Cell:
        thing = self._things.get(iri, _UNKNOWN)
        # Evidence levels are read by their short names.
        label = thing.notation if self._column.role == "evidence" else thing.label
        return Cell(text=label or shorten(iri), iri=iri, address=thing.address, kind=thing.kind)


_UNKNOWN = Thing()
