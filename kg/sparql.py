"""The tokens of a SPARQL text, found in one linear pass.

This is no parser. It knows strings, comments, IRIs, variables and prefixed names well enough to
say where a token begins and ends, so that nothing inside a string or a comment is ever taken for
syntax. Grammar: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a token is."""

    SPACE = "space"
    COMMENT = "comment"
    STRING = "string"
    IRI = "iri"
    VARIABLE = "variable"
    PREFIXED_NAME = "name"
    BLANK_NODE = "blank"
    LANGUAGE_TAG = "language"
    NUMBER = "number"
    WORD = "word"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the text from ``start`` to before ``end``."""

    kind: TokenKind
    text: str
    start: int
    end: int


_NAME = r"[^\W\d_](?:[\w.\-]*[\w\-])?"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\."
_LOCAL = rf"(?:[\w:\-]|{_ESCAPED})(?:(?:[\w.:\-]|{_ESCAPED})*(?:[\w:\-]|{_ESCAPED}))?"
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<comment>\#[^\r\n]*)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\r\n]|\\.)*"'
    r"|'(?:[^'\\\r\n]|\\.)*')"
    r'|(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)'
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<blank>_:[\w](?:[\w.\-]*[\w\-])?)"
    rf"|(?P<name>(?:{_NAME})?:(?:{_LOCAL})?)"
    r"|(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<number>(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>\w+)"
    r"|(?P<punctuation>\^\^|&&|\|\||!=|<=|>=|.)",
    re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """Give every token of ``text`` in order; joined, their texts are ``text`` again.

    >>> [t.text for t in tokens('VALUES ?x { "a } b" } # {') if t.kind is not TokenKind.SPACE]
    ['VALUES', '?x', '{', '"a } b"', '}', '# {']
    """
    for match in _TOKEN.finditer(text):
        yield Token(TokenKind(match.lastgroup or ""), match.group(), match.start(), match.end())


def significant_tokens(text: str) -> list[Token]:
    """Give the tokens without space and comments."""
    return [t for t in tokens(text) if t.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Give line and column, both from 1, of a position in ``text``.

    >>> line_and_column("ab\\ncd", 4)
    (2, 2)
    """
    line = text.count("\n", 0, position) + 1
    return line, position - (text.rfind("\n", 0, position) + 1) + 1
