"""Fact tables of an expert: rows that are added to the shipped tables.

Which table a file belongs to is said by its name, or by a ``datapackage.json`` beside it
(:mod:`kg.extension.naming`). Columns may be left out unless they are required, and may stand in
any order. Each file is written out anew in the form of the shipped tables, with the lines of the
original kept, and then goes through the same checks.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.extension.baseline import Baseline
from kg.extension.material import Kind, Material, MaterialFile
from kg.extension.naming import TableNames
from kg.facts import Package, Schema, Table
from kg.facts.annotations import check_iris, check_keys, check_terms
from kg.facts.conformance import check_conformance
from kg.facts.joins import Lookups, check_joins, completed, read_lookups
from kg.facts.mapping import TableMapping, parse_mapping
from kg.facts.records import Reading, Record, read_file
from kg.facts.references import check_references, check_unique_ids
from kg.facts.rules import check_rows
from kg.facts.schema import Field, Reference, did_you_mean
from kg.report import Problem

_BOM = b"\xef\xbb\xbf"
_ERRORS_OF_SHEETS = (
    "#REF!", "#N/A", "#NV", "#VALUE!", "#WERT!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#BEZUG!",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One file: the shipped table (or own schema) that it follows, and its rows as read."""

    table: Table
    follows: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The expert's tables as a data package that can be populated, and what is wrong with them.

    ``lines`` gives, for each file as it is shown, the line in it of each line as written out anew;
    ``places`` the file and line of each thing or record, by IRI.
    """

    package: Package
    problems: list[Problem]
    rows: int
    lines: Mapping[str, Mapping[int, int]]
    places: Mapping[str, tuple[str, int]]
    lookups: Mapping[str, Lookups]


def read_tables(material: Material, baseline: Baseline, work: Path) -> OwnTables:
    """Read and check every table; ``work`` is an empty folder for the tables in shipped form.

    All problems are told with the name of the file as it was given, and the row there.
    """
    problems: list[Problem] = []
    names = TableNames.read(material, baseline.package)
    problems.extend(names.problems)
    own: list[OwnTable] = []
    lines: dict[str, Mapping[int, int]] = {}
    for number, file in enumerate(material.of(Kind.TABLE), start=1):
        found = names.schema_of(file)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        follows, schema = found
        reading = _read(file, schema, work, problems)
        if reading is not None:
            path = work / f"{number}-{file.slug}.csv"
            lines[file.shown] = _write(path, schema, reading)
            own.append(OwnTable(_table(file, schema, path), follows, reading))
    package = Package(work, "extension", "", {one.table.name: one.table for one in own}, {})
    lookups = dict(_lookups(own, baseline.rows))
    problems.extend(_plainest(list(_check(own, package, baseline, lookups))))
    rows = sum(len(one.reading.records) for one in own)
    return OwnTables(package, problems, rows, lines, _places(own, lookups), lookups)


def _lookups(
    own: Sequence[OwnTable], shipped: Mapping[str, Reading]
) -> Iterator[tuple[str, Lookups]]:
    """What the joins of each table find, in the shipped tables and in the expert's own."""
    readings = dict(shipped)
    for one in own:
        if one.follows in readings:
            readings[one.follows] = _joined(readings[one.follows], one.reading)
    for one in own:
        mapping, _ = parse_mapping(one.table.schema)
        if mapping is not None and mapping.joins:
            yield one.table.name, read_lookups(mapping.joins, readings)


def _read(
    file: MaterialFile, schema: Schema, work: Path, problems: list[Problem]
) -> Reading | None:
    """The rows of a file with the columns of its schema; nothing where they cannot be told."""
    raw = work / "raw.csv"
    # Programs for tables end lines as Windows does and begin with a byte order mark: no fault.
    data = file.data.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw.write_bytes(data)
    reading = read_file(raw, file.shown)
    raw.unlink()
    header = tuple(name.strip() for name in reading.header)
    if len(header) == 1 and (sign := next((s for s in (";", "\t") if s in header[0]), None)):
        problems.append(
            Problem(
                file.shown,
                f"the cells are parted by {'semicolons' if sign == ';' else 'tabs'}",
                "Save it with commas between the cells: in LibreOffice 'Save as', 'Text CSV', "
                "'Edit filter settings', field delimiter ','; numbers take a decimal point.",
                row=1,
            )
        )
        return None
    problems.extend(reading.problems)
    if not reading.readable:
        return None
    wrong = list(_check_header(file.shown, header, schema))
    problems.extend(wrong)
    at = {name: number for number, name in enumerate(header)}
    places = [at.get(name) for name in schema.names]
    sound = list(reading.sound())
    records = [
        Record(record.line, tuple("" if p is None else record.cells[p] for p in places))
        for record in sound
    ]
    problems.extend(_check_formulas(file.shown, header, sound))
    if not sound and not reading.problems:
        problems.append(Problem(file.shown, "there are no rows", "Add some below the header."))
    required = any(field.required and field.name not in at for field in schema.fields)
    return None if required else Reading(schema.names, records)


