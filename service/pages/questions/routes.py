"""The addresses of the questions: one table says what each ending gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kg.engines.engine import QueryError
from kg.errors import CritmatError, NotFoundError, UsageError
from kg.questions import ParameterError, ParameterErrors, Question, ResultTable
from service import exports, parameters, pinning
from service.addresses import public_address
from service.context import service
from service.errors import mark, problem
from service.pages import citation
from service.pages.answer_cells import source_link
from service.pages.questions import form, looking
from service.pages.questions.listing import beginning, listed, wording
from service.pages.questions.page import (
    answer_page,
    embedded_page,
    embedded_problem,
    form_page,
)
from service.pages.questions.why import FRAGMENT, ROW, row_number, why_page
from service.parameters import Parameters
from service.protocol import caching

blueprint = Blueprint("questions", __name__)
pinning.install(blueprint)
blueprint.add_app_template_filter(source_link)
blueprint.add_app_template_filter(wording)
blueprint.add_app_template_filter(beginning)

#: What the files of an answer are made by, by the ending of their address.
FILES: Mapping[str, Callable[[ResultTable], Response]] = {
    "csv": exports.csv_response,
    "json": exports.json_response,
    "xlsx": exports.xlsx_response,
    "ttl": exports.turtle_response,
}
#: Values that are offered at a time.
OFFERED = 100


@blueprint.get("/questions")
def index() -> Response:
    """List the questions by theme; ``q`` looks for words in them."""
    here = service()
    given = parameters.of_url(request)
    for name in given:
        if name != "q":
            raise UsageError(
                f"The list of questions has no parameter {name!r}.", remedy="It has: q."
            )
    find = (parameters.single(given, "q") or "").strip()
    tag = caching.entity_tag("questions", here.version, here.engine.snapshot_id, find)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    themes = listed(here.catalogue, find)
    page = render_template(
        "questions.html",
        themes=themes,
        find=find,
        found=sum(len(theme.questions) for theme in themes),
        total=len(here.catalogue),
    )
    return caching.mark(make_response(page), tag)


@blueprint.get("/questions/schema.json")
def schema() -> Response:
    """The JSON Schema of the metadata that a question file begins with."""
    file = files("kg.questions") / "question.schema.json"
    content = file.read_bytes()
    tag = caching.entity_tag("schema", content.decode())
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    return caching.mark(Response(content, mimetype="application/schema+json"), tag)


@blueprint.get("/questions/<question_id>")
def page(question_id: str) -> AnyResponse:
    """Show a question with its parameters in place, and its answer."""
    question = service().catalogue[question_id]
    given = pinning.given()
    tag = _tag("page", question, given)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    values, reserved = looking.apart(given)
    try:
        view = looking.read_looking(reserved)
        table = _answer(question, values)
        rendered = answer_page(question, table, values, view)
    except (ParameterError, ParameterErrors) as error:
        if not values:
            return _without_defaults(question, error)
        return _refused(question, values, error, form.wrong_values(error))
    except (UsageError, QueryError) as error:
        return _refused(question, values, error)
    return caching.mark(make_response(rendered), tag)


def _without_defaults(question: Question, error: UsageError) -> Response:
    """The form where the defaults are not in these data: nobody asked for anything wrong."""
    rendered = form_page(question, {}, problem(error), form.wrong_values(error), asks=True)
    return caching.mark(make_response(rendered), None)


def _refused(
    question: Question,
    values: Parameters,
    error: CritmatError,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """The form with what was given in it, and what is wrong."""
    # Where the engine gave no answer it is not asked for the lists either.
    asks = not isinstance(error, QueryError)
    rendered = form_page(question, values, problem(error), wrong or {}, asks=asks)
    return mark(make_response(rendered, error.http_status), error)


@blueprint.get("/questions/<question_id>.html")
def embedded(question_id: str) -> AnyResponse:
    """The answer alone, to be shown inside pages of other sites."""
    try:
        question = service().catalogue[question_id]
        given = pinning.given()
        tag = _tag("embedded", question, given)
        if caching.matches(request, tag):
            return caching.mark(Response(status=304), tag)
        looking.refuse_reserved(given)
        rendered = embedded_page(question, _answer(question, given))
    except CritmatError as error:
        return mark(make_response(embedded_problem(problem(error)), error.http_status), error)
    return caching.mark(make_response(rendered), tag)


def _file(ending: str) -> Callable[[str], Response]:
    def view(question_id: str) -> Response:
        question = service().catalogue[question_id]
        given = pinning.given()
        tag = _tag(ending, question, given)
        if caching.matches(request, tag):
            return caching.mark(Response(status=304), tag)
        looking.refuse_reserved(given)
        return caching.mark(FILES[ending](_answer(question, given)), tag)

    view.__doc__ = f"The answer as a file that ends in .{ending}."
    return view


for _ending in FILES:
    blueprint.add_url_rule(
        f"/questions/<question_id>.{_ending}",
        endpoint=f"as_{_ending}",
        view_func=_file(_ending),
        methods=["GET"],
    )


@blueprint.get("/questions/<question_id>/why")
def why(question_id: str) -> AnyResponse:
    """Why the row with the number ``row`` is in the answer; with ``fragment=1`` without a page
    around it."""
    question = service().catalogue[question_id]
    given = pinning.given()
    tag = _tag("why", question, given)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    looking.refuse_reserved(given)
    number = row_number(given)
    alone = parameters.single(given, FRAGMENT) == "1"
    values = {name: value for name, value in given.items() if name not in {ROW, FRAGMENT}}
    answer = why_page(question, _answer(question, values), number, values, alone=alone)
    return caching.mark(answer, tag)


@blueprint.get("/questions/<question_id>/options/<parameter>")
def options(question_id: str, parameter: str) -> Response:
    """The values that a parameter takes, as JSON; ``q`` looks for words in their names.

    The other parameters narrow the values where they depend on them.
    """
    here = service()
    question = here.catalogue[question_id]
    wanted = question.params.get(parameter)
    if wanted is None:
        raise NotFoundError(
            f"The question {question_id} has no parameter {parameter!r}.",
            remedy=f"It has: {', '.join(question.params) or 'none'}.",
        )
    given = pinning.given()
    tag = _tag(f"options {parameter}", question, given)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    search = (parameters.single(given, "q") or "").strip()
    terms = form.terms_for(question, wanted, {k: v for k, v in given.items() if k != "q"})
    found = here.reading.options(wanted, terms, search, OFFERED + 1)
    document = {
        "options": [
            {"value": option.value, "label": option.label, "count": option.count}
            for option in found[:OFFERED]
        ],
        "more": len(found) > OFFERED,
    }
    text = json.dumps(document, ensure_ascii=False)
    return caching.mark(Response(text, mimetype="application/json"), tag)


def _answer(question: Question, values: Parameters) -> ResultTable:
    day = form.day_of(question, citation.today())
    return service().reading.answer(question, values, day)


def _tag(kind: str, question: Question, given: Parameters) -> str:
    """What an answer depends on. A page also names this service, and the day on which it was read;
    of a file only the day matters that the question asks about."""
    here = service()
    is_page = kind in {"page", "embedded"}
    today = citation.today()
    return caching.entity_tag(
        kind, here.version, here.engine.snapshot_id, question.text, repr(sorted(given.items())),
        public_address() if is_page else "",
        today.isoformat() if is_page else form.day_of(question, today),
    )  # fmt: skip
