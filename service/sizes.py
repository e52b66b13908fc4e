"""How much data there is: as the manifest of a built snapshot says, otherwise counted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.snapshot import Manifest, SnapshotError, open_snapshot
from service.reading import Memory, Reading

#: Manifests that are remembered; readers of the snapshot before may still be about.
_REMEMBERED = 8


class Sizes:
    """Counts of the snapshot that is served.

    Counting takes seconds in millions of triples. A build counts while it writes, and its manifest
    says what it found; a written snapshot, a remote one, and one that an older release built are
    counted when somebody asks, once as long as the snapshot is the same.
    """

    def __init__(self, root: Path, reading: Reading) -> None:
        self._root, self._reading = root, reading
        self._manifests = Memory[Manifest | None](_REMEMBERED)

    def triples(self) -> int:
        """Triples of the default graph, which holds every triple once."""
        known = self._known()
        return known.counts["triples"] if known else self._one("triples", "triples")

    def subjects(self) -> int:
        """Things that something is said of."""
        known = self._known()
        return known.subjects if known else self._one("subjects", "subjects")

    def graphs(self) -> Mapping[str, int]:
        """Triples of each named graph, by IRI."""
        known = self._known()
        return known.graphs if known else self._each("graphs", "graph", "triples")

    def classes(self) -> Mapping[str, int]:
        """Members of each class, by IRI."""
        known = self._known()
        return known.classes if known else self._each("class_sizes", "class", "members")

    def properties(self) -> Mapping[str, int]:
        """Triples of each property, by IRI."""
        known = self._known()
        return known.properties if known else self._each("property_sizes", "property", "triples")

    def _known(self) -> Manifest | None:
        snapshot_id = self._reading.engine.snapshot_id
        return self._manifests.once((snapshot_id,), lambda: _counted(self._root, snapshot_id))

    def _one(self, page: str, variable: str) -> int:
        return int(self._reading.page(page)[0][variable])

    def _each(self, page: str, key: str, value: str) -> Mapping[str, int]:
        return {row[key]: int(row[value]) for row in self._reading.page(page) if key in row}


def _counted(root: Path, snapshot_id: str) -> Manifest | None:
    """The manifest of a snapshot, where it says all that is asked here."""
    try:
        manifest = open_snapshot(root, snapshot_id).manifest
    except (SnapshotError, OSError):
        return None
    return manifest if manifest.subjects else None
