"""Figures in the normal unit of their kind, and as the element that they hold.

A figure keeps the unit and the basis of its source. Beside it stands ``cm:normalValue`` (for the
ends of a range ``cm:normalLow`` and ``cm:normalHigh``): the figure times
``qudt:conversionMultiplier`` of its unit, in ``cm:normalUnit`` of that unit. A figure whose unit is
a normal unit is its own normal figure, and nothing is written; nor is it for a unit that no source
makes clear, which has neither multiplier nor normal unit.

A figure on another basis than the element, such as an oxide, is counted as the element only where
a row of the table of conversion factors (``cm:ConversionFactor``) is for its substance and basis:
``cm:contentValue`` is the normal figure times that factor, and ``cm:convertedWith`` says which. No
factor is made up for a mixture: rare-earth oxides of no stated composition stay what they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, double, iri

#: Properties and classes that the computation reads.
PROPERTIES = (
    "qudt:unit",
    "qudt:numericValue",
    "qudt:conversionMultiplier",
    "cm:normalUnit",
    "cm:low",
    "cm:high",
    "cm:basis",
    "cm:supplyPosition",
    "cm:substance",
    "cm:tradedSubstance",
    "cm:statesSubstance",
    "cm:factorSubstance",
    "cm:fromBasis",
)
CLASSES = ("cm:ConversionFactor",)

#: The basis of a figure that counts the element alone.
METAL_CONTENT = iri("cm:basis-metal-content")

_ENDS = (
    ("qudt:numericValue", "cm:normalValue"),
    ("cm:low", "cm:normalLow"),
    ("cm:high", "cm:normalHigh"),
)


@dataclass(frozen=True, slots=True)
class Comparable:
    """A figure in its normal unit; counted as the element where a factor allows it."""

    value: float
    unit: Term
    basis: Term


@dataclass(slots=True)
class Normalised:
    """Triples of the normal figures; ``values`` holds every record with a number and a unit.

    ``ambiguous`` names factors that stand twice for one substance and basis: neither is used.
    """

    triples: list[Triple] = field(default_factory=list)
    values: dict[Term, Comparable] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Unit:
    normal: Term
    multiplier: float


def converted(value: float, multiplier: float) -> float:
    """A figure times a multiplier, to 12 significant digits, so that 0.1 is no 0.1000...01.

    >>> converted(3.0, 0.1), converted(76.0, 0.00045359237)
    (0.3, 0.03447302012)
    """
    product = value * multiplier
    return float(f"{product:.12g}") if math.isfinite(product) else product


def find_normalised(records: Records) -> Normalised:
    """Convert every figure whose unit, or whose substance and basis, can be converted."""
    found = Normalised()
    units = _units(records)
    factors = _factors(records, found)
    for record, stated in records.pairs("qudt:unit"):
        if len(stated) != 1:
            continue
        unit = units.get(stated[0])
        if unit and unit.normal != stated[0]:
            for name, normal in _ENDS:
                if (number := records.number(record, name)) is not None:
                    value = converted(number, unit.multiplier)
                    found.triples.append((record, iri(normal), double(value)))
        number = records.number(record, "qudt:numericValue")
        if number is None:
            continue
        value = number
        if unit and unit.normal != stated[0]:
            value = converted(number, unit.multiplier)
        basis = records.one(record, "cm:basis")
        factor = factors.get((_substance(records, record), basis)) if basis else None
        if factor:
            value = converted(value, records.number(factor, "qudt:numericValue") or 0.0)
            found.triples.append((record, iri("cm:contentValue"), double(value)))
            found.triples.append((record, iri("cm:convertedWith"), factor))
            basis = METAL_CONTENT
        found.values[record] = Comparable(value, unit.normal if unit else stated[0], basis)
    return found


def _units(records: Records) -> Mapping[Term, _Unit]:
    return {
        unit: _Unit(normal[0], multiplier)
        for unit, normal in records.pairs("cm:normalUnit")
        if (multiplier := records.number(unit, "qudt:conversionMultiplier")) is not None
    }


def _factors(records: Records, found: Normalised) -> Mapping[tuple[Term, Term], Term]:
    """Factors by substance and basis; what stands twice is named and left out."""
    factors: dict[tuple[Term, Term], list[Term]] = {}
    for factor in records.members("cm:ConversionFactor"):
        for key in _keys(records, factor):
            factors.setdefault(key, []).append(factor)
    for several in factors.values():
        if len(several) > 1:
            found.ambiguous.append(" and ".join(one.strip("<>") for one in several))
    return {key: several[0] for key, several in factors.items() if len(several) == 1}


def _keys(records: Records, factor: Term) -> Iterator[tuple[Term, Term]]:
    for substance in records.all(factor, "cm:factorSubstance"):
        for basis in records.all(factor, "cm:fromBasis"):
            yield substance, basis


def _substance(records: Records, record: Term) -> Term:
    """What a figure is about; nothing where it is about several substances."""
    position = records.one(record, "cm:supplyPosition")
    if position:
        return records.one(position, "cm:substance")
    for name in ("cm:tradedSubstance", "cm:statesSubstance"):
        stated = records.all(record, name)
        if stated:
            return stated[0] if len(stated) == 1 else ""
    return ""
