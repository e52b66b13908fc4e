"""How a share was computed: the amounts, what they were divided by, and the formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kg.derive.spelling import Term, Triple, iri, lexical
from kg.derive.world_total import LISTED
from kg.explain.asking import Asker
from kg.explain.record import Record, label, percent
from kg.explain.step import Step
from kg.explain.words import figure

#: Properties that a share takes over from the figure of the country.
_TAKEN_OVER = frozenset(
    map(
        iri,
        (
            "cm:supplyPosition",
            "cm:refYear",
            "cm:periodStart",
            "cm:periodEnd",
            "cm:series",
            "cm:basis",
            "prov:wasDerivedFrom",
        ),
    )
)
_NOTE = "World total: "
#: The least and the greatest that a share may be, and the total that each is divided by.
_MARGINS = {iri("cm:shareFloor"): "largest", iri("cm:shareCeiling"): "smallest"}


def steps_to_share(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of a computed share was written."""
    share = Record.read(asker, triple[0])
    parts = Record.read_all(asker, share.all("cm:computedFrom"))
    positions = Record.read_all(asker, [part.one("cm:supplyPosition") for part in parts.values()])
    of_world = [
        part
        for part in parts.values()
        if positions[part.one("cm:supplyPosition")].is_a("cm:WorldPosition")
    ]
    own = [part for part in parts.values() if part not in of_world]
    if len(of_world) != 1 or len(own) != 1:
        return ()
    position = positions[own[0].one("cm:supplyPosition")]
    return [_step(asker, triple, _Case(share, own[0], of_world[0], position))]


@dataclass(frozen=True, slots=True)
class _Case:
    """A share with the two figures that it is computed from, and their positions."""

    share: Record
    own: Record
    world: Record
    position: Record

    @property
    def amounts(self) -> tuple[Triple, ...]:
        """The figure of the country and that of the world."""
        return (
            *self.own.triples("qudt:numericValue"),
            *self.world.triples("qudt:numericValue"),
        )


def _step(asker: Asker, triple: Triple, case: _Case) -> Step:
    _, predicate, value = triple
    if predicate in {iri("qudt:numericValue"), iri("cm:denominator")}:
        return _division(asker, triple, case)
    if predicate in _MARGINS:
        return _margin(triple, case)
    if predicate == iri("cm:knownShare"):
        return _known(asker, triple, case)
    premises = case.amounts
    reason = "The figure of a country and the world total of the same table give a share."
    if predicate in _TAKEN_OVER:
        premises = ((case.own.term, predicate, value),)
        reason = "A share takes this over from the figure that it is computed from."
    elif predicate == iri("rdfs:comment"):
        premises = ((case.world.term, predicate, value.replace(f'"{_NOTE}', '"', 1)),)
        reason = "The note on the published world total goes with every share of its table."
    elif predicate in {iri("cm:status"), iri("cm:precision")}:
        stated = (*case.own.triples("cm:status"), *case.world.triples("cm:status"))
        premises = stated or premises
        reason = (
            "A share is as sure as what it is computed from: about where a figure is estimated or "
            "the total leaves a country out, a forecast where a figure is one, and else exact."
        )
    elif predicate == iri("cm:unknownPositions"):
        premises = (*case.own.triples("cm:supplyPosition", "cm:refYear"), *premises)
        reason = (
            "So many countries of the same table have no figure (withheld, a bound or not "
            f"available): {lexical(value)}. They are not counted as 0."
        )
    return Step(triple, premises, rule="share", reason=reason)


def _division(asker: Asker, triple: Triple, case: _Case) -> Step:
    share, own, position = case.share, case.own, case.position
    words = lexical(share.one("cm:denominator"))
    premises = list(case.amounts)
    divisor = case.world.number("qudt:numericValue") or 0.0
    notes = []
    if words == LISTED:
        listed = _listed(asker, own, position)
        premises += [(row, iri("qudt:numericValue"), value) for row, value in listed]
        divisor = math.fsum(float(lexical(value)) for _, value in listed)
        notes.append(
            f"The published world total, {case.world.amount()}, is smaller than what it totals."
        )
    value = share.number("qudt:numericValue") or 0.0
    unit = own.one("qudt:unit")
    reason = (
        f"{own.amount()} / {figure(repr(divisor))}{f' {label(unit)}' if unit else ''} = "
        f"{percent(value)}: the figure of {label(position.one('cm:inCountry'))} for "
        f"{label(position.one('cm:substance'))}, {label(position.one('cm:atStage'))}, divided by "
        f"the {words}, both of the same source."
    )
    if unknown := share.number("cm:unknownPositions"):
        notes.append(f"Countries of the table without a figure: {figure(repr(unknown))}.")
    return Step(triple, tuple(dict.fromkeys(premises)), None, "share", reason, tuple(notes))


def _margin(triple: Triple, case: _Case) -> Step:
    """The floor or the ceiling: the amount divided by the largest or smallest world total."""
    value = float(lexical(triple[2]))
    amount = case.own.number("qudt:numericValue") or 0.0
    which = _MARGINS[triple[1]]
    notes = case.share.triples("rdfs:comment")
    if not amount:
        reason = "None of any world total is 0."
    elif not value:
        reason = "The world total leaves something out, so that nothing limits it: the least is 0."
    else:
        total = figure(repr(float(f"{100.0 * amount / value:.6g}")))
        reason = (
            f"{case.own.amount()} / {total} = {percent(value)}: divided by the {which} world total "
            f"that is consistent with the source, which publishes {case.world.amount()}."
        )
    said = () if value or not notes else case.world.triples("rdfs:comment")
    return Step(triple, (*case.amounts, *said), None, "share", reason)


def _known(asker: Asker, triple: Triple, case: _Case) -> Step:
    """How much of the denominator the listed countries make up."""
    listed = _listed(asker, case.own, case.position)
    total = math.fsum(float(lexical(value)) for _, value in listed)
    reason = (
        f"The listed countries add up to {figure(repr(total))}, which is "
        f"{percent(float(lexical(triple[2])))} of the denominator."
    )
    rows = [(row, iri("qudt:numericValue"), value) for row, value in listed]
    return Step(triple, tuple(dict.fromkeys([*case.amounts, *rows])), None, "share", reason)


def _listed(asker: Asker, own: Record, position: Record) -> list[tuple[Term, Term]]:
    """The rows of all countries of the table that a figure stands in, and their amounts."""
    same = []
    for name in ("cm:refYear", "cm:periodStart", "cm:periodEnd", "cm:series", "cm:basis"):
        stated = own.one(name)
        same.append(
            f"?row {name} {stated} ." if stated else f"FILTER NOT EXISTS {{ ?row {name} ?any }}"
        )
    rows = asker.rows(
        f"""SELECT DISTINCT ?row ?value WHERE {{
          {own.term} prov:wasDerivedFrom/dct:isPartOf ?source .
          ?position cm:substance {position.one("cm:substance")} ;
            cm:atStage {position.one("cm:atStage")} ; cm:inCountry ?place .
          ?row cm:supplyPosition ?position ; a cm:ProductionObservation ;
            qudt:numericValue ?value ; qudt:unit {own.one("qudt:unit") or "?unit"} ;
            prov:wasDerivedFrom/dct:isPartOf ?source .
          {" ".join(same)}
          FILTER NOT EXISTS {{ ?place a cm:Bloc }}
          FILTER NOT EXISTS {{ ?position a ?kind
            FILTER(?kind IN (cm:WorldPosition, cm:ResidualPosition)) }}
        }} ORDER BY ?row"""
    )
    return [(row["row"], row["value"]) for row in rows]
