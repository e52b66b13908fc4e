"""The published JSON Schema of the metadata, and what it says of a file, in words."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from kg.questions.metadata import KeyPath, Metadata
from kg.report import Problem


@cache
def question_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the metadata of a question."""
    text = (files("kg.questions") / "question.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(
        question_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def check_schema(metadata: Metadata) -> Iterator[Problem]:
    """Give everything in which the metadata differ from the schema."""
    for error in _validator().iter_errors(metadata.data):
        yield from _problems(metadata, error)


def _problems(metadata: Metadata, error: ValidationError) -> Iterator[Problem]:
    key: KeyPath = tuple(error.absolute_path)
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    described = schema.get("description", "")
    remedy = f"Give {described}." if described else ""
    if "propertyNames" in error.absolute_schema_path:
        name = str(error.instance)
        yield metadata.problem((*key, name), f"{name!r} is no name for this.", remedy)
    elif error.validator == "additionalProperties":
        known = sorted(schema.get("properties", {}))
        for name in sorted(set(map(str, _names(error.instance))) - set(known)):
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(known)}."
            yield metadata.problem((*key, name), f"unknown key {name!r}.", remedy)
    elif error.validator == "required":
        name = _missing(error)
        sub_schema = schema.get("properties", {}).get(name) or _parameter_key(name)
        wanted = _described(sub_schema)
        yield metadata.problem((*key, name), "this key is missing.", f"Give {wanted}.")
    elif error.validator == "not":
        yield metadata.problem(key, f"this is {described}.", "Take it out.")
    else:
        shown = json.dumps(error.instance, ensure_ascii=False)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        yield metadata.problem(key, f"{shown} does not fit.", remedy or error.message)


def _names(instance: Any) -> Iterable[Any]:
    return instance if isinstance(instance, dict) else ()


def _missing(error: ValidationError) -> str:
    found = re.match(r"'([^']*)'", error.message)
    return found[1] if found else ""


def _parameter_key(name: str) -> dict[str, Any]:
    """The sub-schema of a key that a condition on a parameter asks for."""
    found: dict[str, Any] = question_schema()["$defs"]["parameter"]["properties"].get(name, {})
    return found


def _described(schema: Any) -> str:
    """What a value should be: the description of a schema, or of what it points to."""
    if not isinstance(schema, dict):
        return "it"
    if "description" in schema:
        return str(schema["description"])
    place = schema.get("$ref", "").rpartition("/")[2]
    return str(question_schema()["$defs"].get(place, {}).get("description", "it"))
