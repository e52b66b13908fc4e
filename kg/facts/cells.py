"""What the text of a cell means: typed values and the lexical forms of RDF literals."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from kg.namespaces import XSD

#: A typed cell; a list cell is a tuple of the items' texts, an empty cell is ``None``.
Cell = str | int | float | bool | date | tuple[str, ...] | None

#: Datatype of a mapping annotation that becomes gYear, gYearMonth or date, as far as stated.
PARTIAL_DATE = "partial-date"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DATE_PARTS = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_TRUE = frozenset({"true", "True", "TRUE", "1"})
_FALSE = frozenset({"false", "False", "FALSE", "0"})


def split_list(text: str, separator: str) -> tuple[str, ...]:
    """The items of a list cell, without the spaces around them.

    >>> split_list("Burma; Myanmar", ";")
    ('Burma', 'Myanmar')
    >>> split_list("", ";")
    ()
    """
    return tuple(item.strip() for item in text.split(separator)) if text else ()


def read_number(text: str) -> float:
    """A finite number in plain or scientific notation.

    >>> read_number("1.50")
    1.5
    """
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is not a number; write it like 1250 or 0.75")
    return number


def read_integer(text: str) -> int:
    """A whole number."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def read_year(text: str) -> int:
    """A year of four digits."""
    if not re.fullmatch(r"[0-9]{4}", text):
        raise ValueError(f"{text!r} is not a year of four digits")
    return int(text)


def read_boolean(text: str) -> bool:
    """``true`` or ``false``."""
    if text not in _TRUE | _FALSE:
        raise ValueError(f"{text!r} is neither true nor false")
    return text in _TRUE


def read_date(text: str) -> date:
    """A day, as 2025-04-09."""
    if len(text) != 10:
        raise ValueError(f"{text!r} is not a date; write it like 2025-04-09")
    first_day_of(text)
    return date.fromisoformat(text)


def first_day_of(text: str) -> date:
    """The first day of a partial date (``2025``, ``2025-04`` or ``2025-04-09``).

    >>> first_day_of("2025-04")
    datetime.date(2025, 4, 1)
    """
    found = _DATE_PARTS.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, day = found.groups(default="01")
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(
            f"{text!r} is not a date; write 2025, 2025-04 or 2025-04-09, as far as it is known"
        ) from None


def read_address(text: str) -> str:
    """A web address. Other schemes are refused: pages show addresses as links."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is not a web address that begins with http:// or https://")
    return text


def read_language(text: str) -> str:
    """A language tag such as ``de`` or ``zh-Hant``; raises ``ValueError`` with a sentence.

    >>> read_language("ja")
    'ja'
    """
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{text!r} is no language tag such as de or zh-Hant")
    return text


_READERS: Mapping[str, Callable[[str], Cell]] = MappingProxyType(
    {
        "number": read_number,
        "integer": read_integer,
        "year": read_year,
        "boolean": read_boolean,
        "date": read_date,
    }
)


def read_cell(kind: str, text: str) -> Cell:
    """The typed value of a cell by the Frictionless type of its field.

    Raises ``ValueError`` with a sentence about the text.

    >>> read_cell("year", "2024"), read_cell("string", ""), read_cell("boolean", "false")
    (2024, None, False)
    """
    return _READERS[kind](text) if text and kind in _READERS else (text or None)


def _double(text: str) -> str:
    # The same spelling that the engine gives back: 1.50 and 5.0 become 1.5 and 5.
    return repr(read_number(text)).removesuffix(".0")


def _decimal(text: str) -> str:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a decimal number")
    return text


def _year(text: str) -> str:
    read_year(text)
    first_day_of(text)  # the year 0000 does not exist
    return text


def _year_month(text: str) -> str:
    if len(text) != 7:
        raise ValueError(f"{text!r} is not a month; write it like 2025-04")
    first_day_of(text)
    return text


_LEXICAL: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        f"{XSD}string": str,
        f"{XSD}double": _double,
        f"{XSD}decimal": _decimal,
        f"{XSD}integer": lambda text: str(read_integer(text)),
        f"{XSD}boolean": lambda text: str(read_boolean(text)).lower(),
        f"{XSD}date": lambda text: read_date(text).isoformat(),
        f"{XSD}gYear": _year,
        f"{XSD}gYearMonth": _year_month,
        f"{XSD}anyURI": read_address,
    }
)

#: Datatypes whose lexical form is checked; others, such as geo:wktLiteral, are taken as they are.
KNOWN_DATATYPES = frozenset(_LEXICAL)


def lexical_form(datatype: str, text: str) -> tuple[str, str]:
    """The literal of a text as (lexical form, datatype IRI).

    ``datatype`` is an IRI or :data:`PARTIAL_DATE`. Raises ``ValueError`` with a sentence.

    >>> lexical_form(PARTIAL_DATE, "2025-04")
    ('2025-04', 'http://www.w3.org/2001/XMLSchema#gYearMonth')
    >>> lexical_form("http://www.w3.org/2001/XMLSchema#double", "1.50")[0]
    '1.5'
    """
    if datatype == PARTIAL_DATE:
        first_day_of(text)
        return text, XSD + {4: "gYear", 7: "gYearMonth", 10: "date"}[len(text)]
    form = _LEXICAL.get(datatype)
    return (form(text) if form else text), datatype
