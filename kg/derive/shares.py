"""Shares of countries, computed from the amounts that one source publishes.

A share is the amount of a country divided by that of the world, both from one *table*: the same
source, substance, stage, year or period, unit, basis and series. The denominator is the larger of
the published world total and the sum of the listed countries (rounded totals are often a little
smaller than what they total). Without a published world total there is no share: the listed
countries of a source may be the few that it cares about.

A country whose figure is withheld, a bound or not available has no share, and is never counted as
0: each share of its table says how many there are (``cm:unknownPositions``). A world total that
leaves a country out passes its note on. A share of a forecast is a forecast, and one of estimates
says so.

Beside the share stand how much of the denominator the listed countries make up
(``cm:knownShare``), and the least and the greatest that the share may be: the amount divided by the
largest and by the smallest world total that is consistent with the source
(:mod:`kg.derive.world_total`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, double, iri, lexical
from kg.derive.world_total import WorldTotal, leaves_out
from kg.namespaces import CMD, XSD

#: Properties that the computation reads, besides the classes below.
PROPERTIES = (
    "cm:supplyPosition",
    "cm:substance",
    "cm:atStage",
    "cm:inCountry",
    "cm:refYear",
    "cm:periodStart",
    "cm:periodEnd",
    "cm:series",
    "cm:basis",
    "cm:status",
    "qudt:unit",
    "qudt:numericValue",
    "cm:low",
    "rdfs:comment",
    "prov:wasDerivedFrom",
    "dct:isPartOf",
)
CLASSES = ("cm:ProductionObservation", "cm:WorldPosition", "cm:ResidualPosition", "cm:Bloc")

_FORECAST = iri("cm:status-forecast")
_ESTIMATES = frozenset(iri(f"cm:status-{s}") for s in ("estimated", "provisional"))


@dataclass(slots=True)
class Shares:
    """Triples of the computed shares; ``ambiguous`` names what stands twice in one table."""

    triples: list[Triple] = field(default_factory=list)
    count: int = 0
    ambiguous: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """Observations of one source that may be divided by each other."""

    world: list[Term] = field(default_factory=list)
    residual: list[Term] = field(default_factory=list)
    countries: dict[Term, list[Term]] = field(default_factory=dict)
    bounds: dict[Term, list[Term]] = field(default_factory=dict)
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class _Denominator:
    """What the amounts of a table are divided by, in their unit.

    ``notes`` are those of the published total that say what it leaves out.
    """

    total: WorldTotal
    world: Term
    notes: tuple[Term, ...]
    unknown: int


def compute_shares(records: Records) -> Shares:
    """Compute the share of every country that has a figure in a table with a world total."""
    found = Shares()
    tables = _tables(records)
    denominators: dict[tuple[Term, ...], _Denominator] = {}
    for key, table in tables.items():
        if denominator := _denominator(records, table, found):
            denominators[key] = denominator
    done: set[Term] = set()
    for key, denominator in denominators.items():
        for country in sorted(tables[key].countries):
            observations = tables[key].countries[country]
            if len(observations) == 1 and observations[0] not in done:
                done.add(observations[0])
                found.triples.extend(_share(records, observations[0], denominator))
                found.count += 1
    return found


def _tables(records: Records) -> dict[tuple[Term, ...], _Table]:
    """Observations by what makes them comparable, sorted by it."""
    world = set(records.members("cm:WorldPosition"))
    residual = set(records.members("cm:ResidualPosition"))
    tables: dict[tuple[Term, ...], _Table] = {}
    unknown: dict[tuple[Term, ...], set[Term]] = {}
    for observation in records.members("cm:ProductionObservation"):
        position = records.one(observation, "cm:supplyPosition")
        place = records.one(position, "cm:inCountry")
        for key in _keys(records, observation, position):
            table = tables.setdefault(key, _Table())
            if records.number(observation, "qudt:numericValue") is None:
                if place:
                    # A withheld row has no amount, so its unit and basis do not tell it apart.
                    unknown.setdefault(key[:-2], set()).add(place)
                    if records.number(observation, "cm:low") is not None:
                        table.bounds.setdefault(place, []).append(observation)
            elif position in world:
                table.world.append(observation)
            elif position in residual:
                table.residual.append(observation)
            elif place:
                table.countries.setdefault(place, []).append(observation)
    for key, table in tables.items():
        table.unknown = len(unknown.get(key[:-2], set()) - table.countries.keys())
    return dict(sorted(tables.items()))


def _keys(records: Records, observation: Term, position: Term) -> Iterator[tuple[Term, ...]]:
    """The tables that an observation stands in, one for each of its sources."""
    sources = {
        source
        for citation in records.all(observation, "prov:wasDerivedFrom")
        for source in records.all(citation, "dct:isPartOf")
    }
    rest = (
        records.one(position, "cm:substance"),
        records.one(position, "cm:atStage"),
        *(
            records.one(observation, name)
            for name in (
                "cm:refYear",
                "cm:periodStart",
                "cm:periodEnd",
                "cm:series",
                "qudt:unit",
                "cm:basis",
            )
        ),
    )
    for source in sorted(sources):
        yield (source, *rest)


def _denominator(records: Records, table: _Table, found: Shares) -> _Denominator | None:
    """The denominator of a table, or nothing where it has no world total or more than one."""
    blocs = set(records.members("cm:Bloc"))
    countries = {place: rows for place, rows in table.countries.items() if place not in blocs}
    if not table.world or not table.countries:
        return None
    twice = [rows for rows in (table.world, *table.countries.values()) if len(rows) > 1]
    if twice:
        found.ambiguous.extend(" and ".join(map(lexical, rows)) for rows in twice)
        return None

    def amount(observation: Term, name: str = "qudt:numericValue") -> float:
        return records.number(observation, name) or 0.0

    elsewhere = {*blocs, *countries}
    bounds = {place: rows for place, rows in table.bounds.items() if place not in elsewhere}
    world = table.world[0]
    notes = tuple(n for n in records.all(world, "rdfs:comment") if leaves_out(n))
    total = WorldTotal(
        published=amount(world),
        listed=math.fsum(amount(row) for rows in countries.values() for row in rows),
        other=math.fsum(amount(row) for row in table.residual),
        low_ends=math.fsum(amount(rows[0], "cm:low") for rows in bounds.values() if len(rows) == 1),
        open_above=bool(notes),
    )
    return _Denominator(total, world, notes, table.unknown) if total.value > 0 else None


def _share(records: Records, observation: Term, denominator: _Denominator) -> Iterator[Triple]:
    share = f"<{CMD}share-{lexical(observation).removeprefix(CMD)}>"
    amount = records.number(observation, "qudt:numericValue") or 0.0
    statuses = {
        records.one(observation, "cm:status"),
        records.one(denominator.world, "cm:status"),
    }
    total = denominator.total
    status = iri("cm:status-computed")
    if _FORECAST in statuses:
        status = _FORECAST
    elif statuses & _ESTIMATES:
        status = iri("cm:status-computed-from-estimates")
    about = status != iri("cm:status-computed") or bool(denominator.notes)
    yield share, iri("rdf:type"), iri("cm:ComputedShare")
    yield share, iri("qudt:numericValue"), double(100.0 * amount / total.value)
    yield share, iri("qudt:unit"), iri("cm:unit-percent")
    yield share, iri("cm:status"), status
    yield share, iri("cm:precision"), iri(f"cm:precision-{'about' if about else 'exact'}")
    yield share, iri("cm:denominator"), f'"{total.words}"'
    yield share, iri("cm:unknownPositions"), f'"{denominator.unknown}"^^<{XSD}integer>'
    yield share, iri("cm:knownShare"), double(total.known_share)
    yield share, iri("cm:shareFloor"), double(total.floor(amount))
    yield share, iri("cm:shareCeiling"), double(total.ceiling(amount))
    yield share, iri("cm:computedFrom"), observation
    yield share, iri("cm:computedFrom"), denominator.world
    for name in (
        "cm:supplyPosition",
        "cm:refYear",
        "cm:periodStart",
        "cm:periodEnd",
        "cm:series",
        "cm:basis",
        "prov:wasDerivedFrom",
    ):
        for value in records.all(observation, name):
            yield share, iri(name), value
    for note in denominator.notes:
        yield share, iri("rdfs:comment"), f'"World total: {note[1:]}'
