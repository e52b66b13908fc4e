"""The text of a cell as a typed value and as a literal."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts.cells import PARTIAL_DATE, first_day_of, lexical_form, read_cell
from kg.namespaces import XSD


@pytest.mark.parametrize(
    ("text", "form", "datatype"),
    [
        ("2025", "2025", "gYear"),
        ("2025-04", "2025-04", "gYearMonth"),
        ("2025-04-09", "2025-04-09", "date"),
    ],
)
def test_a_partial_date_has_the_datatype_of_what_is_known(
    text: str, form: str, datatype: str
) -> None:
    assert lexical_form(PARTIAL_DATE, text) == (form, XSD + datatype)


@pytest.mark.parametrize("text", ["25", "2025-13", "2025-02-30", "9.4.2025", "2025-4", "0000", ""])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        lexical_form(PARTIAL_DATE, text)


@pytest.mark.parametrize(
    ("datatype", "text", "form"),
    [
        ("double", "1.50", "1.5"),
        ("double", "5.0", "5"),
        ("double", "+7", "7"),
        ("integer", "007", "7"),
        ("boolean", "TRUE", "true"),
        ("decimal", "1.50", "1.50"),
        ("gYearMonth", "2025-04", "2025-04"),
        ("anyURI", "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("string", " as it is ", " as it is "),
    ],
)
def test_lexical_forms(datatype: str, text: str, form: str) -> None:
    assert lexical_form(XSD + datatype, text) == (form, XSD + datatype)


@pytest.mark.parametrize(
    ("datatype", "text"),
    [
        ("double", "NaN"),
        ("double", "1e999"),
        ("double", "1_000"),
        ("double", "١٢"),
        ("integer", "1.5"),
        ("integer", "²"),
        ("boolean", "yes"),
        ("decimal", "1e3"),
        ("gYear", "24"),
        ("gYear", "0000"),
        ("gYearMonth", "2025"),
        ("date", "2025"),
        ("anyURI", "javascript:alert(1)"),
        ("anyURI", "https://example.org/a b"),
    ],
)
def test_what_has_no_lexical_form(datatype: str, text: str) -> None:
    with pytest.raises(ValueError, match="is"):
        lexical_form(XSD + datatype, text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back(number: float) -> None:
    form, _ = lexical_form(f"{XSD}double", repr(number))
    assert float(form) == number
    assert read_cell("number", form) == number
    assert math.copysign(1, float(form)) == math.copysign(1, number)


@given(st.dates())
def test_every_day_comes_back(day: date) -> None:
    assert first_day_of(day.isoformat()) == day


@given(st.text(), st.sampled_from(["number", "integer", "year", "boolean", "date"]))
def test_any_text_is_a_value_or_a_sentence(text: str, kind: str) -> None:
    try:
        value = read_cell(kind, text)
    except ValueError as error:
        assert repr(text) in str(error)
    else:
        assert (value is None) == (text == "")
