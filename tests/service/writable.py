"""A real server that takes changes, and a client that speaks to it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from service.access.principal import Role
from service.access.tokens import Tokens
from tests.serving import REPOSITORY, serving
from tests.small import publish_small

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Reply:
    """An answer: ``headers`` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.body)
        return value


@dataclass(frozen=True)
class WritableServer:
    """A server and a token of each role."""

    address: str
    root: Path
    tokens: Mapping[str, str]

    def send(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        *,
        role: str = "",
        media_type: str = "",
        **headers: str,
    ) -> Reply:
        """Send one request; ``role`` is the name of a token, underscores in headers are hyphens."""
        parts = urlsplit(self.address)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=60)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if role:
            given["Authorization"] = f"Bearer {self.tokens[role]}"
        if media_type:
            given["Content-Type"] = media_type
        data = body.encode() if isinstance(body, str) else body
        try:
            line.request(method, path, data, given)
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            line.close()

    def update(self, text: str, *, role: str = "editor", **parameters: list[str]) -> Reply:
        """Send an update."""
        names = {name.replace("_", "-"): values for name, values in parameters.items()}
        address = f"/update?{urlencode(names, doseq=True)}" if names else "/update"
        return self.send("POST", address, text, role=role, media_type="application/sparql-update")

    def ask(self, query: str) -> bool:
        """What an ASK query says."""
        reply = self.send("GET", "/sparql?" + urlencode({"query": query, "format": "json"}))
        assert reply.status == 200, reply.body
        return bool(json.loads(reply.body)["boolean"])


@contextmanager
def writable_server(root: Path, **settings: str) -> Iterator[WritableServer]:
    """Serve the small graph from ``root`` with updates on; settings by their names."""
    publish_small(root)
    tokens = Tokens(root)
    made = {role.value: tokens.create(role.value, role)[1] for role in Role}
    made["mine"] = tokens.create("mine", Role.WRITER, ("http://example.org/mine/*",))[1]
    made["half"] = tokens.create("half", Role.EDITOR, ("http://example.org/mine/*",))[1]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "CRITMAT_ENABLE_UPDATES": "1"}
    environment |= {f"CRITMAT_{name.upper()}": value for name, value in settings.items()}
    with serving(
        [sys.executable, HERE / "serve_small.py"], root, environment=environment
    ) as address:
        yield WritableServer(address, root, made)
