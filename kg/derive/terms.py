"""Terms as numbers, and N-Quads as columns of them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import RdfFormat, parse

from kg.derive.errors import UnreadableQuadsError
from kg.derive.spelling import Term
from kg.namespaces import XSD

#: The numbers of subjects and of objects, in the order of the file.
Columns = tuple[list[int], list[int]]

#: Spellings of a literal that the parser turns into the canonical one.
_PLAIN_STRING = f"^^<{XSD}string>"
_ESCAPED = re.compile(r"\\[^nr\"\\]")


class Terms:
    """Gives each term a number, counted from 0 in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[Term, int] = {}
        self._texts: list[Term] = []

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, number: int) -> Term:
        return self._texts[number]

    def number(self, term: Term) -> int:
        """The number of a term; a new one for a term not met before."""
        number = self._numbers.setdefault(term, len(self._texts))
        if number == len(self._texts):
            self._texts.append(term)
        return number

    def find(self, term: Term) -> int | None:
        """The number of a term, if it has been met."""
        return self._numbers.get(term)

    def are_literals(self) -> NDArray[np.bool_]:
        """For each number, whether the term is a literal, which can be no subject."""
        return np.fromiter((t[0] == '"' for t in self._texts), np.bool_, len(self._texts))


def read_columns(
    path: Path, terms: Terms, into: dict[Term, Columns], wanted: Container[Term]
) -> int:
    """Read the triples whose predicate is wanted into columns by predicate.

    The graph of a quad is left out, so a triple of two graphs comes twice. Gives the number of
    quads of the file. A line in the canonical spelling of N-Quads is cut at its blanks, which is
    four times faster than parsing; any other line goes through the parser.

    Raises :class:`UnreadableQuadsError` with the number of the line.
    """
    count = 0
    number = terms.number
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for count, line in enumerate(file, start=1):
                subject, _, rest = line.partition(" ")
                predicate, _, rest = rest.partition(" ")
                if predicate in wanted and (value := _object(subject, rest)):
                    columns = into.get(predicate)
                    if columns is None:
                        columns = into[predicate] = ([], [])
                    columns[0].append(number(subject))
                    columns[1].append(number(value))
                elif predicate in wanted or not _is_plain(subject, predicate, rest):
                    for subject, predicate, value in _parsed(path, line, count):
                        if predicate in wanted:
                            columns = into.setdefault(predicate, ([], []))
                            columns[0].append(number(subject))
                            columns[1].append(number(value))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableQuadsError.of(path, error) from error
    return count


def _is_plain(subject: Term, predicate: Term, rest: str) -> bool:
    """Whether a line that nobody wants looks like a quad in the usual spelling."""
    return (
        rest[-3:] == " .\n"
        and subject[:1] in ("<", "_")
        and predicate[:1] == "<"
        and predicate[-1] == ">"
        and "\\" not in predicate
    )


def _object(subject: Term, rest: str) -> Term | None:
    """Cut the object out of what follows the predicate; ``None`` where the parser must decide.

    >>> _object("<a:s>", '"two words"@en <a:g> .\\n')
    '"two words"@en'
    >>> _object("<a:s>", '"two words"@en .\\n')
    '"two words"@en'
    >>> _object("<a:s>", '  "x" .\\n') is None
    True
    """
    if rest[-3:] != " .\n" or "\\" in subject:
        return None
    value = rest[:-3]
    if value[-1:] == ">" and " " in value:
        # The last IRI is the graph, unless it is the datatype of a literal that holds a blank.
        before, _, last = value.rpartition(" ")
        if last[0] == "<" and '"' not in last:
            value = before
    first = value[:1]
    if first == "<":
        return value if value[-1] == ">" and " " not in value and "\\" not in value else None
    if first == '"':
        end = value[value.rindex('"') + 1 :]
        odd = (
            " " in end
            or end == _PLAIN_STRING
            or (end[:1] == "@" and not end.islower())
            or ("\\" in value and _ESCAPED.search(value))
        )
        return None if odd else value
    return value if value[:2] == "_:" and " " not in value else None


def _parsed(path: Path, line: str, number: int) -> Iterator[tuple[Term, Term, Term]]:
    try:
        for quad in parse(line, format=RdfFormat.N_QUADS):
            yield str(quad.subject), str(quad.predicate), str(quad.object)
    except (SyntaxError, ValueError) as error:
        raise UnreadableQuadsError.of(path, error, number) from error
