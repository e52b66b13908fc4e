"""Lines of written snapshots: each made from the one before it by changes, each whole.

A line begins at a built snapshot, its base. A written snapshot has the id ``<base>.<number>``, a
store and no ``data.nq``. Its tables are those of its parent where these did not change: the same
files under two names, so what it costs is what is new. The store that is written to is a working
copy beside the shelf, made from the current snapshot; nothing on the shelf is ever written to.

The snapshot of a commit becomes the current one by the renaming of one symbolic link, after the
disk holds all of it: before that nothing has happened, after it all has.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import Store

from kg.snapshot.durable import BUILDING, NEWEST, flush_path, make_current
from kg.snapshot.manifest import FORMAT, SnapshotKind
from kg.snapshot.shelf import (
    MANIFEST,
    QUALITY,
    REPORT,
    SNAPSHOTS,
    STORE,
    Snapshot,
    checksum,
    current_id,
    files_of,
    line_of,
    open_folder,
    remove,
)

# Tables are never changed once they are written, so two folders can share them.
_SHARED = ".sst"
# What belongs to who has a store open, not to the store.
_OF_ITS_PROCESS = {"LOCK", "LOG"}


def working_copy(snapshot: Snapshot, folder: Path) -> None:
    """Make a store in ``folder`` that can be written to and holds what the snapshot holds.

    It shares the tables with the snapshot, so ``folder`` is on the same file system, and this takes
    milliseconds whatever the size. Raises ``OSError``.
    """
    folder.mkdir()
    for file in snapshot.store.iterdir():
        if file.suffix == _SHARED:
            _link(file, folder / file.name)
        elif file.name not in _OF_ITS_PROCESS:
            shutil.copyfile(file, folder / file.name)


def _link(file: Path, name: Path) -> None:
    """Give a file that nobody changes a second name, or copy it where the system allows none."""
    try:
        name.hardlink_to(file)
    except OSError as error:
        # The file of another user, another file system, too many names, no such thing.
        if error.errno not in (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP):
            raise
        shutil.copyfile(file, name)


def commit(store: Store, root: Path, parent: Snapshot, critmat_version: str) -> Snapshot:
    """Publish what the working copy ``store`` of ``parent`` holds as the current snapshot.

    Only for who holds the lock :func:`~kg.snapshot.locks.writing`. Raises ``OSError``; whether the
    switch had happened by then is what :func:`~kg.snapshot.shelf.current_id` says.
    """
    shelf = root / SNAPSHOTS
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=shelf))
    try:
        building.chmod(0o755)
        store.flush()
        store.backup(str(building / STORE))
        for name in (REPORT, QUALITY):
            if name in parent.manifest.checksums:
                _link(parent.path / name, building / name)
        base, number = line_of(newest(root, parent.id))
        id_ = f"{base}.{number + 1}"
        manifest = replace(
            parent.manifest,
            id=id_,
            created=datetime.now(UTC).isoformat(timespec="milliseconds"),
            critmat_version=critmat_version,
            commit="",
            format=FORMAT,
            kind=SnapshotKind.WRITTEN,
            base=base,
            parent=parent.id,
            graphs={},
            counts={},
            classes={},
            properties={},
            subjects=0,
            checksums=_checksums(building, parent),
        )
        (building / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        for path in (building / MANIFEST, building / STORE, building):
            flush_path(path)
        building.rename(shelf / id_)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    flush_path(shelf)
    _note(root, base, id_)
    make_current(root, id_)
    return open_folder(shelf / id_, id_)


def newest(root: Path, snapshot_id: str) -> str:
    """The id with the highest number that the line of a snapshot ever had, whichever is current.

    The snapshot itself may have been removed: what was answered from it is still known by its id.
    """
    base, number = line_of(snapshot_id)
    number = max(number, _noted(root, base), *(number for number, _ in _line(root, base)))
    return f"{base}.{number}" if number else base


def arrive(root: Path, snapshot_id: str) -> None:
    """Keep the ids of a line apart that a snapshot from another shelf goes on with here.

    Where it came from, its line may have gone on as well: the next number here must be none that
    was given there, or one id and one ``ETag`` would stand for two data sets. So the line jumps to
    the milliseconds since 1970, which no counting of commits reaches. To be called before the
    snapshot stands on the shelf, by who holds the lock :func:`~kg.snapshot.locks.publishing`.
    """
    base, number = line_of(snapshot_id)
    numbers = [number for number, _ in _line(root, base)]
    known = max(_noted(root, base), *numbers, 0)
    if number > known or (known == 0 and not (root / SNAPSHOTS / base).exists()):
        _note(root, base, f"{base}.{max(number, time.time_ns() // 1_000_000)}")


def _note(root: Path, base: str, snapshot_id: str) -> None:
    """Write down the newest id of a line, as a symbolic link: it is there whole or not at all.

    The disk holds it with the link ``current``, which is replaced next in the same folder.
    """
    link = root / f"{NEWEST}{base}"
    new = root / f"{NEWEST}{base}-{os.getpid()}"
    new.unlink(missing_ok=True)
    new.symlink_to(Path(SNAPSHOTS) / snapshot_id)
    new.replace(link)


def _noted(root: Path, base: str) -> int:
    """The number that was written down for a line, 0 where there is none."""
    try:
        return line_of((root / f"{NEWEST}{base}").readlink().name)[1]
    except (FileNotFoundError, ValueError):
        return 0  # ValueError: somebody else's link


def discard_newer(root: Path, snapshot_id: str) -> None:
    """Remove what stands behind a snapshot on its line: a commit that was broken off.

    Only for who holds the lock :func:`~kg.snapshot.locks.writing` and knows that nothing behind it
    became current.
    """
    base, last = line_of(snapshot_id)
    current = current_id(root)
    for number, path in _line(root, base):
        if number > last and path.name != current:
            remove(path)


def _line(root: Path, base: str) -> list[tuple[int, Path]]:
    """The written snapshots of a line, with their numbers."""
    found = []
    for path in (root / SNAPSHOTS).glob(f"{base}.*"):
        try:
            found.append((line_of(path.name)[1], path))
        except ValueError:
            continue  # hidden: being built, or left behind by a crash
    return found


def _checksums(building: Path, parent: Snapshot) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of every file; what is the parent's own file is neither read nor flushed."""
    known = parent.manifest.checksums
    found = {}
    for name in sorted(files_of(building)):
        file = building / name
        if name in known and file.samefile(parent.path / name):
            found[name] = known[name]
        else:
            found[name] = (file.stat().st_size, checksum(file))
            flush_path(file)
    return found


def prune_lines(root: Path, keep: int) -> list[str]:
    """Remove all but the last ``keep`` written snapshots of each line; give the ids removed.

    Built ones, the current one and those in use (:func:`~kg.snapshot.shelf.hold`) stay.
    """
    bases = {path.name.partition(".")[0] for path in (root / SNAPSHOTS).glob("[0-9a-f]*.*")}
    lines = [sorted(_line(root, base), reverse=True) for base in bases]
    current = current_id(root)
    surplus = [path for line in lines for _, path in line[keep:]]
    return [path.name for path in surplus if path.name != current and remove(path)]
