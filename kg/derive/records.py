"""Looking up records in relations that are closed under the axioms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.derive.evaluate import Closure
from kg.derive.rules import Relation
from kg.derive.spelling import Term, iri, lexical
from kg.derive.terms import Terms


class Records:
    """What is known of each subject, asserted or inferred, by the prefixed name of a property."""

    def __init__(self, closure: Closure, terms: Terms, properties: Iterable[str]) -> None:
        self._closure = closure
        self._terms = terms
        self._values = {name: self._index(name) for name in properties}

    def all(self, subject: Term, name: str) -> list[Term]:
        """The values of a property, sorted."""
        return self._values[name].get(subject, [])

    def one(self, subject: Term, name: str) -> Term:
        """The first value of a property, or an empty text."""
        values = self.all(subject, name)
        return values[0] if values else ""

    def number(self, subject: Term, name: str) -> float | None:
        """The first value of a property as a number, if there is one."""
        value = self.one(subject, name)
        return float(lexical(value)) if value else None

    def releases(self, record: Term) -> list[Term]:
        """The releases of sources that state a record, sorted; needs ``prov:wasDerivedFrom`` and
        ``dct:isPartOf``."""
        citations = self.all(record, "prov:wasDerivedFrom")
        return sorted({release for one in citations for release in self.all(one, "dct:isPartOf")})

    def pairs(self, name: str) -> Iterator[tuple[Term, list[Term]]]:
        """Every subject that has the property, sorted, and its values."""
        values = self._values[name]
        return ((subject, values[subject]) for subject in sorted(values))

    def members(self, name: str) -> list[Term]:
        """The members of a class, sorted."""
        return self.members_of(iri(name))

    def members_of(self, kind: Term) -> list[Term]:
        """The members of a class given as a term, sorted."""
        pairs = self._closure[Relation.of_class(kind)]
        return sorted(self._terms[number] for number in pairs.first.tolist())

    def _index(self, name: str) -> dict[Term, list[Term]]:
        pairs = self._closure[Relation.property(iri(name))]
        index: dict[Term, list[Term]] = {}
        for x, y in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True):
            index.setdefault(self._terms[x], []).append(self._terms[y])
        for values in index.values():
            values.sort()
        return index
