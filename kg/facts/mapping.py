"""The mapping annotations of a schema: how a row becomes RDF.

CSVW terms beside the Frictionless types say which record a row is and which property a column
becomes (``docs/facts.md`` has the list with an example). This module reads them into immutable
values; ``kg.populate`` carries them out and ``kg.facts.check`` compares them with the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from kg.facts.cells import PARTIAL_DATE, read_language
from kg.facts.joins import Join, JoinError, parse_joins
from kg.facts.schema import Field, Schema, did_you_mean
from kg.namespaces import PREFIXES, RDF, XSD
from kg.report import Problem

RDF_LANG_STRING = f"{RDF}langString"
#: Datatype of a literal by the Frictionless type of its field.
DEFAULT_DATATYPES: Mapping[str, str] = {
    "string": f"{XSD}string",
    "number": f"{XSD}double",
    "integer": f"{XSD}integer",
    "year": f"{XSD}gYear",
    "boolean": f"{XSD}boolean",
    "date": f"{XSD}date",
}
SCHEMA_KEYS = ("aboutUrl", "sources", "locator", "graph", "joins", "virtual")
FIELD_KEYS = (
    "aboutUrl", "propertyUrl", "valueUrl", "valueUrls", "datatype", "lang", "stated",
    "separator", "references",
)  # fmt: skip
VIRTUAL_KEYS = (
    "aboutUrl", "propertyUrl", "valueUrl", "valueUrls", "column", "literal", "datatype", "lang",
)  # fmt: skip

_T = TypeVar("_T")
_COLUMN = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with columns in braces: ``pieces`` stand before, between and after ``columns``.

    For an IRI the prefix is already spelled out in the first piece.
    """

    text: str
    pieces: tuple[str, ...]
    columns: tuple[str, ...]

    def fill(self, cells: Mapping[str, str]) -> str | None:
        """The text with the cells put in; nothing if one of them is empty.

        >>> template("cmd:{a}--{b}", {"a", "b"}).fill({"a": "x", "b": "y"})
        'https://w3id.org/critmat/id/x--y'
        """
        values = [cells[column] for column in self.columns]
        if not all(values):
            return None
        return self.pieces[0] + "".join(
            value + piece for value, piece in zip(values, self.pieces[1:], strict=True)
        )


@dataclass(frozen=True, slots=True)
class IriValue:
    """The object is the IRI of a template."""

    template: Template


@dataclass(frozen=True, slots=True)
class ChosenIri:
    """The object is the IRI that stands beside the cell's value; ``None`` means no triple.

    ``otherwise`` is the choice of ``*``; without ``open`` a value that is not listed is wrong.
    """

    column: str
    choices: Mapping[str, Template | None]
    otherwise: Template | None = None
    open: bool = False

    def templates(self) -> Iterator[Template]:
        """Every template that may be chosen."""
        yield from (t for t in (*self.choices.values(), self.otherwise) if t is not None)


@dataclass(frozen=True, slots=True)
class LiteralValue:
    """The object is a literal; ``datatype`` is an IRI or ``partial-date``.

    A text in a language has its tag in ``language``, or in the cell of ``language_column`` where
    each row says its own.
    """

    template: Template
    datatype: str
    language: str | None = None
    language_column: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One triple for each row, or for each item of the list column ``each``.

    ``column`` is the field that the annotation stands on; none for virtual triples.
    """

    about: Template
    property: str
    value: IriValue | ChosenIri | LiteralValue
    column: str | None = None
    each: str | None = None

    def templates(self) -> Iterator[Template]:
        """Every IRI template of the rule."""
        yield self.about
        if isinstance(self.value, IriValue):
            yield self.value.template
        elif isinstance(self.value, ChosenIri):
            yield from self.value.templates()


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How the rows of a table become RDF.

    The triples go into the graph of each source named in the column ``sources``, with a citation
    (the column ``locator`` says where in the source), or all into the one graph ``graph``.
    ``joins`` are columns that are looked up in other tables.
    """

    about: Template
    rules: tuple[Rule, ...]
    separators: Mapping[str, str]
    sources: str | None = None
    locator: str | None = None
    graph: str | None = None
    joins: tuple[Join, ...] = ()

    @property
    def mints(self) -> bool:
        """True if a row is a thing or record of its own, ``cmd:{id}``."""
        return any(t.text == "cmd:{id}" for t in (self.about, *(r.about for r in self.rules)))


