"""What several sources, or several releases of one, say of the same thing, side by side.

A *comparison* (``cm:Comparison``) holds the figures that at least two sources give for the same
position (or the same traded item), kind of figure, year or period, series, unit and basis. It names
the one that is preferred and the lowest and the highest of them in the normal unit. Nothing is
averaged; where the lowest and the highest are the same, the sources agree. How far the lowest is
below the highest stands in ``cm:difference``, in percent of the highest, so that those that differ
most are found without comparing any figures.

Figures are compared in their normal unit, and as the element where a conversion factor allows it
(:mod:`kg.derive.normalised`). Of figures on different bases none says anything about the other, so
they are in comparisons of their own. A figure without a stated basis is compared with those of the
one basis that others state; where they state several, only with its like.

Bounds, ranges and figures that are withheld are no numbers to compare. What two sources call "other
countries" are not the same countries, and is not compared either. A forecast is compared with
forecasts only. Of the figures, one is preferred by the same rule as for exposures, as far as it
applies (:mod:`kg.derive.preference`): the kind of source, the newest release date, the more exact
figure, the IRI.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.derive.axioms import Axiom, Named, SubClassOf
from kg.derive.normalised import Comparable
from kg.derive.preference import Merit, quality, source_of
from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, double, iri, slug
from kg.namespaces import CMD

#: Properties that the rule reads.
PROPERTIES = (
    "cm:supplyPosition",
    "cm:substance",
    "cm:sourcedBy",
    "cm:tradedSubstance",
    "cm:tradeItem",
    "cm:tradedGoods",
    "cm:statistic",
    "cm:inCountry",
    "cm:importer",
    "cm:supplier",
    "cm:refYear",
    "cm:periodStart",
    "cm:periodEnd",
    "cm:series",
    "cm:basis",
    "cm:status",
    "cm:precision",
    "cm:sourceKind",
    "prov:wasDerivedFrom",
    "dct:isPartOf",
    "dct:issued",
)
CLASSES = ("cm:Observation", "cm:ResidualPosition")

#: Classes that say how a figure came to be, not what it measures.
_NO_KIND = frozenset(map(iri, ("cm:Observation", "cm:ComputedShare", "cm:WithheldObservation")))
_FORECAST = iri("cm:status-forecast")
#: What a figure of a position is about: the position, and for shares in sourcing whose they are.
_POSITION = ("cm:supplyPosition", "cm:sourcedBy")
#: What a figure of trade or of the economy of a country is about.
_SUBJECT = (
    "cm:tradedSubstance",
    "cm:tradeItem",
    "cm:statistic",
    "cm:inCountry",
    "cm:importer",
    "cm:supplier",
)
_WHEN = ("cm:refYear", "cm:periodStart", "cm:periodEnd", "cm:series")

#: What makes figures comparable, but for their basis.
_Key = tuple[tuple[Term, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Triples of the comparisons, how many there are, and how many of them differ."""

    triples: list[Triple]
    count: int
    differing: int


def kinds_of_observations(axioms: Iterable[Axiom]) -> tuple[Term, ...]:
    """The classes below ``cm:Observation`` that say what a figure measures, sorted."""
    above: dict[Term, set[Term]] = {}
    for axiom in axioms:
        match axiom:
            case SubClassOf(Named(sub), Named(sup)):
                above.setdefault(sup, set()).add(sub)
    found: set[Term] = set()
    todo = [iri("cm:Observation")]
    while todo:
        below = above.get(todo.pop(), set()) - found
        found |= below
        todo.extend(below)
    return tuple(sorted(found - _NO_KIND))


def find_comparisons(
    records: Records, values: Mapping[Term, Comparable], kinds: Iterable[Term]
) -> Comparisons:
    """Compare all figures; ``values`` in normal units, ``kinds`` as of the ontology."""
    kinds_of = _kinds_of(records, kinds)
    residual = frozenset(records.members("cm:ResidualPosition"))
    groups: dict[_Key, dict[Term, list[Term]]] = {}
    for record, comparable in values.items():
        subject = _subject(records, record)
        if subject and subject[0] not in residual and record in kinds_of:
            key: _Key = (
                kinds_of[record],
                subject,
                tuple(records.one(record, name) for name in _WHEN),
                (comparable.unit, str(records.one(record, "cm:status") == _FORECAST)),
            )
            groups.setdefault(key, {}).setdefault(comparable.basis, []).append(record)
    sources = _Sources(records)
    triples: list[Triple] = []
    count = differing = 0
    for key in sorted(groups):
        if sum(map(len, groups[key].values())) < 2:
            continue
        for basis, several in _by_basis(groups[key]):
            stated_by = {record: sources.of(record) for record in several}
            if len({*stated_by.values()}) < 2:
                continue
            ordered = sorted(several, key=lambda one: sources.merit(one, stated_by[one]).order())
            numbers = [values[record].value for record in ordered]
            count += 1
            differing += min(numbers) != max(numbers)
            name = _name(key, basis)
            triples.extend(_comparison(name, ordered, numbers, key[3][0]))
            triples.extend(
                (name, iri("cm:comparedSubstance"), substance)
                for substance in _substances(records, ordered[0])
            )
    return Comparisons(triples, count, differing)


