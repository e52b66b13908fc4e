"""What goes with the ontology: shapes in words, modelling patterns, competency questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, has_app_context, make_response, render_template, request
from markdown_it import MarkdownIt
from markdown_it.token import Token
from werkzeug.wrappers import Response as AnyResponse

from kg.check.competency import CompetencyQuestion, read_competency_folder
from kg.check.expectation import Cell, Refusal, Table
from kg.namespaces import expand, shorten
from kg.reference.diagrams import svg
from kg.reference.flowcharts import read_flowchart
from kg.reference.patterns import FILES, Pattern, pattern_of, read_patterns
from kg.reference.shapes import Shape, read_shapes
from kg.shipped import ontology_dir
from service.context import service
from service.pages.ontology_documents import wanted
from service.pages.ontology_library import library, term_address, term_link
from service.protocol import caching

blueprint = Blueprint("ontology_guides", __name__)


@blueprint.get("/ontology/shapes")
def shapes() -> AnyResponse:
    """Say what each record must have, and the remedy where it has not."""
    return _page(("shapes",), "ontology/shapes.html", lambda: {"files": _shapes_by_file()})


@blueprint.get("/ontology/patterns")
def patterns() -> AnyResponse:
    """List the modelling patterns."""
    return _page(("patterns",), "ontology/patterns.html", lambda: {"patterns": read_patterns()})


@blueprint.get("/ontology/patterns/<name>")
def pattern(name: str) -> AnyResponse:
    """Show one pattern: its text, its example, its shape and its question."""
    found = pattern_of(read_patterns(), name)
    return _page(("pattern", name), "ontology/pattern.html", lambda: _pattern(found))


@blueprint.get("/ontology/competency")
def competency() -> AnyResponse:
    """List what the ontology must be able to answer."""
    return _page(("competency",), "ontology/competency.html", _competency)


def _shapes_by_file() -> dict[str, list[Shape]]:
    reference = library().reference
    by_file: dict[str, list[Shape]] = {}
    for shape in read_shapes(reference.label):
        by_file.setdefault(shape.file, []).append(shape)
    return by_file


def _draw(tokens: list[Token]) -> None:
    """Flowcharts become drawings; one that cannot be read stays the text that it is."""
    for number, token in enumerate(tokens):
        chart = read_flowchart(token.content) if token.info.strip() == "mermaid" else None
        if chart is not None:
            name, title = f"chart-{number}", "The pattern as a picture"
            drawing = svg(chart.picture, name, title, partial(_address, chart.terms))
            token.type, token.tag = "html_block", ""
            token.content = (
                '<div class="scroll drawing" role="region" aria-label="The pattern as a picture" '
                f'tabindex="0">{drawing}</div>'
            )


def _address(terms: Mapping[str, str], key: str) -> str:
    return term_address(terms[key]) if key in terms else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A competency question as its page shows it: what is expected stands in a table, or in
    words."""

    question: CompetencyQuestion
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    words: str = ""


def _competency() -> dict[str, Any]:
    questions, _ = read_competency_folder(ontology_dir() / "competency")
    by_module: dict[str, list[Asked]] = {}
    for question in questions:
        by_module.setdefault(question.module or "all modules", []).append(asked(question))
    return {"modules": by_module, "total": len(questions)}


def asked(question: CompetencyQuestion) -> Asked:
    """A question with its expectation in the words of a page."""
    expected = question.expectation
    if isinstance(expected, Table):
        rows = tuple(tuple(map(_cell, row)) for row in expected.rows)
        return Asked(question, expected.columns, rows)
    if isinstance(expected, Refusal):
        return Asked(question, words=f"Nothing must come out. {expected.reason}")
    return Asked(question, words="Yes." if expected else "No.")


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:g}"
    return shorten(cell.value)


def _pattern(found: Pattern) -> dict[str, Any]:
    return {
        "pattern": found,
        "text": markdown(found.text),
        "files": [(name, FILES[name], text) for name, text in found.files.items()],
    }


def markdown(text: str) -> str:
    """Markdown as HTML that is safe on a page: raw HTML is shown as text, addresses of scripts and
    data are no links, headings stand below that of the page.

    >>> markdown("<script>alert(1)</script>").strip()
    '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    _lower_headings(tokens)
    _link_terms(tokens)
    _draw(tokens)
    return str(reader.renderer.render(tokens, reader.options, {}))


def _lower_headings(tokens: list[Token]) -> None:
    """The page has the one ``h1``; the text's first level becomes ``h2``, lower ones follow."""
    levels = [int(t.tag[1]) for t in tokens if t.type == "heading_open"]
    shift = 2 - min(levels, default=2)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")


def _link_terms(tokens: list[Token]) -> None:
    """Names of our terms in code become links to their pages."""
    terms = library().reference.terms if has_app_context() else {}
    for token in tokens:
        children: list[Token] = []
        for child in token.children or ():
            address = ""
            if child.type == "code_inline" and child.content.startswith("cm:"):
                iri = expand(child.content)
                address = term_link(iri) if iri in terms else ""
            if address:
                opened = Token("link_open", "a", 1)
                opened.attrSet("href", address)
                children.extend([opened, child, Token("link_close", "a", -1)])
            else:
                children.append(child)
        if token.children:
            token.children = children


def _page(key: tuple[str, ...], template: str, shown: Callable[[], dict[str, Any]]) -> Response:
    """A page, made once for each snapshot; 406 for a client that takes no page."""
    wanted(request, ())
    here = library()
    tag = caching.entity_tag("ontology", service().version, here.snapshot_id, *key)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    body = here.page(
        (*key, "html"),
        lambda: render_template(
            template, reference=here.reference, shorten=shorten, **shown()
        ).encode(),
    )
    response = make_response(body)
    response.content_type = "text/html; charset=utf-8"
    response.vary.add("Accept")
    return caching.mark(response, tag)
