"""Axioms and facts in sentences: from the functional syntax of OWL to plain English.

https://www.w3.org/TR/owl2-syntax/ has the names of what is read here. Names of terms stay as they
are (``cm:Mine``); a thing is followed by its label where that says more than its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from kg.namespaces import PREFIXES, shorten

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<open>[A-Za-z]+)\( | (?P<close>\)) | <(?P<iri>[^>]*)>
      | (?P<text>"(?:[^"\\]|\\.)*")(?:@[\w-]+|\^\^(?:<[^>]*>|[\w:-]+))?
      | (?P<blank>_:[^\s()]+) | (?P<word>[^\s()"<>]+)
    )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Iri:
    """A name, written out."""

    value: str


@dataclass(frozen=True, slots=True)
class Word:
    """What needs no name: a number of a restriction, a literal as it is shown, a nameless thing."""

    value: str


@dataclass(frozen=True, slots=True)
class Expression:
    """``Name(part part ...)``."""

    name: str
    parts: tuple[Part, ...]


Part: TypeAlias = Iri | Word | Expression


def read_axiom(text: str) -> Expression:
    """Read one axiom in functional syntax; raises ``ValueError`` for anything else.

    >>> read_axiom("ClassAssertion(<http://e/C> <http://e/x>)").parts[1]
    Iri(value='http://e/x')
    """
    stack: list[list[Part]] = [[]]
    names: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"no axiom: {text[position : position + 40]!r}")
        position = token.end()
        if token["open"]:
            names.append(token["open"])
            stack.append([])
        elif token["close"]:
            if not names:
                raise ValueError("a bracket closes that was not opened")
            parts = tuple(stack.pop())
            stack[-1].append(Expression(names.pop(), parts))
        else:
            stack[-1].append(_leaf(token))
    if names or len(stack[0]) != 1 or not isinstance(stack[0][0], Expression):
        raise ValueError(f"no axiom: {text[:40]!r}")
    return stack[0][0]


def _leaf(token: re.Match[str]) -> Part:
    if token["iri"] is not None:
        return Iri(token["iri"])
    if token["text"] is not None:
        return Word(token["text"])
    if token["blank"]:
        return Word("something without a name")
    prefix, _, local = token["word"].partition(":")
    return Iri(PREFIXES[prefix] + local) if local and prefix in PREFIXES else Word(token["word"])


def subject_of(axiom: Expression) -> str | None:
    """The IRI of the term or thing that an axiom is first of all about, if it is about one.

    >>> subject_of(read_axiom("ClassAssertion(<http://e/C> <http://e/x>)"))
    'http://e/x'
    """
    parts = axiom.parts
    if axiom.name == "Declaration" and isinstance(parts[0], Expression):
        parts = parts[0].parts
    # An assertion names its class or property first.
    named = parts[1:] if axiom.name.endswith("Assertion") else parts
    return next((part.value for part in named if isinstance(part, Iri)), None)


class Speaker:
    """Says axioms in words; ``labels`` are the names of things by IRI."""

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        self._labels = labels or {}

    def sentence(self, text: str) -> str:
        """An axiom or fact, given in functional syntax, as a sentence without its full stop.

        >>> Speaker().sentence("ClassAssertion(<https://w3id.org/critmat/ontology#Mine> "
        ...                    "<https://w3id.org/critmat/id/x>)")
        'cmd:x is a cm:Mine'
        """
        axiom = read_axiom(text)
        say = _SENTENCES.get(axiom.name)
        try:
            return say(self, axiom.parts) if say else self._plain(axiom)
        except (IndexError, ValueError):
            return self._plain(axiom)

    def name(self, iri: str) -> str:
        """A prefixed name, with the label where it says more."""
        short = shorten(iri)
        label = self._labels.get(iri, "")
        local = re.split(r"[:#/]", short)[-1]
        same = re.sub(r"\W|_", "", label).lower() == re.sub(r"\W|_", "", local).lower()
        return short if not label or same or short.startswith("cm:") else f"{short} ({label})"

    def _plain(self, part: Part) -> str:
        """Functional syntax with short names, for what has no sentence."""
        if isinstance(part, Expression):
            return f"{part.name}({' '.join(map(self._plain, part.parts))})"
        return shorten(part.value) if isinstance(part, Iri) else part.value

    def term(self, part: Part) -> str:
        """A thing, a value, or a property (perhaps the other way round)."""
        if isinstance(part, Iri):
            return self.name(part.value)
        if isinstance(part, Word):
            return part.value
        if part.name in {"ObjectInverseOf", "InverseOf"}:
            return f"the inverse of {self.term(part.parts[0])}"
        if part.name == "ObjectPropertyChain":
            return ", then ".join(map(self.term, part.parts))
        return self._plain(part)

    def noun(self, part: Part, article: str = "a") -> str:
        """A class as it stands in a sentence: "a cm:Mine", "a thing with cm:part some cm:Bolt"."""
        if isinstance(part, Expression):
            return self._described(part, article)
        name = self.term(part)
        if name == "owl:Thing":
            return f"{article} thing"
        return "nothing at all" if name == "owl:Nothing" else f"{article} {name}"

    def _described(self, part: Expression, article: str) -> str:
        """A class that has no name, only a description."""
        kind, parts = part.name.removeprefix("Object").removeprefix("Data"), part.parts
        if kind in _JOINED:
            return f" {_JOINED[kind]} ".join(self.noun(one, article) for one in parts)
        if kind == "OneOf":
            return "one of " + ", ".join(map(self.term, parts))
        if kind == "ComplementOf":
            which = f"that is not {self.noun(parts[0])}"
        elif kind == "HasValue":
            which = f"with {self.term(parts[0])} {self.term(parts[1])}"
        elif kind in _QUANTIFIED:
            which = f"with {self.term(parts[0])} {_QUANTIFIED[kind]} {self._filler(parts[1])}"
        elif kind in _COUNTED:
            count, prop, *filler = parts
            which = f"with {_COUNTED[kind]} {self.term(count)} {self.term(prop)}"
            which += "".join(f" {self._filler(one)}" for one in filler)
        else:
            return self._plain(part)
        return f"{article} thing {which}"

    def _filler(self, part: Part) -> str:
        return self.term(part) if isinstance(part, Iri) else f"({self.noun(part)})"


_JOINED = {"IntersectionOf": "and", "UnionOf": "or"}
_QUANTIFIED = {"SomeValuesFrom": "some", "AllValuesFrom": "only"}
_COUNTED = {
    "MinCardinality": "at least",
    "MaxCardinality": "at most",
    "ExactCardinality": "exactly",
}
_Parts: TypeAlias = tuple[Part, ...]
_Say: TypeAlias = Callable[[Speaker, _Parts], str]


def _pattern(template: str) -> _Say:
    """A sentence with terms: ``{0}`` is the first part."""
    return lambda speaker, parts: template.format(*map(speaker.term, parts))


def _each(template: str, between: str = " and ") -> _Say:
    """A sentence in which all parts stand in a row."""

    def say(speaker: Speaker, parts: _Parts) -> str:
        return template.format(between.join(map(speaker.term, parts)))

    return say


def _sub_property(speaker: Speaker, parts: _Parts) -> str:
    narrow, wide = parts
    chain = isinstance(narrow, Expression) and narrow.name == "ObjectPropertyChain"
    verb = "together give" if chain else "implies"
    return f"{speaker.term(narrow)} {verb} {speaker.term(wide)}"


def _sentences() -> Iterator[tuple[str, _Say]]:
    yield "ClassAssertion", lambda s, p: f"{s.term(p[1])} is {s.noun(p[0])}"
    yield "SubClassOf", lambda s, p: f"{s.noun(p[0], 'every')} is {s.noun(p[1])}"
    yield (
        "DisjointClasses",
        lambda s, p: (
            f"nothing is both {s.noun(p[0])} and " + " and ".join(s.noun(c) for c in p[1:])
        ),
    )
    yield "EquivalentClasses", lambda s, p: " is the same as ".join(s.noun(c) for c in p)
    yield (
        "DisjointUnion",
        lambda s, p: (
            f"{s.noun(p[0], 'every')} is one of "
            + ", ".join(s.noun(c) for c in p[1:])
            + ", never two"
        ),
    )
    for data in ("Object", "Data"):
        prop = f"{data}Property"
        yield f"{prop}Domain", lambda s, p: f"whatever has {s.term(p[0])} is {s.noun(p[1])}"
        yield f"{prop}Assertion", _pattern("{1} has {0} {2}")
        yield f"Negative{prop}Assertion", _pattern("{1} does not have {0} {2}")
        yield f"Functional{prop}", _pattern("nothing has {0} twice")
        yield f"Sub{prop}Of", _sub_property
        yield f"Equivalent{data}Properties", _each("{} mean the same")
        yield f"Disjoint{data}Properties", _each("nothing is joined to the same by both {}")
    yield "ObjectPropertyRange", lambda s, p: f"whatever {s.term(p[0])} leads to is {s.noun(p[1])}"
    yield "DataPropertyRange", _pattern("values of {0} are {1}")
    yield "InverseObjectProperties", _each("{} are inverses")
    yield "InverseFunctionalObjectProperty", _pattern("nothing is {0} of two things")
    for name, meaning in {
        "Transitive": "{0} goes on through any number of steps (transitive)",
        "Symmetric": "{0} holds both ways (symmetric)",
        "Asymmetric": "{0} never holds both ways (asymmetric)",
        "Reflexive": "everything has {0} to itself (reflexive)",
        "Irreflexive": "nothing has {0} to itself (irreflexive)",
    }.items():
        yield f"{name}ObjectProperty", _pattern(meaning)
    yield "SameIndividual", _each("{} are the same thing")
    yield "DifferentIndividuals", _each("{} are different things")
    yield "AnnotationAssertion", _pattern("{1} has {0} {2}")
    yield "Declaration", lambda s, p: s._plain(p[0])


_SENTENCES: Mapping[str, _Say] = dict(_sentences())
