"""The questions: their list, and for each a page, a CSV and a JSON export."""

from __future__ import annotations

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
    Option,
    Parameter,
    ParameterError,
    Question,
    bind_values,
)
from kg.questions.question import ParameterType
from service import exports
from service.context import service
from service.errors import mark, problem
from service.pages.answer_table import lay_out
from service.pages.presentation import CLASS, plural
from service.protocol import caching, parameters
from service.protocol.parameters import Parameters

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
        """How an option reads: kinds of things in the plural."""
        return plural(option.label, 2) if self.parameter.of == CLASS else option.label

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
    values = given_values(question)
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
    rendered = render_template(
        "question.html",
        question=question,
        controls=controls(question, words),
        table=table,
        layout=lay_out(table) if table.rows else None,
        evidence=_evidence(question),
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
    values = given_values(question)
    tag = _tag(kind, question, values)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    table = here.reading.answer(question, values)
    write = exports.csv_response if kind == "csv" else exports.json_response
    return caching.mark(write(table), tag)


def given_values(question: Question) -> Parameters:
    """The parameters of the request; an empty field of the form counts as left out.

    Raises :class:`~kg.errors.UsageError` for a name that the question does not have, and for a
    value that stands twice where one is taken.
    """
    values = parameters.of_url(request)
    for name in values:
        question.parameter(name)
    return values


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
    form = controls(question, shown, _wrong_values(question, values))
    return _page_with_problem(question, form, error)


def _wrong_values(question: Question, values: Parameters) -> dict[str, str]:
    """What is wrong with each value, so that all can be mended at once."""
    wrong = {}
    for name in values:
        try:
            bind_values(service().engine, question, {name: values[name]})
        except ParameterError as error:
            message = error.message.removeprefix(f"{name}: ")
            wrong[name] = f"{message[:1].upper()}{message[1:]} {error.remedy}".strip()
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


def _evidence(question: Question) -> Sequence[Mapping[str, str]]:
    if any(column.role == "evidence" for column in question.columns):
        return service().reading.page("evidence")
    return ()


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
            "import json, urllib.request\n\n"
            f"address = {f'{address}.json{permalink}'!r}\n"
            "with urllib.request.urlopen(address) as reply:\n"
            "    answer = json.load(reply)\n"
            'print(len(answer["rows"]), "rows")',
        ),
    ]
