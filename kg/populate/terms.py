"""RDF terms as N-Quads text, made safely.

Nothing of a cell is trusted: an IRI is checked by the engine's own parser, an identifier may only
have the signs of a local name (it is refused, never percent-encoded by guesswork), and a literal
is escaped as the canonical form of N-Quads wants it.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyoxigraph as ox

from kg.facts.cells import lexical_form
from kg.namespaces import XSD, is_local_name

_XSD_STRING = f"{XSD}string"
_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\f": r"\f",
    "\r": r"\r",
    '"': r"\"",
    "\\": r"\\",
}


class TermError(ValueError):
    """A cell that cannot become the term wanted; ``column`` is the cell's, if it is known."""

    def __init__(self, message: str, remedy: str, column: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.column = column


@lru_cache(maxsize=50_000)
def iri_term(iri: str) -> str:
    """An absolute IRI as ``<iri>``; raises ``TermError`` if it is not one.

    >>> iri_term("https://w3id.org/critmat/id/neodymium")
    '<https://w3id.org/critmat/id/neodymium>'
    """
    try:
        return str(ox.NamedNode(iri))
    except ValueError as error:
        raise TermError(f"{iri!r} is no IRI: {error}", "Mend the cell or the template.") from None


def check_identifier(text: str, column: str) -> str:
    """The text, if it may be part of an IRI; raises ``TermError`` otherwise."""
    if is_local_name(text):
        return text
    raise TermError(
        f"{text!r} cannot be part of an identifier",
        "Use letters, digits, '.', '_' and '-' only, beginning with a letter or digit.",
        column,
    )


def _escape(found: re.Match[str]) -> str:
    sign = found.group()
    return _ESCAPES.get(sign) or f"\\u{ord(sign):04X}"


def quoted(text: str) -> str:
    r"""A text between quotes with everything escaped that must be.

    >>> print(quoted('say "hi"\n'))
    "say \"hi\"\n"
    """
    return f'"{_SPECIAL.sub(_escape, text)}"'


def literal_term(text: str, datatype: str, language: str | None = None) -> str:
    """A literal of a text; raises ``TermError`` if the text is not of the datatype.

    >>> literal_term("1.50", "http://www.w3.org/2001/XMLSchema#double")
    '"1.5"^^<http://www.w3.org/2001/XMLSchema#double>'
    >>> literal_term("neodymium", "", "en")
    '"neodymium"@en'
    """
    if language is not None:
        return f"{quoted(text)}@{language}"
    try:
        form, iri = lexical_form(datatype, text)
    except ValueError as error:
        raise TermError(str(error), "Mend the cell.") from None
    return quoted(form) if iri == _XSD_STRING else f"{quoted(form)}^^{iri_term(iri)}"
