"""What a row of an answer rests on: the triples that its question names, and its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.questions.question import Question, TriplePattern
from kg.questions.run import Cell

#: A triple in the spelling of N-Triples.
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Grounds:
    """``triples`` hold because of axioms, rules or sources; ``records`` are IRIs of statements."""

    triples: tuple[Triple, ...]
    records: tuple[str, ...]


def grounds(question: Question, row: Mapping[str, Cell]) -> Grounds:
    """What the cells of ``row`` rest on.

    A triple of the question is left out where one of its columns is empty in this row; where one
    holds a list, there is a triple for each item.
    """
    triples = [triple for pattern in question.why for triple in _filled(pattern, row)]
    records = [
        cell.iri
        for column in question.columns
        if column.role == "record" and column.name in row
        for cell in _cells(row[column.name])
        if cell.iri
    ]
    return Grounds(tuple(dict.fromkeys(triples)), tuple(dict.fromkeys(records)))


def _filled(pattern: TriplePattern, row: Mapping[str, Cell]) -> list[Triple]:
    if any(column not in row for column in pattern.columns):
        return []
    subjects, predicates, objects = (_terms(term, row) for term in pattern.terms)
    return [(s, p, o) for s in subjects for p in predicates for o in objects]


def _terms(term: str, row: Mapping[str, Cell]) -> list[str]:
    if not term.startswith("?"):
        return [term]
    return [_spelled(cell) for cell in _cells(row[term[1:]])]


def _cells(cell: Cell) -> tuple[Cell, ...]:
    return cell.items or (cell,)


def _spelled(cell: Cell) -> str:
    if cell.iri:
        return str(NamedNode(cell.iri))
    return str(Literal(cell.text, datatype=NamedNode(cell.datatype) if cell.datatype else None))
