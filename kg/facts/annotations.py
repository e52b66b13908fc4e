"""Check the mapping annotations of the schemas, and the terms that the cells give.

A mapping is compared with the ontology before a row is loaded: unknown property or class, an IRI
where a literal belongs, a datatype that is not the property's range. Then every cell that becomes
part of an IRI is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from kg.facts.cells import PARTIAL_DATE
from kg.facts.mapping import (
    FIELD_KEYS,
    SCHEMA_KEYS,
    ChosenIri,
    IriValue,
    LiteralValue,
    Rule,
    TableMapping,
    Template,
)
from kg.facts.package import Table
from kg.facts.records import Reading
from kg.facts.schema import Schema, did_you_mean
from kg.facts.vocabulary import Vocabulary
from kg.namespaces import CM, RDF, RDFS, XSD, is_local_name, shorten
from kg.report import Problem, Severity

_TYPE = f"{RDF}type"
#: Properties that need no declaration anywhere.
_BUILT_IN = frozenset(
    {_TYPE, *(f"{RDFS}{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy"))}
)
#: Keys of the Table Schema standard and of fields as critmat reads them.
_STANDARD_SCHEMA_KEYS = (
    "$schema", "name", "title", "description", "fields", "primaryKey", "foreignKeys",
    "missingValues", "fieldsMatch", "uniqueKeys",
)  # fmt: skip
_STANDARD_FIELD_KEYS = (
    "name", "type", "format", "title", "description", "example", "constraints", "rdfType",
)  # fmt: skip


def check_keys(schema: Schema) -> Iterator[Problem]:
    """Warn of keys that nothing reads: nearly always a slip of the pen."""
    known = (*_STANDARD_SCHEMA_KEYS, *SCHEMA_KEYS)
    yield from _unknown_keys(schema, schema.descriptor, known, None)
    for field in schema.fields:
        yield from _unknown_keys(
            schema, field.descriptor, (*_STANDARD_FIELD_KEYS, *FIELD_KEYS), field.name
        )


def _unknown_keys(
    schema: Schema, written: Mapping[str, object], known: tuple[str, ...], column: str | None
) -> Iterator[Problem]:
    for key in written:
        if key not in known:
            yield Problem(
                schema.file,
                f"nothing reads the key {key!r}",
                f"Remove it or mend its spelling.{did_you_mean(key, known)}",
                column=column,
                severity=Severity.WARNING,
            )


def check_terms(schema: Schema, mapping: TableMapping, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Compare the rules of a schema with the ontology."""
    for rule in mapping.rules:
        column = rule.column
        if rule.property.startswith(CM) and rule.property not in vocabulary.properties:
            hint = did_you_mean(
                shorten(rule.property), [shorten(iri) for iri in vocabulary.properties]
            )
            yield Problem(
                schema.file,
                f"the ontology has no property {shorten(rule.property)}",
                f"Define it in ontology/modules, or mend its name.{hint}",
                column=column,
            )
        else:
            if rule.property not in vocabulary.properties and rule.property not in _BUILT_IN:
                yield Problem(
                    schema.file,
                    f"the ontology does not declare {shorten(rule.property)}",
                    "Mend its name, or declare the borrowed property in ontology/modules.",
                    column=column,
                    severity=Severity.WARNING,
                )
            yield from _check_kind(schema, rule, vocabulary)
        for template in rule.templates():
            if not template.columns and not vocabulary.defines(template.pieces[0]):
                yield _undefined(schema.file, template.pieces[0], vocabulary, column=column)


def _check_kind(schema: Schema, rule: Rule, vocabulary: Vocabulary) -> Iterator[Problem]:
    name, iri = shorten(rule.property), rule.property
    if not isinstance(rule.value, LiteralValue):
        if vocabulary.is_datatype_property(iri):
            yield Problem(
                schema.file,
                f"{name} takes a literal, but the column becomes an IRI",
                "Leave valueUrl out, or use another property.",
                column=rule.column,
            )
        return
    if iri == _TYPE or vocabulary.is_object_property(iri):
        yield Problem(
            schema.file,
            f"{name} points at things, but the column becomes a literal",
            'Add a valueUrl such as "cmd:{column}", or use another property.',
            column=rule.column,
        )
    ranges = vocabulary.ranges.get(iri, frozenset())
    given = rule.value.datatype
    dates = {f"{XSD}gYear", f"{XSD}gYearMonth", f"{XSD}date"}
    fits = ranges <= dates if given == PARTIAL_DATE else given in ranges
    if ranges and not fits:
        yield Problem(
            schema.file,
            f"{name} takes {', '.join(sorted(map(shorten, ranges)))}, "
            f"but the column becomes {shorten(given)}",
            'Mend the "datatype" of the field or the range in the ontology.',
            column=rule.column,
        )


