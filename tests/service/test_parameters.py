"""Parameters are decoded strictly."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UsageError
from service.limits import MAXIMUM_PARAMETERS
from service.parameters import RepeatedParameterError, decode, single

_PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.dictionaries(_PLAIN.filter(bool), st.lists(_PLAIN, min_size=1, max_size=3), max_size=8))
def test_what_was_encoded_comes_back(given_values: dict[str, list[str]]) -> None:
    assert decode(urlencode(given_values, doseq=True).encode()) == given_values


@pytest.mark.parametrize("data", [b"query=%FF", b"query=\xff", b"%ff=1", b"query=%C3%28"])
def test_bytes_that_are_not_utf8_are_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match="UTF-8"):
        decode(data)


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(UsageError, match="more than"):
        decode(b"a=1&" * (MAXIMUM_PARAMETERS + 1))


def test_one_value_only() -> None:
    assert single({"a": ["1"]}, "a") == "1"
    assert single({}, "a") is None
    with pytest.raises(RepeatedParameterError, match="2 times"):
        single({"a": ["1", "1"]}, "a")
