"""How good the data are: a page and a JSON document at ``/data-quality``."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from kg.errors import NotFoundError, UsageError
from kg.quality.groups import (
    AGES,
    NO_DATE,
    importer_files,
    source_kinds,
    table_wholes,
    unused_sources,
)
from kg.quality.wholes import TOLERANCE
from kg.quality.words import RULES, STATUSES, kind_words, percent, sum_words
from service import parameters
from service.context import service
from service.protocol import caching
from service.protocol.negotiation import DOCUMENT, wants_page

blueprint = Blueprint("quality", __name__)


@blueprint.get("/data-quality")
def page() -> Response:
    """Show the data quality report of the snapshot in use.

    As a page or, where the client would rather have it or with ``format=json``, as JSON.
    """
    given = parameters.of_url(request)
    if unknown := sorted(set(given) - {"format"}):
        raise UsageError(
            f"The data quality report has no parameter {unknown[0][:50]!r}.",
            remedy="It has: format.",
        )
    accept = request.headers.get("Accept", "*/*")
    if not wants_page(accept, parameters.single(given, "format")):
        return _varying(document())
    tag = _tag("page")
    if caching.matches(request, tag):
        return _varying(caching.mark(Response(status=304), tag))
    quality = service().quality
    if quality is None:
        return _varying(caching.mark(make_response(render_template("quality.html")), tag))
    report = quality.report
    text = render_template(
        "quality.html",
        report=report,
        statuses=report.statuses,
        in_graph=[table for table in report.tables if table.in_graph],
        beside=[table for table in report.tables if not table.in_graph],
        on_news=sorted(
            (table for table in report.tables if table.on_news),
            key=lambda table: (-table.on_news, table.table),
        ),
        ages=[*(name for name, _ in AGES), NO_DATE],
        kinds=source_kinds(report),
        unused=unused_sources(report.sources),
        importers=importer_files(report),
        wholes=table_wholes(report),
        tolerance=TOLERANCE,
        identities=sorted(report.identities.items(), key=lambda item: (-item[1], item[0])),
        status_words=STATUSES,
        rule_words=RULES,
        kind_words=kind_words,
        percent=percent,
        sum_words=sum_words,
    )
    return _varying(caching.mark(make_response(text), tag))


@blueprint.get("/data-quality.json")
def document() -> Response:
    """The same as JSON."""
    quality = service().quality
    if quality is None:
        raise NotFoundError(
            "The snapshot that is served here has no data quality report.",
            remedy="Build one with `critmat build`, or run `critmat check --report FILE`.",
        )
    tag = _tag("document")
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    return caching.mark(Response(quality.text, mimetype=DOCUMENT.media_type), tag)


def _tag(form: str) -> str:
    """The validator: a snapshot keeps its name when its quality is measured anew."""
    here = service()
    measured = here.quality.checksum if here.quality else ""
    return caching.entity_tag("data-quality", form, here.version, here.engine.snapshot_id, measured)


def _varying(response: Response) -> Response:
    response.vary.add("Accept")
    return response
