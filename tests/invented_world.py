"""The invented world of the competency questions: asserted facts, ontology and what is derived."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pyoxigraph import RdfFormat, Store, parse, serialize

from kg.derive import DeriveSummary, derive
from kg.ontology import write_ontology_quads
from kg.shipped import ontology_dir

COMPETENCY = ontology_dir() / "competency"
WORLD = COMPETENCY / "world.trig"


def write_world(out: Path, source: Path = WORLD) -> Path:
    """Write the asserted quads of the world as sorted N-Quads."""
    text = serialize(parse(path=str(source), format=RdfFormat.TRIG), format=RdfFormat.N_QUADS)
    out.write_bytes(b"".join(sorted((text or b"").splitlines(keepends=True))))
    return out


def write_without(ontology: Path, out: Path, lines: Collection[str]) -> Path:
    """Write the ontology without some of its lines."""
    kept = (x for x in ontology.read_text("utf-8").splitlines(keepends=True) if x not in lines)
    out.write_text("".join(kept), encoding="utf-8")
    return out


class World:
    """Asserted facts, ontology and derived graphs as files, and all of them in one store."""

    def __init__(self, folder: Path, *, ontology: Path | None = None) -> None:
        self.asserted = write_world(folder / "asserted.nq")
        self.ontology = ontology or folder / "ontology.nq"
        if ontology is None:
            write_ontology_quads(None, self.ontology)
        self.derived = folder / "derived.nq"
        self.summary: DeriveSummary = derive(self.asserted, self.ontology, self.derived)
        self.store = stored(self.asserted, self.ontology, self.derived)


def stored(*paths: Path) -> Store:
    """A store with the quads of all files."""
    store = Store()
    for path in paths:
        store.bulk_load(path=path, format=RdfFormat.N_QUADS)
    return store
