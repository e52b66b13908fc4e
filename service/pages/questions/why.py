"""Why a row of an answer is so: its triples and its records, each down to what sources state."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from kg.errors import CritmatError, NotFoundError, UsageError
from kg.explain import NotInDataError
from kg.explain.explanation import Explanation
from kg.explain.statements import statements
from kg.questions import Question, ResultTable
from kg.questions.arrangement import shown_columns
from kg.questions.grounds import grounds
from kg.questions.run import Row
from service import parameters
from service.context import CLIENT, service
from service.pages.explanation import explain_link
from service.pages.questions import looking
from service.pinning import pin

#: Statements of a row that are explained; a row of many records says how many more there are.
MAXIMUM_STATEMENTS = 12
#: The parameters in the address of an explanation that are none of the question.
ROW, FRAGMENT = "row", "fragment"


class NoSuchRowError(NotFoundError):
    """The answer has fewer rows."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """A row with what it rests on. ``absent`` says what is not in the data after all, ``more`` how
    many statements are left out."""

    row: Row
    explanations: tuple[Explanation, ...]
    absent: tuple[str, ...]
    more: int


def can_be_explained(question: Question) -> bool:
    """True where the question names triples or records that its rows rest on."""
    return bool(question.why) or any(column.role == "record" for column in question.columns)


def row_number(given: parameters.Parameters) -> int:
    """The number of the row in the address, from 1; raises :class:`UsageError` for none."""
    text = (parameters.single(given, ROW) or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise UsageError(f"{text!r} is no row.", remedy="Give a number from 1, as in row=1.")
    return int(text)


def why_page(question: Question, table: ResultTable, number: int, values: parameters.Parameters,
             *, alone: bool) -> Response:  # fmt: skip
    """The explanation of one row; ``alone`` without the frame around a page.

    Raises :class:`NoSuchRowError`, and what asking the engine raises.
    """
    if number > len(table.rows):
        raise NoSuchRowError(
            f"There is no row {number} in this answer.", remedy=f"It has {len(table.rows)}."
        )
    found = grounded(question, table.rows[number - 1])
    row = [
        (column, found.row[column.name])
        for column in shown_columns(table)
        if column.role != "source" and column.name in found.row and found.row[column.name].text
    ]
    rendered = render_template(
        "question_why_alone.html" if alone else "question_why.html",
        question=question,
        number=number,
        row=row,
        found=found,
        answer=looking.query(values, pin()),
        link=explain_link,
    )
    return make_response(rendered)


def grounded(question: Question, row: Row) -> Grounded:
    """Explain what a row rests on."""
    here = service()
    client = request.environ.get(CLIENT)
    ground = grounds(question, row)
    stated = statements(here.engine, [f"<{iri}>" for iri in ground.records], client)
    wanted = list(dict.fromkeys([*ground.triples, *stated]))
    explanations: list[Explanation] = []
    absent: list[str] = []
    for triple in wanted[:MAXIMUM_STATEMENTS]:
        try:
            explanations.append(here.explainer.explain(triple, client))
        except NotInDataError as error:
            absent.append(_sentence(error))
    more = max(0, len(wanted) - MAXIMUM_STATEMENTS)
    return Grounded(row, tuple(explanations), tuple(absent), more)


def _sentence(error: CritmatError) -> str:
    return error.message