def _check_header(file: str, header: Sequence[str], schema: Schema) -> Iterator[Problem]:
    missing = [name for name in schema.names if name not in header]
    for name in header:
        if name not in schema.names:
            yield Problem(
                file,
                f"the table has no column {name!r}",
                f"Its columns are {', '.join(schema.names)}.{did_you_mean(name, missing)}",
                1,
                name,
            )
    for field in schema.fields:
        if field.required and field.name in missing:
            yield Problem(
                file,
                f"the column {field.name!r} is missing, and it is required",
                f"Add it: {field.description or field.title}",
                1,
                field.name,
            )


def _check_formulas(
    file: str, header: Sequence[str], records: Sequence[Record]
) -> Iterator[Problem]:
    """Cells that hold what a program for tables computes, not what it shows."""
    for record in records:
        for name, text in zip(header, record.cells, strict=True):
            if text.startswith(("=", "@")):
                yield Problem(
                    file,
                    f"the cell holds a formula, {text[:40]!r}",
                    "Put its result there: copy the column and paste the values only.",
                    record.line,
                    name,
                )
            elif text in _ERRORS_OF_SHEETS:
                yield Problem(
                    file,
                    f"the cell holds an error of the spreadsheet, {text}",
                    "Mend it there, then save again.",
                    record.line,
                    name,
                )


def _write(path: Path, schema: Schema, reading: Reading) -> dict[int, int]:
    """Write the rows in the form of the shipped tables; give the lines of the original."""
    lines = {}
    written = 2
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(schema.names)
        for record in reading.records:
            writer.writerow(record.cells)
            lines[written] = record.line
            written += 1 + sum(cell.count("\n") for cell in record.cells)
    return lines


def _table(file: MaterialFile, schema: Schema, path: Path) -> Table:
    return Table(
        name=file.name,
        title="",
        description="",
        path=path,
        file=file.shown,
        schema=_with_references(schema),
        descriptor={},
    )


def _with_references(schema: Schema) -> Schema:
    """The schema with its foreign keys as references, which may point into several files."""
    keys = schema.foreign_keys
    fields = tuple(
        replace(field, references=Reference((keys[field.name][0],), keys[field.name][1]))
        if field.name in keys and keys[field.name][0] and field.references is None
        else field
        for field in schema.fields
    )
    descriptor = {key: value for key, value in schema.descriptor.items() if key != "foreignKeys"}
    return replace(schema, fields=fields, descriptor=descriptor)


def _check(
    own: Sequence[OwnTable],
    package: Package,
    baseline: Baseline,
    lookups: Mapping[str, Lookups],
) -> Iterator[Problem]:
    shipped, vocabulary = baseline.package, baseline.vocabulary
    readings = {one.table.name: one.reading for one in own}
    mappings: dict[str, TableMapping] = {}
    for one in own:
        mapping, found = parse_mapping(one.table.schema)
        yield from found
        if one.follows not in shipped.tables:
            yield from check_keys(one.table.schema)
            if mapping is not None and vocabulary is not None:
                yield from check_terms(one.table.schema, mapping, vocabulary)
        if mapping is not None:
            mappings[one.table.name] = mapping
            found_there = lookups.get(one.table.name, {})
            yield from check_joins(
                one.table.file, one.table.schema, one.reading, mapping.joins, found_there
            )
            whole = completed(one.reading, mapping.joins, found_there)
            yield from check_iris(one.table, whole, mapping, vocabulary)
        yield from check_rows(one.table, one.reading, mapping)
    yield from _conformance(own, package)
    yield from check_unique_ids(package, readings, mappings)
    yield from _check_taken(own, mappings, shipped, baseline.rows)
    yield from _check_references(own, shipped, baseline.rows)


