"""A client that says exactly what it is told to, over real HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Names of headers have no capitals."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def __str__(self) -> str:
        return f"{self.status} {self.body[:300].decode('utf-8', 'replace')}"


@dataclass(frozen=True, slots=True)
class Client:
    """Talks to one service, with a token for what needs one."""

    address: str
    token: str

    @property
    def authority(self) -> str:
        """Host and port."""
        return urlsplit(self.address).netloc

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """One request on a connection of its own, with no header that was not asked for but
        ``Host``, ``Content-Length`` and ``Authorization``."""
        connection = http.client.HTTPConnection(self.authority, timeout=60)
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, names, answer.read())
        finally:
            connection.close()

    def query(self, text: str, accept: str) -> Reply:
        """Send a query as it stands."""
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        return self.send("POST", "/sparql", headers, text.encode("utf-8"))

    def update(self, text: str) -> Reply:
        """Send an update as it stands."""
        headers = {"Content-Type": "application/sparql-update"}
        return self.send("POST", "/update", headers, text.encode("utf-8"))

    def prepare(self, update: str) -> None:
        """Send an update that must succeed; raises ``RuntimeError`` where it does not."""
        reply = self.update(update)
        if not 200 <= reply.status < 300:
            raise RuntimeError(f"the store could not be prepared: {reply}")
