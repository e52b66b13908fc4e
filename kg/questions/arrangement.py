"""An answer in another order, or only the rows with some words in them.

Nothing is asked again: the rows of the answer are sorted and searched as they stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from kg.errors import UsageError
from kg.namespaces import XSD
from kg.questions.question import Column
from kg.questions.run import Cell, ResultTable, Row

#: The role of columns that name the records behind a row; they are for files, not for readers.
RECORD = "record"
#: What stands before the name of a column that is sorted from high to low.
DESCENDING = "-"

_YEARS = {f"{XSD}gYear"}
_YEAR = re.compile(r"-?[0-9]{4,9}")
#: A figure as pages write it, with commas between the thousands.
_WITH_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

#: Letters that no accent was added to, and the plain ones that people type for them.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})

_Key = tuple[int, float, str]
_Item = TypeVar("_Item")


class ArrangementError(UsageError):
    """There is no such column to sort by."""

    title = "Wrong order"


def shown_columns(table: ResultTable) -> tuple[Column, ...]:
    """The columns that readers see: all but those of records."""
    return tuple(column for column in table.columns if column.role != RECORD)


def arrange(table: ResultTable, sort: str = "", find: str = "") -> ResultTable:
    """Sort the rows of an answer and leave out those that do not have what is looked for.

    ``sort`` is the name of a shown column, with ``-`` before it from high to low. Numbers and years
    are sorted as such and stand before texts, missing values stand last either way, and rows that
    are equal keep their order. ``find`` are words that must all stand in the shown cells of a row,
    case and accents ignored. Raises :class:`ArrangementError` for an unknown column.
    """
    columns = shown_columns(table)
    rows: Iterable[Row] = table.rows
    if words := search_words(find):
        names = [column.name for column in columns]
        rows = [row for row in rows if _has(row, names, words)]
    if sort:
        name, descending = sort.removeprefix(DESCENDING), sort.startswith(DESCENDING)
        if name not in {column.name for column in columns}:
            known = ", ".join(column.name for column in columns)
            raise ArrangementError(
                f"There is no column {name!r} to sort by.",
                remedy=f"There are: {known}; a minus sign in front sorts from high to low.",
            )
        rows = _sorted(rows, name, descending)
    return replace(table, rows=tuple(rows))


def fold(text: str) -> str:
    """A text without what a search ignores: case and accents.

    >>> fold("São Tomé"), fold("Łódź")
    ('sao tome', 'lodz')
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(character for character in plain if not unicodedata.combining(character))


def search_words(find: str) -> list[str]:
    """The words that a search looks for; a figure may be written with commas.

    >>> search_words("China 12,000")
    ['china', '12000']
    """
    return [
        word.replace(",", "") if _WITH_COMMAS.fullmatch(word) else word
        for word in fold(find).split()
    ]


def has_words(texts: Iterable[str], words: Iterable[str]) -> bool:
    """True where every word stands in one of the texts; ``words`` are folded, texts need not be."""
    text = "\n".join(map(fold, texts))
    return all(word in text for word in words)


def _has(row: Row, names: Iterable[str], words: Iterable[str]) -> bool:
    return has_words((row[name].text for name in names if name in row), words)


def _sorted(rows: Iterable[Row], name: str, descending: bool) -> list[Row]:
    present: list[tuple[_Key, Row]] = []
    missing: list[Row] = []
    for row in rows:
        cell = row.get(name)
        if cell is None or not cell.text:
            missing.append(row)
        else:
            present.append((_key(cell), row))
    present.sort(key=_first, reverse=descending)
    return [row for _, row in present] + missing


def _first(pair: tuple[_Key, _Item]) -> _Key:
    return pair[0]


def _key(cell: Cell) -> _Key:
    number = cell.number
    if number is None and cell.datatype in _YEARS and _YEAR.fullmatch(cell.text):
        number = float(cell.text)
    if number is not None and number == number:  # noqa: PLR0124 - not a number is no number
        return (0, number, "")
    return (1, 0.0, fold(cell.text))
