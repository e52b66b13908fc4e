"""Chromium over a real server with the small graph."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from kg.facts import load_package
from kg.quality import measure
from tests.kg.quality.invented_facts import write_facts
from tests.serving import REPOSITORY, serving
from tests.small import publish_small


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("site")
    facts = write_facts(tmp_path_factory.mktemp("facts"))
    publish_small(root, measure(load_package(facts)).to_json())
    script = REPOSITORY / "tests" / "service" / "serve_small.py"
    with serving([sys.executable, script], root) as address:
        yield address


class Visit:
    """A page with a record of what it asked for and complained of."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page: Page = context.new_page()
        self.site = site
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Open a browser window; the arguments are those of a Playwright context."""
    contexts: list[BrowserContext] = []

    def start(**options: object) -> Visit:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        return Visit(context, site)

    yield start
    for context in contexts:
        context.close()
