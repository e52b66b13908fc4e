"""Columns that a table takes from another one: a key is looked up there, row by row.

The key ``joins`` of a schema names such a column (``docs/facts.md`` has the form). It does not
stand in the file; templates use it as they use the table's own columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.facts.records import Reading, Record
from kg.facts.schema import Schema, did_you_mean
from kg.report import Problem

JOIN_KEYS = ("resources", "by", "key", "value")
#: Column -> what is looked up -> what is found; ``None`` where a table cannot be read.
Lookups = Mapping[str, Mapping[str, str] | None]


class JoinError(ValueError):
    """A join that is not understood; ``remedy`` says how to write it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, slots=True)
class Join:
    """``column`` is ``value`` of the row of ``resources`` whose ``key`` is the cell of ``by``."""

    column: str
    resources: tuple[str, ...]
    by: str
    key: str
    value: str


def parse_joins(schema: Schema) -> tuple[Join, ...]:
    """The joins of a schema; raises ``JoinError`` at the first that is not understood."""
    written = schema.descriptor.get("joins", {})
    if not isinstance(written, dict):
        raise JoinError(
            "joins is no object", 'Write {"facility": {"resources": [...], "by": ...}}.'
        )
    return tuple(_parse(column, entry, schema) for column, entry in written.items())


def _parse(column: str, entry: object, schema: Schema) -> Join:
    if not isinstance(entry, dict) or set(entry) != set(JOIN_KEYS):
        raise JoinError(
            f"the join of {column!r} does not have the keys {', '.join(JOIN_KEYS)}",
            "Give it these four and no other.",
        )
    resources = entry["resources"]
    if not isinstance(resources, list) or not resources:
        raise JoinError(
            f"the join of {column!r} names no table", 'Write "resources": ["site-identities"].'
        )
    if column in schema.names:
        raise JoinError(
            f"the join gives a column {column!r}, which the table has itself",
            "Give it another name.",
        )
    by = schema.field(str(entry["by"]))
    if by is None or by.separator is not None:
        raise JoinError(
            f"the join of {column!r} looks up {entry['by']!r}, which is no single-valued column",
            f"Name one of the table's columns.{did_you_mean(str(entry['by']), schema.names)}",
        )
    return Join(column, tuple(map(str, resources)), by.name, str(entry["key"]), str(entry["value"]))


def read_lookups(joins: Sequence[Join], readings: Mapping[str, Reading]) -> Lookups:
    """What each join finds, from the tables as read; the first row of a key counts."""
    return {join.column: _lookup(join, readings) for join in joins}


def _lookup(join: Join, readings: Mapping[str, Reading]) -> Mapping[str, str] | None:
    found: dict[str, str] = {}
    for resource in join.resources:
        reading = readings.get(resource)
        if reading is None or not {join.key, join.value} <= set(reading.header):
            return None
        key, value = reading.header.index(join.key), reading.header.index(join.value)
        for record in reading.sound():
            found.setdefault(record.cells[key], record.cells[value])
    return found


def completed(reading: Reading, joins: Sequence[Join], lookups: Lookups) -> Reading:
    """The reading with the joined columns behind its own; what is not found is an empty cell."""
    usable = [join for join in joins if join.by in reading.header]
    if not usable:
        return reading
    places = [(reading.header.index(join.by), lookups.get(join.column) or {}) for join in usable]
    records = [
        record
        if position in reading.faulty
        else Record(
            record.line,
            (*record.cells, *(found.get(record.cells[at], "") for at, found in places)),
        )
        for position, record in enumerate(reading.records, start=2)
    ]
    header = (*reading.header, *(join.column for join in usable))
    return replace(reading, header=header, records=records)


def check_joins(
    file: str, schema: Schema, reading: Reading, joins: Sequence[Join], lookups: Lookups
) -> Iterator[Problem]:
    """Every cell that is looked up must be found."""
    for join in joins:
        where = " or ".join(join.resources)
        found = lookups.get(join.column)
        if found is None:
            yield Problem(
                schema.file,
                f"the column {join.column!r} is looked up in {where}, which is not there or has "
                f"no column {join.key!r} and {join.value!r}",
                "Add the table to the package, or mend the names.",
            )
            continue
        if join.by not in reading.header:
            continue  # told as a missing column
        at = reading.header.index(join.by)
        for record in reading.sound():
            text = record.cells[at]
            if text and not found.get(text):
                yield Problem(
                    file,
                    f"{text!r} has no row in the table {where}, which says its {join.column}",
                    f"Add a row to {where} with {join.key} {text!r}; `critmat match` does it for "
                    "records of sites.",
                    record.line,
                    join.by,
                )
