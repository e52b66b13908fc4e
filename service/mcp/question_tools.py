"""Each question of the catalogue as a tool, the list of them, and what their parameters take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.errors import UsageError
from kg.namespaces import shorten
from kg.questions import (
    Catalogue,
    Column,
    Parameter,
    ParameterError,
    ParameterErrors,
    Question,
    ResultTable,
    ask,
    bind_values,
    options,
)
from kg.questions.arrangement import arrange
from kg.questions.export import about
from kg.questions.export.document import json_cell, record_ids
from kg.questions.export.rows import RECORD
from service.mcp.limits import Limits, fitting
from service.mcp.tool import Call, Schema, Tool, near, rows_schema
from service.parameter_schemas import as_written, described, for_tool, slots

SOURCE = "source"
#: The last row that may be asked for.
_LAST_ROW = 1_000_000_000


def question_tools(catalogue: Catalogue, limits: Limits) -> Iterator[Tool]:
    """A tool for each question, in the order of the catalogue."""
    for question in catalogue.values():
        yield _tool(question, limits)


def tool_name(question: Question) -> str:
    """The name of the tool that asks a question.

    Names of tools have letters, digits and underscores only.
    """
    return re.sub(r"[^A-Za-z0-9_]", "_", question.id)


def _tool(question: Question, limits: Limits) -> Tool:
    names = [column.name for column in question.columns if column.role != RECORD]
    properties: dict[str, Schema] = {
        name: {"description": described(parameter), **for_tool(parameter)}
        for name, parameter in question.params.items()
    }
    properties |= {
        "sort": {
            "type": "string",
            "enum": ["", *names, *(f"-{name}" for name in names)],
            "default": "",
            "description": "Column to sort by; with - before it from high to low.",
        },
        "find": {
            "type": "string",
            "default": "",
            "description": "Words that must all stand in a row.",
        },
        "rows": rows_schema(limits),
        "row": {
            "type": "integer",
            "minimum": 1,
            "default": 1,
            "description": "The row to begin with.",
        },
    }

    def run(call: Call) -> Schema:
        return _answer(question, call)

    return Tool(
        name=tool_name(question),
        title=question.title,
        description=_description(question),
        properties=properties,
        run=run,
    )


def _description(question: Question) -> str:
    columns = "; ".join(
        f"{column.name} ({_meaning(column)})"
        for column in question.columns
        if column.role != RECORD
    )
    parts = (question.title + ".", slots(question), question.description, f"Columns: {columns}.")
    return "\n".join(part for part in parts if part)


def _meaning(column: Column) -> str:
    unit = column.unit or (f"in {column.unit_from}" if column.unit_from else "")
    return f"{column.label}, {unit}" if unit else column.label


def values_given(question: Question, arguments: Mapping[str, Any]) -> dict[str, list[str]]:
    """The parameters among the arguments of a call, as a user would write them."""
    values: dict[str, list[str]] = {}
    for name, parameter in question.params.items():
        if name not in arguments:
            continue
        try:
            values[name] = as_written(parameter, arguments[name])
        except ValueError as error:
            raise ParameterError(name, f"{error} is no value.", remedy="Give a text.") from None
    return values


def _answer(question: Question, call: Call) -> Schema:
    size, first = call.rows(), call.count("row", 1, _LAST_ROW)
    try:
        table = ask(call.engine, question, values_given(question, call.arguments))
    except (ParameterError, ParameterErrors) as error:
        raise _with_hint(question, error) from error
    table = arrange(table, call.text("sort"), call.text("find"))
    if first > max(1, len(table.rows)):
        raise UsageError(
            f"row: there is no row {first:,}, there are {len(table.rows):,}.",
            remedy="Begin with an earlier one.",
        )
    return answer_document(table, first - 1, size, call.limits)


def _with_hint(question: Question, error: UsageError) -> UsageError:
    hint = f"parameter_values with question {question.id} lists what a parameter takes."
    if all(name not in question.params for name in _parameters_of(error)):
        return error
    return UsageError(error.message, remedy=f"{error.remedy} {hint}".strip())


def _parameters_of(error: UsageError) -> list[str]:
    if isinstance(error, ParameterErrors):
        return [one.parameter for one in error.errors]
    return [error.parameter] if isinstance(error, ParameterError) else []


def answer_document(table: ResultTable, start: int, size: int, limits: Limits) -> Schema:
    """An answer as JSON values for a model: some rows of it, and all that is said of it.

    Rows name their sources by id; ``sources`` tells of each once. Fewer rows than were asked for
    come where they would take more than the limit; ``more`` then says how to go on.
    """
    wanted = [_row(table, row) for row in table.rows[start : start + size]]
    sizes = [len(json.dumps(row, ensure_ascii=False).encode()) for row in wanted]
    given = wanted[: fitting(wanted, sizes, limits.max_result_kib * 1024)]
    document: Schema = {
        "question": table.question.id,
        "title": table.question.title,
        "asked": about.sentence(table),
        "snapshot": table.snapshot_id,
        "parameters": _parameters(table),
        "columns": [_column(column) for column in table.columns],
        "total": len(table.rows),
        "first": start + 1 if given else 0,
        "rows": given,
        "more": _more(table, start, len(given), size),
        "sources": _sources(table, start, len(given)),
        "missing": "" if table.rows else table.question.missing,
        "gaps": list(table.question.gaps),
        "licence": about.LICENCE,
    }
    return document


def _row(table: ResultTable, row: Mapping[str, Any]) -> Schema:
    found: Schema = {}
    for column in table.columns:
        cell = row.get(column.name)
        if cell is None:
            continue
        if column.role in (RECORD, SOURCE):
            found[column.name] = record_ids(cell)
        else:
            found[column.name] = _short(json_cell(cell))
    return found


def _short(value: Any) -> Any:
    """A thing by id and label: its IRI follows from the id."""
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, dict):
        return {key: value[key] for key in ("id", "label") if key in value}
    return value


def _more(table: ResultTable, start: int, given: int, size: int) -> str:
    after = start + given
    left = len(table.rows) - after
    if left <= 0:
        return ""
    full = "" if given == size else " These were as many as fit one answer."
    return f"{left:,} more rows.{full} Ask again with row={after + 1}, or narrow the question."


def _sources(table: ResultTable, start: int, given: int) -> list[Schema]:
    names = [column.name for column in table.columns if column.role == SOURCE]
    found: dict[str, Schema] = {}
    for row in table.rows[start : start + given]:
        for name in names:
            cell = row.get(name)
            for item in (cell.items or (cell,)) if cell else ():
                told = {"id": item.name or item.text, "title": item.text}
                told |= {"address": item.address, "kind": item.kind}
                found[told["id"]] = {key: value for key, value in told.items() if value}
    return [found[name] for name in sorted(found)]


def _parameters(table: ResultTable) -> Schema:
    found: Schema = {}
    for name, terms in table.bound.terms.items():
        found[name] = [
            "any"
            if term is None
            else (
                {"id": shorten(term.value), "label": table.labels[term.value]}
                if term.value in table.labels
                else shorten(term.value)
            )
            for term in terms
        ]
    return found


def _column(column: Column) -> Schema:
    told = {
        "name": column.name,
        "label": column.label,
        "unit": column.unit,
        "unit_from": column.unit_from,
        "help": column.help,
        "role": column.role,
    }
    return {key: value for key, value in told.items() if value}


# The list of questions, and values of parameters


def list_questions(catalogue: Catalogue) -> Tool:
    """The tool that lists the questions."""

    def run(call: Call) -> Schema:
        words = call.text("find").casefold().split()
        themes = [
            {
                "theme": str(theme),
                "questions": [told for q in questions if _has(told := _told(q), words)],
            }
            for theme, questions in catalogue.themes().items()
        ]
        return {"themes": [theme for theme in themes if theme["questions"]]}

    return Tool(
        name="list_questions",
        title="List the questions",
        description="The questions that can be asked, by theme, each with its parameters and the "
        "name of the tool that asks it. Begin here.",
        properties={
            "find": {"type": "string", "description": "Words that must all stand in a question."}
        },
        run=run,
    )


def _told(question: Question) -> Schema:
    return {
        "id": question.id,
        "tool": tool_name(question),
        "title": question.title,
        "question": slots(question),
        "parameters": {
            name: {"what": described(parameter), "default": list(parameter.default)}
            for name, parameter in question.params.items()
        },
    }


def _has(told: Schema, words: Sequence[str]) -> bool:
    text = json.dumps(told, ensure_ascii=False).casefold()
    return all(word in text for word in words)


def parameter_values(catalogue: Catalogue, limits: Limits) -> Tool:
    """The tool that lists what a parameter takes."""

    def run(call: Call) -> Schema:
        question = catalogue[call.text("question", needed=True)]
        parameter = _parameter(question, call.text("parameter", needed=True))
        given = call.arguments.get("given") or {}
        if not isinstance(given, Mapping):
            raise UsageError("given: parameters by name are needed.")
        values = {n: v for n, v in values_given(question, given).items() if n in parameter.depends}
        terms = bind_values(call.engine, question, values).terms if parameter.depends else {}
        size = call.rows()
        found = options(call.engine, parameter, terms, call.text("find"), size + 1)
        return {
            "question": question.id,
            "parameter": parameter.name,
            "what": described(parameter),
            "default": list(parameter.default),
            "values": [{"value": o.value, "label": o.label} for o in found[:size]],
            "more": "There are more: give find, or more rows." if len(found) > size else "",
        }

    text = {"type": "string"}
    return Tool(
        name="parameter_values",
        title="What a parameter takes",
        description="The values that a parameter of a question may have, as they are to be given. "
        "Where there is nothing to list, such as for figures, `what` says what will do.",
        properties={
            "question": {**text, "description": "Id of the question, see list_questions."},
            "parameter": {**text, "description": "Name of the parameter."},
            "find": {**text, "description": "Words that the label must have."},
            "given": {
                "type": "object",
                "description": "Values of other parameters that this one depends on.",
            },
            "rows": rows_schema(limits),
        },
        required=("question", "parameter"),
        run=run,
    )


def _parameter(question: Question, name: str) -> Parameter:
    if name not in question.params:
        raise UsageError(
            f"The question {question.id} has no parameter {name[:100]!r}.",
            remedy=near(name, question.params)
            or f"It has: {', '.join(question.params) or 'none'}.",
        )
    return question.params[name]
