"""How much of the world is known: for each table of a source, and for which year it is the newest.

A *coverage* (``cm:Coverage``) says of one substance, stage and year how many countries a release
gives a figure for, and how much of the world these make up. It is worked out

- from *amounts*, where the release publishes a world total: the known share of the computed shares
  (:mod:`kg.derive.shares`), one coverage for each of their series and bases;
- from *shares* that the release publishes itself: their sum, and no more than 100 percent;
- where nobody gives a share of the substance at the stage, from amounts alone: then the countries
  are counted, and nothing is said of the world.

Forecasts and the figures of blocs do not count. ``cm:coveredYear`` is the year, and ``cm:latest``
as well where no year of the substance and stage is newer: that is the newest of any share, bounds
included, and of amounts only where there is no share.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, double, integer, iri, lexical, slug
from kg.namespaces import CMD, XSD

#: Properties that the rule reads.
PROPERTIES = (
    "cm:supplyPosition",
    "cm:substance",
    "cm:atStage",
    "cm:inCountry",
    "cm:refYear",
    "cm:series",
    "cm:basis",
    "cm:status",
    "cm:knownShare",
    "cm:unknownPositions",
    "qudt:numericValue",
    "rdfs:comment",
    "prov:wasDerivedFrom",
    "dct:isPartOf",
)
CLASSES = ("cm:ProductionObservation", "cm:ShareObservation", "cm:ComputedShare", "cm:Bloc")

FROM_AMOUNTS = "amounts and world total"
FROM_SHARES = "published shares"
NO_TOTAL = "no world total"

_FORECAST = iri("cm:status-forecast")

#: Substance, stage, year, series, basis, release, and what it is worked out from.
_Key = tuple[Term, Term, Term, Term, Term, Term, str]


@dataclass(slots=True)
class Coverages:
    """Triples of the coverages, and how many there are.

    ``known`` says for each counted figure how much of the world its release knows of the same
    substance, stage and year, in percent: the most that a coverage says.
    """

    triples: list[Triple] = field(default_factory=list)
    count: int = 0
    known: dict[Term, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a country, with where it stands and the releases that state it."""

    record: Term
    substance: Term
    stage: Term
    country: Term
    year: Term
    releases: tuple[Term, ...]


def find_coverages(records: Records) -> Coverages:
    """Work out how much is known of each substance, stage and year, by each release."""
    blocs = frozenset(records.members("cm:Bloc"))
    computed = frozenset(records.members("cm:ComputedShare"))
    shares = list(_figures(records, "cm:ShareObservation"))
    shared = set(_positions(records, "cm:ShareObservation"))
    amounts = [
        figure
        for figure in _figures(records, "cm:ProductionObservation")
        if (figure.substance, figure.stage) not in shared
    ]
    newest: dict[tuple[Term, Term], str] = {}
    groups: dict[_Key, list[_Figure]] = {}
    for figure in (*shares, *amounts):
        about = (figure.substance, figure.stage)
        newest[about] = max(lexical(figure.year), newest.get(about, ""))
        series = basis = ""
        if figure.record in computed:
            series, basis = (records.one(figure.record, name) for name in ("cm:series", "cm:basis"))
            how = FROM_AMOUNTS
        elif about not in shared:
            how = NO_TOTAL
        elif figure.country in blocs or not records.one(figure.record, "qudt:numericValue"):
            continue
        else:
            how = FROM_SHARES
        for release in figure.releases:
            key = (*about, figure.year, series, basis, release, how)
            groups.setdefault(key, []).append(figure)
    found = Coverages(count=len(groups))
    most: dict[tuple[Term, ...], float] = {}
    for key in sorted(groups):
        latest = newest[key[0], key[1]] == lexical(key[2])
        triples = list(_coverage(records, key, groups[key], latest=latest))
        found.triples.extend(triples)
        for _, name, value in triples:
            if name == iri("cm:knownShare"):
                table = _table(key)
                most[table] = max(float(lexical(value)), most.get(table, 0.0))
    for key, figures in groups.items():
        if (table := _table(key)) in most:
            for figure in figures:
                known = most[table]
                found.known[figure.record] = max(known, found.known.get(figure.record, known))
    return found


