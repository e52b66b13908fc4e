"""The page of a question: its form, its answer, and the ways to take it along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from flask import render_template, url_for

from kg.questions import Question, ResultTable
from kg.questions.arrangement import arrange, shown_columns
from kg.questions.run import Row
from service.addresses import public_address
from service.context import service
from service.limits import MAXIMUM_URL
from service.pages import citation
from service.pages.answer_cells import Cells
from service.pages.answer_flat import FlatTable, lay_out_flat
from service.pages.answer_in_words import asked_in_words
from service.pages.answer_table import AnswerTable, lay_out, numbered
from service.pages.charts import charts
from service.pages.questions import form, looking
from service.pages.questions.looking import Looking
from service.pages.questions.snippets import embedding, snippets
from service.pages.questions.why import ROW, can_be_explained
from service.pages.questions.words import answer_in_words
from service.parameters import Parameters
from service.pinning import permanent, pin
from service.reading import Row as Described

#: Characters of a link at most: some room is left for what a server in front may add.
LONGEST_LINK = MAXIMUM_URL - 512
_SCRIPT, _STYLE = "build/questions.js", "build/questions.css"


@cache
def drawings() -> tuple[str, str] | None:
    """The script that draws charts and its style, by name; none where they were not built."""
    static = files("service") / "static"
    built = (static / _SCRIPT).is_file() and (static / _STYLE).is_file()
    return (_SCRIPT, _STYLE) if built else None


def answer_page(question: Question, table: ResultTable, values: Parameters, view: Looking) -> str:
    """The page with the answer, or with what is missing where there are no rows."""
    asked = form.words_of(question, table.bound.terms)
    rows = numbered(table)
    arranged = arrange(rows, view.sort, view.find) if view.is_arranged else rows
    reads = _is_read(table) and not view.is_arranged
    size = looking.READ_ROWS if reads else looking.FLAT_ROWS
    pages = looking.pages_of(view, len(arranged.rows), size)
    told = answer_in_words(table) if table.rows else None
    layout: AnswerTable | FlatTable | None = None
    if told and reads:
        layout = lay_out(rows, told.said, pages.start, pages.end)
    elif told:
        layout = _flat(rows, arranged.rows[pages.start : pages.end], view.sort)
    return render_template(
        "question.html",
        **_frame(question),
        controls=form.controls(question, values, table.bound.terms, labels=table.labels),
        table=table,
        told=told,
        reads=reads,
        layout=layout,
        on_page=_levels(layout),
        shown_columns=shown_columns(table),
        plain=looking.query(values, pin()),
        charts=charts(table),
        view=view,
        pages=pages,
        counted=looking.counted(view, pages, len(table.rows)),
        page_sizes=looking.PAGE_SIZES,
        values=values,
        view_address=_addresses(question, values, view),
        why_address=_why_address(question, values),
        source_rows=_sources(),
        drawings=drawings(),
        **_take_along(question, table, asked),
    )


def _why_address(question: Question, values: Parameters) -> Callable[[str], str] | None:
    """Where a row is explained, by its number; none where there is nothing to explain."""
    if not can_be_explained(question):
        return None
    base = url_for("questions.why", question_id=question.id)
    return lambda number: f"{base}{looking.query(values, {ROW: number}, pin())}"


def form_page(
    question: Question,
    values: Parameters,
    problem: Mapping[str, Any],
    wrong: Mapping[str, str],
    *,
    asks: bool,
) -> str:
    """The page with the form alone and what is wrong. Where it does not ask the engine, its lists
    are empty."""
    if asks:
        asked = form.read_values(
            question, {k: v for k, v in values.items() if k in question.params}
        )
        shown = form.controls(
            question, values, asked.terms, {**asked.errors, **_known(question, wrong)}
        )
    else:
        shown = form.bare_controls(question, values)
    return render_template(
        "question.html",
        **_frame(question),
        controls=shown,
        problem=problem,
        strange=[said for name, said in wrong.items() if name not in question.params],
        values=values,
        with_value=lambda name, value: looking.query({**values, name: value}),
        drawings=None,
    )


def _known(question: Question, wrong: Mapping[str, str]) -> dict[str, str]:
    return {name: said for name, said in wrong.items() if name in question.params}


def _frame(question: Question) -> dict[str, Any]:
    """What stands on the page whether the question was answered or not."""
    themes = {theme.id: theme.title for theme in service().catalogue.themes()}
    return {
        "question": question,
        "theme_title": themes.get(question.theme, question.theme),
        "pin": pin(),
    }


def _levels(layout: AnswerTable | FlatTable | None) -> set[str]:
    """The levels of evidence that have a section on the page."""
    sections = layout.sections if isinstance(layout, AnswerTable) else ()
    return {section.level.text for section in sections if section.level}


def embedded_page(question: Question, table: ResultTable) -> str:
    """The answer alone: all its rows, where it is from, and the way back to the page."""
    asked = form.words_of(question, table.bound.terms)
    return render_template(
        "question_embedded.html",
        question=question,
        asked_words=asked_in_words(table),
        table=table,
        told=answer_in_words(table) if table.rows else None,
        layout=_flat(table, table.rows, "") if table.rows else None,
        charts=charts(table),
        source_rows=_sources(),
        drawings=drawings(),
        **_take_along(question, table, asked),
    )


def embedded_problem(problem: Mapping[str, Any]) -> str:
    """What is wrong, for a page inside another one."""
    return render_template("question_embedded.html", problem=problem)


def _is_read(table: ResultTable) -> bool:
    """True for an answer that tells of evidence: it is a text to be read."""
    return any(column.role == "evidence" for column in table.columns)


def _flat(table: ResultTable, shown: Sequence[Row], sort: str) -> FlatTable:
    statuses = {row["status"]: row for row in service().reading.page("statuses")}
    return lay_out_flat(table, shown, Cells(_sources(), statuses), statuses, sort)


def _sources() -> dict[str, Described]:
    return {row["source"]: row for row in service().reading.page("sources")}


def _take_along(
    question: Question, table: ResultTable, asked: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Addresses, citations and snippets of an answer, with all its parameters named."""
    permalink = looking.query(asked, pin())
    bookmark = looking.query(asked, permanent(table.snapshot_id))
    base = public_address()
    address = f"{base}/questions/{question.id}"
    work = citation.Work(
        id=question.id,
        title=question.title,
        version=service().version,
        snapshot_id=table.snapshot_id,
        released=citation.release_date(table.snapshot_id),
        address=f"{address}{bookmark}",
        accessed=citation.today(),
    )
    return {
        "permalink": permalink,
        "bookmark": bookmark,
        "now": looking.query(asked),
        "address": f"{address}{permalink}",
        "sparql": table.bound.text,
        "sparql_link": _sparql_link(table.bound.text),
        "snippets": snippets(table, f"{address}.csv{permalink}", f"{base}/sparql"),
        "embed_code": embedding(question.title, f"{address}.html{permalink}"),
        "work": work,
        "apa": citation.apa(work),
        "bibtex": citation.bibtex(work),
    }


def _sparql_link(query: str) -> str:
    """The address that opens a query at the endpoint; empty where it would be too long for one, and
    a form has to send it."""
    link = f"{url_for('sparql.sparql')}?{urlencode({'query': query})}"
    return link if len(link) <= LONGEST_LINK else ""


def _addresses(question: Question, values: Parameters, view: Looking) -> Callable[..., str]:
    """A function that gives the address of another view of this answer."""

    def address(**other: str | int) -> str:
        path = url_for("questions.page", question_id=question.id)
        return f"{path}{looking.query(values, view.words(**other), pin())}"

    return address
