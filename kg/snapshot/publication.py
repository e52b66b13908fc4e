"""Publish a snapshot: all of it becomes visible at once, or nothing does.

The folder is built beside the others under a hidden name, flushed to the disk, and renamed; then
the symbolic link ``current`` is replaced by renaming another one over it. A crash at any moment
leaves the snapshot that was current as it was; what it leaves behind under a hidden name is swept
away by the next publication.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from kg.namespaces import GRAPH, GRAPH_CATALOGUE, GRAPH_ONTOLOGY, GRAPH_QUESTIONS
from kg.snapshot.durable import BUILDING, DAMAGED, flush_path, flush_tree, make_current, sweep
from kg.snapshot.locks import publishing, refused
from kg.snapshot.manifest import Manifest, SourceEntry
from kg.snapshot.merge import MergeError, MergeSummary, merge_quads
from kg.snapshot.shelf import (
    DATA,
    MANIFEST,
    QUALITY,
    REPORT,
    SNAPSHOTS,
    STORE,
    Snapshot,
    SnapshotDamagedError,
    checksum,
    files_of,
    open_snapshot,
    verify,
)

_DERIVED = f"{GRAPH}derived/"
#: Graphs that no source release stands behind.
_OF_OURS = frozenset({GRAPH_CATALOGUE, GRAPH_ONTOLOGY, GRAPH_QUESTIONS})


def publish(
    quads: Sequence[Path],
    root: Path,
    *,
    critmat_version: str,
    commit: str = "",
    sources: Mapping[str, int] | None = None,
    tables: Mapping[str, int] | None = None,
    extension: Sequence[Mapping[str, Any]] = (),
    report: str = "{}",
    quality: str = "",
    created: datetime | None = None,
) -> Snapshot:
    """Publish sorted N-Quads files as the current snapshot under ``root``.

    ``sources`` are the quads by id of the source release (counted from the named graphs where they
    are not given), ``tables`` the quads by fact table, ``extension`` the files of an expert's own
    among what the quads were made from, ``report`` is the JSON text of the checks, ``quality``
    that of the data quality report if there is one, ``created`` defaults to now. The same quads
    give the same id: publishing them again only makes that snapshot current, unless another
    quality was measured; then it is published anew in its place.

    Raises :class:`~kg.snapshot.merge.MergeError` for quads that are not sorted or not
    well-formed, :class:`~kg.snapshot.locks.ShelfInUseError` while another process publishes or a
    service takes changes to this shelf, :class:`~kg.snapshot.locks.ReadOnlyShelfError` where the
    folder is not writable, ``OSError`` where the disk is full; the current snapshot is then as
    before.
    """
    with _building(root) as building:
        merged = merge_quads(quads, building / DATA)
        path = root / SNAPSHOTS / merged.sha256[:12]
        if not _stands(root, path, quality):
            _fill_store(building, merged)
            (building / REPORT).write_text(report, encoding="utf-8")
            if quality:
                (building / QUALITY).write_text(quality, encoding="utf-8")
            manifest = _manifest(
                building,
                merged,
                sources=sources,
                tables=tables,
                extension=extension,
                critmat_version=critmat_version,
                commit=commit,
                report=report,
                created=created,
            )
            (building / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
            _place(building, path)
        make_current(root, path.name)
        return open_snapshot(root, path.name)


@contextmanager
def _building(root: Path) -> Iterator[Path]:
    """A hidden folder on the shelf, for the only one who publishes."""
    shelf = root / SNAPSHOTS
    try:
        shelf.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(root, error) from error
    with publishing(root):
        sweep(root)
        building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=shelf))
        try:
            building.chmod(0o755)
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)


def _place(building: Path, path: Path) -> None:
    """Give a whole folder its name, in the place of a damaged one that has it."""
    flush_tree(building)
    if path.exists():
        path.rename(building.with_name(f"{DAMAGED}{path.name}"))
    building.rename(path)
    flush_path(path.parent)


def _stands(root: Path, path: Path, quality: str) -> bool:
    """True where these quads were published before, with this quality, and are undamaged."""
    try:
        if not path.exists():
            return False
        snapshot = open_snapshot(root, path.name)
        if quality and (
            snapshot.quality is None or snapshot.quality.read_text(encoding="utf-8") != quality
        ):
            return False
        return verify(snapshot).ok
    except (SnapshotDamagedError, UnicodeDecodeError):
        return False


def _fill_store(building: Path, merged: MergeSummary) -> None:
    store = Store(str(building / STORE))
    try:
        store.bulk_load(path=str(building / DATA), format=RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        raise MergeError(
            f"The merged quads are not well-formed: {error}.",
            remedy="Mend the step that wrote them; the lines are N-Quads.",
        ) from error
    if len(store) != merged.quads:
        raise MergeError(
            f"{merged.quads:,} lines gave {len(store):,} quads: some are spelled in two ways.",
            remedy="Write every quad in the canonical form of N-Quads.",
        )
    store.flush()


def _manifest(
    building: Path,
    merged: MergeSummary,
    *,
    sources: Mapping[str, int] | None,
    tables: Mapping[str, int] | None,
    extension: Sequence[Mapping[str, Any]],
    critmat_version: str,
    commit: str,
    report: str,
    created: datetime | None,
) -> Manifest:
    derived = sum(n for iri, n in merged.graphs.items() if iri.startswith(_DERIVED))
    moment = (created or datetime.now(UTC)).astimezone(UTC)
    return Manifest(
        id=merged.sha256[:12],
        created=moment.isoformat(timespec="seconds"),
        critmat_version=critmat_version,
        commit=commit,
        sources=tuple(
            SourceEntry(id_, merged.titles.get(id_, ""), n)
            for id_, n in sorted((sources or _by_source(merged)).items())
        ),
        graphs=dict(sorted(merged.graphs.items())),
        counts={
            "quads": merged.quads,
            "triples": merged.triples,
            "asserted": merged.graphs.total() - derived,
            "derived": derived,
        },
        classes=dict(sorted(merged.classes.items())),
        properties=dict(sorted(merged.properties.items())),
        subjects=merged.subjects,
        tables=dict(tables or {}),
        checks=_check_summary(report),
        extension=tuple(extension),
        checksums={
            name: ((building / name).stat().st_size, checksum(building / name))
            for name in sorted(files_of(building))
        },
    )


def _by_source(merged: MergeSummary) -> dict[str, int]:
    return {
        iri.removeprefix(GRAPH): n
        for iri, n in merged.graphs.items()
        if iri not in _OF_OURS and not iri.startswith(_DERIVED)
    }


def _check_summary(report: str) -> dict[str, Any]:
    value = json.loads(report)
    problems = value.get("problems", [])
    return {
        "ok": bool(value.get("ok", True)),
        "problems": {
            severity: sum(problem.get("severity") == severity for problem in problems)
            for severity in ("error", "warning", "note")
        },
    }
