"""The questions: their list, and for each a page, a CSV and a JSON export."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kg.engines.engine import QueryError
from kg.errors import CritmatError, UsageError
from kg.questions import (
    BoundQuestion,
    Column,
    Option,
    Parameter,
    ParameterError,
    ParameterErrors,
    Question,
    ResultTable,
    bind_values,
)
from kg.questions.question import ParameterType
from service import exports, parameters
from service.context import service
from service.errors import mark, problem
from service.pages.answer_in_words import Words, in_words
from service.pages.answer_table import lay_out
from service.pages.presentation import COUNTRY, in_sentence
from service.parameters import Parameters
from service.protocol import caching

blueprint = Blueprint("questions", __name__)


@dataclass(frozen=True, slots=True)
class Control:
    """One form control. ``chosen`` are the values in it, as a user writes them; ``error`` says
    what is wrong with them; ``strange`` are chosen values that are not on offer."""

    parameter: Parameter
    options: tuple[Option, ...]
    chosen: tuple[str, ...]
    error: str = ""

    @property
    def is_list(self) -> bool:
        """True where the values are picked from a list."""
        return self.parameter.type is ParameterType.THING

    def label(self, option: Option) -> str:
        """How an option reads inside the question. Countries go without their article, so that
        typing the first letter finds them."""
        of = self.parameter.of
        return option.label if of == COUNTRY else in_sentence(option.label, of)

    @property
    def strange(self) -> tuple[str, ...]:
        """Chosen values that the list does not offer."""
        offered = {option.value for option in self.options} | {"any"}
        return tuple(value for value in self.chosen if value not in offered)


@blueprint.get("/questions")
def index() -> Response:
    """List the questions by theme."""
    here = service()
    tag = caching.entity_tag("questions", here.version, here.engine.snapshot_id)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    page = render_template("questions.html", themes=here.catalogue.themes())
    return caching.mark(make_response(page), tag)


@blueprint.get("/questions/<question_id>")
def page(question_id: str) -> AnyResponse:
    """Show a question with its parameters in place, and its answer."""
    here = service()
    question = here.catalogue[question_id]
    values = given_values()
    tag = _tag("page", question, values)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    try:
        table = here.reading.answer(question, values)
    except UsageError as error:
        return _with_form_error(question, values, error)
    except QueryError as error:
        return _with_answer_error(question, values, error)
    words = words_of(table.bound)
    permalink = "?" + urlencode(words, doseq=True)
    told = answer_in_words(table) if table.rows else None
    rendered = render_template(
        "question.html",
        question=question,
        controls=controls(question, words),
        table=table,
        told=told,
        layout=lay_out(table, told.said) if told else None,
        permalink=permalink,
        sparql=table.bound.text,
        sparql_link="/sparql?" + urlencode({"query": table.bound.text}),
        snippets=_snippets(question, permalink),
        source_rows={row["source"]: row for row in here.reading.page("sources")},
    )
    return caching.mark(make_response(rendered), tag)


@blueprint.get("/questions/<question_id>.csv")
def as_csv(question_id: str) -> Response:
    """The answer as a table for a spreadsheet."""
    return _export(question_id, "csv")


@blueprint.get("/questions/<question_id>.json")
def as_json(question_id: str) -> Response:
    """The answer with columns, units, labels and sources."""
    return _export(question_id, "json")


def _export(question_id: str, kind: str) -> Response:
    here = service()
    question = here.catalogue[question_id]
    values = given_values()
    tag = _tag(kind, question, values)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    table = here.reading.answer(question, values)
    write = exports.csv_response if kind == "csv" else exports.json_response
    return caching.mark(write(table), tag)


def given_values() -> Parameters:
    """The parameters of the request as they stand in its address."""
    return parameters.of_url(request)


def _tag(kind: str, question: Question, values: Parameters) -> str:
    here = service()
    return caching.entity_tag(
        kind, here.version, here.engine.snapshot_id, question.text, repr(sorted(values.items())),
        request.host if kind == "page" else "",
    )  # fmt: skip


def controls(
    question: Question, values: Parameters, errors: Mapping[str, str] | None = None
) -> dict[str, Control]:
    """The form controls of a question by parameter name, with ``values`` in them and what is
    wrong with them by parameter name."""
    reading = service().reading
    found = {}
    for name, parameter in question.params.items():
        given = tuple(v for v in values.get(name, ()) if v.strip())
        found[name] = Control(
            parameter,
            tuple(reading.options(parameter)),
            given or parameter.default,
            (errors or {}).get(name, ""),
        )
    return found


def words_of(bound: BoundQuestion) -> dict[str, list[str]]:
    """The values that a question was asked with, in the words of its form."""
    reading = service().reading
    words: dict[str, list[str]] = {}
    for name, terms in bound.terms.items():
        parameter = bound.question.params[name]
        by_iri = {option.iri: option.value for option in reading.options(parameter)}
        words[name] = [
            "any" if term is None else by_iri.get(term.value, term.value) for term in terms
        ]
    return words


def _with_form_error(question: Question, values: Parameters, error: UsageError) -> Response:
    default = bind_values(service().engine, question, {})
    shown: Mapping[str, Sequence[str]] = {**words_of(default), **values}
    form = controls(question, shown, _wrong_values(error))
    return _page_with_problem(question, form, error)


def _wrong_values(error: UsageError) -> dict[str, str]:
    """What is wrong with each value, by the parameter's name."""
    errors: Sequence[UsageError] = error.errors if isinstance(error, ParameterErrors) else [error]
    wrong: dict[str, str] = {}
    for one in errors:
        if isinstance(one, ParameterError):
            message = one.message.removeprefix(f"{one.parameter}: ")
            said = f"{message[:1].upper()}{message[1:]} {one.remedy}".strip()
            wrong[one.parameter] = f"{wrong.get(one.parameter, '')} {said}".strip()
    return wrong