def _plainest(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems without those that say of a cell, as a pattern, what another says in words."""
    places = Counter((problem.file, problem.row, problem.column) for problem in problems)
    for problem in problems:
        in_words = places[problem.file, problem.row, problem.column] > 1
        if not (in_words and "does not have the form" in problem.message):
            yield problem


def _places(own: Sequence[OwnTable], lookups: Mapping[str, Lookups]) -> dict[str, tuple[str, int]]:
    """Where each thing or record stands, by IRI: the first row that speaks of it."""
    places: dict[str, tuple[str, int]] = {}
    for one in own:
        mapping, _ = parse_mapping(one.table.schema)
        if mapping is None:
            continue
        lists = set(mapping.separators)
        subjects = {t for t in (mapping.about, *(rule.about for rule in mapping.rules))
                    if not lists & set(t.columns)}  # fmt: skip
        reading = completed(one.reading, mapping.joins, lookups.get(one.table.name, {}))
        for record in reading.sound():
            row = dict(zip(reading.header, record.cells, strict=True))
            for iri in filter(None, (subject.fill(row) for subject in subjects)):
                places.setdefault(iri, (one.table.file, record.line))
    return places


def _conformance(own: Sequence[OwnTable], package: Package) -> Iterator[Problem]:
    """Types and constraints, which Frictionless reads from the files in shipped form."""
    shown = {one.table.path.name: one.table.file for one in own}
    tables = {one.table.name: replace(one.table, file=one.table.path.name) for one in own}
    readings = {one.table.name: one.reading for one in own}
    for problem in check_conformance(replace(package, tables=tables), readings):
        yield replace(problem, file=shown.get(problem.file, problem.file))


def _check_taken(
    own: Sequence[OwnTable],
    mappings: Mapping[str, TableMapping],
    shipped: Package,
    theirs: Mapping[str, Reading],
) -> Iterator[Problem]:
    """Ids name one thing in all tables; other keys one row in the tables of their schema."""
    minted: dict[str, tuple[str, int]] = {}
    for name, table in shipped.tables.items():
        mapping, _ = parse_mapping(table.schema)
        if mapping is not None and mapping.mints:
            for text, line in _keys(theirs[name], ("id",)):
                minted.setdefault(text[0], (name, line))
    for one in own:
        mapping, key = mappings.get(one.table.name), one.table.schema.primary_key
        if mapping is not None and mapping.mints:
            taken: dict[tuple[str, ...], tuple[str, int]] = {
                (text,): place for text, place in minted.items()
            }
            key = ("id",)
        else:
            taken = {
                text: (name, line)
                for name, table in shipped.tables.items()
                if table.schema.file == one.table.schema.file and key
                for text, line in _keys(theirs[name], key)
            }
        for text, line in _keys(one.reading, key):
            if text in taken:
                name, row = taken[text]
                yield _taken(one, ", ".join(text), key, line, f"{name}, row {row}")


def _keys(reading: Reading, key: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    if not key or not set(key) <= set(reading.header):
        return
    places = [reading.header.index(name) for name in key]
    for record in reading.sound():
        yield tuple(record.cells[place] for place in places), record.line


def _taken(one: OwnTable, text: str, key: Sequence[str], line: int, place: str) -> Problem:
    if tuple(key) == ("id",):
        remedy = (
            f"If yours is another one, give it another id, such as {'my-' + text!r}. If it is the "
            "same, leave the row out and use that id: other tables may refer to it."
        )
    else:
        remedy = "Leave the row out, or mend what tells it from the shipped one."
    return Problem(
        one.table.file, f"{text!r} exists already: {place}", remedy, line, ", ".join(key)
    )


def _check_references(
    own: Sequence[OwnTable], shipped: Package, theirs: Mapping[str, Reading]
) -> Iterator[Problem]:
    """References may point at shipped rows and at the expert's own."""
    readings = dict(theirs)
    tables: dict[str, Any] = {
        # Their own references are checked where they are shipped.
        name: replace(table, schema=_without_references(table.schema))
        for name, table in shipped.tables.items()
    }
    for one in own:
        if one.follows in theirs:
            readings[one.follows] = _joined(readings[one.follows], one.reading)
    for one in own:
        tables[one.table.name] = one.table
        readings[one.table.name] = one.reading
    yield from check_references(replace(shipped, tables=tables), readings)


def _without_references(schema: Schema) -> Schema:
    fields = tuple(Field(field.name, field.type) for field in schema.fields)
    return Schema(schema.file, fields)


def _joined(first: Reading, second: Reading) -> Reading:
    """The rows of both, with the columns of the first."""
    places = [second.header.index(name) if name in second.header else None for name in first.header]
    rows = [
        Record(record.line, tuple("" if p is None else record.cells[p] for p in places))
        for record in second.sound()
    ]
    return Reading(first.header, [*first.sound(), *rows])
