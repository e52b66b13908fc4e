"""Which format is chosen for which Accept header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engines.engine import QueryForm
from service.protocol.negotiation import MEDIA_TYPES, NoFormatError, negotiate

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "solutions", "graph"),
    [
        ("*/*", JSON, "text/turtle"),
        ("", JSON, "text/turtle"),
        ("text/csv", "text/csv", None),
        ("text/*", "text/csv", "text/turtle"),
        ("text/csv;q=0.1, application/sparql-results+xml", XML, None),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.5", "text/csv", None),
        ("text/tab-separated-values, text/csv", "text/tab-separated-values", None),
        ("*/*, text/csv", "text/csv", "text/turtle"),
        ("text/turtle, */*;q=0.1", JSON, "text/turtle"),
        (f"{JSON};q=0, */*", XML, "text/turtle"),
        ("application/json", JSON, "application/ld+json"),
        ("application/ld+json", None, "application/ld+json"),
        ("application/trig, application/n-quads", None, "application/trig"),
        ("application/n-quads", None, "application/n-quads"),
        ("application/rdf+xml", None, "application/rdf+xml"),
        ("application/xml", XML, "application/rdf+xml"),
        ("TEXT/CSV ; Q=1.0", "text/csv", None),
        ("text/csv;q=nonsense, application/json", JSON, "application/ld+json"),
    ],
)
def test_accept(accept: str, solutions: str | None, graph: str | None) -> None:
    formats = negotiate(accept, None).formats
    assert (formats.solutions, formats.graph) == (solutions, graph)
    assert formats.boolean == formats.solutions


def test_an_alias_is_what_the_answer_is_labelled_with() -> None:
    wanted = negotiate("application/json", None)
    assert wanted.label(JSON, QueryForm.SOLUTIONS) == "application/json"
    assert negotiate("*/*", None).label("text/csv", QueryForm.SOLUTIONS).endswith("charset=utf-8")


def test_a_browser_gets_a_page_and_nobody_else_does() -> None:
    assert negotiate(BROWSER, None).page
    for accept in ("*/*", "text/csv, text/html;q=0.5", "application/json, text/html", "text/csv"):
        assert not negotiate(accept, None).page, accept


@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0", "application/json;q=0"])
def test_nothing_fits(accept: str) -> None:
    with pytest.raises(NoFormatError) as caught:
        negotiate(accept, None)
    assert caught.value.available == list(MEDIA_TYPES)


def test_format_goes_before_accept() -> None:
    formats = negotiate("text/turtle", "csv").formats
    assert (formats.solutions, formats.graph) == ("text/csv", None)
    assert negotiate("text/csv", "html").page
    with pytest.raises(NoFormatError, match="no format"):
        negotiate("*/*", "pdf")


@given(st.text(max_size=80))
def test_any_header_gives_a_choice_or_a_refusal(accept: str) -> None:
    try:
        wanted = negotiate(accept, None)
    except NoFormatError:
        return
    formats = wanted.formats
    assert wanted.page or formats.solutions in MEDIA_TYPES or formats.graph in MEDIA_TYPES
