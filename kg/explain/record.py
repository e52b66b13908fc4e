"""What is said of one thing, read by the prefixed names of properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.derive.spelling import Term, Triple, iri, lexical
from kg.explain.asking import Asker
from kg.explain.words import figure


class Record:
    """One thing and the values of its properties."""

    def __init__(self, term: Term, facts: Mapping[Term, Sequence[Term]]) -> None:
        self.term = term
        self._facts = facts

    @classmethod
    def read(cls, asker: Asker, term: Term) -> Record:
        """Ask for one thing."""
        return cls.read_all(asker, [term])[term]

    @classmethod
    def read_all(cls, asker: Asker, terms: Iterable[Term]) -> dict[Term, Record]:
        """Ask for some things at once."""
        return {term: cls(term, facts) for term, facts in asker.facts(terms).items()}

    def all(self, name: str) -> Sequence[Term]:
        """The values of a property, sorted."""
        return self._facts.get(iri(name), ())

    def one(self, name: str) -> Term:
        """The first value of a property, or an empty text."""
        values = self.all(name)
        return values[0] if values else ""

    def number(self, name: str) -> float | None:
        """The first value of a property as a number, if there is one."""
        value = self.one(name)
        return float(lexical(value)) if value else None

    def is_a(self, name: str) -> bool:
        """True for a member of a class."""
        return iri(name) in self.all("rdf:type")

    def triples(self, *names: str) -> tuple[Triple, ...]:
        """The triples of some properties, the first value of each that there is."""
        return tuple((self.term, iri(name), self.one(name)) for name in names if self.one(name))

    def amount(self) -> str:
        """The value as a person reads it."""
        return figure(lexical(self.one("qudt:numericValue") or self.one("cm:low") or '"?"'))


def stated_in(asker: Asker, records: Sequence[Record], release: Term) -> list[Triple]:
    """What says that some records are of a release: their citations of it."""
    citations = Record.read_all(
        asker, [citation for one in records for citation in one.all("prov:wasDerivedFrom")]
    )
    return [
        found
        for one in records
        for citation in one.all("prov:wasDerivedFrom")
        if release in citations[citation].all("dct:isPartOf")
        for found in (
            (one.term, iri("prov:wasDerivedFrom"), citation),
            (citation, iri("dct:isPartOf"), release),
        )
    ]


def percent(value: float) -> str:
    """A share with one decimal, as on the pages.

    >>> percent(69.23076923), percent(50.0), percent(0.04)
    ('69.2 %', '50 %', '0.04 %')
    """
    rounded = round(value, 1) if abs(value) >= 0.1 else value
    return f"{figure(repr(rounded))} %"


def label(term: Term) -> str:
    """The place in a sentence where the label of a thing will stand."""
    return f"{{{term}}}" if term.startswith("<") else lexical(term)
