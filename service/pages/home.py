"""The home page: what is in here, the headline figures, and where to go."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from kg.errors import UsageError
from service.context import service
from service.pages.answer_in_words import asked_in_words
from service.pages.presentation import in_sentence, source_id, year
from service.pages.questions import answer_in_words
from service.pages.questions.listing import listed
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
                    in_sentence(first["stated_for_name"], "cm:Substance")
                    if first["stated_for"] != first["substance"]
                    else ""
                ),
                sources=tuple(titles.items()),
            )
        )
    return found


@blueprint.get("/")
def home() -> Response:
    """Say what is here, with true counts."""
    here = service()
    tag = caching.entity_tag("home", here.version, here.engine.snapshot_id, request.host)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    flagship, table = here.flagship, None
    with suppress(UsageError):
        table = here.reading.answer(flagship, {}) if flagship else None
    if table is None:
        flagship = None  # what it asks about by default is not in these data
    page = render_template(
        "home.html",
        things={row["name"]: int(row["count"]) for row in here.reading.page("things")},
        triples=here.triples(),
        figures=figures(here.reading.page("headline")),
        flagship=flagship,
        asked=asked_in_words(table) if table else [],
        told=answer_in_words(table) if table and table.rows else None,
        source_rows={row["source"]: row for row in here.reading.page("sources")},
        themes=listed(here.catalogue),
        endpoint=request.host_url + "sparql",
    )
    return caching.mark(make_response(page), tag)
