"""Axioms in controlled English: short sentences made of plain words and of references to terms.

A property reads by its label. A label that begins with a verb ("depends on element") or a
participle ("located in") becomes one; any other is a noun ("operator").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import Literal

from kg.namespaces import shorten
from kg.reference.expressions import (
    And,
    Bounded,
    Expression,
    HasSelf,
    HasValue,
    Named,
    Not,
    OneOf,
    Or,
    PropertyUse,
    Quantity,
    Restriction,
)
from kg.reference.statements import Node


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a term, with the words that stand for it."""

    iri: str
    text: str


Words: TypeAlias = tuple[str | Ref, ...]
#: Gives the label of an IRI.
Naming: TypeAlias = Callable[[str], str]

_VERB = re.compile(r"[a-z]{2,}s(?<!us)(?<!ss)(?<!sis)")
#: ``located in``, ``indirectly owned by``; also ``in country``, ``at stage``: all go after "is".
_PARTICIPLE = re.compile(
    r"(?:\w+ly )?[a-z]*(?:ed|made|set|held|built|exposed|known|driven)"
    r" (?:in|by|from|to|of|at|on|for|through|under|against)\b"
    r"|(?:in|at|of|on|about|as|under|for|by|from|to)\b"
)
#: ``location of``, ``stake in``: a noun that its value follows at once.
_RELATIONAL = re.compile(r".*\b(?:of|in|to|for|from|at|by)$")
#: Labels whose first word looks like a verb and is a noun.
_NOUNS = {"reserves", "exports", "imports", "series"}
#: Classes whose members are figures or plural: no article goes before them.
_UNCOUNTED = {"reserves", "exports", "imports", "production", "capacity", "net import reliance"}
_DATATYPES = {
    "string": "text",
    "double": "number",
    "decimal": "number",
    "float": "number",
    "integer": "whole number",
    "nonNegativeInteger": "whole number from 0",
    "positiveInteger": "whole number from 1",
    "boolean": "true or false",
    "anyURI": "web address",
    "dateTime": "date and time",
    "date": "date",
    "gYear": "year",
    "gYearMonth": "month",
}
_FACETS = {
    "minInclusive": "from",
    "maxInclusive": "up to",
    "minExclusive": "above",
    "maxExclusive": "below",
    "minLength": "with a length from",
    "maxLength": "with a length up to",
    "length": "with the length",
    "pattern": "written as",
}


def plain(words: Words) -> str:
    """Words as text.

    >>> plain(("every ", Ref("x", "mine"), "."))
    'every mine.'
    """
    return "".join(piece if isinstance(piece, str) else piece.text for piece in words)


def article(word: str) -> str:
    """A word with its article.

    >>> article("element"), article("mine"), article("end-use share"), article("unit")
    ('an element', 'a mine', 'an end-use share', 'a unit')
    """
    return f"{_article(word)}{word}"


def _article(word: str) -> str:
    low = word.lower()
    if low in _UNCOUNTED:
        return ""
    vowel = low[:1] in "aeiou" and not low.startswith(("uni", "use", "eu", "one"))
    return "an " if vowel else "a "


def is_verb(label: str) -> bool:
    """True for a label such as ``depends on element``, ``has part`` or ``is whole of``."""
    first = label.partition(" ")[0]
    return first == "is" or (first not in _NOUNS and _VERB.fullmatch(first) is not None)


def is_participle(label: str) -> bool:
    """True for a label such as ``located in`` or ``at stage``."""
    return _PARTICIPLE.match(label) is not None


def _lead(label: str) -> str:
    """What goes between a subject and a property that its value follows, or nothing."""
    if is_verb(label):
        return ""
    if is_participle(label):
        return "is "
    return f"is {_article(label)}" if _RELATIONAL.fullmatch(label) else ""


