"""The data blocks of a query: where ``VALUES`` stands, for which variables, and with what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kg.sparql import Token, TokenKind, tokens


@dataclass(frozen=True, slots=True)
class DataBlock:
    """One ``VALUES`` block: its variables without ``?``, whether they stand in brackets, and the
    tokens of its two braces."""

    variables: tuple[str, ...]
    in_brackets: bool
    opening: Token
    closing: Token

    @property
    def slot(self) -> str:
        """The one variable of ``VALUES ?name { ... }``, empty for blocks of another form."""
        return "" if self.in_brackets else self.variables[0]


def data_blocks(text: str) -> Iterator[DataBlock]:
    """Give every data block of ``text`` that is whole, in order; see :func:`blocks_of`.

    >>> [b.slot for b in data_blocks("VALUES ?x { 1 } VALUES (?y) { (2) } # VALUES ?z { 3 }")]
    ['x', '']
    """
    return blocks_of(list(tokens(text)))


def blocks_of(found: Sequence[Token]) -> Iterator[DataBlock]:
    """Give every data block among the tokens of a text."""
    for i, token in enumerate(found):
        if token.kind is TokenKind.WORD and token.text.upper() == "VALUES":
            block = _block(found, i + 1)
            if block is not None:
                yield block


def _block(found: Sequence[Token], start: int) -> DataBlock | None:
    """The data block behind the keyword, if there is one."""
    i = start
    in_brackets = i < len(found) and found[i].text == "("
    i += in_brackets
    names = []
    while i < len(found) and found[i].kind is TokenKind.VARIABLE:
        names.append(found[i].text[1:])
        i += 1
    i += in_brackets
    if not names or i >= len(found) or found[i].text != "{":
        return None
    opening = found[i]
    closing = next((t for t in islice(found, i + 1, None) if t.text == "}"), None)
    return DataBlock(tuple(names), in_brackets, opening, closing) if closing else None