def _undefined(
    file: str,
    iri: str,
    vocabulary: Vocabulary,
    row: int | None = None,
    column: str | None = None,
) -> Problem:
    hint = did_you_mean(shorten(iri), [shorten(term) for term in vocabulary.terms])
    return Problem(
        file,
        f"the ontology does not define {shorten(iri)}",
        f"Define it in the ontology, or mend the spelling.{hint}",
        row,
        column,
    )


def check_iris(
    table: Table, reading: Reading, mapping: TableMapping, vocabulary: Vocabulary | None
) -> Iterator[Problem]:
    """Look at every cell that becomes part of an IRI, once for each different text."""
    seen: set[tuple[str, str, str]] = set()

    @cache
    def undefined(iri: str) -> bool:
        return vocabulary is not None and not vocabulary.defines(iri)

    rules = [rule for rule in mapping.rules if any(t.columns for t in rule.templates())]
    for record in reading.sound():
        row = dict(zip(reading.header, record.cells, strict=True))
        for rule in rules:
            for cells in _items(rule, row, mapping):
                for template in _used(rule, cells, table, record.line, seen):
                    if isinstance(template, Problem):
                        yield template
                        continue
                    yield from _check_cells(table, template, cells, record.line, seen)
                    iri = template.fill(cells)
                    mark = ("", template.text, iri or "")
                    if iri and undefined(iri) and mark not in seen and vocabulary is not None:
                        seen.add(mark)
                        yield _undefined(
                            table.file, iri, vocabulary, record.line, template.columns[0]
                        )


def _items(rule: Rule, row: dict[str, str], mapping: TableMapping) -> Iterator[dict[str, str]]:
    """The row, once for each item of the rule's list column."""
    if rule.each is None or rule.each not in row:
        yield row
        return
    for item in row[rule.each].split(mapping.separators[rule.each]):
        yield {**row, rule.each: item.strip()}


def _used(
    rule: Rule, cells: Mapping[str, str], table: Table, line: int, seen: set[tuple[str, str, str]]
) -> Iterator[Template | Problem]:
    """The templates with columns that the rule fills for these cells."""
    names = cells.keys()
    if rule.about.columns and set(rule.about.columns) <= names:
        yield rule.about
    value = rule.value
    if isinstance(value, IriValue):
        chosen: Template | None = value.template
    elif isinstance(value, ChosenIri):
        text = cells.get(value.column, "")
        chosen = value.choices.get(text, value.otherwise)
        mark = (value.column, rule.property, text)
        if text and text not in value.choices and not value.open and mark not in seen:
            seen.add(mark)
            yield Problem(
                table.file,
                f"{text!r} has no IRI in valueUrls of {shorten(rule.property)}",
                f"Use one of {', '.join(value.choices)}, or add it to "
                f"{table.schema.file}.{did_you_mean(text, value.choices)}",
                line,
                value.column,
            )
    else:
        chosen = None
    if chosen is not None and chosen.columns and set(chosen.columns) <= names:
        yield chosen


def _check_cells(
    table: Table,
    template: Template,
    cells: Mapping[str, str],
    line: int,
    seen: set[tuple[str, str, str]],
) -> Iterator[Problem]:
    for column in template.columns:
        text = cells[column]
        mark = (column, "", text)
        if text and not is_local_name(text) and mark not in seen:
            seen.add(mark)
            yield Problem(
                table.file,
                f"{text!r} cannot be part of an identifier",
                "Use letters, digits, '.', '_' and '-' only, beginning with a letter or digit.",
                line,
                column,
            )
