"""Terms in the spelling of N-Triples: ``<https://example.org/a>``, ``_:b0``, ``"text"@en``.

This module needs no library for numbers, so that whoever only reads terms does not load one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TypeAlias

from kg.namespaces import XSD, expand

#: A term in the spelling of N-Triples.
Term: TypeAlias = str
#: Subject, predicate and object.
Triple: TypeAlias = tuple[Term, Term, Term]


@cache
def iri(curie: str) -> Term:
    """The term of a prefixed name.

    >>> iri("cm:Exposure")
    '<https://w3id.org/critmat/ontology#Exposure>'
    """
    return f"<{expand(curie)}>"


def lexical(term: Term) -> str:
    """The lexical form of a literal without escapes, or the IRI without its brackets.

    >>> lexical('"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>'), lexical("<a:b>")
    ('2024', 'a:b')
    """
    if term.startswith("<"):
        return term[1:-1]
    text = term[1 : term.rindex('"')]
    if "\\" not in text:
        return text
    for escape, character in (("\\n", "\n"), ("\\r", "\r"), ('\\"', '"'), ("\\\\", "\\")):
        text = text.replace(escape, character)
    return text


def quoted(text: str) -> Term:
    r"""The literal of a text without a language.

    >>> quoted('so "fine"'), lexical(quoted('so "fine"'))
    ('"so \\"fine\\""', 'so "fine"')
    """
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escape)
    return f'"{text}"'


def double(value: float) -> Term:
    """A double in full precision, whole numbers without a fraction, as the engine spells them.

    >>> double(60.0), double(200 / 3)
    ('"60"^^<http://www.w3.org/2001/XMLSchema#double>', \
'"66.66666666666667"^^<http://www.w3.org/2001/XMLSchema#double>')
    """
    text = str(int(value)) if value.is_integer() else repr(value)
    return f'"{text}"^^<{XSD}double>'


def integer(value: int) -> Term:
    """The literal of a whole number.

    >>> integer(14)
    '"14"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    return f'"{value}"^^<{XSD}integer>'


def slug(term: Term) -> str:
    """The last part of a term, in letters that an IRI may have; empty for an empty text.

    >>> slug("<https://w3id.org/critmat/id/rare-earths>"), slug('"a (b)"'), slug("")
    ('rare-earths', 'a-b-', '')
    """
    last = re.split(r"[#/]", lexical(term))[-1] if term else ""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", last)


def year(number: int) -> Term:
    """The literal of a year.

    >>> year(2024)
    '"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    return f'"{number}"^^<{XSD}gYear>'
