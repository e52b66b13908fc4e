"""Documents from outside, turned into N-Quads inside an engine process.

What no parser should be shown is refused first: a DOCTYPE or an entity in RDF/XML (715 bytes of
them take gigabytes), deep nesting of JSON objects and of triple terms (which overflow the stack),
text that is not UTF-8, contexts of JSON-LD that would have to be fetched.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from kg.engines.engine import MalformedDocumentError
from kg.engines.serialisation import ChunkWriter

#: Levels of objects and arrays in JSON-LD, and of triple terms in any format.
MOST_NESTING = 100
#: Bytes of a quad as a line of N-Quads; the parser's own limit.
LONGEST_LINE = 16 * 1024 * 1024

_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
#: Media types of the documents that are read.
MEDIA_TYPES = tuple(_FORMATS)

_DECLARED = re.compile(rb"<(?:!\s*(?:DOCTYPE|ENTITY))", re.IGNORECASE)
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_UTF_8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_STEPS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
_TRIPLE_TERMS = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*+"""'
    rb"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    rb'|"(?:[^"\\\r\n]|\\.)*+"'
    rb"|'(?:[^'\\\r\n]|\\.)*+'"
    rb"|<[^<>\"{}|^`\x00-\x20]*+>"
    rb"|\#[^\r\n]*+"
    rb"|(?P<open><<)|(?P<close>>>)",
    re.DOTALL,
)
_PLACE = re.compile(r"^Parser error at line \d+ (?:between columns? \d+ and \d+|column \d+): ")
_REMOTE_CONTEXT = "LoadDocumentCallback"


def check_media_type(media_type: str) -> None:
    """Raise :class:`MalformedDocumentError` where documents of this type are not read."""
    if media_type not in _FORMATS:
        raise MalformedDocumentError(
            f"Documents of the type {media_type} are not read.",
            remedy="Send one of " + ", ".join(MEDIA_TYPES) + ".",
        )


def write_quads(
    path: Path,
    media_type: str,
    base_iri: str,
    graph: str | None,
    emit: Callable[[bytes], None],
) -> bytes:
    """Parse a document and write its quads as N-Quads, blank nodes renamed.

    Its triples go to the named graph ``graph``, empty for the default graph; ``None`` leaves the
    quads in the graphs that the document names. Chunks go to ``emit``, the last one is given back.
    Raises :class:`MalformedDocumentError` and what pyoxigraph raises besides ``SyntaxError``.
    """
    check_media_type(media_type)
    _look(path, media_type)
    writer = _LineWriter(emit)
    try:
        quads: Iterable[Quad] = parse(
            path=str(path),
            format=_FORMATS[media_type],
            base_iri=base_iri or None,
            without_named_graphs=graph is not None,
            rename_blank_nodes=True,
        )
        if graph:
            quads = _into(_named(graph), quads)
        serialize(quads, writer, RdfFormat.N_QUADS)  # type: ignore[arg-type]
    except MemoryError as error:
        if "buffer" not in str(error):
            raise
        raise _too_long() from error
    except SyntaxError as error:
        raise _malformed(error) from error
    except ValueError as error:
        raise MalformedDocumentError(
            f"Relative IRIs cannot be resolved against {base_iri!r}: {error}.",
            remedy="Name an absolute IRI as the base.",
        ) from error
    return writer.rest()


class _LineWriter(ChunkWriter):
    """Refuses lines that no parser would read again: some formats carry longer ones than others."""

    def __init__(self, emit: Callable[[bytes], None]) -> None:
        super().__init__(emit)
        self._line = 0

    def write(self, data: bytes) -> int:
        """Take bytes. Raises :class:`MalformedDocumentError`."""
        first = data.find(b"\n")
        self._line += first if first >= 0 else len(data)
        if self._line > LONGEST_LINE:
            raise _too_long()
        if first >= 0:
            self._line = len(data) - data.rfind(b"\n") - 1
        return super().write(data)


def _too_long() -> MalformedDocumentError:
    return MalformedDocumentError(
        f"A triple of the document is longer than {LONGEST_LINE:,} bytes.",
        remedy="Store texts of this size as files, and their addresses in the graph.",
    )


def _named(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise MalformedDocumentError(
            f"The graph is not named by an absolute IRI: {error}.",
            remedy="Name it by an absolute IRI.",
        ) from error


def _into(graph: NamedNode, quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


def _look(path: Path, media_type: str) -> None:
    """Refuse what the parser should not be shown."""
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return  # an empty file cannot be mapped
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if media_type == "application/rdf+xml":
                _look_at_xml(data)
            elif media_type == "application/ld+json":
                _look_at_json(data)
            else:
                _look_at_triple_terms(data)


def _look_at_xml(data: mmap.mmap) -> None:
    declared = _ENCODING.match(data[:1024].removeprefix(b"\xef\xbb\xbf"))
    if data.find(b"\x00") >= 0 or (declared and declared[1].lower() not in _UTF_8):
        raise MalformedDocumentError("The document is not in UTF-8.", remedy="Send it as UTF-8.")
    found = _DECLARED.search(data)
    if found:
        raise MalformedDocumentError(
            f"Line {data[: found.start()].count(bytes([10])) + 1}: the document has a DOCTYPE or "
            "an entity; these are never read.",
            remedy="Write what the entities stand for, and leave the DOCTYPE out.",
        )


def _look_at_json(data: mmap.mmap) -> None:
    brackets = _JSON_STRING.sub(b"", data).translate(None, _NOT_BRACKETS)
    deepest = max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
    if deepest > MOST_NESTING:
        raise _too_deep("objects and arrays", "Write objects one beside the other, with @id.")


def _look_at_triple_terms(data: mmap.mmap) -> None:
    where = -1
    for _ in range(MOST_NESTING + 1):
        where = data.find(b"<<", where + 1)
        if where < 0:
            return  # so few cannot be deep
    depth = 0
    for match in _TRIPLE_TERMS.finditer(data):
        if match.lastgroup == "open":
            depth += 1
            if depth > MOST_NESTING:
                raise _too_deep("triple terms", "Name the inner ones with rdf:reifies.")
        elif match.lastgroup == "close" and depth:
            depth -= 1


def _too_deep(what: str, remedy: str) -> MalformedDocumentError:
    return MalformedDocumentError(
        f"The document nests {what} more than {MOST_NESTING} deep.", remedy=remedy
    )


def _malformed(error: SyntaxError) -> MalformedDocumentError:
    """The parser's message in plain words."""
    message = str(error.msg)
    if _REMOTE_CONTEXT in message:
        return MalformedDocumentError(
            "The document names a @context at another address; none is fetched.",
            remedy="Write the context into the document, or send another format.",
        )
    if "Named graphs are not allowed" in message:
        return MalformedDocumentError(
            "The document has named graphs, and was sent to one graph.",
            remedy="Send each graph by itself.",
        )
    line, column = error.lineno, error.offset
    place = f"Line {line}, column {column}: " if line and column else ""
    what = _PLACE.sub("", message)
    return MalformedDocumentError(
        f"{place}{what[:500]}.",
        line=line,
        column=column,
        remedy="Mend the document; a validator of its format shows what is wrong.",
    )
