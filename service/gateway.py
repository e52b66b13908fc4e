"""Between the server and the Flask application: patience with slow clients, and none too much.

Flask works in threads, of which there are few. Here, on the event loop, nothing costs a thread:
bodies are read whole before Flask sees the request, answers are sent as fast as the client reads
them, and a client that hangs up has its query stopped. The endpoint has threads of its own, so
that pages and ``/health`` answer while every one of those waits for an engine.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from kg.engines.engine import Abandonment
from service.context import CLIENT
from service.limits import MAXIMUM_BODY, UNREAD_BODY, BodyState

_LOG = logging.getLogger(__name__)

#: The only path that takes a body; elsewhere none is read.
_ENDPOINT = "sparql"

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client may take to send a body, and to take a chunk of the answer; bytes of
    all bodies together that may be on their way."""

    body: float = 10.0
    chunk: float = 30.0
    bodies: int = 64 * MAXIMUM_BODY


class Gateway:
    """An ASGI application that runs a WSGI application in threads."""

    def __init__(
        self, application: Application, threads: int, patience: Patience | None = None
    ) -> None:
        self.application = application
        self.patience = patience or Patience()
        few = max(1, threads // 4)
        self._light: Executor = ThreadPoolExecutor(few, "page")
        self._heavy: Executor = ThreadPoolExecutor(max(1, threads - few), "endpoint")
        self._arriving = 0

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        environ = _environ(scope)
        at_endpoint = environ["PATH_INFO"].strip("/") == _ENDPOINT
        if at_endpoint:
            state, body = await self._body(environ, receive)
            if state is BodyState.GONE:
                return
            environ["wsgi.input"] = io.BytesIO(body)
            environ[UNREAD_BODY] = state
            if state is BodyState.WHOLE:
                environ["CONTENT_LENGTH"] = str(len(body))
        client = environ[CLIENT] = Abandonment()
        watcher = None
        if at_endpoint and environ[UNREAD_BODY] is BodyState.WHOLE:
            watcher = asyncio.ensure_future(_watch(receive, client))
        try:
            answer = await asyncio.get_running_loop().run_in_executor(
                self._heavy if at_endpoint else self._light, self._call, environ, client
            )
        finally:
            if watcher is not None:
                watcher.cancel()
        if answer is not None:
            await self._send(answer, send)

    async def _body(self, environ: Mapping[str, Any], receive: Receive) -> tuple[BodyState, bytes]:
        """Read a body, if it comes in time, is not too large, and not too many come at once."""
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdigit() and int(length) > MAXIMUM_BODY:
            return BodyState.TOO_LARGE, b""
        reserved = 0
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self.patience.body):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return BodyState.GONE, b""
                    part = message.get("body", b"")
                    parts.append(part)
                    size += len(part)
                    if size > MAXIMUM_BODY:
                        return BodyState.TOO_LARGE, b""
                    if not message.get("more_body", False):
                        return BodyState.WHOLE, b"".join(parts)
                    if self._arriving + len(part) > self.patience.bodies:
                        return BodyState.TOO_MANY, b""
                    reserved += len(part)
                    self._arriving += len(part)
        except TimeoutError:
            return BodyState.TOO_SLOW, b""
        finally:
            self._arriving -= reserved

    def _call(self, environ: Mapping[str, Any], client: Abandonment) -> _Answer | None:
        """Run the application; in a thread. ``None`` where the client has gone meanwhile."""
        if client.gone:
            return None
        head: list[Any] = []

        def start_response(status: str, headers: Any, _exc_info: Any = None) -> None:
            head[:] = [int(status.partition(" ")[0]), headers]

        chunks = self.application(environ, start_response)
        status, headers = head
        answer = _Answer(status, headers, chunks)
        if client.gone:
            answer.close()
            return None
        return answer

    async def _send(self, answer: _Answer, send: Send) -> None:
        """Send an answer as fast as the client takes it, a chunk in memory at a time."""
        loop = asyncio.get_running_loop()
        try:
            headers = [
                (k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers
            ]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            if isinstance(answer.chunks, list | tuple):
                await self._patiently(send, b"".join(answer.chunks), more=False)
                return
            rest = iter(answer.chunks)
            while chunk := await loop.run_in_executor(self._light, next, rest, b""):
                await self._patiently(send, chunk, more=True)
            await self._patiently(send, b"", more=False)
        except TimeoutError:
            _LOG.info("a client stopped reading; its connection is ended")
            raise ConnectionAbortedError("the client stopped reading") from None
        finally:
            answer.close()

    async def _patiently(self, send: Send, body: bytes, *, more: bool) -> None:
        message = {"type": "http.response.body", "body": body, "more_body": more}
        async with asyncio.timeout(self.patience.chunk):
            await send(message)


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[str, str]]
    chunks: Iterable[bytes]

    def close(self) -> None:
        close = getattr(self.chunks, "close", None)
        if close is not None:
            close()


async def _watch(receive: Receive, client: Abandonment) -> None:
    """Wait for the client to hang up."""
    while (await receive())["type"] != "http.disconnect":
        pass
    client.leave()


def _environ(scope: Mapping[str, Any]) -> dict[str, Any]:
    """The request as WSGI wants it (PEP 3333): texts whose characters stand for bytes."""
    path = scope.get("raw_path") or scope["path"].encode()
    host, port = scope.get("server") or ("", "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").upper().replace("-", "_")
        if b"_" in raw:
            continue  # "content_length" must not pass for "content-length"
        if name not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            name = f"HTTP_{name}"
        text = value.decode("latin-1")
        environ[name] = f"{environ[name]},{text}" if name in environ else text
    return environ
