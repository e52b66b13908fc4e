"""The tokens of a SPARQL text, found in one linear pass.

This is no parser. It knows strings, comments, IRIs, variables and prefixed names well enough to
say where a token begins and ends, so that nothing inside a string or a comment is ever taken for
syntax. The gate before the engines and the binding of parameters read queries by it. Grammar: https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a token is."""

    STRING = "string"
    IRI = "iri"
    VARIABLE = "variable"
    TERM = "term"
    """A blank node, a language tag or a number."""
    PREFIXED_NAME = "name"
    WORD = "word"
    """A keyword, the name of a function, or ``a``, ``true`` and ``false``."""
    OPEN = "open"
    CLOSE = "close"
    COMMA = "comma"
    DATATYPE = "datatype"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the text from ``start`` to before ``end``."""

    kind: TokenKind
    text: str
    start: int
    end: int


#: One token, or what stands between two; the name of its group is the kind. Space and comments have
#: no group.
# Every quantifier is possessive or over disjoint characters: no input makes the scan quadratic.
# A run of letters and dots that no colon follows is a word; prefixes are bounded in length.
TOKEN = re.compile(
    r"(?:[ \t\r\n]++|\#[^\r\n]*+)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    r'|"(?!"")(?:[^"\\\r\n]|\\.)*+"'
    r"|'(?!'')(?:[^'\\\r\n]|\\.)*+')"
    r'|(?P<iri><[^<>"{}|^`\x00-\x20]*+>)'
    r"|(?P<variable>[?$]\w++)"
    r"|(?P<term>_:\w(?:\w|[.\-]++(?=\w))*+"
    r"|@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"
    r"|(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?)"
    r"|(?P<name>(?>[^\W\d_](?:[\w\-]|\.(?=[\w.\-])){0,200})?:"
    r"(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])"
    r"(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
    r"|\.++(?=[\w:\-%\\]))*+)?)"
    r"|(?P<word>\w++)"
    r"|(?P<open>\{|\(|\[|<<)"
    r"|(?P<close>\}|\)|\]|>>)"
    r"|(?P<comma>,)"
    r"|(?P<datatype>\^\^)"
    r"|(?P<operator>&&|\|\||!=|<=|>=|.)",
    re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """Give every token of ``text`` in order, without space and comments.

    >>> [t.text for t in tokens('VALUES ?x { "a } b" } # {')]
    ['VALUES', '?x', '{', '"a } b"', '}']
    """
    for match in TOKEN.finditer(text):
        if match.lastgroup is not None:
            yield Token(TokenKind(match.lastgroup), match.group(), match.start(), match.end())


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Give line and column, both from 1, of a position in ``text``.

    >>> line_and_column("ab\\ncd", 4)
    (2, 2)
    """
    line = text.count("\n", 0, position) + 1
    return line, position - (text.rfind("\n", 0, position) + 1) + 1
