"""The answer of pyoxigraph as bytes in the format wanted, handed on in chunks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from kg.engines.engine import NotAcceptableError, QueryForm
from kg.namespaces import PREFIXES

#: Bytes collected before a chunk is handed on.
CHUNK = 64 * 1024

# XML 1.0 has no way to write these characters, and no element may have an empty local name.
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")
_OVERLAP = len(b"<oxprefix: ") - 1
_XML = frozenset({"application/sparql-results+xml", "application/xml", "text/xml"})
_SOLUTION_FORMATS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
_GRAPH_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML)


class UnfitError(NotAcceptableError):
    """The answer holds something that the format cannot express."""


class ChunkWriter:
    """A file to write to: collects bytes and hands them on in chunks of about 64 kB."""

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        self._emit = emit
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._parts.append(data)
        self._size += len(data)
        if self._size >= CHUNK:
            self._emit(self.rest())
        return len(data)

    def flush(self) -> None:
        """Nothing: chunks go when they are full, the rest is taken with :meth:`rest`."""

    def rest(self) -> bytes:
        """What was not handed on yet."""
        data = b"".join(self._parts)
        self._parts, self._size = [], 0
        return data


class XmlWriter(ChunkWriter):
    """Refuses what XML cannot carry; writes carriage returns so that they survive parsing.

    pyoxigraph writes control characters as they are, which no XML parser takes.
    """

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        super().__init__(emit)
        self._tail = b""

    def rest(self) -> bytes:
        """What was not handed on yet. Raises :class:`UnfitError`."""
        data = super().rest()
        found = _NOT_XML.search(self._tail + data)
        if found:
            what = (
                "a property whose IRI ends in no XML name"
                if found.group().startswith(b"<")
                else f"the character U+{ord(found.group().decode()):04X}"
            )
            raise UnfitError(
                f"The answer holds {what}, which XML cannot express.",
                remedy="Ask for JSON or Turtle.",
            )
        self._tail = data[-_OVERLAP:]
        return data.replace(b"\r", b"&#13;")


def form_of(result: QuerySolutions | QueryBoolean | QueryTriples) -> QueryForm:
    """What pyoxigraph gave back."""
    if isinstance(result, QueryBoolean):
        return QueryForm.BOOLEAN
    return QueryForm.GRAPH if isinstance(result, QueryTriples) else QueryForm.SOLUTIONS


def write_result(
    result: QuerySolutions | QueryBoolean | QueryTriples,
    media_type: str,
    emit: Callable[[bytes], None],
) -> bytes:
    """Serialise a result: chunks go to ``emit``, the last one is given back.

    Raises :class:`UnfitError` for what the format cannot express, and what pyoxigraph raises.
    """
    is_xml = media_type in _XML or media_type == "application/rdf+xml"
    writer: Any = XmlWriter(emit) if is_xml else ChunkWriter(emit)
    if isinstance(result, QueryTriples):
        graph_format = _GRAPH_FORMATS[media_type]
        prefixes = dict(PREFIXES) if graph_format in _WITH_PREFIXES else None
        serialize(result, writer, graph_format, prefixes=prefixes)
    else:
        result.serialize(writer, _SOLUTION_FORMATS[media_type])
    rest: bytes = writer.rest()
    return rest


def check_format(form: QueryForm, media_type: str | None) -> str:
    """Give the media type to answer with, or raise :class:`NotAcceptableError`."""
    known = _GRAPH_FORMATS if form is QueryForm.GRAPH else _SOLUTION_FORMATS
    if media_type is None or media_type not in known:
        asked = f" as {media_type}" if media_type else " in any of the formats asked for"
        raise NotAcceptableError(
            f"The query gives {_NAMES[form]}; these cannot be had{asked}.",
            remedy="Formats for it: " + ", ".join(sorted(known)) + ".",
        )
    return media_type


_NAMES = {
    QueryForm.SOLUTIONS: "solutions",
    QueryForm.BOOLEAN: "true or false",
    QueryForm.GRAPH: "a graph",
}
