"""Identifiers and the references between tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.facts.mapping import TableMapping
from kg.facts.package import DESCRIPTOR, Package, Table
from kg.facts.records import Reading
from kg.facts.schema import Field, Reference, did_you_mean
from kg.report import Problem, Severity

#: Ids that begin like this are made by critmat itself.
RESERVED = ("citation-",)


@dataclass(frozen=True, slots=True)
class _Target:
    """The allowed values of a reference; ``complete`` is false if a table could not be read."""

    values: frozenset[str]
    complete: bool
    names: str


def check_unique_ids(
    package: Package, readings: Mapping[str, Reading], mappings: Mapping[str, TableMapping]
) -> Iterator[Problem]:
    """Ids must be unique over all tables whose rows are things: all become ``cmd:<id>``.

    Within one table the primary key says the same; it is told there.
    """
    first: dict[str, tuple[str, int]] = {}
    for name, table in package.tables.items():
        reading, mapping = readings[name], mappings.get(name)
        if mapping is None or not mapping.mints or "id" not in reading.header:
            continue
        at = reading.header.index("id")
        keyed = table.schema.primary_key == ("id",)
        for record in reading.sound():
            text = record.cells[at]
            if text.startswith(RESERVED):
                yield Problem(
                    table.file,
                    f"the id {text!r} begins with {RESERVED[0]!r}, which is kept for citations",
                    "Choose another id.",
                    record.line,
                    "id",
                )
            file, line = first.setdefault(text, (table.file, record.line))
            if text and (file, line) != (table.file, record.line):
                if file == table.file and keyed:
                    continue
                yield Problem(
                    table.file,
                    f"the id {text!r} stands in {file} row {line} as well",
                    "An id names one thing in the whole package: choose another for one of them.",
                    record.line,
                    "id",
                )


def check_references(package: Package, readings: Mapping[str, Reading]) -> Iterator[Problem]:
    """Every value of a column with ``references``, and every item of a list, must exist."""
    targets: dict[Reference, _Target] = {}
    told: set[tuple[str, str]] = set()
    for name, table in package.tables.items():
        reading = readings[name]
        for field in table.schema.fields:
            reference = _reference(table, field)
            if reference is not None:
                for problem in _check_resources(package, table, field, reference):
                    if (table.schema.file, problem.message) not in told:
                        told.add((table.schema.file, problem.message))
                        yield problem
                if reference not in targets:
                    targets[reference] = _target(readings, reference)
            if field.name in reading.header:
                target = targets[reference] if reference else None
                yield from _check_column(table, field, reading, target)


def _reference(table: Table, field: Field) -> Reference | None:
    """What a field refers to; the column of sources always refers to the sources."""
    if field.references is None and table.schema.descriptor.get("sources") == field.name:
        return Reference(("sources",))
    keys = table.schema.foreign_keys
    if field.references is not None and field.separator is None and field.name in keys:
        resource, column = keys[field.name]
        if field.references == Reference((resource or table.name,), column):
            return None  # Frictionless has checked the foreign key
    return field.references


def _check_resources(
    package: Package, table: Table, field: Field, reference: Reference
) -> Iterator[Problem]:
    for resource in reference.resources:
        if resource not in package.tables:
            yield Problem(
                table.schema.file,
                f"references the resource {resource!r}, which the package does not have",
                f"Add it to {DESCRIPTOR} or mend the name.{did_you_mean(resource, package.tables)}",
                column=field.name,
            )
        elif reference.field not in package.tables[resource].schema.names:
            yield Problem(
                table.schema.file,
                f"references the column {reference.field!r}, which {resource} does not have",
                "Name a column of that table, such as id.",
                column=field.name,
            )


def _target(readings: Mapping[str, Reading], reference: Reference) -> _Target:
    values = set(reference.also)
    complete = True
    for resource in reference.resources:
        reading = readings.get(resource)
        if reading is None or not reading.readable or reference.field not in reading.header:
            complete = False
            continue
        at = reading.header.index(reference.field)
        values.update(record.cells[at] for record in reading.sound())
    return _Target(frozenset(values), complete, " or ".join(reference.resources))


def _check_column(
    table: Table, field: Field, reading: Reading, target: _Target | None
) -> Iterator[Problem]:
    at = reading.header.index(field.name)
    hints: dict[str, str] = {}
    for record in reading.sound():
        text = record.cells[at]
        items = field.items(text)
        if field.separator is not None:
            yield from _check_list(table, field, items, record.line)
        if target is None or not target.complete:
            continue
        for item in items:
            if not item or item in target.values:
                continue
            if item not in hints:
                hints[item] = did_you_mean(item, target.values)
            yield Problem(
                table.file,
                f"{item!r} is not in the table {target.names}",
                f"Use an id of {target.names}, or add the row there.{hints[item]}",
                record.line,
                field.name,
            )


def _check_list(table: Table, field: Field, items: tuple[str, ...], line: int) -> Iterator[Problem]:
    if not all(items):
        yield Problem(
            table.file,
            f"the list has an empty item: a {field.separator!r} too many",
            f"Write the items with one {field.separator!r} between them, none at the ends.",
            line,
            field.name,
        )
    elif len(set(items)) < len(items):
        twice = next(item for item in items if items.count(item) > 1)
        yield Problem(
            table.file,
            f"the list names {twice!r} twice",
            "Name it once.",
            line,
            field.name,
            Severity.WARNING,
        )
