"""The parameters of a question as JSON Schema: for addresses, where all is text, and for tools.

A value is always checked again when it is bound; a schema says beforehand what will pass.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from kg.questions import Parameter, Question
from kg.questions.binding import ANY
from kg.questions.question import ParameterType

Schema = dict[str, Any]

#: How values of a type are written in an address. Blanks around a value are ignored.
_WRITTEN = {
    ParameterType.YEAR: r"[0-9]{4}",
    ParameterType.INTEGER: r"[+-]?[0-9]{1,18}",
    ParameterType.DECIMAL: r"[+-]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})",
    ParameterType.DATE: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    ParameterType.BOOLEAN: r"true|false",
}
_NUMBERS = (ParameterType.YEAR, ParameterType.INTEGER, ParameterType.DECIMAL)


def in_address(parameter: Parameter) -> Schema:
    """The schema of a parameter in the query string of an address."""
    words = words_of(parameter)
    one: Schema = {"type": "string"}
    if parameter.type is ParameterType.ENUM:
        one["enum"] = [*parameter.values, *(w for w in words if w not in parameter.values)]
    elif parameter.type in _WRITTEN:
        either = "|".join([_WRITTEN[parameter.type], *map(re.escape, words)])
        one["pattern"] = f"^({either})$"
    elif parameter.type is ParameterType.STRING:
        one["maxLength"] = 500
    return _with_default(parameter, one, parameter.default)


def for_tool(parameter: Parameter) -> Schema:
    """The schema of a parameter of a tool, where figures are numbers and truth values are such."""
    words = words_of(parameter)
    kinds: list[Schema] = []
    match parameter.type:
        case ParameterType.ENUM:
            words = [*parameter.values, *(w for w in words if w not in parameter.values)]
        case ParameterType.BOOLEAN:
            kinds.append({"type": "boolean"})
        case ParameterType.YEAR | ParameterType.INTEGER:
            kinds.append({"type": "integer", **_range(parameter)})
        case ParameterType.DECIMAL:
            kinds.append({"type": "number", **_range(parameter)})
        case ParameterType.DATE:
            kinds.append({"type": "string", "format": "date"})
        case _:
            # A word such as "any" is a string like others.
            kinds.append({"type": "string", "maxLength": 500})
            words = []
    if words:
        kinds.append({"type": "string", "enum": words})
    one = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return _with_default(parameter, one, [_typed(parameter, value) for value in parameter.default])


def as_written(parameter: Parameter, value: Any) -> list[str]:
    """What a tool was given for a parameter, as a user would write it.

    ``None`` is nothing given. Raises ``ValueError`` for what is no value, such as an object.

    >>> as_written(Parameter("least", ParameterType.DECIMAL, "Least", ("10",)), 12.5)
    ['12.5']
    """
    if value is None:
        return []
    if isinstance(value, list):
        return [text for item in value for text in as_written(parameter, item)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return [str(int(value))]
    if isinstance(value, float) and math.isfinite(value):
        return [format(value, "f") if "e" in repr(value) else repr(value)]
    if isinstance(value, str):
        return [value]
    raise ValueError(json.dumps(value, default=str)[:100])


def words_of(parameter: Parameter) -> list[str]:
    """Words that may stand in place of a value."""
    words = [*parameter.special]
    if parameter.type is ParameterType.DATE:
        words.append("today")
    if parameter.optional:
        words.append(ANY)
    return list(dict.fromkeys(words))


def described(parameter: Parameter) -> str:
    """What a parameter is, in words: label, unit, help, and what its values may be."""
    label = f"{parameter.label} ({parameter.unit})" if parameter.unit else parameter.label
    parts = [_sentence(label), parameter.help, _values_in_words(parameter)]
    if parameter.depends:
        parts.append(f"What is on offer depends on {_listed(parameter.depends)}.")
    if parameter.multiple:
        parts.append("May be given several times.")
    if parameter.optional:
        parts.append("The word any leaves it open.")
    return " ".join(part for part in parts if part)


def slots(question: Question) -> str:
    """The question with its parameters in angle brackets, as a sentence to read."""
    return re.sub(r"\{(\w+)\}", r"<\1>", question.question)


def _values_in_words(parameter: Parameter) -> str:
    if parameter.is_thing:
        return f"One of {parameter.of}: its name, code, id or IRI."
    if parameter.type is ParameterType.ENUM:
        return " ".join(f"{word}: {label}." for word, label in parameter.values.items())
    low, high = parameter.minimum, parameter.maximum
    text = "A date such as 2024-12-31, or today." if parameter.type is ParameterType.DATE else ""
    if parameter.type in _NUMBERS and (low is not None or high is not None):
        ends = [f"at least {low:g}"] * (low is not None) + [f"at most {high:g}"] * (
            high is not None
        )
        text = _sentence(" and ".join(ends))
    if parameter.pattern:
        text = f"It must match {parameter.pattern}"
    return f"{text} Or {_listed(parameter.special)}.".strip() if parameter.special else text


def _range(parameter: Parameter) -> Schema:
    found = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    return {key: _whole(value) for key, value in found.items() if value is not None}


def _whole(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _typed(parameter: Parameter, value: str) -> Any:
    if value in words_of(parameter):
        return value
    if parameter.type is ParameterType.BOOLEAN:
        return value.casefold() == "true"
    return _whole(float(value)) if parameter.type in _NUMBERS else value


def _with_default(parameter: Parameter, one: Schema, default: Any) -> Schema:
    values = list(default)
    if parameter.multiple:
        return {"type": "array", "items": one, "default": values}
    return {**one, "default": values[0]} if values else one


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def _listed(words: Any) -> str:
    return ", ".join(words)
