"""The home page: what is in here, the headline figures, and where to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from kg.questions import Question, ResultTable
from service.context import service
from service.pages.presentation import (
    CLASS,
    distinct,
    number,
    plural,
    sentence,
    source_id,
    tally,
    year,
)
from service.protocol import caching
from service.reading import Row

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure: a share of the world in percent, and what it rests on."""

    substance: str
    stage: str
    share: float
    when: str
    status: str
    stated_for: str
    sources: tuple[tuple[str, str], ...]

    @property
    def width(self) -> float:
        """The length of the bar, 0 to 100."""
        return max(0.0, min(100.0, self.share))


def figures(rows: Sequence[Row]) -> list[Figure]:
    """One figure for each substance and stage; several sources of one figure stand together."""
    by_place: dict[str, list[Row]] = {}
    for row in rows:
        by_place.setdefault(row["place"], []).append(row)
    found = []
    for same in by_place.values():
        first = same[0]
        start, end = year(first.get("period_start", "")), year(first.get("period_end", ""))
        titles = {source_id(r["source"]): r.get("publisher") or r["source_title"] for r in same}
        found.append(
            Figure(
                substance=first["substance_name"],
                stage=first["stage_name"],
                share=float(first["share"]),
                when=f"{start}–{end}" if start and end else year(first.get("year", "")),
                status=first.get("status", ""),
                stated_for=(
                    first["stated_for_name"] if first["stated_for"] != first["substance"] else ""
                ),
                sources=tuple(titles.items()),
            )
        )
    return found


def asked(question: Question, table: ResultTable) -> list[tuple[str, str]]:
    """The question as it was asked: ``(words, "")`` or ``("", what stands in a slot)``."""
    pieces = []
    for words, name in sentence(question):
        terms = table.bound.terms.get(name, ())
        labels = [
            table.labels.get(term.value, term.value) if term is not None else "any"
            for term in terms
        ]
        if name and question.params[name].of == CLASS:
            labels = [plural(label, 2) for label in labels]
        pieces.append((words, " or ".join(labels)))
    return pieces


def answered(table: ResultTable) -> str:
    """One sentence on an answer: how many things, and how strong the evidence is."""
    first = table.columns[0]
    count = distinct(table, first.name)
    text = f"{number(count)} {plural(first.label, count)} in {number(len(table.rows))} rows"
    for column in table.columns:
        if column.role == "evidence":
            levels = [f"{number(n)}\u00a0×\u00a0{level}" for level, n in tally(table, column.name)]
            text += ", by level of evidence: " + "; ".join(levels)
    return f"{text}."


@blueprint.get("/")
def home() -> Response:
    """Say what is here, with true counts."""
    here = service()
    tag = caching.entity_tag("home", here.version, here.engine.snapshot_id, request.host)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    flagship = here.flagship
    table = here.reading.answer(flagship, {}) if flagship else None
    page = render_template(
        "home.html",
        things={row["name"]: int(row["count"]) for row in here.reading.page("things")},
        triples=here.triples(),
        figures=figures(here.reading.page("headline")),
        flagship=flagship,
        asked=asked(flagship, table) if flagship and table else [],
        answered=answered(table) if table else "",
        themes=here.catalogue.themes(),
        endpoint=request.host_url + "sparql",
    )
    return caching.mark(make_response(page), tag)
