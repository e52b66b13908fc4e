"""A small site for the scripts of the pages: static pages with the markup that they enhance, sent
with the headers of the service, and routes that answer as the service does, or as a test says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from service.headers import CONTENT_SECURITY_POLICY
from tests.serving import REPOSITORY

STATIC = REPOSITORY / "service" / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain"}

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What a route answers with."""

    body: str
    type: str = "text/html"
    status: int = 200
    seconds: float = 0


@dataclass
class Site:
    """The pages and routes that a test lays out, and the requests that came."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def page(self, path: str, body: str, *, title: str = "A page") -> str:
        """Lay out a page; gives its address."""
        self.answers[path] = Answer(
            f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><title>{escape(title)}</title>
            <link rel="icon" href="/static/mark.svg">
            <link rel="stylesheet" href="/static/critmat.css">
            <link rel="stylesheet" href="/static/build/questions.css">
            <script type="module" src="/static/build/questions.js"></script></head>
            <body><main id="main">{body}</main></body></html>"""
        )
        return self.address + path

    def options(self, path: str, *options: tuple[str, str, int | None], more: bool = False) -> None:
        """Lay out the offers of a field: value, label, count. They are searched by ``q``."""
        listed = [{"value": v, "label": name, "count": count} for v, name, count in options]
        self.answers[path] = Answer(
            json.dumps({"options": listed, "more": more}), "application/json"
        )

    def asked(self, path: str) -> list[dict[str, list[str]]]:
        """The queries that came for a path."""
        found = [urlsplit(each) for each in self.requests]
        return [parse_qs(each.query, keep_blank_values=True) for each in found if each.path == path]


def chart(data: Mapping[str, object], description: str = "What the chart shows, in words.") -> str:
    """A figure as the pages write it."""
    name = f"chart-{abs(hash(json.dumps(data)))}"
    text = json.dumps(data).replace("<", "\\u003c")
    return (
        f'<figure class="chart" data-chart="{name}"><figcaption>{escape(description)}</figcaption>'
        f'<script type="application/json" id="{name}">{text}</script></figure>'
    )


def until(page: Page, expression: str, seconds: float = 10) -> None:
    """Wait until a JavaScript expression is true; Playwright's own way the policy does not let."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(50)


@contextmanager
def running() -> Iterator[Site]:
    """Serve a site on a port of its own."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if not url.path.startswith("/static/"):
                site.requests.append(self.path)
            answer = _static(url.path) or _searched(site.answers.get(url.path), url.query)
            time.sleep(answer.seconds)
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", f"{answer.type}; charset=utf-8")
            self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # where the page gave it up
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def _static(path: str) -> Answer | None:
    file = STATIC / path.removeprefix("/static/")
    if not path.startswith("/static/") or ".." in path or not file.is_file():
        return None
    return Answer(file.read_text(encoding="utf-8"), TYPES.get(file.suffix, "image/svg+xml"))


def _searched(answer: Answer | None, query: str) -> Answer:
    if answer is None:
        return Answer("<p>Not found.</p>", status=404)
    if answer.type != "application/json" or answer.status != 200:
        return answer
    try:
        document = json.loads(answer.body)
    except ValueError:
        return answer
    if not all(set(option) >= {"label"} for option in document.get("options", [{}])):
        return answer
    wanted = "".join(parse_qs(query).get("q", [])).lower()
    document["options"] = [o for o in document["options"] if wanted in o["label"].lower()]
    return Answer(json.dumps(document), answer.type, answer.status, answer.seconds)
