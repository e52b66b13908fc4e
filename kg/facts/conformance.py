"""What Frictionless finds in the tables: types, constraints, primary and foreign keys.

Its findings are told in critmat's words, with the line of the file and what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kg.facts.mapping import FIELD_KEYS, SCHEMA_KEYS
from kg.facts.package import DESCRIPTOR, Package, Table
from kg.facts.records import Reading
from kg.facts.schema import as_names, did_you_mean
from kg.report import Problem, Severity

#: More findings than this in one table are one fault repeated; the rest are counted only.
LIMIT = 1000

_EXAMPLES = {
    "number": "a number such as 1250 or 0.75, without thousands separators or units",
    "integer": "a whole number",
    "year": "a year of four digits",
    "boolean": "true or false",
    "date": "a date such as 2025-04-09",
}
#: Faults of form that kg.facts.records has told already, in better words.
_TOLD_ELSEWHERE = frozenset(
    {
        "blank-row",
        "missing-cell",
        "extra-cell",
        "incorrect-label",
        "extra-label",
        "missing-label",
        "blank-label",
        "duplicate-label",
        "blank-header",
    }
)


def check_conformance(package: Package, readings: Mapping[str, Reading]) -> Iterator[Problem]:
    """Validate every table that can be read against its schema.

    ``readings`` holds the tables as read, by name; foreign keys into tables that cannot be read
    are left out, so that one broken file does not make thousands of dangling references.
    """
    # Frictionless takes half a second to import, which other commands need not wait for.
    from frictionless import FrictionlessException  # noqa: PLC0415
    from frictionless import Package as Frictionless  # noqa: PLC0415

    usable = {name for name, reading in readings.items() if reading.readable}
    keys = {
        name: frozenset(cells for cells in _columns(package, name, readings)) for name in usable
    }
    descriptor: dict[str, Any] = {
        "name": "facts",
        "resources": [_resource(package.tables[name], usable, readings) for name in sorted(usable)],
    }
    if not usable:
        return
    yield from _dangling_keys(package)
    try:
        checked = Frictionless.from_descriptor(descriptor, basepath=str(package.folder))
    except FrictionlessException as error:
        yield from _schema_problems(package, usable, error)
        return
    for name in sorted(usable):
        report = checked.get_resource(name).validate(limit_errors=LIMIT)
        found = [error for task in report.tasks for error in task.errors]
        for finding in (*report.errors, *found):
            told = _problem(package.tables[name], readings[name], finding, keys)
            if told is not None:
                yield told
        if len(found) >= LIMIT:
            yield Problem(
                package.tables[name].file,
                f"more than {LIMIT:,} findings; the rest of the table was not checked",
                "Mend these first, then check again.",
                severity=Severity.WARNING,
            )


def _columns(package: Package, name: str, readings: Mapping[str, Reading]) -> Iterator[str]:
    """The values of the primary key of a table, for hints."""
    key = package.tables[name].schema.primary_key
    reading = readings[name]
    if len(key) == 1 and key[0] in reading.header:
        at = reading.header.index(key[0])
        yield from (record.cells[at] for record in reading.sound())


def _resource(table: Table, usable: set[str], readings: Mapping[str, Reading]) -> dict[str, Any]:
    """The resource for Frictionless: the standard keys only, columns by name."""
    reading, schema = readings[table.name], table.schema
    present = set(reading.header)
    ours = {*SCHEMA_KEYS, "$schema", "fieldsMatch"}
    plain = {key: value for key, value in schema.descriptor.items() if key not in ours}
    plain["fields"] = [
        {key: value for key, value in field.descriptor.items() if key not in FIELD_KEYS}
        for field in schema.fields
        if field.name in present
    ] + [{"name": name, "type": "any"} for name in reading.header if name not in schema.names]
    order = {name: number for number, name in enumerate(reading.header)}
    plain["fields"].sort(key=lambda field: order[field["name"]])
    plain["primaryKey"] = [name for name in schema.primary_key if name in present]
    plain["foreignKeys"] = [
        key
        for key in schema.descriptor.get("foreignKeys", ())
        if (key["reference"].get("resource", "") in {*usable, ""})
        and set(as_names(key["fields"])) <= present
    ]
    return {
        "name": table.name,
        "path": table.file,
        "format": "csv",
        "encoding": "utf-8-sig",
        "schema": plain,
    }


def _dangling_keys(package: Package) -> Iterator[Problem]:
    for schema in {table.schema.file: table.schema for table in package.tables.values()}.values():
        for column, (resource, _) in schema.foreign_keys.items():
            if resource and resource not in package.tables:
                yield Problem(
                    schema.file,
                    f"a foreign key points at the resource {resource!r}, which the package "
                    "does not have",
                    f"Add it to {DESCRIPTOR} or mend the name."
                    f"{did_you_mean(resource, package.tables)}",
                    column=column,
                )


def _schema_problems(package: Package, usable: Collection[str], error: Any) -> Iterator[Problem]:
    """Which schema Frictionless does not accept: ask for each one alone."""
    from frictionless import FrictionlessException  # noqa: PLC0415
    from frictionless import Schema as Frictionless  # noqa: PLC0415

    told = False
    for schema in {package.tables[name].schema.file: package.tables[name].schema
                   for name in sorted(usable)}.values():  # fmt: skip
        for field in schema.fields:
            kept = {k: v for k, v in field.descriptor.items() if k not in FIELD_KEYS}
            try:
                Frictionless.from_descriptor({"fields": [kept]})
            except FrictionlessException as inner:
                told = True
                reasons = "; ".join(reason.note for reason in inner.reasons) or inner.error.note
                yield Problem(
                    schema.file,
                    f"the field is not understood: {reasons}",
                    "Look up the field type and its constraints in docs/facts.md.",
                    column=field.name,
                )
    if not told:
        reasons = "; ".join(reason.note for reason in error.reasons) or error.error.note
        yield Problem(DESCRIPTOR, f"Frictionless refuses the package: {reasons}", "Mend it first.")


def _problem(
    table: Table, reading: Reading, error: Any, keys: Mapping[str, frozenset[str]]
) -> Problem | None:
    """One finding in our words; nothing if another check tells it better."""
    position = getattr(error, "row_number", None)
    if error.type in _TOLD_ELSEWHERE or position in reading.faulty:
        return None
    line = reading.line_of(position) if position else None
    column, cell = getattr(error, "field_name", ""), getattr(error, "cell", "")
    if error.type == "type-error":
        field = table.schema.field(column)
        kind = field.type if field else "string"
        message = f"{cell!r} is not of type {kind}"
        remedy = f"Write {_EXAMPLES.get(kind, 'a text')}."
    elif error.type == "constraint-error":
        return _constraint_problem(table, error, line)
    elif error.type == "unique-error":
        if table.schema.primary_key == (column,):
            return None  # told as a primary key
        position = int(error.note.rpartition(" ")[2])
        message = f"{cell!r} stands in row {reading.line_of(position)} as well"
        remedy = "This column must be different in every row: mend one of the two."
    elif error.type == "primary-key":
        column = ", ".join(table.schema.primary_key)
        message, remedy = _primary_key(error, reading)
    elif error.type == "foreign-key":
        column = ", ".join(error.field_names)
        value = ", ".join(map(str, error.field_cells))
        target = error.reference_name or table.name
        message = f"{value!r} is not in the table {target}"
        remedy = (
            f"Use an id of {target}, or add the row there."
            f"{did_you_mean(value, keys.get(target, ()))}"
        )
    else:
        message, remedy = str(error.note or error.message), "See docs/facts.md."
    return Problem(table.file, message, remedy, line, column or None)


def _constraint_problem(table: Table, error: Any, line: int | None) -> Problem | None:
    column, cell = error.field_name, error.cell
    field = table.schema.field(column)
    rules = field.descriptor.get("constraints", {}) if field else {}
    name = next((rule for rule in rules if f'"{rule}"' in error.note), "")
    limit: Any = rules.get(name)
    if name == "required":
        message, remedy = "the cell is empty, but this column is required", "Fill it in."
        if table.schema.descriptor.get("sources") == column:
            message, remedy = "the row names no source", "No fact without a source: add its id."
    elif name == "enum":
        message = f"{cell!r} is not one of the allowed values"
        remedy = f"Use one of {', '.join(map(str, limit))}.{did_you_mean(cell, map(str, limit))}"
    elif name in ("minimum", "maximum"):
        side = "less" if name == "minimum" else "more"
        message = f"{cell} is {side} than {limit}, the {name} of this column"
        remedy = "Mend the figure or its unit."
    elif name == "pattern":
        message, remedy = f"{cell!r} does not have the form {limit}", "Mend the cell."
    else:
        message, remedy = f"{cell!r} breaks the constraint {name} {limit}", "Mend the cell."
    return Problem(table.file, message, remedy, line, column)


def _primary_key(error: Any, reading: Reading) -> tuple[str, str]:
    position = error.note.rpartition(" ")[2]
    if not position.isdigit():
        return "the identifier is empty", "Give the row an id of its own."
    return (
        f"the same identifier stands in row {reading.line_of(int(position))}",
        "Give one of the rows another id, or merge the two.",
    )