class _MappingError(ValueError):
    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def template(text: str, columns: Collection[str]) -> Template:
    """Read an IRI template: a prefixed name or an http(s) IRI, with columns in braces.

    Raises ``ValueError`` for an unknown prefix or column.
    """
    if not isinstance(text, str) or not text:
        raise _MappingError(f"{text!r} is no template", 'Write one like "cmd:{id}".')
    prefix, colon, rest = text.partition(":")
    if prefix in ("http", "https"):
        return _split(text, text, columns)
    if not colon or prefix not in PREFIXES:
        raise _MappingError(
            f"{text!r} begins with no known prefix",
            f"Use one of {', '.join(PREFIXES)}.{did_you_mean(prefix, PREFIXES)}",
        )
    return _split(text, PREFIXES[prefix] + rest, columns)


def _split(text: str, spelled: str, columns: Collection[str]) -> Template:
    parts = _COLUMN.split(spelled)
    for name in parts[1::2]:
        if name not in columns:
            raise _MappingError(
                f"{text!r} names the column {name!r}, which the schema does not have",
                f"Name one of its columns.{did_you_mean(name, columns)}",
            )
    if any(sign in piece for piece in parts[::2] for sign in "{}"):
        raise _MappingError(f"{text!r} has a single brace", "Write columns as {column}.")
    return Template(text, tuple(parts[::2]), tuple(parts[1::2]))


