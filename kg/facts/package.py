"""The data package: ``datapackage.json``, the schemas it names, and its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kg.errors import NotFoundError
from kg.facts.cells import Cell
from kg.facts.errors import FactsError
from kg.facts.records import read_records
from kg.facts.schema import Schema, did_you_mean, parse_schema
from kg.report import Problem, Report
from kg.shipped import facts_dir

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One row with typed values by column; ``line`` is its first line in the file."""

    line: int
    values: Mapping[str, Cell]

    def __getitem__(self, column: str) -> Cell:
        return self.values[column]


@dataclass(frozen=True, slots=True)
class Table:
    """One resource of the package. ``file`` is its path relative to the package's folder."""

    name: str
    title: str
    description: str
    path: Path
    file: str
    schema: Schema
    descriptor: Mapping[str, Any]

    def rows(self) -> Iterator[Row]:
        """The rows with typed values, in the order of the file.

        Raises ``FactsError`` at the first cell or line that cannot be read.
        """
        reading = read_records(self.path, self.file)
        fields = [self.schema.field(name) for name in reading.header]
        for record in reading.records:
            values: dict[str, Cell] = {}
            for name, field, text in zip(reading.header, fields, record.cells, strict=True):
                try:
                    values[name] = field.read(text) if field else (text or None)
                except ValueError as error:
                    problem = Problem(self.file, str(error), "Mend the cell.", record.line, name)
                    raise FactsError.of(Report("facts", problems=[problem])) from None
            yield Row(record.line, values)


@dataclass(frozen=True, slots=True)
class Package:
    """A data package: its folder, its own descriptor and its tables by name."""

    folder: Path
    name: str
    title: str
    tables: Mapping[str, Table]
    descriptor: Mapping[str, Any]

    def table(self, name: str) -> Table:
        """The table of a name; raises ``NotFoundError`` with the nearest name."""
        try:
            return self.tables[name]
        except KeyError:
            raise NotFoundError(
                f"The data package has no table {name!r}.{did_you_mean(name, self.tables)}",
                remedy=f"Its tables are: {', '.join(sorted(self.tables)) or 'none'}.",
            ) from None


def load_package(folder: Path | None = None) -> Package:
    """Read a data package, by default the one that is shipped.

    Raises ``FactsError`` with a report of everything that is missing or is not understood in
    ``datapackage.json``, the schemas and the list of tables. Cells are not looked at: that is
    what :func:`kg.facts.check_package` does.
    """
    package, report = read_package(folder)
    if not report.ok:
        raise FactsError.of(report)
    return package


def read_package(folder: Path | None = None) -> tuple[Package, Report]:
    """Read what can be read of a data package, and report the rest.

    A resource whose schema or file is missing is left out of the package. Raises
    ``FactsError`` only where there is no package at all.
    """
    folder = facts_dir() if folder is None else folder
    report = Report("facts")
    if not folder.is_dir():
        raise FactsError(
            f"There is no folder {folder}.", remedy="Name the folder that holds datapackage.json."
        )
    descriptor = _read_json(folder, DESCRIPTOR, report)
    if descriptor is not None and not isinstance(descriptor.get("resources"), list):
        report.add(
            Problem(DESCRIPTOR, "there is no list of resources", 'Give it "resources": [...].')
        )
        descriptor = None
    if descriptor is None:
        raise FactsError.of(report)
    tables: dict[str, Table] = {}
    schemas: dict[str, Schema | None] = {}
    for number, entry in enumerate(descriptor["resources"], start=1):
        table = _read_entry(folder, entry, number, schemas, report)
        if table is not None and table.name in tables:
            report.add(
                Problem(DESCRIPTOR, f"two resources are named {table.name!r}", "Rename one.")
            )
        elif table is not None:
            tables[table.name] = table
    package = Package(
        folder=folder,
        name=str(descriptor.get("name", "")),
        title=str(descriptor.get("title", "")),
        tables=tables,
        descriptor=descriptor,
    )
    return package, report


def _read_json(folder: Path, file: str, report: Report) -> dict[str, Any] | None:
    """The JSON object in a file of the package, or a problem."""
    try:
        value = json.loads((folder / file).read_text("utf-8"))
    except OSError as error:
        report.add(
            Problem(
                file,
                f"the file cannot be read: {error.strerror} (in {folder})",
                "Put it there, or mend the path that names it.",
            )
        )
    except UnicodeDecodeError:
        report.add(Problem(file, "the file is not UTF-8", "Save it as UTF-8."))
    except json.JSONDecodeError as error:
        report.add(
            Problem(
                file,
                f"the file is not JSON: {error.msg} at column {error.colno}",
                "Look for a missing or surplus comma, quote or bracket at or before this line.",
                row=error.lineno,
            )
        )
    except RecursionError:
        report.add(Problem(file, "the file is nested too deeply", "Write it flat."))
    else:
        if isinstance(value, dict):
            return value
        report.add(Problem(file, "the file holds no JSON object", "Begin with { and end with }."))
    return None


def _read_entry(
    folder: Path,
    entry: object,
    number: int,
    schemas: dict[str, Schema | None],
    report: Report,
) -> Table | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        report.add(Problem(DESCRIPTOR, f"resource {number} has no name", 'Give it a "name".'))
        return None
    place = f"resource {entry['name']!r}: "
    file = _inside(entry.get("path"), place, "path", report)
    schema = _read_schema(folder, entry.get("schema"), place, schemas, report)
    if file is None or schema is None:
        return None
    if not (folder / file).is_file():
        report.add(
            Problem(
                file,
                f"the table of {place.rstrip(': ')} is not there",
                "Put the file there, or take its entry out of datapackage.json.",
            )
        )
        return None
    return Table(
        name=entry["name"],
        title=str(entry.get("title", "")),
        description=str(entry.get("description", "")),
        path=folder / file,
        file=file,
        schema=schema,
        descriptor=entry,
    )


def _inside(value: object, place: str, key: str, report: Report) -> str | None:
    """A relative path that stays inside the package, or a problem."""
    path = PurePosixPath(value) if isinstance(value, str) and value else None
    if path is None or path.is_absolute() or ".." in path.parts or "://" in str(value):
        report.add(
            Problem(
                DESCRIPTOR,
                f"{place}{key} is {value!r}, which is no file of this package",
                "Give a relative path inside the folder, such as tables/sources.csv.",
            )
        )
        return None
    return str(path)


def _read_schema(
    folder: Path,
    value: object,
    place: str,
    schemas: dict[str, Schema | None],
    report: Report,
) -> Schema | None:
    """The schema of a resource: a file that several may share, or an object in place."""
    if isinstance(value, dict):
        schema, problems = parse_schema(value, DESCRIPTOR, place)
        report.problems.extend(problems)
        return schema
    file = _inside(value, place, "schema", report)
    if file is None:
        return None
    if file not in schemas:
        descriptor = _read_json(folder, file, report)
        schemas[file] = None
        if descriptor is not None:
            schemas[file], problems = parse_schema(descriptor, file)
            report.problems.extend(problems)
    return schemas[file]
