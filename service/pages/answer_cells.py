"""The cells of an answer as HTML: figures, years, dates, things, sources, statuses.

They are made here and not in a template, since an answer may have a hundred thousand of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from flask import url_for
from markupsafe import Markup, escape

from kg.namespaces import XSD
from kg.questions import Cell, Column
from service.pages.presentation import (
    cited,
    figure,
    host,
    number,
    safe_address,
    source_id,
    unit_words,
)
from service.pages.thing import thing_address
from service.reading import Row as Described

Row = Mapping[str, Cell]

_GRADES = {"latitude": ("N", "S"), "longitude": ("E", "W")}
_DATE = re.compile(r"(-?[0-9]{4,})-([0-9]{2})(?:-([0-9]{2}))?(?:T.*|Z|[+-][0-9]{2}:[0-9]{2})?")
_DATED = {f"{XSD}{name}" for name in ("date", "dateTime", "gYearMonth")}
_YEARS = {f"{XSD}gYear"}
_YES_NO = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
#: A text of more characters than this gets a wide column.
LONG = 60
#: Sources of a row that stand open; more are behind a word.
OPEN_SOURCES = 3
#: Statuses of figures that have no value: they are said where the figure would stand.
WITHOUT_VALUE = {"withheld", "not-available", "qualitative"}
#: The status of a figure that stands as its source published it, which needs no mark.
PLAIN_STATUS = "measured"


def source_link(iri: str, sources: Mapping[str, Described]) -> Markup:
    """A link to the page of a source release, with its publisher, year and kind."""
    link = _plain_source_link(iri, sources)
    kind = sources.get(iri, {}).get("kind_name")
    return link + Markup(' <span class="aside-inline">({})</span>').format(kind) if kind else link


def _plain_source_link(iri: str, sources: Mapping[str, Described]) -> Markup:
    name = source_id(iri)
    row = sources.get(iri, {})
    return Markup(
        '<a class="reference" href="{}" title="{}"><span class="unseen">Source: </span>{}</a>'
    ).format(url_for("sources.source", name=name), row.get("title", name), cited(row) or name)


def day(text: str) -> str:
    """A date as it reads.

    >>> day("2025-04-04"), day("2025-04"), day("2025-04-04T10:00:00Z"), day("soon")
    ('4 Apr 2025', 'Apr 2025', '4 Apr 2025', 'soon')
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    year, month, of_month = found[1], int(found[2]), found[3]
    if not 1 <= month <= 12:
        return text
    name = f"{date(2000, month, 1):%b}"
    return f"{int(of_month)} {name} {year}" if of_month else f"{name} {year}"


def grade(value: float, name: str) -> str:
    """A coordinate as it reads.

    >>> grade(35.47861, "latitude"), grade(-115.5, "longitude")
    ('35.4786°\\xa0N', '115.5°\\xa0W')
    """
    positive, negative = _GRADES[name]
    return f"{number(abs(value))}\u00b0\u00a0{positive if value >= 0 else negative}"


def is_place(column: Column) -> bool:
    """True for a column of coordinates."""
    return column.name in _GRADES


class Cells:
    """Makes the cells of one answer; equal cells are made once."""

    def __init__(self, sources: Mapping[str, Described], statuses: Mapping[str, Described]) -> None:
        self._sources = sources
        self._statuses = statuses
        self._made: dict[tuple[str, Cell], Markup] = {}

    def html(self, column: Column, row: Row, unit: str = "") -> Markup:
        """What stands in a cell; ``unit`` is said beside the figure. Empty where the row states
        nothing."""
        cell = row.get(column.name)
        if cell is None or not (cell.text or cell.iri or cell.items):
            return self._absent(column, row)
        key = (f"{column.name}\0{unit}", cell)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(column, cell, unit)
        return made

    def _absent(self, column: Column, row: Row) -> Markup:
        """The status says why a figure has no value, if it does."""
        if not (column.unit or column.unit_from):
            return Markup("")
        for cell in row.values():
            status = self._statuses.get(cell.iri)
            if status and status["notation"] in WITHOUT_VALUE:
                return Markup('<span class="none">{}</span>').format(status["label"])
        return Markup("")

    def _make(self, column: Column, cell: Cell, unit: str) -> Markup:
        if cell.items:
            return self._items(column, cell)
        if column.role == "evidence":
            return Markup('<span class="evidence evidence-{}">{}</span>').format(
                cell.iri.rpartition("-")[2], cell.text
            )
        if column.role == "status":
            return self._status(cell)
        if cell.iri:
            return self._thing(cell)
        return self._literal(column, cell, unit)

    def _items(self, column: Column, cell: Cell) -> Markup:
        """A list of things; sources stand one on a line, many of them behind a word."""
        made = [self._thing(item) for item in cell.items]
        if column.role != "source":
            return Markup("; ").join(made)
        lines = [Markup('<span class="source-line">{}</span>').format(each) for each in made]
        if len(lines) <= OPEN_SOURCES + 1:
            return Markup("").join(lines)
        rest = Markup("").join(lines[OPEN_SOURCES:])
        return Markup("").join(lines[:OPEN_SOURCES]) + Markup(
            "<details><summary>{} more sources</summary>{}</details>"
        ).format(len(lines) - OPEN_SOURCES, rest)

    def _thing(self, cell: Cell) -> Markup:
        if not cell.iri:
            return escape(cell.text)
        if source_id(cell.iri):
            return _plain_source_link(cell.iri, self._sources)
        address = thing_address(cell.iri)
        if not address:
            return escape(cell.text)
        return Markup('<a class="thing" href="{}">{}</a>').format(address, cell.text)

    def _status(self, cell: Cell) -> Markup:
        notation = self._statuses.get(cell.iri, {}).get("notation", "")
        if notation == PLAIN_STATUS:
            return escape(cell.text)
        return Markup('<span class="status">{}</span>').format(cell.text)

    def _literal(self, column: Column, cell: Cell, unit: str) -> Markup:
        value = cell.number
        if value is not None:
            return _figure(column, value, unit)
        if cell.datatype in _YEARS:
            return Markup('<span class="figure">{}</span>').format(cell.text)
        if cell.datatype in _DATED:
            return Markup('<time class="nowrap" datetime="{}">{}</time>').format(
                cell.text, day(cell.text)
            )
        if cell.datatype == f"{XSD}anyURI" and safe_address(cell.text):
            return Markup('<a href="{}" rel="external noopener noreferrer">{}</a>').format(
                safe_address(cell.text), host(cell.text)
            )
        is_boolean = cell.datatype == f"{XSD}boolean"
        return escape(_YES_NO.get(cell.text, cell.text) if is_boolean else cell.text)


def _figure(column: Column, value: float, unit: str) -> Markup:
    if column.name in _GRADES:
        return Markup('<span class="figure">{}</span>').format(grade(value, column.name))
    beside = f"\u00a0{unit_words(unit, value)}" if unit else ""
    return Markup('<span class="figure">{}</span>{}').format(figure(value, column.unit), beside)
