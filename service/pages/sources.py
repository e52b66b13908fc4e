"""The sources: all of them, and each with what rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, request

from kg.errors import NotFoundError
from kg.namespaces import GRAPH, is_local_name
from service.context import service
from service.pages.presentation import source_id
from service.protocol import caching
from service.reading import Row, page_query

blueprint = Blueprint("sources", __name__)

#: Records shown on the page of a source; the query below them gives all.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Source:
    """One source release, as a page shows it. ``facts`` counts the records that rest on it."""

    id: str
    title: str
    publisher: str
    date: str
    address: str
    kind: str
    kind_name: str
    licence: str
    retrieved: str
    facts: int


def _source(row: Row, facts: int) -> Source:
    return Source(
        id=source_id(row["source"]),
        title=row["title"],
        publisher=row.get("publisher", ""),
        date=row.get("date", ""),
        address=row.get("address", ""),
        kind=row.get("kind", ""),
        kind_name=row.get("kind_name", row.get("kind", "")),
        licence=row.get("licence", ""),
        retrieved=row.get("retrieved", ""),
        facts=facts,
    )


def all_sources() -> dict[str, Source]:
    """Every source by id, in the order of publisher and title."""
    reading = service().reading
    facts = {r["source"]: int(r["facts"]) for r in reading.page("source_facts") if "source" in r}
    found: dict[str, Source] = {}
    for row in reading.page("sources"):
        source = _source(row, facts.get(row["source"], 0))
        if source.id:
            found.setdefault(source.id, source)
    return found


def by_kind(sources: Sequence[Source]) -> list[tuple[str, str, list[Source]]]:
    """Sources by kind, the kind with most resting on it first: (kind, its name, sources)."""
    kinds: dict[str, list[Source]] = {}
    for source in sources:
        kinds.setdefault(source.kind, []).append(source)
    ordered = sorted(kinds.items(), key=lambda item: -sum(s.facts for s in item[1]))
    return [(kind, same[0].kind_name or "not stated", same) for kind, same in ordered]


@blueprint.get("/sources")
def index() -> Response:
    """List every source with its publisher, date, licence and the facts that rest on it."""
    here = service()
    tag = caching.entity_tag("sources", here.version, here.engine.snapshot_id)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    sources = list(all_sources().values())
    page = render_template(
        "sources.html", kinds=by_kind(sources), sources=sources, facts=sum(s.facts for s in sources)
    )
    return caching.mark(make_response(page), tag)


@blueprint.get("/sources/<name>")
def source(name: str) -> Response:
    """Show one source and what rests on it."""
    if not is_local_name(name):
        abort(404)
    here = service()
    found = all_sources().get(name)
    if found is None:
        raise NotFoundError(
            f"There is no source {name!r}.", remedy="All of them are listed at /sources."
        )
    tag = caching.entity_tag("source", name, here.version, here.engine.snapshot_id)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    iri = GRAPH + name
    query = page_query("source_records").replace("<SOURCE>", f"<{iri}>")
    page = render_template(
        "source.html",
        source=found,
        classes=here.reading.rows(page_query("source_classes").replace("<SOURCE>", f"<{iri}>")),
        records=here.reading.rows(f"{query}LIMIT {SHOWN}"),
        shown=SHOWN,
        query=query,
    )
    return caching.mark(make_response(page), tag)
