"""Changes: what can be asked of the writer, each applied as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class UpdateText:
    """A SPARQL update, which an engine process has parsed before.

    Data sets that the protocol names (``using-graph-uri``) are written into the text by then.
    """

    text: str


@dataclass(frozen=True, slots=True)
class ReplaceGraph:
    """Make a graph hold what a file of N-Quads holds, and nothing else.

    ``graph`` is an IRI, empty for the default graph; every line of the file is of that graph.
    """

    graph: str
    quads: Path


@dataclass(frozen=True, slots=True)
class AddQuads:
    """Add what a file of N-Quads holds.

    ``graph`` is the IRI of a named graph that exists afterwards even if the file is empty, or
    empty where none must.
    """

    quads: Path
    graph: str = ""


@dataclass(frozen=True, slots=True)
class DropGraph:
    """Remove a named graph; an empty ``graph`` empties the default graph, which always exists."""

    graph: str


Change = UpdateText | ReplaceGraph | AddQuads | DropGraph


@dataclass(frozen=True, slots=True)
class Written:
    """A change that is committed: it is on the disk and in ``snapshot``.

    ``created`` says that the graph which the change names was not there before.
    """

    snapshot: Snapshot
    created: bool


def as_message(change: Change) -> dict[str, Any]:
    """A change as JSON values, for the process that applies it."""
    match change:
        case UpdateText(text):
            return {"do": "update", "text": text}
        case ReplaceGraph(graph, quads):
            return {"do": "replace", "graph": graph, "quads": str(quads.absolute())}
        case AddQuads(quads, graph):
            return {"do": "add", "graph": graph, "quads": str(quads.absolute())}
        case DropGraph(graph):
            return {"do": "drop", "graph": graph}
