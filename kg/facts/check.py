"""Check the fact tables: everything at once, by file, row and column, with a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.facts.annotations import check_iris, check_keys, check_terms
from kg.facts.conformance import check_conformance
from kg.facts.errors import FactsError
from kg.facts.joins import check_joins, completed, read_lookups
from kg.facts.mapping import TableMapping, parse_mapping
from kg.facts.package import DESCRIPTOR, Package, Table, read_package
from kg.facts.records import Reading, read_file
from kg.facts.references import check_references, check_unique_ids
from kg.facts.rules import check_rows
from kg.facts.schema import did_you_mean
from kg.facts.vocabulary import Vocabulary, load_vocabulary
from kg.report import Problem, Report
from kg.shipped import ontology_dir

#: Columns with the share of a part in percent, and the bounds of one without a figure.
_PARTS_OF_A_WHOLE = ("share", "low", "high")


def check_folder(folder: Path | None = None, ontology: Path | None = None) -> Report:
    """Check a data package that may not even load; see :func:`check_package`.

    A table whose schema or file is missing is reported, and the others are checked all the same.
    Raises ``FactsError`` only if there is no ``datapackage.json`` that can be read.
    """
    package, report = read_package(folder)
    checked = check_package(package, ontology)
    checked.problems = sorted({*report.problems, *checked.problems}, key=_by_place)
    return checked


def check_package(package: Package, ontology: Path | None = None) -> Report:
    """Check the tables of a package and the mappings of their schemas.

    Looks at the form of the files, types, constraints, keys and references, identifiers,
    sources, mapping annotations (against the ontology in the folder ``ontology``, by default the
    shipped one), and the rules between cells. Gives one report with all problems, sorted by
    file, row and column, and counts of tables, rows and cells.
    """
    report = Report("facts")
    problems: set[Problem] = set()
    vocabulary = _vocabulary(ontology_dir() if ontology is None else ontology, problems)
    readings = {name: read_file(t.path, t.file) for name, t in package.tables.items()}
    mappings = dict(_mappings(package, vocabulary, problems))
    for name, table in package.tables.items():
        problems.update(_check_wholes(table))
        reading = readings[name]
        report.counts.update(
            tables=1,
            rows=len(reading.records),
            cells=sum(len(record.cells) for record in reading.records),
        )
        problems.update(reading.problems)
        if reading.readable:
            mapping = mappings.get(name)
            problems.update(_check_columns(table, reading))
            problems.update(check_rows(table, reading, mapping))
            if mapping is not None:
                lookups = read_lookups(mapping.joins, readings)
                problems.update(
                    check_joins(table.file, table.schema, reading, mapping.joins, lookups)
                )
                whole = completed(reading, mapping.joins, lookups)
                problems.update(check_iris(table, whole, mapping, vocabulary))
    problems.update(check_conformance(package, readings))
    problems.update(check_references(package, readings))
    problems.update(check_unique_ids(package, readings, mappings))
    report.problems = sorted(problems, key=_by_place)
    return report


def _vocabulary(folder: Path, problems: set[Problem]) -> Vocabulary | None:
    try:
        return load_vocabulary(folder)
    except FactsError as error:
        problems.update(error.report.problems)
        return None


def _by_place(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.row or 0, problem.column or "", problem.message


def _mappings(
    package: Package, vocabulary: Vocabulary | None, problems: set[Problem]
) -> Iterator[tuple[str, TableMapping]]:
    """The mapping of each table that is loaded; schemas are looked at once."""
    for name, table in package.tables.items():
        mapping, found = parse_mapping(table.schema)
        problems.update(found)
        problems.update(check_keys(table.schema))
        if mapping is None:
            continue
        if vocabulary is not None:
            problems.update(check_terms(table.schema, mapping, vocabulary))
        yield name, mapping


def _check_wholes(table: Table) -> Iterator[Problem]:
    """``"wholes"`` of a resource must name columns of its table, which must have shares."""
    place, columns = f"resource {table.name!r}: wholes", table.descriptor.get("wholes")
    if columns is None:
        return
    if not isinstance(columns, list) or not columns or not all(isinstance(c, str) for c in columns):
        yield Problem(DESCRIPTOR, f"{place} is no list of columns", 'Write ["substance", "year"].')
        return
    for column in columns:
        if column not in table.schema.names:
            yield Problem(
                DESCRIPTOR,
                f"{place} names the column {column!r}, which {table.schema.file} does not have",
                f"Name one of its columns.{did_you_mean(column, table.schema.names)}",
            )
    for column in _PARTS_OF_A_WHOLE:
        if column not in table.schema.names:
            yield Problem(
                DESCRIPTOR,
                f"{place} needs the column {column!r}, which {table.schema.file} does not have",
                "Take the key away, or describe shares as kg/facts/schemas/shares.json does.",
            )


def _check_columns(table: Table, reading: Reading) -> Iterator[Problem]:
    """The header must name the fields of the schema, in their order."""
    names, header = table.schema.names, reading.header
    missing = [name for name in names if name not in header]
    for name in header:
        if name not in names:
            yield Problem(
                table.file,
                f"the schema does not know the column {name!r}",
                f"Remove it, or describe it in {table.schema.file}.{did_you_mean(name, missing)}",
                1,
                name,
            )
    for name in missing:
        yield Problem(
            table.file,
            f"the column {name!r} is missing",
            "Add it, in the order of the schema; its cells may be empty unless it is required.",
            1,
            name,
        )
    common = tuple(name for name in header if name in names)
    if not missing and common != names:
        yield Problem(
            table.file,
            "the columns are not in the order of the schema",
            f"Put them in this order: {', '.join(names)}.",
            1,
        )
