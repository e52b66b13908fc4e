"""How a figure was converted: its unit, and the factor from a compound to the element in it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.derive.spelling import Term, Triple, iri, lexical
from kg.explain.asking import Asker
from kg.explain.record import Record, label
from kg.explain.step import Step
from kg.explain.words import figure

#: The property that each normal figure is converted from.
_STATED = {
    iri("cm:normalValue"): "qudt:numericValue",
    iri("cm:normalLow"): "cm:low",
    iri("cm:normalHigh"): "cm:high",
}


def steps_to_normal_figure(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of a normal figure was written."""
    record = Record.read(asker, triple[0])
    if triple[1] in _STATED:
        return _in_normal_unit(asker, record, triple)
    return _as_the_element(asker, record, triple)


def _in_normal_unit(asker: Asker, record: Record, triple: Triple) -> Sequence[Step]:
    unit = Record.read(asker, record.one("qudt:unit"))
    stated = record.triples(_STATED[triple[1]])
    normal = unit.one("cm:normalUnit")
    if not (stated and normal):
        return ()
    multiplier = lexical(unit.one("qudt:conversionMultiplier"))
    reason = (
        f"{figure(lexical(stated[0][2]))} {label(unit.term)} x {multiplier} = "
        f"{figure(lexical(triple[2]))} {label(normal)}."
    )
    premises = (
        *stated,
        *record.triples("qudt:unit"),
        *unit.triples("qudt:conversionMultiplier", "cm:normalUnit"),
    )
    return [Step(triple, premises, None, "normal-figure", reason)]


def _as_the_element(asker: Asker, record: Record, triple: Triple) -> Sequence[Step]:
    factor_term = record.one("cm:convertedWith")
    value = record.triples("cm:normalValue") or record.triples("qudt:numericValue")
    if not (factor_term and value):
        return ()
    factor = Record.read(asker, factor_term)
    substance, about = _substance(asker, record, factor)
    basis = record.one("cm:basis")
    premises = (
        *value,
        *about,
        *record.triples("cm:basis"),
        *factor.triples("qudt:numericValue"),
        (factor_term, iri("cm:factorSubstance"), substance),
        (factor_term, iri("cm:fromBasis"), basis),
    )
    reason = (
        f"{figure(lexical(value[0][2]))} x {lexical(factor.one('qudt:numericValue'))} = "
        f"{figure(lexical(record.one('cm:contentValue')))}: {label(factor_term)}, for figures of "
        f"{label(substance)} on the basis {label(basis)}."
    )
    return [Step(triple, premises, None, "normal-figure", reason)]


def _substance(asker: Asker, record: Record, factor: Record) -> tuple[Term, tuple[Triple, ...]]:
    """The substance of a figure that a factor is for, and what says that it is about it."""
    position = record.one("cm:supplyPosition")
    if position:
        said = Record.read(asker, position).triples("cm:substance")
        return said[0][2] if said else "", (*record.triples("cm:supplyPosition"), *said)
    for name in ("cm:tradedSubstance", "cm:statesSubstance"):
        for substance in record.all(name):
            if substance in factor.all("cm:factorSubstance"):
                return substance, ((record.term, iri(name), substance),)
    return "", ()
