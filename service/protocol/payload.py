"""The documents in the body of a request to the graph store: one, or the files of a form.

Nothing of RDF is read here. A form (``multipart/form-data``) is cut at its boundaries into files
beside the upload; what stands in each is for an engine process to find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from kg.errors import UsageError
from service.limits import UnsupportedMediaError
from service.uploads import Upload

#: Files in one form.
MAXIMUM_PARTS = 100
_FORM = "multipart/form-data"
_CHUNK = 256 * 1024
#: Bytes of a form that may have to be held together: headers of a part, what is before the first.
_LARGEST_HEAD = 1024 * 1024
#: The type that an engine process knows each of the formats by.
MEDIA_TYPES: Mapping[str, str] = {
    "text/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
}
_QUADS = frozenset({"application/n-quads", "application/trig"})
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})


@dataclass(frozen=True, slots=True)
class Payload:
    """One document: where it is kept, and the media type that an engine process knows it by."""

    upload: Upload
    media_type: str


@contextmanager
def payloads(upload: Upload, content_type: str) -> Iterator[tuple[Payload, ...]]:
    """The documents in what was sent as ``content_type``; they are gone when this ends.

    Raises :class:`~service.limits.UnsupportedMediaError` for a type that is no graph,
    :class:`~kg.errors.UsageError` for a form that is none, and what
    :meth:`~service.uploads.Upload.write` raises.
    """
    kind, options = parse_options_header(content_type)
    if kind != _FORM:
        yield (Payload(upload, _media_type(content_type)),)
        return
    boundary = options.get("boundary", "")
    if not 1 <= len(boundary) <= 70 or not boundary.isascii():
        raise UsageError("The form has no boundary, or not one as RFC 2046 says.")
    with ExitStack() as kept:
        found = []
        for part in _parts(upload, boundary.encode()):
            kept.callback(part.upload.close)
            found.append(part)
        if not found:
            raise UsageError("The form holds no file.", remedy="Send each document as a file.")
        yield tuple(found)


def _media_type(content_type: str) -> str:
    kind, options = parse_options_header(content_type)
    if kind in _QUADS:
        raise UnsupportedMediaError(
            f"{kind} holds several graphs, and the graph store takes one at a time.",
            remedy="Send each graph by itself, or INSERT DATA to /update.",
        )
    if kind not in MEDIA_TYPES:
        raise UnsupportedMediaError(
            f"A document of the type {kind[:100] or 'unknown'!r} is not read.",
            remedy="Send one of: " + ", ".join(sorted(set(MEDIA_TYPES.values()))) + ".",
        )
    media_type = MEDIA_TYPES[kind]
    charset = options.get("charset", "utf-8").lower()
    if charset not in _UTF_8:
        raise UnsupportedMediaError(f"A document in {charset[:40]!r} is not read; send UTF-8.")
    return media_type


def _parts(upload: Upload, boundary: bytes) -> Iterator[Payload]:
    """Cut a form into its files, each of which the caller closes."""
    decoder = MultipartDecoder(boundary, _LARGEST_HEAD, max_parts=MAXIMUM_PARTS)
    part: Upload | None = None
    media_type = ""
    try:
        with upload.path.open("rb") as stream:
            while True:
                event = decoder.next_event()
                if isinstance(event, NeedData):
                    decoder.receive_data(stream.read(_CHUNK) or None)
                elif isinstance(event, File | Field):
                    media_type = _media_type(_type_of(event.headers, event.name))
                    part = upload.beside(upload.limit)
                elif isinstance(event, Data) and part is not None:
                    part.write(event.data)
                    if not event.more_data:
                        part.finish()
                        whole, part = part, None
                        yield Payload(whole, media_type)
                elif isinstance(event, Epilogue):
                    return
    except RequestEntityTooLarge:
        raise UsageError(
            f"The form has more than {MAXIMUM_PARTS} files, or very long headers.",
            remedy="Send the documents in several requests.",
        ) from None
    except (ValueError, UnicodeDecodeError):
        raise UsageError("The body is not the form that its Content-Type announces.") from None
    finally:
        if part is not None:
            part.close()


def _type_of(headers: Headers, name: str | None) -> str:
    found = headers.get("Content-Type")
    if found is None:
        raise UnsupportedMediaError(
            f"The part {(name or '')[:100]!r} of the form says not what type it has.",
            remedy="Give each file of the form a Content-Type, such as text/turtle.",
        )
    return found