def _with_answer_error(question: Question, values: Parameters, error: QueryError) -> Response:
    # The engine gave no answer, so it is not asked for the lists either.
    shown = {
        name: Control(parameter, (), tuple(values.get(name, ())) or parameter.default)
        for name, parameter in question.params.items()
    }
    return _page_with_problem(question, shown, error)


def _page_with_problem(
    question: Question, form: Mapping[str, Control], error: CritmatError
) -> Response:
    rendered = render_template(
        "question.html", question=question, controls=form, problem=problem(error)
    )
    return mark(make_response(rendered, error.http_status), error)


def answer_in_words(table: ResultTable) -> Words:
    """An answer of at least one row in words, with the code lists of this snapshot."""
    reading = service().reading
    roles = {column.role for column in table.columns}
    return in_words(
        table,
        reading.page("evidence") if "evidence" in roles else (),
        reading.page("statuses") if "status" in roles else (),
    )


def _snippets(question: Question, permalink: str) -> list[tuple[str, str]]:
    address = f"{request.host_url}questions/{question.id}"
    return [
        (
            "curl",
            f"curl --fail --output {question.id}.csv \\\n  "
            + shlex.quote(f"{address}.csv{permalink}"),
        ),
        (
            "Python",
            "import csv, io, urllib.request\n\n"
            f"address = {json.dumps(f'{address}.csv{permalink}')}\n"
            "with urllib.request.urlopen(address) as reply:\n"
            '    rows = list(csv.DictReader(io.TextIOWrapper(reply, "utf-8")))\n'
            "for row in rows:\n"
            f"    print({_printed(question)})",
        ),
        (
            "R",
            f"answer <- read.csv({json.dumps(f'{address}.csv{permalink}')})\n"
            f"head(answer[, c({_named_in_r(question)})])",
        ),
    ]


def _shown_columns(question: Question) -> list[Column]:
    """The columns that an example prints: the first, and the first figure or, without one, the
    next."""
    first, *rest = question.columns
    figure = next((column for column in rest if column.unit), rest[0] if rest else None)
    return [first, figure] if figure else [first]


def _printed(question: Question) -> str:
    return ", ".join(f'row["{column.name}"]' for column in _shown_columns(question))


def _named_in_r(question: Question) -> str:
    return ", ".join(f'"{column.name}"' for column in _shown_columns(question))
