"""The sources: all of them, to be searched, and each with what rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, render_template, request

from kg.errors import NotFoundError, UsageError
from kg.namespaces import GRAPH, is_local_name
from service import parameters
from service.context import service
from service.pages.presentation import source_id
from service.protocol import caching
from service.reading import Row, page_query

blueprint = Blueprint("sources", __name__)

#: Records shown on the page of a source; the query below them gives all.
SHOWN = 100
#: Sources on one page of the list.
PAGE = 50

#: In which order the list may stand, and how that reads.
ORDERS = {"records": "most records first", "publisher": "by publisher", "date": "newest first"}
_PARAMETERS = ("q", "kind", "order", "page")


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

    @property
    def words(self) -> str:
        """What a search looks at."""
        return f"{self.title} {self.publisher} {self.date} {self.id} {self.address}".casefold()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sources: how many there are, and how many records rest on them."""

    name: str
    label: str
    sources: int
    facts: int


@dataclass(frozen=True, slots=True)
class Search:
    """What the list of sources was asked for."""

    words: str = ""
    kind: str = ""
    order: str = "records"
    page: int = 1

    def address(self, **other: str | int) -> str:
        """The query string of this search with some values changed."""
        values: dict[str, str | int] = {
            "q": self.words, "kind": self.kind, "order": self.order, "page": self.page, **other
        }  # fmt: skip
        plain = {"q": "", "kind": "", "order": "records", "page": 1}
        given = {name: value for name, value in values.items() if value != plain[name]}
        return f"?{urlencode(given)}" if given else ""

    def finds(self, source: Source) -> bool:
        """True where the source is of the kind and has every word."""
        kind_fits = not self.kind or source.kind == self.kind
        return kind_fits and all(w in source.words for w in self.words.casefold().split())


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


def kinds_of(sources: Sequence[Source]) -> list[Kind]:
    """The kinds of sources, the one with most resting on it first."""
    by_kind: dict[str, list[Source]] = {}
    for source in sources:
        by_kind.setdefault(source.kind, []).append(source)
    kinds = [
        Kind(name, same[0].kind_name or "not stated", len(same), sum(s.facts for s in same))
        for name, same in by_kind.items()
    ]
    return sorted(kinds, key=lambda kind: -kind.facts)


def in_order(sources: Sequence[Source], order: str) -> list[Source]:
    """Sources in one of :data:`ORDERS`; given by publisher, as :func:`all_sources` does."""
    if order == "records":
        return sorted(sources, key=lambda source: -source.facts)
    if order == "date":
        return sorted(sources, key=lambda source: source.date, reverse=True)
    return list(sources)


def _search(given: Mapping[str, Sequence[str]], kinds: Sequence[Kind]) -> Search:
    """Read a search from the address; raises :class:`UsageError` for what it cannot mean."""
    for name, values in given.items():
        if name not in _PARAMETERS:
            raise UsageError(
                f"The list of sources has no parameter {name!r}.",
                remedy=f"It has: {', '.join(_PARAMETERS)}.",
            )
        if len(values) > 1:
            raise UsageError(f"The parameter {name!r} stands twice.", remedy="Keep one of them.")
    value = {name: values[0].strip() for name, values in given.items() if values[0].strip()}
    kind, order = value.get("kind", ""), value.get("order", "records")
    known = [k.name for k in kinds]
    if kind and kind not in known:
        raise UsageError(
            f"There is no kind of sources {kind!r}.", remedy=f"There are: {', '.join(known)}."
        )
    if order not in ORDERS:
        raise UsageError(f"There is no order {order!r}.", remedy=f"There are: {', '.join(ORDERS)}.")
    page = value.get("page", "1")
    if not (page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) > 0):
        raise UsageError(f"{page!r} is no page.", remedy="Give a number from 1.")
    return Search(value.get("q", ""), kind, order, int(page))


@blueprint.get("/sources")
def index() -> Response:
    """List the sources with their publishers, dates and the records that rest on them.

    ``q`` looks for words in title, publisher, date and address; ``kind``, ``order`` and ``page``
    are what they say.
    """
    here = service()
    given = parameters.of_url(request)
    asked = repr(sorted(given.items()))
    tag = caching.entity_tag("sources", here.version, here.engine.snapshot_id, asked)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    sources = list(all_sources().values())
    kinds = kinds_of(sources)
    search = _search(given, kinds)
    found = in_order([source for source in sources if search.finds(source)], search.order)
    pages = max(1, -(-len(found) // PAGE))
    if search.page > pages:
        raise NotFoundError(f"There is no page {search.page}.", remedy=f"The last is {pages}.")
    page = render_template(
        "sources.html",
        search=search,
        kinds=kinds,
        orders=ORDERS,
        total=len(sources),
        facts=sum(s.facts for s in sources),
        found=len(found),
        start=(search.page - 1) * PAGE,
        shown=found[(search.page - 1) * PAGE : search.page * PAGE],
        pages=pages,
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
