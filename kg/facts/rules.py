"""Rules between the cells of a row: status and value, bounds, years, dates, places, addresses.

Columns are found by what they mean, that is by the property they become, not by their name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise

from kg.facts.cells import (
    PARTIAL_DATE,
    first_day_of,
    lexical_form,
    read_language,
    read_number,
)
from kg.facts.mapping import DEFAULT_DATATYPES, IriValue, LiteralValue, TableMapping
from kg.facts.package import Table
from kg.facts.records import Reading, Record
from kg.namespaces import CM, QUDT, XSD
from kg.report import Problem, Severity

_VALUE = f"{QUDT}numericValue"
_LOW, _HIGH = f"{CM}low", f"{CM}high"
_STATUS = f"{CM}status"
#: A row with one of these states has no figure at all.
WITHOUT_VALUE = frozenset({"withheld", "not-available", "qualitative"})
#: Properties of which the first must not be later than the second.
_PERIODS = (
    (f"{CM}periodStart", f"{CM}periodEnd"),
    (f"{CM}validFrom", f"{CM}validUntil"),
    (f"{CM}startedOn", f"{CM}endedOn"),
)
#: Years outside are slips of the pen: no figure of critmat is older, no plan reaches further.
FIRST_YEAR, LAST_YEAR = 1700, 2100
_COORDINATES = {"latitude": 90.0, "longitude": 180.0}

Row = Mapping[str, str]


def check_rows(table: Table, reading: Reading, mapping: TableMapping | None) -> Iterator[Problem]:
    """Apply every rule to every row of a table."""
    columns = _columns_by_property(mapping)
    cell_rules = list(_cell_rules(table, mapping))
    sources = mapping.sources if mapping else None
    for record in reading.sound():
        row = dict(zip(reading.header, record.cells, strict=True))
        for column, text in row.items():
            if text != text.strip():
                yield Problem(
                    table.file,
                    f"{text!r} has spaces at its ends",
                    "Remove them.",
                    record.line,
                    column,
                    Severity.WARNING,
                )
        for column, rule in cell_rules:
            if row.get(column):
                yield from _apply(table, record, column, rule, row[column])
        if sources in row and not row[sources].strip() and not _required(table, sources):
            yield _problem(
                table, record, sources, "the row names no source",
                "No fact without a source: add its id.",
            )  # fmt: skip
        for column, message, remedy in (*_figures(row, columns), *_periods(row, columns)):
            yield _problem(table, record, column, message, remedy)


def _problem(
    table: Table,
    record: Record,
    column: str,
    message: str,
    remedy: str,
) -> Problem:
    return Problem(table.file, message, remedy, record.line, column)


def _required(table: Table, column: str) -> bool:
    field = table.schema.field(column)
    return field is not None and field.required


def _columns_by_property(mapping: TableMapping | None) -> dict[str, str]:
    """Property -> the column that gives its value."""
    found: dict[str, str] = {}
    for rule in mapping.rules if mapping else ():
        if rule.column is not None:
            found.setdefault(rule.property, rule.column)
        elif isinstance(rule.value, IriValue) and len(rule.value.template.columns) == 1:
            found.setdefault(rule.property, rule.value.template.columns[0])
    return found


def _apply(
    table: Table, record: Record, column: str, rule: Callable[[str], object], text: str
) -> Iterator[Problem]:
    try:
        rule(text)
    except ValueError as error:
        yield _problem(table, record, column, str(error), "Mend the cell.")


def _cell_rules(
    table: Table, mapping: TableMapping | None
) -> Iterator[tuple[str, Callable[[str], object]]]:
    """What a single cell must be beyond its Frictionless type."""
    for field in table.schema.fields:
        if field.type == "year":
            yield field.name, _year
        if field.name in _COORDINATES:
            yield field.name, _coordinate(field.name)
        if field.type == "number":
            yield field.name, _finite
    values = [rule.value for rule in mapping.rules] if mapping else []
    tags = {v.language_column for v in values if isinstance(v, LiteralValue) and v.language_column}
    yield from ((column, read_language) for column in sorted(tags))
    for rule in mapping.rules if mapping else ():
        value = rule.value
        if not isinstance(value, LiteralValue) or rule.column is None or rule.each is not None:
            continue
        field_ = table.schema.field(rule.column)
        # A cell with the default datatype has been checked by its type already.
        if field_ is not None and value.datatype != DEFAULT_DATATYPES[field_.type]:
            yield rule.column, _lexical(value.datatype)


def _lexical(datatype: str) -> Callable[[str], object]:
    def check(text: str) -> None:
        lexical_form(datatype, text)
        if datatype in (PARTIAL_DATE, f"{XSD}gYear", f"{XSD}date"):
            _year(text[:4])

    return check


def _year(text: str) -> None:
    if text.isdigit() and len(text) == 4 and not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise ValueError(f"the year {text} is outside {FIRST_YEAR} to {LAST_YEAR}")


def _finite(text: str) -> None:
    if text.strip("+-").lower() in ("nan", "inf", "infinity"):
        raise ValueError(f"{text!r} is no figure; leave the cell empty and give a status")


def _coordinate(name: str) -> Callable[[str], object]:
    def check(text: str) -> None:
        number, limit = _number(text), _COORDINATES[name]
        if number is not None and not -limit <= number <= limit:
            raise ValueError(f"the {name} {text} is outside -{limit:g} to {limit:g} degrees")

    return check


def _number(text: str) -> float | None:
    """The number in a cell; nothing where it is empty or of the wrong type (told already)."""
    try:
        return read_number(text) if text else None
    except ValueError:
        return None


def _figures(row: Row, columns: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Status, value and bounds must fit together."""
    if _VALUE not in columns:
        return
    value_at, low_at, high_at = columns[_VALUE], columns.get(_LOW, ""), columns.get(_HIGH, "")
    value, low, high = (row.get(column, "") for column in (value_at, low_at, high_at))
    if _STATUS in columns and (status := row.get(columns[_STATUS], "")):
        if value and status in WITHOUT_VALUE:
            yield (
                value_at,
                f"the status is {status}, but there is a value ({value})",
                "Empty the value, or change the status.",
            )
        elif status == "bound" and value:
            yield (
                value_at,
                f"the status is bound, but there is a value ({value})",
                "Move the figure to low or high.",
            )
        elif status == "bound" and not (low or high):
            yield value_at, "the status is bound, but there is no bound", "Fill in low or high."
        elif status not in WITHOUT_VALUE and not (value or low or high):
            yield (
                value_at,
                f"the status is {status}, but there is no figure",
                "Fill in the value, or say withheld, not-available or qualitative.",
            )
    numbers = {low_at: _number(low), value_at: _number(value), high_at: _number(high)}
    known = [(column, number) for column, number in numbers.items() if number is not None]
    for (left, smaller), (right, larger) in pairwise(known):
        if smaller > larger:
            yield (
                right,
                f"{left} ({smaller:g}) is more than {right} ({larger:g})",
                "Low, value and high must rise.",
            )


def _periods(row: Row, columns: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for start, end in _PERIODS:
        if start not in columns or end not in columns:
            continue
        first, last = row.get(columns[start], ""), row.get(columns[end], "")
        days = _day(first), _last_day(last)
        if days[0] is not None and days[1] is not None and days[0] > days[1]:
            yield columns[end], f"{last} is before {first}", "Mend one of the two dates."


def _day(text: str) -> date | None:
    try:
        return first_day_of(text)
    except ValueError:
        return None


def _last_day(text: str) -> date | None:
    """A date not before the end of a partial date: 2025 may still end after 2025-04."""
    return _day({4: f"{text}-12-31", 7: f"{text}-28"}.get(len(text), text))
