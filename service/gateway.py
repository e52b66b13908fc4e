"""Between the server and the Flask application: patience with slow clients, and none too much.

Flask works in threads, of which there are few. Here, on the event loop, nothing costs a thread:
bodies are read whole before Flask sees the request, answers are sent as fast as the client reads
them, and a client that hangs up has its query stopped. The endpoint has threads of its own, so
that pages and ``/health`` answer while every one of those waits for an engine; and so have
changes, which wait for the disk. Of a body that would change something not one byte is read before
it is known who sends it, and a document goes to a file as it comes.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from kg.engines.engine import Abandonment, OverloadedError
from kg.errors import CritmatError
from service.context import CLIENT
from service.doors import READING, Door
from service.limits import BODY_LIMIT, MAXIMUM_BODY, REFUSAL, SlowBodyError, body_too_large
from service.uploads import UPLOAD, Upload

_LOG = logging.getLogger(__name__)

#: Bytes of a document that are gathered before they are written to its file.
_GATHERED = 256 * 1024

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client may take to send a body, and to take a chunk of the answer; bytes of
    all bodies in memory that may be on their way; bytes a second at which a document must come,
    once the time for a body is over.

    A client that was refused may go on sending while not more than ``linger`` seconds pass without
    a part, for no longer than any other has for a body, and not more than ``unread`` bytes."""

    body: float = 10.0
    chunk: float = 30.0
    bodies: int = 64 * MAXIMUM_BODY
    pace: int = 64 * 1024
    linger: float = 2.0
    unread: int = 64 * 1024 * 1024


class Entrance(Protocol):
    """Knows which requests have a body; see :class:`~service.doors.Doors`."""

    def door(self, environ: Mapping[str, Any]) -> Door | None:
        """The door that a request comes to; ``None`` where its body is not read."""
        ...

    def enter(self, door: Door, environ: dict[str, Any]) -> None:
        """Let somebody in, or raise."""
        ...


class Endpoint:
    """The entrance of a service that takes queries and no changes."""

    def door(self, environ: Mapping[str, Any]) -> Door | None:
        """Queries come in, and nothing else does."""
        return READING if environ["PATH_INFO"].strip("/") == "sparql" else None

    def enter(self, door: Door, environ: dict[str, Any]) -> None:
        """Everybody may ask."""


class _GoneError(Exception):
    """The client has hung up."""


