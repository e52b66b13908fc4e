"""The pages of things in Chromium, and that no page ever links a script."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from kg.snapshot import publish
from tests.browser.conftest import Visit
from tests.serving import REPOSITORY, serving
from tests.small import publish_small

pytestmark = pytest.mark.browser

ID = "https://w3id.org/critmat/id"
#: IRIs that a parser of RDF takes and that a browser would run or load.
HOSTILE = f"""
<{ID}/trap> <http://www.w3.org/2000/01/rdf-schema#label> "trap" <urn:g> .
<{ID}/trap> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> <urn:g> .
<{ID}/trap> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <data:text/html,x> <urn:g> .
<{ID}/trap> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <vbscript:x> <urn:g> .
<{ID}/trap> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <https://example.org/> <urn:g> .
<{ID}/trap> <javascript:alert(2)> "x" <javascript:alert(3)> .
<javascript:alert(4)> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <{ID}/trap> <urn:g> .
<{ID}/trap> <urn:u> "javascript:alert(5)"^^<http://www.w3.org/2001/XMLSchema#anyURI> <urn:g> .
<{ID}/trap> <urn:t> "x"^^<javascript:alert(6)> <urn:g> .
""".strip()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over the small graph with IRIs that nobody should click."""
    root: Path = tmp_path_factory.mktemp("hostile-things")
    plain = tmp_path_factory.mktemp("plain")
    publish_small(plain)
    lines = (plain / "small.nq").read_bytes().splitlines() + HOSTILE.encode().splitlines()
    file = root / "data.nq"
    file.write_bytes(b"".join(line + b"\n" for line in sorted(lines)))
    publish([file], root, critmat_version="test")
    script = REPOSITORY / "tests" / "service" / "serve_small.py"
    with serving([sys.executable, script], root) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, hostile: str) -> Iterator[Visit]:
    context = browser.new_context()
    yield Visit(context, hostile)
    context.close()


def asked(query: str) -> str:
    return "/sparql?" + urlencode({"query": query})


@pytest.mark.parametrize(
    "path",
    [
        "/id/trap",
        "/id?iri=javascript:alert(4)",
        "/id?iri=javascript:alert(2)",
        "/id/evil-gun",
        "/sources",
        "/sources/evil",
        "/ontology",
        asked("SELECT * WHERE { ?s ?p ?o }"),
        asked("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?p"),
        asked("DESCRIBE <https://w3id.org/critmat/id/trap>"),
        f"/explain?subject={ID}/trap&predicate=rdfs:seeAlso&object=javascript:alert(1)",
        "/none",
    ],
)
def test_no_page_links_what_a_browser_would_run(visitor: Visit, path: str) -> None:
    page = visitor.open(path)
    addresses = page.eval_on_selector_all(
        "[href], [src], [action]", "all => all.map(e => e.href || e.src || e.action)"
    )
    assert addresses
    for address in addresses:
        assert str(address).startswith(("http://", "https://")), address
    assert all(request.startswith(visitor.site) for request in visitor.requests)


def test_a_thing_that_is_all_traps_shows_them_as_text(visitor: Visit) -> None:
    page = visitor.open("/id/trap")
    text = page.inner_text("main")
    for shown in ("javascript:alert(1)", "data:text/html,x", "javascript:alert(5)"):
        assert shown in text
    assert page.locator('a[href="https://example.org/"]').count() == 1
    assert not visitor.complaints


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_of_a_thing_fits_and_leads_on(browser: Browser, hostile: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    visit = Visit(context, hostile)
    page = visit.open("/id/f-35")
    assert page.inner_text("h1") == "F-35 Lightning II"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click('a[href="/id/bom-1"]')
    assert page.locator("text=motors in the flight controls").count() >= 1
    assert not visit.complaints
    context.close()
