"""``using-graph-uri`` and ``using-named-graph-uri``: a data set for updates, from the protocol.

SPARQL 1.1 Protocol, section 2.2.3: the graphs stand for ``USING`` and ``USING NAMED`` in every
operation that has a pattern, and an update that says ``USING`` or ``WITH`` itself is refused. The
engine has no argument for them, so they are written into the text: it is cut into tokens, each
operation must then have one of the forms that the grammar knows, and ``USING`` goes in front of
its ``WHERE``. What is not of such a form is refused, never guessed at.

A base IRI is written in front of the text in the same way. Each place in the new text is known in
the old one, so that a mistake is shown where its author made it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.engines.engine import MalformedQueryError
from kg.errors import UsageError
from kg.sparql import Token, TokenKind, line_and_column, tokens

#: Operations whose graphs are named outright, so that the data set means nothing to them.
_MANAGEMENT = frozenset({"LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
_DATA = (("INSERT", "DATA", "{}"), ("DELETE", "DATA", "{}"))
_SHORT = ("DELETE", "WHERE", "{}")
_MODIFY = (
    ("INSERT", "{}", "WHERE", "{}"),
    ("DELETE", "{}", "WHERE", "{}"),
    ("DELETE", "{}", "INSERT", "{}", "WHERE", "{}"),
)
_OPEN, _CLOSE = "{", "}"
_PLACE = re.compile(r"Line \d+, column \d+")


class DatasetConflictError(UsageError):
    """The data set stands in the request and in the update."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Text that goes in the place of what stands from ``start`` to before ``end``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An update with ``edits`` made to the ``original``, which are in order and lie apart."""

    text: str
    original: str
    edits: tuple[Edit, ...] = ()

    def shown(self, error: MalformedQueryError) -> MalformedQueryError:
        """The same error with its place as the author of the update knows it."""
        if error.line is None or error.column is None or not self.edits:
            return error
        line, column = line_and_column(self.original, self._original(error.line, error.column))
        message = _PLACE.sub(f"Line {line}, column {column}", error.message, count=1)
        return type(error)(message, remedy=error.remedy, line=line, column=column)

    def _original(self, line: int, column: int) -> int:
        """The place in the original that became a place in the text."""
        start = 0
        for _ in range(line - 1):
            start = self.text.find("\n", start) + 1
        place = start + column - 1
        moved = 0
        for edit in self.edits:
            if place < edit.start + moved:
                break
            if place < edit.start + moved + len(edit.text):
                return edit.start
            moved += len(edit.text) - (edit.end - edit.start)
        return min(place - moved, len(self.original))


@dataclass(slots=True)
class _Operation:
    """The tokens of an operation outside braces; each group in braces is one ``{}``."""

    form: list[str] = field(default_factory=list)
    #: Where each part begins and ends.
    spans: list[tuple[int, int]] = field(default_factory=list)


def rewrite(
    text: str, base: str, default: Sequence[str] = (), named: Sequence[str] = ()
) -> Rewritten:
    """Write the base IRI and the data set of the protocol into an update.

    The IRIs must be checked by then. Raises :class:`DatasetConflictError` where the update has a
    data set of its own, :class:`~kg.engines.engine.MalformedQueryError` for an operation of no
    known form, both only where a data set is given.

    >>> rewrite("INSERT { ?s a ?t } WHERE { ?s a ?t }", "", ["http://a"]).text
    'INSERT { ?s a ?t } USING <http://a> WHERE { ?s a ?t }'
    """
    edits = [Edit(0, 0, f"BASE <{base}> ")] if base else []
    if default or named:
        clause = " ".join(
            [*(f"USING <{iri}>" for iri in default), *(f"USING NAMED <{iri}>" for iri in named)]
        )
        for operation in _operations(text):
            edits += _edits(text, operation, clause)
    parts, done = [], 0
    for edit in edits:
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    return Rewritten("".join([*parts, text[done:]]), text, tuple(edits))


def _edits(text: str, operation: _Operation, clause: str) -> list[Edit]:
    form, spans = tuple(operation.form), operation.spans
    if not form or form in _DATA or form[0] in _MANAGEMENT:
        return []
    if {"USING", "WITH"} & set(form):
        raise DatasetConflictError(
            "The update says USING or WITH, and the request names graphs too.",
            remedy="Name the graphs in one of the two.",
        )
    if form == _SHORT:
        # DELETE WHERE { .. } is short for DELETE { .. } WHERE { .. }.
        (_, _), (word, word_end), (start, end) = spans
        return [
            Edit(word, word_end, " " * (word_end - word)),
            Edit(end, end, f" {clause} WHERE {text[start:end]}"),
        ]
    if form in _MODIFY:
        where = spans[-2][0]
        return [Edit(where, where, f"{clause} ")]
    line, column = line_and_column(text, spans[0][0])
    raise MalformedQueryError(
        f"Line {line}, column {column}: this is no operation that graphs can be named for.",
        remedy="Put spaces between its words, or name the graphs in the update with USING.",
        line=line,
        column=column,
    )


def _operations(text: str) -> Iterator[_Operation]:
    """The operations of an update, without the prefixes and bases before them."""
    depth = 0
    operation = _Operation()
    for token in _without_prologues(tokens(text)):
        if token.text == _OPEN:
            depth += 1
            if depth == 1:
                operation.form.append("{}")
                operation.spans.append((token.start, token.end))
        elif token.text == _CLOSE:
            depth -= 1
            if depth == 0 and operation.spans:
                operation.spans[-1] = (operation.spans[-1][0], token.end)
        elif depth == 0 and token.text == ";":
            yield operation
            operation = _Operation()
        elif depth == 0:
            operation.form.append(token.text.upper() if token.kind is TokenKind.WORD else "?")
            operation.spans.append((token.start, token.end))
    yield operation


def _without_prologues(found: Iterator[Token]) -> Iterator[Token]:
    """Leave out ``PREFIX name iri`` and ``BASE iri``, which may stand before any operation."""
    depth = skipped = 0
    for token in found:
        if skipped and token.kind in {TokenKind.IRI, TokenKind.PREFIXED_NAME}:
            skipped -= 1
            continue
        skipped = 0
        if token.kind is TokenKind.WORD and not depth and token.text.upper() in {"PREFIX", "BASE"}:
            skipped = 2 if token.text.upper() == "PREFIX" else 1
            continue
        depth += (token.text == _OPEN) - (token.text == _CLOSE)
        yield token
