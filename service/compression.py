"""Compressed answers: Zstandard, Brotli and gzip by ``Accept-Encoding`` (RFC 9110, 12.5.3).

An answer is compressed whole before it is sent, so its length is known and a connection that
breaks is seen. The compressed form has a validator of its own, ``<validator>-<encoding>``: a
client that names it and still takes the encoding is told 304 like any other.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol

import brotli
import zstandard
from flask import Flask, Response, g, request

from kg.engines.engine import NotAcceptableError

#: Answers below this many bytes go as they are: they fit into one packet anyhow.
SMALLEST = 1024
#: Answers from this many bytes on are compressed at the lowest level: Brotli is five times and gzip
#: twice as fast then, for a quarter to a third more bytes, and the thread is free again as soon.
LARGE = 16 * 1024 * 1024
_LOWEST = 1
_TYPES = re.compile(
    r"text/.*|image/svg\+xml|application/(?:.*[+])?(?:json|xml|xhtml|n-triples|n-quads|trig)"
)
_TAG = re.compile(r'(W/)?"([^"]*)"')


class Encoding(StrEnum):
    """The encodings that are written, the one preferred among equals first."""

    ZSTANDARD = "zstd"
    BROTLI = "br"
    GZIP = "gzip"


class NoEncodingError(NotAcceptableError):
    """The client takes neither an encoding of ours nor an answer as it is."""

    title = "No acceptable encoding"


class Compressor(Protocol):
    """Compresses a stream piece by piece."""

    def add(self, data: bytes) -> bytes:
        """Take a piece; give what is ready."""
        ...

    def finish(self) -> bytes:
        """Give the rest. Nothing can be added after it."""
        ...


class _Zstandard:
    def __init__(self, level: int) -> None:
        self._stream = zstandard.ZstdCompressor(level=level).compressobj()

    def add(self, data: bytes) -> bytes:
        return self._stream.compress(data)

    def finish(self) -> bytes:
        return self._stream.flush()


class _Brotli:
    def __init__(self, level: int) -> None:
        self._stream = brotli.Compressor(quality=level)

    def add(self, data: bytes) -> bytes:
        return bytes(self._stream.process(data))

    def finish(self) -> bytes:
        return bytes(self._stream.finish())


class _Gzip:
    def __init__(self, level: int) -> None:
        # 16 asks zlib for the header of gzip; it holds no time, so equal answers stay equal.
        self._stream = zlib.compressobj(level, wbits=zlib.MAX_WBITS | 16)

    def add(self, data: bytes) -> bytes:
        return self._stream.compress(data)

    def finish(self) -> bytes:
        return self._stream.flush()


#: Levels that compress faster than a usual line takes the bytes: 2 cores serve everybody.
_LEVELS = {Encoding.ZSTANDARD: 3, Encoding.BROTLI: 4, Encoding.GZIP: 5}
_COMPRESSORS: Mapping[Encoding, Callable[[int], Compressor]] = {
    Encoding.ZSTANDARD: _Zstandard,
    Encoding.BROTLI: _Brotli,
    Encoding.GZIP: _Gzip,
}


def compressor(encoding: Encoding, size: int = 0) -> Compressor:
    """A new stream in an encoding, for so many bytes."""
    return _COMPRESSORS[encoding](_LOWEST if size >= LARGE else _LEVELS[encoding])


def compress(data: bytes, encoding: Encoding) -> bytes:
    """Data in an encoding."""
    stream = compressor(encoding)
    return stream.add(data) + stream.finish()


class Wish:
    """What an ``Accept-Encoding`` header asks for; an empty one asks for no encoding."""

    def __init__(self, header: str) -> None:
        self._weights = _weights(header)

    def weight(self, name: str) -> float:
        """How much an encoding is wanted, 0 for not at all. ``identity`` is no encoding."""
        unnamed = self._weights.get("*", 0.0 if name != "identity" else 1.0)
        return self._weights.get(name, unnamed)

    def best(self) -> Encoding | None:
        """The encoding to answer in; ``None`` where the answer should go as it is.

        Raises :class:`NoEncodingError` where the client refuses that too.
        """
        found = max(Encoding, key=self.weight)
        # Who does not say otherwise takes an answer as it is, but would rather have it small.
        plain = self._weights.get("identity", 0.0)
        if self.weight(found) > 0 and self.weight(found) >= plain:
            return found
        if self.weight("identity") <= 0:
            raise NoEncodingError(
                "The header Accept-Encoding allows none of the encodings that are written.",
                remedy=f"Allow one of: {', '.join(Encoding)}, identity.",
            )
        return None


def _weights(header: str) -> Mapping[str, float]:
    weights: dict[str, float] = {}
    for part in header.split(","):
        name, _, parameters = part.strip().lower().partition(";")
        name = name.strip().removeprefix("x-")
        if not name:
            continue
        key, _, value = parameters.strip().partition("=")
        weight = 1.0
        if key.strip() == "q":
            text = value.strip()
            number = text.isascii() and text.replace(".", "", 1).isdigit()
            weight = min(float(text), 1.0) if number else 0.0
        weights.setdefault(name, weight)
    return weights


def wanted() -> Encoding | None:
    """The encoding that the present request is answered in, if any."""
    found: Encoding | None = g.get("encoding")
    return found


def install(app: Flask) -> None:
    """Compress the answers of ``app`` where clients take it."""
    app.before_request(_read)
    app.after_request(_write)


def _read() -> None:
    wish = Wish(request.headers.get("Accept-Encoding", ""))
    _read_tags(wish)
    g.encoding = wish.best()


def _read_tags(wish: Wish) -> None:
    """Have whoever compares validators see those of compressed forms as those of the answer."""
    given = request.environ.get("HTTP_IF_NONE_MATCH", "")
    g.named_tags = {}
    if not any(f'-{encoding}"' in given for encoding in Encoding):
        return
    kept = []
    for weak, tag in _TAG.findall(given):
        plain, _, encoding = tag.rpartition("-")
        if plain and encoding in set(Encoding):
            # What the client keeps is of no use to it where it does not take it any more.
            if wish.weight(encoding) <= 0:
                continue
            g.named_tags.setdefault(plain, tag)
        else:
            g.named_tags[tag] = tag
            plain = tag
        kept.append(f'{weak}"{plain}"')
    request.environ["HTTP_IF_NONE_MATCH"] = ", ".join(kept)


def _write(response: Response) -> Response:
    tag, weak = response.get_etag()
    if response.status_code == 304:
        response.vary.add("Accept-Encoding")
        named = g.get("named_tags", {})
        if tag in named:
            response.set_etag(named[tag], weak=bool(weak))
        return response
    if response.headers.get("Content-Encoding"):  # a large answer, compressed where it was kept
        _name(response, response.headers["Content-Encoding"])
        return response
    if not _TYPES.fullmatch(response.mimetype or ""):
        return response
    response.vary.add("Accept-Encoding")
    encoding = wanted()
    partial = response.status_code in {204, 206} or "no-transform" in str(response.cache_control)
    if encoding is None or partial or (response.is_streamed and not response.direct_passthrough):
        return response
    response.direct_passthrough = False  # a file of ours, which is small
    data = response.get_data()
    if len(data) < SMALLEST:
        return response
    packed = compress(data, encoding)
    if len(packed) < len(data):
        response.set_data(packed)
        _name(response, encoding)
        response.headers.pop("Accept-Ranges", None)
    return response


def _name(response: Response, encoding: str) -> None:
    response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    tag, weak = response.get_etag()
    if tag:
        response.set_etag(f"{tag}-{encoding}", weak=bool(weak))
