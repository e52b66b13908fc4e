"""Snapshots: a whole data set, published at once, opened read-only, never changed.

A built snapshot is the folder ``<root>/snapshots/<id>/`` with

``data.nq``
    the whole data set as sorted N-Quads, each line once; the default graph holds every triple of
    all named graphs once
``store/``
    the same as a pyoxigraph store on disk
``manifest.json``
    what is in it: counts, sources, checksums (:class:`Manifest`)
``report.json``
    what the checks of the build said
``quality.json``
    how good the facts are, where the publisher measured it

``<root>/current`` is a symbolic link to the snapshot in use. The id is the beginning of the
SHA-256 checksum of ``data.nq``, so the same quads always have the same id. A written snapshot
(:mod:`kg.snapshot.line`) came from another one by changes: it has no ``data.nq``, and its id is
that of the built one it goes back to with a number that counts up, as in ``0123456789ab.7``. This
package knows nothing of how the quads came to be.
"""

from kg.snapshot.locks import ReadOnlyShelfError, ShelfInUseError
from kg.snapshot.manifest import Manifest, SnapshotKind, SourceEntry
from kg.snapshot.merge import MergeSummary, merge_quads
from kg.snapshot.publication import publish
from kg.snapshot.shelf import (
    Snapshot,
    SnapshotDamagedError,
    SnapshotError,
    SnapshotNotFoundError,
    data_root,
    hold,
    list_snapshots,
    open_snapshot,
    prune,
    verify,
)

__all__ = [
    "Manifest",
    "MergeSummary",
    "ReadOnlyShelfError",
    "ShelfInUseError",
    "Snapshot",
    "SnapshotDamagedError",
    "SnapshotError",
    "SnapshotKind",
    "SnapshotNotFoundError",
    "SourceEntry",
    "data_root",
    "hold",
    "list_snapshots",
    "merge_quads",
    "open_snapshot",
    "prune",
    "publish",
    "verify",
]
