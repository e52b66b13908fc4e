"""Which table a file of rows belongs to.

The name of the file says it: ``facilities.csv``, or ``<anything>-facilities.csv``. Where a
``datapackage.json`` stands beside the file, its ``resources`` go first: the ``schema`` of a
resource is the name of a shipped table, a schema file in the same folder, or a schema in place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kg.extension.material import Kind, Material, MaterialFile, slug
from kg.facts import Package, Schema
from kg.facts.schema import did_you_mean, parse_schema
from kg.report import Problem

_LIKE = "Write facilities.csv, or a name that ends like my-facilities.csv."


@dataclass(frozen=True, slots=True)
class TableNames:
    """The shipped schemas by the names that a file may have, and what data packages say."""

    schemas: Mapping[str, tuple[str, Schema]]
    described: Mapping[Path, tuple[str, Schema]]
    problems: list[Problem]

    @classmethod
    def read(cls, material: Material, shipped: Package) -> TableNames:
        """Collect the names: every shipped table that is loaded, and every schema of several."""
        schemas: dict[str, tuple[str, Schema]] = {}
        for name, table in shipped.tables.items():
            if "aboutUrl" in table.schema.descriptor:
                schemas[slug(name)] = (name, table.schema)
                schemas.setdefault(slug(Path(table.schema.file).stem), (name, table.schema))
        described: dict[Path, tuple[str, Schema]] = {}
        problems: list[Problem] = []
        for file in material.of(Kind.PACKAGE):
            described.update(_described(file, schemas, problems))
        return cls(schemas, described, problems)

    def schema_of(self, file: MaterialFile) -> tuple[str, Schema] | Problem:
        """The shipped table (or own schema) that a file follows, or what to do about its name."""
        told = self.described.get(file.path.absolute())
        if told is not None:
            return told
        fitting = [
            name for name in self.schemas if file.slug == name or file.slug.endswith(f"-{name}")
        ]
        if fitting:
            return self.schemas[max(fitting, key=len)]
        near = did_you_mean(file.slug, self.schemas)
        return Problem(
            file.shown,
            "the name does not say which table this is",
            f"{_LIKE} The tables are {', '.join(sorted(self.schemas))}.{near}",
        )


def _described(
    file: MaterialFile, schemas: Mapping[str, tuple[str, Schema]], problems: list[Problem]
) -> Iterator[tuple[Path, tuple[str, Schema]]]:
    """Path and schema of each resource of a ``datapackage.json``."""
    descriptor = _json(file.data, file.shown, problems)
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list):
        if descriptor is not None:
            problems.append(
                Problem(file.shown, "there is no list of resources", 'Write "resources": [...].')
            )
        return
    folder = file.path.parent
    for number, entry in enumerate(resources, start=1):
        path = _inside(folder, entry.get("path") if isinstance(entry, dict) else None)
        if path is None or not path.is_file():
            problems.append(
                Problem(
                    file.shown,
                    f"resource {number} names no table in this folder",
                    'Give it a "path" such as "facilities.csv".',
                )
            )
            continue
        if "schema" not in entry:
            continue  # the name of the file says it
        schema = _schema(entry["schema"], folder, file.shown, schemas, problems)
        if schema is not None:
            yield path.absolute(), schema


def _schema(
    given: object,
    folder: Path,
    shown: str,
    schemas: Mapping[str, tuple[str, Schema]],
    problems: list[Problem],
) -> tuple[str, Schema] | None:
    if isinstance(given, str) and slug(given) in schemas:
        return schemas[slug(given)]
    place = shown
    if isinstance(given, str) and (path := _inside(folder, given)) is not None and path.is_file():
        place = str(path)
        given = _json(path.read_bytes(), place, problems)
        if given is None:
            return None
    elif not isinstance(given, dict):
        problems.append(
            Problem(
                shown,
                f"{given!r} is no schema",
                "Name a shipped table, a schema file in this folder, or write the schema here."
                f"{did_you_mean(str(given), schemas)}",
            )
        )
        return None
    schema, found = parse_schema(given, place)
    problems.extend(found)
    return None if schema is None else (place, schema)


def _inside(folder: Path, value: object) -> Path | None:
    """A path that stays inside a folder."""
    path = PurePosixPath(value) if isinstance(value, str) and value else None
    if path is None or path.is_absolute() or ".." in path.parts:
        return None
    return folder / path


def _json(data: bytes, shown: str, problems: list[Problem]) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        problems.append(
            Problem(shown, f"the file is not JSON: {error}", "Mend it at that place.", row=row)
        )
        return None
