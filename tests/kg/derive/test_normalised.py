"""Figures in their normal unit, and as the element that they hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.derive.normalised import converted
from tests.kg.derive.conftest import SUPPLY, Derived

DeriveFrom = Callable[..., Derived]

UNITS = """
cm:unit-tonne cm:normalUnit cm:unit-tonne ; qudt:conversionMultiplier 1e0 .
cm:unit-kilogram cm:normalUnit cm:unit-tonne ; qudt:conversionMultiplier 1e-3 .
cm:unit-ton rdfs:label "a ton that nobody explains"@en .
"""
FACTOR = """
cmd:factor a cm:ConversionFactor ; cm:factorSubstance cmd:lithium ; cm:fromBasis cm:basis-lce ;
  qudt:numericValue 0.188e0 .
"""


def figure(unit: str, more: str, name: str = "figure") -> str:
    return f"""
    cmd:{name} a cm:ProductionObservation ; cm:supplyPosition cmd:p ; qudt:unit cm:unit-{unit} ;
      {more} .
    cmd:p cm:substance cmd:lithium .
    """


def test_a_figure_is_converted_into_the_normal_unit(derive_from: DeriveFrom) -> None:
    facts = UNITS + figure("kilogram", "qudt:numericValue 1500e0 ; cm:low 1000e0 ; cm:high 2000e0")
    derived = derive_from(facts)
    assert derived.value("cmd:figure", "cm:normalValue") == "1.5"
    assert derived.value("cmd:figure", "cm:normalLow") == "1"
    assert derived.value("cmd:figure", "cm:normalHigh") == "2"
    assert derived.value("cmd:figure", "qudt:numericValue") == "1500"


def test_a_bound_keeps_its_one_end(derive_from: DeriveFrom) -> None:
    derived = derive_from(UNITS + figure("kilogram", "cm:low 1000e0"))
    assert derived.value("cmd:figure", "cm:normalLow") == "1"
    assert derived.value("cmd:figure", "cm:normalValue") is None


@pytest.mark.parametrize("unit", ["tonne", "ton"], ids=["normal already", "no known unit"])
def test_nothing_is_written_where_there_is_nothing_to_convert(
    derive_from: DeriveFrom, unit: str
) -> None:
    derived = derive_from(UNITS + figure(unit, "qudt:numericValue 3e0"))
    assert derived.value("cmd:figure", "cm:normalValue") is None


def test_withheld_stays_without_a_number(derive_from: DeriveFrom) -> None:
    derived = derive_from(UNITS + figure("kilogram", "cm:status cm:status-withheld"))
    assert derived.rows("cmd:figure cm:normalValue|cm:normalLow|cm:normalHigh ?number") == []


def test_a_compound_is_counted_as_the_element_by_a_factor(derive_from: DeriveFrom) -> None:
    facts = figure("kilogram", "qudt:numericValue 2000000e0 ; cm:basis cm:basis-lce")
    derived = derive_from(UNITS + FACTOR + facts)
    assert derived.value("cmd:figure", "cm:normalValue") == "2000"
    assert derived.value("cmd:figure", "cm:contentValue") == "376"
    assert derived.value("cmd:figure", "cm:convertedWith") == "cmd:factor"


@pytest.mark.parametrize("basis", ["", "; cm:basis cm:basis-gross-weight"])
def test_without_a_factor_for_the_basis_nothing_is_counted(
    derive_from: DeriveFrom, basis: str
) -> None:
    facts = figure("tonne", f"qudt:numericValue 2000e0 {basis}")
    derived = derive_from(UNITS + FACTOR + facts)
    assert derived.value("cmd:figure", "cm:contentValue") is None


def test_two_factors_for_the_same_are_named_and_not_used(derive_from: DeriveFrom) -> None:
    facts = figure("tonne", "qudt:numericValue 2000e0 ; cm:basis cm:basis-lce")
    derived = derive_from(UNITS + FACTOR + FACTOR.replace("cmd:factor ", "cmd:again ") + facts)
    assert derived.value("cmd:figure", "cm:contentValue") is None
    assert len(derived.summary.factors) == 1
    assert derived.summary.factors[0].endswith("id/factor")


def test_a_figure_of_several_substances_is_of_none(derive_from: DeriveFrom) -> None:
    facts = """
    cmd:figure a cm:Observation ; cm:statesSubstance cmd:lithium, cmd:cobalt ;
      qudt:unit cm:unit-tonne ; cm:basis cm:basis-lce ; qudt:numericValue 2000e0 .
    """
    derived = derive_from(UNITS + FACTOR + facts, SUPPLY)
    assert derived.value("cmd:figure", "cm:contentValue") is None


@given(st.floats(1e-6, 1e12), st.floats(1e-6, 1e6))
def test_a_conversion_can_be_undone(value: float, multiplier: float) -> None:
    assert converted(converted(value, multiplier), 1 / multiplier) == pytest.approx(value)
