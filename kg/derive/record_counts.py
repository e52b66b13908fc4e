"""How many records rest on each release of a source.

A record rests on a release that it has a citation of (``prov:wasDerivedFrom``): what the source
states, and what is computed from it, such as shares. It counts once for each release, however many
places of it the record names. A release without records gets a 0, so that every one has a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, integer, iri

#: Properties that the rule reads.
PROPERTIES = ("prov:wasDerivedFrom", "dct:isPartOf")
CLASSES = ("cm:SourceRelease", "cm:Citation")


def count_records(records: Records) -> list[Triple]:
    """The number of records of each release, for all that is asserted or written by rule."""
    citations = frozenset(records.members("cm:Citation"))
    counts: Counter[Term] = Counter()
    for _, derived_from in records.pairs("prov:wasDerivedFrom"):
        counts.update(set(_releases(records, citations.intersection(derived_from))))
    return [
        (release, iri("cm:recordCount"), integer(counts[release]))
        for release in records.members("cm:SourceRelease")
    ]


def _releases(records: Records, citations: frozenset[Term]) -> Iterator[Term]:
    """The releases that citations are places of."""
    for citation in citations:
        yield from records.all(citation, "dct:isPartOf")
