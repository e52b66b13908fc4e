"""What a competency question expects: a table of cells, a truth value, or a refusal.

One row of a table, as a question writes it::

    cmd:neodymium | "Nd" | "Neodym"@de | "2030"^^xsd:gYear | 62.5 | -
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.errors import CritmatError
from kg.namespaces import PREFIXES
from kg.sparql import Token, TokenKind, tokens

#: A term, a number that is compared by value, or nothing where the variable has no value.
Cell = NamedNode | Literal | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """The whole answer that is expected: columns without ``?``, and rows of cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing must come out; ``reason`` says which wrong conclusion that refuses."""

    reason: str


#: What must come out; a truth value is for an ``ASK``.
Expectation = Table | Refusal | bool

_TURTLE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
_REMEDY = (
    'Write a prefixed name, <an IRI>, "a text", "a text"@en, "2030"^^xsd:gYear, a number, '
    "true, false, or - for no value."
)


class ExpectationError(CritmatError):
    """A cell that is none of what a cell may be."""

    title = "Bad expectation"


def read_row(text: str) -> tuple[Cell, ...]:
    """Read the cells of one row, which ``|`` separates.

    Raises :class:`ExpectationError` with the cell.

    >>> read_row('cm:latest | 62.5 | -')
    (<NamedNode value=https://w3id.org/critmat/ontology#latest>, 62.5, None)
    """
    cells: list[list[Token]] = [[]]
    for token in tokens(text):
        if token.kind is TokenKind.OPERATOR and token.text == "|":
            cells.append([])
        else:
            cells[-1].append(token)
    return tuple(_cell("".join(token.text for token in cell)) for cell in cells)


def _cell(text: str) -> Cell:
    if text == "-":
        return None
    if not text:
        raise ExpectationError("has an empty cell.", remedy=_REMEDY)
    try:
        return float(text) if text[0] in "+-.0123456789" else _term(text)
    except (ValueError, SyntaxError) as error:
        raise ExpectationError(f"{text[:80]!r} is no cell.", remedy=_REMEDY) from error


def _term(text: str) -> NamedNode | Literal:
    """A term as Turtle writes it; raises ``ValueError`` or ``SyntaxError`` for anything else."""
    quads = list(parse(f"{_TURTLE}<urn:row> <urn:cell> {text} .", RdfFormat.TURTLE))
    if len(quads) != 1 or not isinstance(quads[0].object, NamedNode | Literal):
        raise ValueError(text)
    return quads[0].object