def _table(key: _Key) -> tuple[Term, ...]:
    """The substance, stage, year and release of a coverage."""
    substance, stage, year, _, _, release, _ = key
    return substance, stage, year, release


def _figures(records: Records, kind: str) -> Iterator[_Figure]:
    """The figures of countries of a class that are for a year and no forecasts."""
    for record in records.members(kind):
        position = records.one(record, "cm:supplyPosition")
        country = records.one(position, "cm:inCountry")
        status = records.one(record, "cm:status")
        year = records.one(record, "cm:refYear")
        if not (country and status and year) or status == _FORECAST:
            continue
        substance, stage = (records.one(position, name) for name in ("cm:substance", "cm:atStage"))
        yield _Figure(record, substance, stage, country, year, tuple(records.releases(record)))


def _positions(records: Records, kind: str) -> Iterator[tuple[Term, Term]]:
    """The substances and stages that figures of a class are about, forecasts included."""
    for record in records.members(kind):
        position = records.one(record, "cm:supplyPosition")
        yield records.one(position, "cm:substance"), records.one(position, "cm:atStage")


def _coverage(
    records: Records, key: _Key, figures: list[_Figure], *, latest: bool
) -> Iterator[Triple]:
    """The record of one coverage."""
    substance, stage, year, series, basis, release, how = key
    name = _name(key)
    yield name, iri("rdf:type"), iri("cm:Coverage")
    yield name, iri("cm:coveredSubstance"), substance
    yield name, iri("cm:coveredStage"), stage
    yield name, iri("cm:refYear"), year
    yield name, iri("cm:coveredYear"), year
    if latest:
        yield name, iri("cm:coveredYear"), iri("cm:latest")
    for of_table, value in (("cm:series", series), ("cm:basis", basis)):
        if value:
            yield name, iri(of_table), value
    yield name, iri("cm:inRelease"), release
    yield name, iri("cm:workedOutFrom"), f'"{how}"'
    countries = {figure.country for figure in figures}
    yield name, iri("cm:knownPositions"), integer(len(countries))
    for figure in figures:
        yield name, iri("cm:coverageOf"), figure.record
    if how == NO_TOTAL:
        return
    statuses = (records.one(figure.record, "cm:status") for figure in figures)
    yield name, iri("cm:figureStatus"), max(statuses, key=lexical)
    if how == FROM_SHARES:
        parts = (records.number(figure.record, "qudt:numericValue") or 0 for figure in figures)
        yield name, iri("cm:knownShare"), double(_in_percent(math.fsum(parts)))
        return
    for of_table in ("cm:knownShare", "cm:unknownPositions", "rdfs:comment"):
        values = [v for figure in figures for v in records.all(figure.record, of_table)]
        if values:
            yield name, iri(of_table), max(values, key=_in_order)


def _in_percent(total: float) -> float:
    """A sum of published shares, without what adding doubles leaves; sums may exceed 100.

    >>> _in_percent(33.3 + 33.3 + 33.3), _in_percent(100.2)
    (99.9, 100.0)
    """
    return 100.0 if total > 100 else round(total, 3)


def _in_order(value: Term) -> tuple[float, str]:
    """Where a literal stands among its like: numbers by value, texts by letters."""
    text = lexical(value)
    return (float(text), "") if value.endswith((f"{XSD}double>", f"{XSD}integer>")) else (0.0, text)


def _name(key: _Key) -> Term:
    """An IRI that can be read as far as its key can, and ends in a digest of all of it."""
    substance, stage, year, *_ = key
    digest = hashlib.sha1("\n".join(key).encode(), usedforsecurity=False).hexdigest()[:10]
    parts = (slug(substance), slug(stage).removeprefix("stage-"), lexical(year))
    return f"<{CMD}coverage-{'--'.join(parts)}--{digest}>"
