"""Several sorted N-Quads files become the one sorted ``data.nq`` of a snapshot.

The lines are streamed: memory holds one line of each file. Because ``.`` sorts before ``<`` and
``_``, the line of a triple in the default graph comes right before the lines of the same triple in
named graphs, so the default graph can be written in the same pass and the result stays sorted.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from kg.errors import CritmatError
from kg.namespaces import DCT, GRAPH, RDF

_TYPE = f"<{RDF}type>".encode()
_TITLE = f"<{DCT}title>".encode()
_GRAPH = f"<{GRAPH}".encode()


class MergeError(CritmatError):
    """A file is not what the merge needs: sorted N-Quads, one statement a line."""

    title = "The quads cannot be merged"


@dataclass(slots=True)
class MergeSummary:
    """What went into the merged file.

    ``sha256`` is the checksum of the file in hex. ``graphs`` counts the triples of each named
    graph, ``classes`` the members of each class and ``properties`` the triples of each property in
    the default graph (all by IRI), ``subjects`` its subjects; ``titles`` has the ``dct:title`` of
    each source release by its id.
    """

    sha256: str = ""
    quads: int = 0
    triples: int = 0
    graphs: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    subjects: int = 0
    titles: dict[str, str] = field(default_factory=dict)


def merge_quads(sources: Sequence[Path], out: Path) -> MergeSummary:
    """Merge sorted N-Quads files into ``out``, each line once, with the default graph added.

    Raises :class:`MergeError` for a file that is not sorted by its bytes or has a line that does
    not end as a statement does. The terms themselves are not checked here; loading does that.
    """
    summary = MergeSummary()
    digest = hashlib.sha256()
    with ExitStack() as stack:
        lines = [_sorted_lines(path, stack.enter_context(path.open("rb"))) for path in sources]
        target = stack.enter_context(out.open("wb"))
        for line in _with_default_graph(_unique(heapq.merge(*lines)), summary):
            digest.update(line)
            target.write(line)
            summary.quads += 1
    summary.sha256 = digest.hexdigest()
    return summary


def split_line(line: bytes) -> tuple[bytes, bytes]:
    r"""Give the triple (without the dot) and the graph name, empty for the default graph.

    >>> split_line(b'<a> <b> "c d" <g> .\n')
    (b'<a> <b> "c d"', b'<g>')
    >>> split_line(b'<a> <b> <c> .\n')
    (b'<a> <b> <c>', b'')
    """
    triple, _, graph = line[:-3].rpartition(b" ")
    # A graph name has no quote, an object that is cut in two always has one behind the cut, and a
    # subject and a predicate alone have one space between them.
    if graph[:1] in (b"<", b"_") and b'"' not in graph and triple.count(b" ") >= 2:
        return triple, graph
    return line[:-3], b""


def _sorted_lines(path: Path, file: BinaryIO) -> Iterator[bytes]:
    previous = b""
    for number, line in enumerate(file, start=1):
        if line < previous:
            raise MergeError(
                f"{path.name}, line {number}: the lines are not in order.",
                remedy="Sort the file by its bytes, as `LC_ALL=C sort` does.",
            )
        if not line.endswith(b" .\n"):
            raise MergeError(
                f"{path.name}, line {number}: this is no whole N-Quads statement.",
                remedy="Write one statement a line, each ending in ' .'.",
            )
        previous = line
        yield line


def _unique(lines: Iterator[bytes]) -> Iterator[bytes]:
    previous = b""
    for line in lines:
        if line != previous:
            previous = line
            yield line


def _with_default_graph(lines: Iterator[bytes], summary: MergeSummary) -> Iterator[bytes]:
    current = subject = b""
    for line in lines:
        triple, graph = split_line(line)
        if triple != current:
            current = triple
            summary.triples += 1
            # The lines of a subject stand together, as all of them begin with it and a space.
            if not triple.startswith(subject) or not subject:
                subject = triple[: triple.index(b" ") + 1]
                summary.subjects += 1
            _note(triple, summary)
            yield triple + b" .\n"
        if graph:
            summary.graphs[graph[1:-1].decode()] += 1
            yield line


def _note(triple: bytes, summary: MergeSummary) -> None:
    subject, predicate, value = triple.split(b" ", 2)
    summary.properties[predicate[1:-1].decode()] += 1
    if predicate == _TYPE and value[:1] == b"<":
        summary.classes[value[1:-1].decode()] += 1
    elif predicate == _TITLE and subject.startswith(_GRAPH):
        text = value[1 : value.rindex(b'"')].decode() if value[:1] == b'"' else ""
        summary.titles[subject[len(_GRAPH) : -1].decode()] = _unescape(text)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    from pyoxigraph import RdfFormat, parse  # noqa: PLC0415 - a rare case; keeps the merge light

    quad = next(parse(f'<a:a> <a:a> "{text}" .'.encode(), RdfFormat.N_TRIPLES))
    return str(getattr(quad.object, "value", text))
