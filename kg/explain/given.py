"""Triples as people write them: prefixed names, IRIs, plain names and literals.

What comes in here is hostile until it is a term; nothing of it reaches a query in any other way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.derive.axioms import RDF_TYPE
from kg.derive.spelling import Term, Triple, lexical
from kg.errors import UsageError
from kg.explain.asking import Asker
from kg.namespaces import PREFIXES, XSD, is_local_name

#: Longest subject, predicate or object, in characters.
MAXIMUM_LENGTH = 2_000

_NUMBER = re.compile(r"[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,4})?")
_LITERAL = re.compile(
    r'(?P<text>"(?:[^"\\\r\n]|\\.)*+")(?:@(?P<language>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)'
    r"|\^\^(?P<datatype>\S+))?"
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REMEDY = 'Give a prefixed name (cmd:f-35), an IRI, or for the object a literal ("text"@en, 50).'


class NoTermError(UsageError):
    """A subject, predicate or object that is no term. ``parameter`` names the place."""

    title = "No term"

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"The {place} {text[:80]!r} is no term.", remedy=_REMEDY)
        self.parameter = place


def find_triple(asker: Asker, subject: str, predicate: str, object_: str) -> Triple:
    """Read a triple as somebody wrote it; of several readings the one that is in the data.

    A plain name may stand for a thing (``f-35``) or a term (``hasPart``), a number for one of any
    datatype, a literal without datatype for one with. Raises :class:`NoTermError`.
    """
    subjects = _things(subject, "subject")
    predicates = [RDF_TYPE] if predicate.strip() == "a" else _things(predicate, "predicate")
    objects = _objects(object_)
    readings = list(product(subjects, predicates, objects))
    here = asker.graphs(readings)
    found = next((reading for reading in readings if here[reading]), None)
    if found and not found[2].startswith('"'):
        return found
    # An engine that compares numbers by value finds 1.3e4 where the data spell it 13000.
    spelled_otherwise = _alike(asker, subjects, predicates, objects)
    return next(spelled_otherwise, found or readings[0])


def _alike(
    asker: Asker, subjects: Sequence[Term], predicates: Sequence[Term], objects: Sequence[Term]
) -> Iterator[Triple]:
    """Triples that differ from a reading in the spelling of their literal alone."""
    wanted = {_value(term) for term in objects if term.startswith('"')}
    if not wanted:
        return
    facts = asker.facts(subjects)
    values = [
        (subject, predicate, value)
        for subject in subjects
        for predicate in predicates
        for value in facts[subject].get(predicate, ())
        if value.startswith('"')
    ]
    yield from (triple for triple in values if triple[2] in objects)
    yield from (triple for triple in values if _value(triple[2]) in wanted)


def _value(literal: Term) -> float | str:
    text = lexical(literal)
    return float(text) if _NUMBER.fullmatch(text) else text


def _things(text: str, place: str) -> list[Term]:
    """The IRIs that a text may stand for, the likeliest first."""
    text = _checked(text, place)
    if text.startswith("<") and text.endswith(">"):
        return [_iri(text[1:-1], text, place)]
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        return [_iri(PREFIXES[prefix] + local, text, place)]
    if _ABSOLUTE.match(text):
        return [_iri(text, text, place)]
    if is_local_name(text):
        both = [_iri(PREFIXES[p] + text, text, place) for p in ("cmd", "cm")]
        return both[::-1] if place == "predicate" else both
    raise NoTermError(place, text)


def _objects(text: str) -> list[Term]:
    text = _checked(text, "object")
    if _NUMBER.fullmatch(text):
        kinds = ["integer", "decimal", "double", "gYear"]
        return [str(Literal(text, datatype=NamedNode(XSD + kind))) for kind in kinds]
    if text.startswith('"'):
        return [_literal(text)]
    return _things(text, "object")


def _literal(text: str) -> Term:
    found = _LITERAL.fullmatch(text)
    if found is None:
        raise NoTermError("object", text)
    end = f"@{found['language']}" if found["language"] else ""
    if found["datatype"]:
        if ":" not in found["datatype"]:
            raise NoTermError("object", text)
        end = f"^^{_things(found['datatype'], 'object')[0]}"
    try:
        quads = list(parse(f"<a:s> <a:p> {found['text']}{end} .", RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError):
        raise NoTermError("object", text) from None
    return str(quads[0].object)


def _iri(iri: str, text: str, place: str) -> Term:
    if not _ABSOLUTE.match(iri) or any(character in "{}|^`\\" for character in iri):
        raise NoTermError(place, text)
    try:
        return str(NamedNode(iri))
    except ValueError:
        raise NoTermError(place, text) from None


def _checked(text: str, place: str) -> str:
    text = text.strip()
    if not text:
        raise UsageError(f"The {place} is empty.", remedy=_REMEDY)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoTermError(place, text.encode("ascii", "replace").decode()) from None
    if len(text) > MAXIMUM_LENGTH or any(ord(character) < 32 for character in text):
        raise NoTermError(place, text)
    return text