class _Sources:
    """The releases that state figures, and how they rank; each is looked up once."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._ranks: dict[tuple[Term, ...], tuple[int, int]] = {}

    def of(self, record: Term) -> tuple[Term, ...]:
        """The releases that state a figure, sorted."""
        found = {
            source
            for citation in self._records.all(record, "prov:wasDerivedFrom")
            for source in self._records.all(citation, "dct:isPartOf")
        }
        return tuple(sorted(found))

    def merit(self, record: Term, stated_by: tuple[Term, ...]) -> Merit:
        """What the preferred rule looks at; all figures of a comparison are equally near."""
        records = self._records
        if stated_by not in self._ranks:
            self._ranks[stated_by] = source_of(
                (records.one(source, "cm:sourceKind"), records.one(source, "dct:issued"))
                for source in stated_by
            )
        rank, released = self._ranks[stated_by]
        return Merit(
            source_rank=rank,
            nearness=(0, 0),
            year=0,
            released=released,
            quality=quality(records.one(record, "cm:precision"), records.one(record, "cm:status")),
            record=record,
        )


def _kinds_of(records: Records, kinds: Iterable[Term]) -> Mapping[Term, tuple[Term, ...]]:
    found: dict[Term, list[Term]] = {}
    for kind in kinds:
        for record in records.members_of(kind):
            found.setdefault(record, []).append(kind)
    return {record: tuple(of_record) for record, of_record in found.items()}


def _subject(records: Records, record: Term) -> tuple[Term, ...]:
    """What a figure is about; empty for flows of goods and figures of single facilities."""
    position = records.one(record, "cm:supplyPosition")
    if position:
        return tuple(records.one(record, name) for name in _POSITION)
    if records.one(record, "cm:tradedGoods") or not records.one(record, "cm:tradedSubstance"):
        return ()
    return tuple(records.one(record, name) for name in _SUBJECT)


def _substances(records: Records, record: Term) -> list[Term]:
    """The substances that a figure is of."""
    position = records.one(record, "cm:supplyPosition")
    if position:
        return records.all(position, "cm:substance")
    return records.all(record, "cm:tradedSubstance")


def _by_basis(of_basis: Mapping[Term, list[Term]]) -> Iterator[tuple[Term, list[Term]]]:
    """The figures that may be compared, by their basis; those without one join a single other."""
    stated = sorted(basis for basis in of_basis if basis)
    without = of_basis.get("", [])
    for basis in stated:
        yield basis, [*of_basis[basis], *(without if len(stated) == 1 else ())]
    if without and len(stated) != 1:
        yield "", without


def _comparison(
    name: Term, ordered: Sequence[Term], numbers: Sequence[float], unit: Term
) -> Iterator[Triple]:
    """The record of one comparison; the figures in the order of preference."""
    yield name, iri("rdf:type"), iri("cm:Comparison")
    yield name, iri("cm:prefers"), ordered[0]
    for record in ordered:
        yield name, iri("cm:compares"), record
    low, high = min(numbers), max(numbers)
    yield name, iri("cm:low"), double(low)
    yield name, iri("cm:high"), double(high)
    yield name, iri("qudt:unit"), unit
    if high > 0:
        yield name, iri("cm:difference"), double(100 * (high - low) / high)


def _name(key: _Key, basis: Term) -> Term:
    """An IRI that can be read as far as its key can, and ends in a digest of all of it.

    What a key does not have is no part of the digest, so that a property that is read in future
    renames only what has it.
    """
    kinds, subject, when, (unit, forecast) = key
    about = _POSITION if len(subject) == len(_POSITION) else _SUBJECT
    named = zip((*about, *_WHEN), (*subject, *when), strict=True)
    parts = [*kinds, *(f"{name} {value}" for name, value in named if value), unit, forecast, basis]
    digest = hashlib.sha1("\n".join(parts).encode(), usedforsecurity=False).hexdigest()[:10]
    kind = slug(kinds[-1]).removesuffix("Observation").lower()
    year = slug(when[0]) or "undated"
    return f"<{CMD}comparison-{slug(subject[0])}--{kind}--{year}--{digest}>"