def parse_mapping(schema: Schema) -> tuple[TableMapping | None, list[Problem]]:
    """Read the annotations of a schema; give every problem in them.

    The mapping is ``None`` for a reference table, which has no ``aboutUrl`` and is not loaded.
    """
    problems: list[Problem] = []
    descriptor = schema.descriptor
    if "aboutUrl" not in descriptor:
        return None, problems

    def attempt(column: str | None, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except (_MappingError, JoinError) as error:
            problems.append(Problem(schema.file, error.message, error.remedy, column=column))
            return None

    joins = attempt(None, lambda: parse_joins(schema))
    # Templates use joined columns as if they stood in the table.
    wide = replace(schema, fields=(*schema.fields, *(Field(join.column) for join in joins or ())))
    about = attempt(None, lambda: template(descriptor["aboutUrl"], wide.names))
    if about is None or joins is None:
        return None, problems
    attempt(None, lambda: _refuse_lists(about, wide))
    rules: list[Rule] = []
    for item in schema.fields:
        found = attempt(item.name, partial(_field_rules, item, about, wide))
        rules.extend(found or ())
    virtual = descriptor.get("virtual", [])
    for number, entry in enumerate(virtual if isinstance(virtual, list) else [virtual], start=1):
        rule = attempt(f"virtual {number}", partial(_virtual_rule, entry, about, wide))
        rules.extend([rule] if rule else ())
    graph = attempt(None, lambda: _graph(schema))
    mapping = TableMapping(
        about=about,
        rules=tuple(rules),
        separators={f.name: f.separator for f in schema.fields if f.separator is not None},
        sources=attempt(None, lambda: _column(schema, "sources")),
        locator=attempt(None, lambda: _column(schema, "locator")),
        graph=graph,
        joins=joins,
    )
    return mapping, problems


def _refuse_lists(about: Template, schema: Schema) -> None:
    if _list_column((about,), schema):
        raise _MappingError(
            f"aboutUrl {about.text!r} names a list column", "A row is one thing: name its id."
        )


def _column(schema: Schema, key: str) -> str | None:
    name = schema.descriptor.get(key)
    if name is not None and name not in schema.names:
        raise _MappingError(
            f"{key} names the column {name!r}, which the schema does not have",
            f"Name one of its columns.{did_you_mean(str(name), schema.names)}",
        )
    return name


def _graph(schema: Schema) -> str | None:
    given, sources = schema.descriptor.get("graph"), schema.descriptor.get("sources")
    if (given is None) == (sources is None):
        raise _MappingError(
            "the rows have no graph to go to" if given is None else "two graphs are named",
            'Give the schema either "sources": "source_ids" or "graph": "graph:...".',
        )
    return None if given is None else template(given, ()).pieces[0]


def _field_rules(item: Field, about: Template, schema: Schema) -> list[Rule]:
    annotation = item.descriptor
    if "propertyUrl" not in annotation:
        for key in ("valueUrl", "valueUrls", "stated", "aboutUrl"):
            if key in annotation:
                raise _MappingError(f"{key} stands without propertyUrl", "Add the property.")
        return []
    own = "{" + item.name + "}"
    rules = [_rule(annotation, about, schema, own, item)]
    if "stated" in annotation:
        spelled = {"aboutUrl": annotation.get("aboutUrl"), "datatype": "xsd:string"}
        spelled["propertyUrl"] = annotation["stated"]
        rules.append(_rule(spelled, about, schema, own, item))
    return rules


def _virtual_rule(entry: object, about: Template, schema: Schema) -> Rule:
    if not isinstance(entry, dict):
        raise _MappingError("a virtual triple is no object", 'Write {"propertyUrl": ...}.')
    for key in entry:
        if key not in VIRTUAL_KEYS:
            raise _MappingError(
                f"unknown key {key!r}",
                f"Use {', '.join(VIRTUAL_KEYS)}.{did_you_mean(key, VIRTUAL_KEYS)}",
            )
    if "propertyUrl" not in entry:
        raise _MappingError("a virtual triple has no propertyUrl", "Add the property.")
    if sum(key in entry for key in ("valueUrl", "valueUrls", "literal")) != 1:
        raise _MappingError(
            "a virtual triple has no value, or several",
            "Give it one of valueUrl, valueUrls (with column) and literal.",
        )
    return _rule(entry, about, schema, entry.get("literal", ""), None)


def _rule(
    annotation: Mapping[str, Any],
    about: Template,
    schema: Schema,
    literal: str,
    item: Field | None,
) -> Rule:
    """The rule of a field (``item``) or of a virtual triple; ``literal`` is used if no IRI is."""
    names = schema.names
    subject = template(annotation["aboutUrl"], names) if annotation.get("aboutUrl") else about
    property_ = template(annotation["propertyUrl"], ())
    value: IriValue | ChosenIri | LiteralValue
    used: tuple[Template, ...]
    if "valueUrl" in annotation:
        value = IriValue(template(annotation["valueUrl"], names))
        used = (subject, value.template)
    elif "valueUrls" in annotation:
        value = _choice(annotation, schema, item)
        own = Template("", ("", ""), (value.column,))
        used = (subject, own, *value.templates())
    else:
        value = _literal(annotation, literal, schema, item)
        used = (subject, value.template)
    return Rule(
        about=subject,
        property=property_.pieces[0],
        value=value,
        column=item.name if item else None,
        each=_list_column(used, schema),
    )


def _choice(annotation: Mapping[str, Any], schema: Schema, item: Field | None) -> ChosenIri:
    column = item.name if item else annotation.get("column")
    listed = annotation["valueUrls"]
    if column not in schema.names:
        raise _MappingError(
            f"valueUrls chooses by the column {column!r}, which the schema does not have",
            f'Name it with "column".{did_you_mean(str(column), schema.names)}',
        )
    if not isinstance(listed, dict):
        raise _MappingError("valueUrls is no object", 'Write {"mine": "cm:Mine", "*": null}.')
    choices = {
        key: None if iri is None else template(iri, schema.names) for key, iri in listed.items()
    }
    otherwise = choices.pop("*", None)
    return ChosenIri(str(column), choices, otherwise, open="*" in listed)


def _literal(
    annotation: Mapping[str, Any], literal: str, schema: Schema, item: Field | None
) -> LiteralValue:
    text = _split(literal, literal, schema.names)
    language = annotation.get("lang")
    if language is not None:
        return _in_language(text, str(language), schema)
    default = DEFAULT_DATATYPES[item.type] if item and item.separator is None else f"{XSD}string"
    return LiteralValue(text, _datatype(annotation.get("datatype"), default))


def _in_language(text: Template, language: str, schema: Schema) -> LiteralValue:
    """A text with a language tag, ``"lang": "en"``, or one by row, ``"lang": "{lang}"``."""
    column = _COLUMN.fullmatch(language)
    if column is None:
        try:
            return LiteralValue(text, RDF_LANG_STRING, read_language(language))
        except ValueError as error:
            raise _MappingError(str(error), 'Write "en", or a column as "{lang}".') from None
    tags = schema.field(_split(language, language, schema.names).columns[0])
    if tags is None or tags.separator is not None or not tags.required:
        raise _MappingError(
            f"the column {column[1]!r} of the language may be empty or is a list",
            'Make it required, one language for each row: "constraints": {"required": true}.',
        )
    return LiteralValue(text, RDF_LANG_STRING, language_column=tags.name)


def _datatype(given: object, default: str) -> str:
    """A datatype as an IRI; a bare name such as ``date`` is one of XML Schema, as in CSVW."""
    if given is None:
        return default
    if given == PARTIAL_DATE:
        return PARTIAL_DATE
    name = str(given)
    return template(name if ":" in name else f"xsd:{name}", ()).pieces[0]


def _list_column(used: Iterable[Template], schema: Schema) -> str | None:
    """The one list column of some templates."""
    found = {
        name
        for one in used
        for name in one.columns
        if (item := schema.field(name)) is not None and item.separator is not None
    }
    if len(found) > 1:
        raise _MappingError(
            f"one triple uses the list columns {', '.join(sorted(found))}",
            "Use one list column in a triple: which items belong together is not known.",
        )
    return next(iter(found), None)
