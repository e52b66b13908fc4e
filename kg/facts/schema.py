"""Schemas of fact tables: the fields of a table, their types and what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from kg.facts.cells import Cell, read_cell, split_list
from kg.report import Problem

#: Adds a problem of a schema: message, remedy and column.
_Wrong = Callable[..., None]

#: Frictionless types that a field may have.
FIELD_TYPES = ("string", "number", "integer", "year", "boolean", "date")


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A hint at the nearest of some words, or nothing.

    >>> did_you_mean("neodymum", ["neodymium", "dysprosium"])
    " Did you mean 'neodymium'?"
    """
    near = get_close_matches(word, list(words), n=1, cutoff=0.7)
    return f" Did you mean {near[0]!r}?" if near else ""


@dataclass(frozen=True, slots=True)
class Reference:
    """The cell (or each item of it) is the value of ``field`` in one of ``resources``.

    ``also`` lists words that are allowed besides, such as WORLD for an area.
    """

    resources: tuple[str, ...]
    field: str = "id"
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One column. ``separator`` makes its cells lists; ``descriptor`` is the field as written."""

    name: str
    type: str = "string"
    title: str = ""
    description: str = ""
    separator: str | None = None
    references: Reference | None = None
    descriptor: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """True if the cell must not be empty."""
        return bool(self.descriptor.get("constraints", {}).get("required"))

    def items(self, text: str) -> tuple[str, ...]:
        """The items of a cell: those of the list, or the one value; none of an empty cell."""
        if self.separator is not None:
            return split_list(text, self.separator)
        return (text,) if text else ()

    def read(self, text: str) -> Cell:
        """The typed value of a cell; raises ``ValueError`` with a sentence."""
        return self.items(text) if self.separator is not None else read_cell(self.type, text)


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of a table. ``file`` is where it stands, relative to the data package."""

    file: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    descriptor: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(f.name for f in self.fields)

    def field(self, name: str) -> Field | None:
        """The field of a name, if there is one."""
        return next((f for f in self.fields if f.name == name), None)

    @property
    def foreign_keys(self) -> Mapping[str, tuple[str, str]]:
        """Column -> (resource, column) of the Frictionless foreign keys with one column.

        A reference to the table itself has the empty resource name.
        """
        keys = {}
        for key in self.descriptor.get("foreignKeys", ()):
            target = key["reference"]
            fields, theirs = as_names(key["fields"]), as_names(target["fields"])
            if len(fields) == 1 and len(theirs) == 1:
                keys[fields[0]] = (str(target.get("resource", "")), theirs[0])
        return keys


def as_names(value: object) -> tuple[str, ...]:
    """One name or a list of names as a tuple; Frictionless allows both."""
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return (str(value),) if value else ()


def parse_schema(
    descriptor: object, file: str, place: str = ""
) -> tuple[Schema | None, list[Problem]]:
    """Read a schema descriptor; give every problem of its form.

    ``place`` says which resource an inline schema belongs to.
    """
    problems: list[Problem] = []

    def wrong(message: str, remedy: str, column: str | None = None) -> None:
        problems.append(Problem(file, f"{place}{message}", remedy, column=column))

    if not isinstance(descriptor, dict) or not isinstance(descriptor.get("fields"), list):
        wrong("the schema has no list of fields", 'Give it "fields": [{"name": ..., "type": ...}].')
        return None, problems
    fields: dict[str, Field] = {}
    for number, item in enumerate(descriptor["fields"], start=1):
        parsed = _parse_field(item, number, wrong)
        if parsed is not None and parsed.name in fields:
            wrong("two fields have this name", "Rename one of them.", parsed.name)
        elif parsed is not None:
            fields[parsed.name] = parsed
    if descriptor.get("missingValues", [""]) != [""]:
        wrong("missingValues other than the empty cell are not read", "Leave the key out.")
    primary = as_names(descriptor.get("primaryKey"))
    for column in primary:
        if column not in fields:
            hint = did_you_mean(column, fields)
            wrong(f"primaryKey names {column!r}, which is no field", f"Name a field.{hint}")
    keys = _sound_keys(descriptor.get("foreignKeys", []), set(fields), wrong)
    return (
        Schema(file, tuple(fields.values()), primary, {**descriptor, "foreignKeys": keys}),
        problems,
    )


def _parse_field(item: Any, number: int, wrong: _Wrong) -> Field | None:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not item["name"]:
        wrong(f"field {number} has no name", 'Give it a "name".')
        return None
    name, kind = item["name"], item.get("type", "string")
    if kind not in FIELD_TYPES:
        hint = did_you_mean(str(kind), FIELD_TYPES)
        wrong(f"unknown type {kind!r}", f"Use one of {', '.join(FIELD_TYPES)}.{hint}", name)
        return None
    separator = item.get("separator")
    if separator is not None and (not isinstance(separator, str) or not separator.strip()):
        wrong("the separator is not a sign", 'Write "separator": ";".', name)
        separator = None
    if not isinstance(item.get("constraints", {}), dict):
        wrong("constraints are not an object", 'Write "constraints": {"required": true}.', name)
        item = {key: value for key, value in item.items() if key != "constraints"}
    return Field(
        name=name,
        type=kind,
        title=str(item.get("title", "")),
        description=str(item.get("description", "")),
        separator=separator,
        references=_parse_reference(item, name, wrong),
        descriptor=item,
    )


def _parse_reference(item: Mapping[str, Any], name: str, wrong: _Wrong) -> Reference | None:
    value = item.get("references")
    if value is None:
        return None
    if not isinstance(value, dict) or not as_names(value.get("resources")):
        wrong(
            "references names no resources",
            'Write "references": {"resources": ["elements"], "field": "id"}.',
            name,
        )
        return None
    return Reference(
        as_names(value["resources"]), str(value.get("field", "id")), as_names(value.get("also"))
    )


def _sound_keys(keys: Any, names: set[str], wrong: _Wrong) -> list[dict[str, Any]]:
    """The foreign keys that can be followed; the others become problems."""
    sound = []
    for key in keys if isinstance(keys, list) else [keys]:
        target = key.get("reference") if isinstance(key, dict) else None
        theirs = as_names(target.get("fields")) if isinstance(target, dict) else ()
        ours = as_names(key.get("fields")) if theirs else ()
        if ours and set(ours) <= names:
            sound.append(key)
        else:
            wrong(
                f"a foreign key is not understood: {key}",
                'Write {"fields": "law", "reference": {"resource": "laws", "fields": "id"}} '
                "with fields of this schema.",
            )
    return sound
