"""A real server with small budgets that writes its log to a file."""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from service.access.principal import Role
from service.access.tokens import Tokens
from tests.serving import REPOSITORY, serving
from tests.small import publish_small

SCRIPT = REPOSITORY / "tests" / "service" / "serve_small.py"
#: What one client may do at the server of these tests.
ERRORS, QUERIES = 4, 3
SETTINGS = {
    "TRUSTED_PROXIES": "1",
    "CLIENT_ERRORS": str(ERRORS),
    "CLIENT_QUERIES": str(QUERIES),
    "CLIENT_SECONDS": "20",
    "SLOW_QUERY": "0.5",
    "LOG_FORMAT": "json",
}


@dataclass(frozen=True)
class Reply:
    """An answer, its headers by their names in small letters."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Service:
    """A running server; ``tokens`` by role."""

    address: str
    log: Path
    tokens: dict[Role, str] = field(default_factory=dict)

    def send(
        self, path: str, method: str = "GET", *, client: str = "198.51.100.250", **headers: str
    ) -> Reply:
        """Send a request as a client with that address."""
        line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            line.request(method, path, headers={"X-Forwarded-For": client, **headers})
            reply = line.getresponse()
            named = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, reply.read(), named)
        finally:
            line.close()

    def query(self, text: str, timeout: float = 5, **given: str) -> Reply:
        """Send a query."""
        return self.send(f"/sparql?timeout={timeout:g}&query={quote(text)}", **given)

    def logged(self) -> list[dict[str, Any]]:
        """All lines of the log so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server behind a proxy that is trusted, so that each test can be many clients."""
    root = tmp_path_factory.mktemp("busy")
    publish_small(root)
    tokens = {role: Tokens(root).create(role.value, role)[1] for role in Role}
    log = root / "log"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    environment |= {f"CRITMAT_{name}": value for name, value in SETTINGS.items()}
    command = ["sh", "-c", 'exec "$0" "$1" 2>"$2"', sys.executable, SCRIPT, log]
    with serving(command, root, environment=environment) as address:
        yield Service(address, log, tokens)