class English:
    """Writes expressions and axioms in words; ``name`` gives the label of an IRI."""

    def __init__(self, name: Naming) -> None:
        self.name = name

    def ref(self, iri: str) -> Ref:
        """A reference to a term by its label."""
        return Ref(iri, self.name(iri))

    def node(self, node: Node) -> Ref | str:
        """An individual or a value."""
        return f"“{node.value}”" if isinstance(node, Literal) else self.ref(node.value)

    def noun_of(self, iri: str) -> Words:
        """A class with its article."""
        return self.noun(Named(iri))

    def bare(self, expression: Expression) -> Words:
        """A class or datatype without an article, as it stands in a list of facts."""
        if isinstance(expression, Named):
            return (self.ref(expression.iri),)
        if isinstance(expression, Or):
            return self._joined([self.bare(o) for o in expression.operands], "or")
        return self.noun(expression)

    def noun(self, expression: Expression) -> Words:
        """An expression as a noun with its article: ``a mine that ...``."""
        match expression:
            case Named(iri):
                lead = _article(self.name(iri))
                return (lead, self.ref(iri)) if lead else (self.ref(iri),)
            case Or(operands):
                return self._joined([self.noun(o) for o in operands], "or")
            case OneOf(members):
                return ("one of ", *self._joined([(self.node(m),) for m in members], "and"))
            case And(operands):
                nouns = [o for o in operands if isinstance(o, Named | Or | OneOf | Bounded)]
                rest = [o for o in operands if o not in nouns]
                head = self._joined([self.noun(n) for n in nouns], "and") or ("anything",)
                said = self._joined([self.clause(r) for r in rest], "and")
                return (*head, " that ", *said) if said else head
            case Bounded(datatype, facets):
                bounds = (f" {_FACETS.get(name, name)} {value}" for name, value in facets)
                return (self.ref(datatype), *bounds)
            case _:
                return ("anything that ", *self.clause(expression))

    def clause(self, expression: Expression) -> Words:  # noqa: PLR0911 - one case each
        """An expression as what follows ``that``: ``depends on some rare-earth element``."""
        match expression:
            case Restriction():
                return self._restriction(expression)
            case HasValue(prop, value):
                return self._pair(prop, (self.node(value),))
            case HasSelf(prop):
                return self._pair(prop, ("itself",))
            case Not(operand):
                return ("is not ", *self.noun(operand))
            case And(operands) if not any(isinstance(o, Named) for o in operands):
                return self._joined([self.clause(o) for o in operands], "and")
            case Or(operands) if not any(isinstance(o, Named) for o in operands):
                return self._joined([self.clause(o) for o in operands], "or")
            case Named() | And() | Or() | OneOf() | Bounded():
                return ("is ", *self.noun(expression))
            case _:
                return ("fits an expression that cannot be read",)

    def _restriction(self, found: Restriction) -> Words:
        filler = found.filler
        match found.quantity:
            case Quantity.SOME:
                return self._pair(found.property, self._some(filler, "some "), filler)
            case Quantity.ONLY:
                few = self.noun(filler) if filler is not None else ("things",)
                return self._pair(found.property, ("nothing but ", *few), filler)
            case Quantity.MIN:
                amount = f"at least {found.number} "
            case Quantity.MAX:
                amount = f"at most {found.number} "
            case Quantity.EXACTLY:
                amount = f"exactly {found.number} "
        return self._pair(found.property, self._some(filler, amount), filler)

    def _some(self, filler: Expression | None, amount: str) -> Words:
        if filler is None:
            return (f"{amount}thing",) if amount != "some " else ("something",)
        if isinstance(filler, Named):
            return (amount, self.ref(filler.iri))
        if isinstance(filler, Or | OneOf):
            return self.noun(filler)
        first, *rest = self.noun(filler)
        return (amount, *rest) if first in ("a ", "an ") else (first, *rest)

    def _pair(self, prop: PropertyUse, value: Words, filler: Expression | None = None) -> Words:
        """``depends on VALUE``, ``is located in VALUE``, ``has as operator VALUE``."""
        label = self.name(prop.iri)
        # "depends on element some rare-earth element" says element twice.
        if isinstance(filler, Named) and is_verb(label) and not prop.inverse:
            head, _, last = label.rpartition(" ")
            if head and re.split(r"[ -]", self.name(filler.iri))[-1] == last:
                return (Ref(prop.iri, head), " ", *value)
        ref = Ref(prop.iri, label)
        if prop.inverse:
            if is_verb(label) or _lead(label):
                return ("is such that ", *value, f" {_lead(label)}", ref, " it")
            return ("is the ", ref, " of ", *value)
        if is_verb(label):
            return (ref, " ", *value)
        if lead := _lead(label):
            return (lead, ref, " ", *value)
        return ("has as ", ref, " ", *value)

    def link(self, prop: PropertyUse, subject: str, value: str) -> Words:
        """One link of a path: ``A has part B``, ``B is the operator of A``."""
        if prop.inverse:
            return self.link(PropertyUse(prop.iri), value, subject)
        label = self.name(prop.iri)
        ref = Ref(prop.iri, label)
        if is_verb(label):
            return (f"{subject} ", ref, f" {value}")
        if lead := _lead(label):
            return (f"{subject} {lead}", ref, f" {value}")
        return (f"{value} is the ", ref, f" of {subject}")

    def _joined(self, parts: Sequence[Words], conjunction: str) -> Words:
        return joined(parts, conjunction)


def joined(parts: Sequence[Words], conjunction: str) -> Words:
    """Several words in a row: ``a, b and c``.

    >>> plain(joined([("a",), ("b",), ("c",)], "and"))
    'a, b and c'
    """
    found: list[str | Ref] = []
    for place, part in enumerate(parts):
        if place:
            found.append(f" {conjunction} " if place == len(parts) - 1 else ", ")
        found.extend(part)
    return tuple(found)


def local_words(iri: str) -> str:
    """What to call a thing without a label: the local name of its IRI in words.

    >>> local_words("https://w3id.org/critmat/id/rare-earths"), local_words("urn:x")
    ('rare earths', 'urn:x')
    """
    short = shorten(iri)
    prefix, _, local = short.partition(":")
    if short == iri:
        return iri
    if prefix == "xsd":
        return _DATATYPES.get(local, short)
    if short == "skos:Concept":
        return "code"
    return local.replace("-", " ") if prefix == "cmd" else short
