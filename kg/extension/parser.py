"""Parsing an RDF document in a process of its own: ``python -m kg.extension.parser``.

A document can bring down the process that parses it, or keep it busy without end. So the bytes
come in on standard input, the quads go out on standard output as N-Quads, and in between this
process has little memory, no network and no way to write a file. A fault of the document ends it
with the exit status :data:`FAULTY` and ``{"line": ..., "message": ...}`` on standard error.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import NoReturn

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from kg.engines.confinement import confine

#: In place of a format: the text is a SPARQL query, of which only the syntax is looked at.
QUERY = "rq"
#: Exit status for a document that breaks the rules of its format.
FAULTY = 3
#: Memory on top of what the process has at the start, in bytes, and the most quads of a document.
MEMORY = 2 * 2**30
MOST_QUADS = 1_000_000
#: Elements inside elements of RDF/XML; the time to parse grows with the square of it.
DEEPEST_XML = 200

_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    rb"|<(?P<end>/)?[A-Za-z_:](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL,
)
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
    "xml": RdfFormat.RDF_XML,
}


def main() -> None:
    """Parse what comes in, as the format that the first argument names; the second argument
    begins the labels of all blank nodes, the third is the process to die with."""
    name, label, parent = sys.argv[1], sys.argv[2], int(sys.argv[3])
    confine(MEMORY, open_files=16, parent=parent)
    data = sys.stdin.buffer.read()
    if name == QUERY:
        _check_query(data.decode())
        return
    if name == "xml":
        _check_depth(data)
    quads: list[Quad] = []
    try:
        for quad in parse(data, FORMATS[name], rename_blank_nodes=False):
            if isinstance(quad.object, Triple) or isinstance(quad.subject, Triple):
                _fail(None, "a triple stands inside a triple, which RDF 1.1 does not have")
            quads.append(quad)
            if len(quads) > MOST_QUADS:
                _fail(None, f"there are more than {MOST_QUADS:,} triples")
    except SyntaxError as error:
        _fail(error.lineno, str(error.msg or error))
    except (ValueError, MemoryError, OSError) as error:
        _fail(None, str(error) or type(error).__name__)
    out = sys.stdout
    for quad in _named(quads, label):
        out.write(f"{quad} .\n")
    out.flush()


def _check_query(text: str) -> None:
    try:
        Store().query(text)
    except SyntaxError as error:
        _fail(error.lineno, f"the query is no SPARQL: {error.msg or error}")
    except (ValueError, RuntimeError, OSError) as error:
        _fail(None, f"the query cannot be asked: {error}")


def _named(quads: list[Quad], label: str) -> list[Quad]:
    """The quads with blank nodes named by what is said of them, so that the same document gives
    the same quads wherever and whenever it is read (https://www.w3.org/TR/rdf-canon/)."""
    if not any(_blank(term) for q in quads for term in (q.subject, q.object, q.graph_name)):
        return quads
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    def renamed(term: object) -> object:
        return BlankNode(label + term.value) if isinstance(term, BlankNode) else term

    return [
        Quad(renamed(q.subject), q.predicate, renamed(q.object), renamed(q.graph_name))  # type: ignore[arg-type]
        for q in dataset
    ]


def _blank(term: object) -> bool:
    return isinstance(term, BlankNode)


def _check_depth(data: bytes) -> None:
    depth = 0
    for tag in _TAG.finditer(data):
        text = tag.group()
        if text.startswith((b"<!", b"<?")) or text.endswith(b"/>"):
            continue
        depth += -1 if tag["end"] else 1
        if depth > DEEPEST_XML:
            line = data.count(b"\n", 0, tag.start()) + 1
            _fail(line, f"elements stand inside each other, more than {DEEPEST_XML} deep")


def _fail(line: int | None, message: str) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(json.dumps({"line": line, "message": message}))
    sys.stderr.flush()
    # At once, whatever threads or buffers there are: nothing here is worth tidying up.
    os._exit(FAULTY)


if __name__ == "__main__":
    main()
