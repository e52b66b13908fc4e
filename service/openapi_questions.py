"""What the questions take and give, in the words of OpenAPI 3.1, read from their files alone.

Each question has one operation for each kind of file. Its parameters and the schema of its rows
stand once among the components, and the operations refer to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from kg.questions import Catalogue, Column, Parameter, Question
from kg.questions.export.rows import RECORD
from kg.questions.question import Expectation
from service.exports import XLSX
from service.openapi_operations import SNAPSHOT, UNCHANGED, Object, given, operation, parameter
from service.parameter_schemas import described, in_address, slots

#: What each kind of file is, by the ending of its address.
FILES: dict[str, tuple[str, str]] = {
    "csv": ("text/csv", "a table"),
    "json": ("application/json", "JSON with labels, units and sources"),
    "xlsx": (XLSX, "a workbook"),
    "ttl": ("text/turtle", "RDF, in the vocabulary of result sets"),
    "html": ("text/html", "a page to be shown inside others"),
}
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]")
#: Values of expectations that a parameter shows as examples.
_MOST_EXAMPLES = 5


def question_paths(catalogue: Catalogue) -> Object:
    """The operations of all questions by path."""
    return {
        f"/questions/{question.id}.{ending}": {"get": _operation(question, ending)}
        for question in catalogue.values()
        for ending in FILES
    }


def question_parameters(catalogue: Catalogue) -> Object:
    """The parameters of all questions, by the names that the operations refer to."""
    return {
        _name(question, one.name): _parameter(question, one)
        for question in catalogue.values()
        for one in question.params.values()
    }


def question_schemas(catalogue: Catalogue) -> Object:
    """What the questions give as JSON: an answer whose rows have their own columns."""
    schemas: Object = dict(_SHARED)
    for question in catalogue.values():
        schemas[_name(question, "answer")] = {
            "description": slots(question),
            "allOf": [
                {"$ref": "#/components/schemas/Answer"},
                {
                    "type": "object",
                    "properties": {
                        "question": {"const": question.id},
                        "rows": {
                            "type": "array",
                            "items": {"$ref": f"#/components/schemas/{_name(question, 'row')}"},
                        },
                    },
                },
            ],
        }
        schemas[_name(question, "row")] = {
            "type": "object",
            "description": "A row of the answer. What is not known is left out.",
            "properties": {column.name: _column(column) for column in question.columns},
            "additionalProperties": False,
        }
    return schemas


def _name(question: Question, part: str) -> str:
    return _NO_NAME.sub("_", f"{question.id}.{part}")


def _operation(question: Question, ending: str) -> Object:
    media_type, what = FILES[ending]
    answer = {"$ref": f"#/components/schemas/{_name(question, 'answer')}"}
    found = operation(
        f"{question.title}, as {what}",
        "Questions",
        given(media_type, json=answer),
        parameters=[
            *({"$ref": f"#/components/parameters/{_name(question, n)}"} for n in question.params),
            SNAPSHOT,
        ],
        responses=UNCHANGED,
    )
    texts = [slots(question), question.description, *_expected(question)]
    return {
        "operationId": _NO_NAME.sub("_", f"{question.id}.{ending}"),
        **found,
        "description": "\n\n".join(text for text in texts if text),
    }


def _parameter(question: Question, one: Parameter) -> Object:
    """A parameter of a question; every one may be left out, and then takes its default."""
    examples = {
        f"example{number}": {"value": list(values) if one.multiple else values[0]}
        for number, values in enumerate(_values(question.expect, one.name), start=1)
    }
    more: Object = {"examples": examples} if examples else {}
    return parameter(one.name, described(one), in_address(one), **more)


def _values(expectations: Iterable[Expectation], name: str) -> list[tuple[str, ...]]:
    """The different values that expectations give a parameter."""
    found = (e.params[name] for e in expectations if e.params.get(name))
    return list(dict.fromkeys(found))[:_MOST_EXAMPLES]


def _expected(question: Question) -> Iterator[str]:
    """Expected rows in words, each with the parameters that it comes with."""
    for expectation in question.expect:
        if not expectation.contains:
            continue
        asked = " and ".join(
            f"{name}={value}" for name, values in expectation.params.items() for value in values
        )
        row = ", ".join(f"{name} {value}" for name, value in expectation.contains.items() if value)
        yield f"For example, with {asked or 'no parameters'} one row has {row}."


def _column(column: Column) -> Object:
    unit = column.unit or (f"as the column {column.unit_from} says" if column.unit_from else "")
    in_words = f"{column.label} ({unit})." if unit else f"{column.label}."
    schema: Object = {"description": f"{in_words} {column.help}".strip()}
    if column.unit:
        schema["x-unit"] = column.unit
    if column.role:
        schema["x-role"] = column.role
    if column.role == RECORD:
        return {**schema, "type": "array", "items": {"type": "string"}}
    cell = {"$ref": "#/components/schemas/Cell"}
    if column.list:
        # A single IRI that is no list of any, as some sources have it, stays what it is.
        return {**schema, "type": "array", "items": cell}
    return {**schema, **cell}


_SHARED: dict[str, Any] = {
    "Thing": {
        "type": "object",
        "description": "A thing of the graph, or a source with its address and kind.",
        "required": ["id", "iri", "label"],
        "properties": {
            "id": {"type": "string", "description": "Its prefixed name."},
            "iri": {"type": "string", "format": "iri"},
            "label": {"type": "string"},
            "address": {"type": "string", "description": "Where a source is on the web."},
            "kind": {"type": "string", "description": "What kind of source it is."},
        },
        "additionalProperties": False,
    },
    "Cell": {
        "description": "A figure, a thing, or a text.",
        "anyOf": [
            {"type": "number"},
            {"type": "string"},
            {"$ref": "#/components/schemas/Thing"},
        ],
    },
    "Options": {
        "type": "object",
        "required": ["options", "more"],
        "properties": {
            "options": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["value", "label"],
                    "properties": {
                        "value": {"type": "string", "description": "As it is to be given."},
                        "label": {"type": "string"},
                        "count": {
                            "type": ["integer", "null"],
                            "description": "How much there is of it, where that is counted.",
                        },
                    },
                },
            },
            "more": {"type": "boolean", "description": "Whether there are more than are listed."},
        },
    },
}