class Gateway:
    """An ASGI application that runs a WSGI application in threads."""

    def __init__(
        self,
        application: Application,
        threads: int,
        patience: Patience | None = None,
        entrance: Entrance | None = None,
    ) -> None:
        self.application = application
        self.patience = patience or Patience()
        self.entrance = entrance or Endpoint()
        few = max(1, threads // 4)
        self._light: Executor = ThreadPoolExecutor(few, "page")
        self._heavy: Executor = ThreadPoolExecutor(max(1, threads - few), "endpoint")
        # Many that wait for the disk together are published together.
        self._changing: Executor = ThreadPoolExecutor(max(2, threads // 2), "change")
        self._arriving = 0

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        environ = _environ(scope)
        door = self.entrance.door(environ)
        client = environ[CLIENT] = Abandonment()
        watcher = None
        try:
            if door is not None:
                await self._enter(door, environ, receive)
                if environ.get(REFUSAL) is None:
                    watcher = asyncio.ensure_future(_watch(receive, client))
            answer = await asyncio.get_running_loop().run_in_executor(
                self._lane(door), self._call, environ, client
            )
        except _GoneError:
            return
        finally:
            if watcher is not None:
                watcher.cancel()
            if UPLOAD in environ:
                environ[UPLOAD].close()
        if answer is not None:
            await self._send(answer, send, receive if _goes_on_sending(environ) else None)

    def _lane(self, door: Door | None) -> Executor:
        if door is None:
            return self._light
        return self._heavy if door.admit is None else self._changing

    async def _enter(self, door: Door, environ: dict[str, Any], receive: Receive) -> None:
        """Let in who may come in, and then read the body; where not, leave the reason."""
        environ[BODY_LIMIT] = door.limit
        loop = asyncio.get_running_loop()
        try:
            if door.admit is not None:
                await loop.run_in_executor(self._lane(door), self.entrance.enter, door, environ)
            length = environ.get("CONTENT_LENGTH", "")
            if length.isdigit() and int(length) > door.limit:
                raise body_too_large(door.limit)
            environ.pop("HTTP_EXPECT", None)  # reading tells the client to go on
            if door.uploads is None:
                body = await self._body(door.limit, receive)
                environ["wsgi.input"] = io.BytesIO(body)
                environ["CONTENT_LENGTH"] = str(len(body))
            else:
                environ[UPLOAD] = upload = door.uploads.begin()
                await self._keep(upload, receive)
        except CritmatError as error:
            environ[REFUSAL] = error

    async def _body(self, limit: int, receive: Receive) -> bytes:
        """Read a body, if it comes in time, is not too large, and not too many come at once."""
        reserved = 0
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self.patience.body):
                while True:
                    part, more = await _part(receive)
                    parts.append(part)
                    size += len(part)
                    if size > limit:
                        raise body_too_large(limit)
                    if not more:
                        return b"".join(parts)
                    if self._arriving + len(part) > self.patience.bodies:
                        raise OverloadedError(
                            "Too many request bodies are coming in at once.", retry_after=5
                        )
                    reserved += len(part)
                    self._arriving += len(part)
        except TimeoutError:
            raise _too_slow() from None
        finally:
            self._arriving -= reserved

    async def _keep(self, upload: Upload, receive: Receive) -> None:
        """Write a body to a file as it comes, if it comes fast enough and is not too large."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        gathered = bytearray()
        more = True
        try:
            while more:
                allowed = self.patience.body + (upload.size + len(gathered)) / self.patience.pace
                async with asyncio.timeout_at(begun + allowed):
                    part, more = await _part(receive)
                gathered += part
                if len(gathered) >= _GATHERED or not more:
                    await loop.run_in_executor(self._changing, upload.write, bytes(gathered))
                    gathered.clear()
            await loop.run_in_executor(self._changing, upload.finish)
        except TimeoutError:
            raise _too_slow() from None

    def _call(self, environ: Mapping[str, Any], client: Abandonment) -> _Answer | None:
        """Run the application; in a thread. ``None`` where the client has gone meanwhile."""
        if client.gone:
            return None
        head: list[Any] = []

        def start_response(status: str, headers: Any, _exc_info: Any = None) -> None:
            head[:] = [int(status.partition(" ")[0]), headers]

        chunks = self.application(environ, start_response)
        status, headers = head
        if environ.get(REFUSAL) is not None:
            # What was not read of the body must not pass for the next request.
            headers = [*headers, ("Connection", "close")]
        if _goes_on_sending(environ):
            # An answer of a known length is over with its last byte: the server would end the
            # connection before what is unread can be thrown away.
            headers = [(name, text) for name, text in headers if name.lower() != "content-length"]
        answer = _Answer(status, headers, chunks)
        if client.gone:
            answer.close()
            return None
        return answer

    async def _send(self, answer: _Answer, send: Send, unread: Receive | None) -> None:
        """Send an answer as fast as the client takes it, a chunk in memory at a time.

        Many clients read no answer before they have sent all, and see a broken connection where
        that is ended: so what is ``unread`` of a body is thrown away while it keeps coming.
        """
        loop = asyncio.get_running_loop()
        try:
            headers = [
                (k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers
            ]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            if isinstance(answer.chunks, list | tuple) and unread is None:
                await self._patiently(send, b"".join(answer.chunks), more=False)
                return
            rest = iter(answer.chunks)
            while chunk := await loop.run_in_executor(self._light, next, rest, b""):
                await self._patiently(send, chunk, more=True)
            if unread is not None:
                await self._discard(unread)
            await self._patiently(send, b"", more=False)
        except TimeoutError:
            _LOG.info("a client stopped reading; its connection is ended")
            raise ConnectionAbortedError("the client stopped reading") from None
        finally:
            answer.close()

    async def _discard(self, receive: Receive) -> None:
        """Throw a body away as it comes, within the limits of :class:`Patience`."""
        now = asyncio.get_running_loop().time
        end = now() + self.patience.body
        left = self.patience.unread
        more = True
        while more and left > 0 and now() < end:
            waiting = asyncio.ensure_future(_part(receive))
            done, _ = await asyncio.wait({waiting}, timeout=min(end - now(), self.patience.linger))
            if not done:
                waiting.add_done_callback(lambda task: task.cancelled() or task.exception())
                return
            try:
                part, more = waiting.result()
            except _GoneError:
                return
            left -= len(part)

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


async def _part(receive: Receive) -> tuple[bytes, bool]:
    """The next part of a body, and whether more comes; raises where the client has gone."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise _GoneError
    return message.get("body", b""), message.get("more_body", False)


def _goes_on_sending(environ: Mapping[str, Any]) -> bool:
    """Whether a client that was refused sends its body all the same.

    One that asked whether to go on, and was not told so, has sent nothing and waits.
    """
    asked = environ.get("HTTP_EXPECT", "").lower() == "100-continue"
    return environ.get(REFUSAL) is not None and not asked


def _too_slow() -> SlowBodyError:
    return SlowBodyError(
        "The request body did not come in time.", remedy="Send it at once, or again."
    )


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
        # As it was sent: what was percent-encoded in an IRI is part of it.
        "REQUEST_URI": path.decode("latin-1"),
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
