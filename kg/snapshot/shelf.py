"""The shelf on which the snapshots stand: find, open, verify, list and prune them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from kg.errors import CritmatError, NotFoundError
from kg.report import Problem, Report
from kg.snapshot.manifest import FORMAT, Manifest, SnapshotKind

CURRENT = "current"
SNAPSHOTS = "snapshots"
DATA, STORE, MANIFEST, REPORT = "data.nq", "store", "manifest.json", "report.json"
QUALITY = "quality.json"

# A written snapshot has the id of the built one it goes back to, and its number on that line.
_ID = re.compile(r"([0-9a-f]{12})(?:\.([1-9][0-9]{0,17}))?")
_BUILD = "Run `critmat build` to make one."
_REBUILD = (
    "Run `critmat build` to make it anew, or open another one (`critmat snapshot list` shows them)."
)


class SnapshotError(CritmatError):
    """A snapshot that cannot be used."""

    http_status = 503
    title = "No usable snapshot"


class SnapshotNotFoundError(SnapshotError, NotFoundError):
    """There is no such snapshot."""

    exit_status = 2
    http_status = 503


class SnapshotDamagedError(SnapshotError):
    """Something is missing from the snapshot or is not as it was published."""

    title = "Damaged snapshot"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot. Nothing ever writes into ``path`` again."""

    id: str
    path: Path
    manifest: Manifest

    @property
    def kind(self) -> SnapshotKind:
        """Whether it was built or written."""
        return self.manifest.kind

    @property
    def data(self) -> Path | None:
        """The whole data set as sorted N-Quads; ``None`` for a written snapshot: only a store."""
        return self.path / DATA if self.kind is SnapshotKind.BUILT else None

    @property
    def store(self) -> Path:
        """The folder of the pyoxigraph store."""
        return self.path / STORE

    @property
    def report(self) -> Path:
        """What the checks of the build said, as JSON; of a written one, those of its base."""
        return self.path / REPORT

    @property
    def quality(self) -> Path | None:
        """How good the facts are, as JSON; ``None`` for a snapshot that was published without.

        A written snapshot has that of its base.
        """
        return self.path / QUALITY if QUALITY in self.manifest.checksums else None


def data_root(override: Path | None = None) -> Path:
    """The folder that holds the snapshots.

    ``override`` (the option ``--data``) goes first, then the environment variable
    ``CRITMAT_DATA``, then the user's data folder of the platform.
    """
    if override is not None:
        return override
    named = os.environ.get("CRITMAT_DATA")
    return Path(named) if named else user_data_path("critmat")


def open_snapshot(root: Path, name: str = CURRENT) -> Snapshot:
    """Open the current snapshot, or the one with the id ``name``.

    The sizes of all files are looked at, their checksums are not; :func:`verify` does that.
    Raises :class:`SnapshotNotFoundError` where there is none, :class:`SnapshotDamagedError` where
    something is missing, :class:`SnapshotError` for a format newer than this release knows.
    """
    path = _find(root, name)
    return open_folder(path, path.name)


def open_folder(path: Path, snapshot_id: str) -> Snapshot:
    """Open the folder of a snapshot wherever it stands; raises what :func:`open_snapshot` does."""
    manifest = _read_manifest(path)
    if manifest.id != snapshot_id:
        raise SnapshotDamagedError(
            f"The snapshot {path} says that it is {manifest.id}.", remedy=_REBUILD
        )
    for name_, (size, _) in manifest.checksums.items():
        file = path / name_
        found = file.stat().st_size if file.is_file() else None
        if found != size:
            state = "is missing" if found is None else f"has {found:,} bytes instead of {size:,}"
            raise SnapshotDamagedError(
                f"The snapshot {manifest.id} is damaged: {name_} {state}.", remedy=_REBUILD
            )
    return Snapshot(manifest.id, path, manifest)


def line_of(snapshot_id: str) -> tuple[str, int]:
    """The base of the line that a snapshot stands on, and its number there, 0 for the base itself.

    Raises ``ValueError`` for what is no id.

    >>> line_of("0123456789ab.12")
    ('0123456789ab', 12)
    >>> line_of("0123456789ab")
    ('0123456789ab', 0)
    """
    match = _ID.fullmatch(snapshot_id)
    if match is None:
        raise ValueError(f"{snapshot_id!r} is no id of a snapshot")
    return match[1], int(match[2] or 0)


def _find(root: Path, name: str) -> Path:
    if name == CURRENT:
        link = root / CURRENT
        if not link.is_symlink():
            raise SnapshotNotFoundError(f"There is no snapshot under {root} yet.", remedy=_BUILD)
        path = root / SNAPSHOTS / link.readlink().name
        if not path.is_dir():
            raise SnapshotDamagedError(
                f"The current snapshot {path.name} is missing from {root / SNAPSHOTS}.",
                remedy=_REBUILD,
            )
        return path
    path = root / SNAPSHOTS / name
    if not _ID.fullmatch(name) or not path.is_dir():
        raise SnapshotNotFoundError(
            f"There is no snapshot {name!r} under {root}.",
            remedy="`critmat snapshot list` shows the ones that there are.",
        )
    return path


def _read_manifest(path: Path) -> Manifest:
    try:
        text = (path / MANIFEST).read_bytes()
    except OSError as error:
        raise SnapshotDamagedError(
            f"The snapshot {path.name} is damaged: {MANIFEST} cannot be read ({error!r}).",
            remedy=_REBUILD,
        ) from error
    return parse_manifest(text, f"of the snapshot {path.name}")


def parse_manifest(text: bytes, place: str) -> Manifest:
    """Read the text of a manifest; ``place`` says in an error where it is.

    Raises :class:`SnapshotDamagedError`, and :class:`SnapshotError` for a format newer than this
    release knows.
    """
    try:
        value = json.loads(text)
        version = int(value["format"])
        if version <= FORMAT:
            return Manifest.from_dict(value)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotDamagedError(
            f"The {MANIFEST} {place} is damaged: it cannot be read ({error!r}).",
            remedy=_REBUILD,
        ) from error
    raise SnapshotError(
        f"The {MANIFEST} {place} has format {version}; this release of critmat reads up to "
        f"format {FORMAT}.",
        remedy="Install a newer critmat, or build the snapshot with this one.",
    )


def list_snapshots(root: Path) -> list[Snapshot]:
    """All snapshots that can be opened, newest first."""
    found = []
    for path in _folders(root):
        try:
            found.append(open_snapshot(root, path.name))
        except SnapshotError:
            continue  # `verify` says what is wrong with it
    # Many written ones can have the same second, and only their numbers never go back.
    return sorted(found, key=lambda s: (s.manifest.created, line_of(s.id)), reverse=True)


def _folders(root: Path) -> list[Path]:
    folder = root / SNAPSHOTS
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_dir() and _ID.fullmatch(p.name))


def current_id(root: Path) -> str | None:
    """The id that ``current`` points at; ``None`` where nothing was published."""
    link = root / CURRENT
    return link.readlink().name if link.is_symlink() else None


def verify(snapshot: Snapshot) -> Report:
    """Recompute every checksum and name each file that is damaged, missing or foreign."""
    report = Report(f"verify {snapshot.id}")
    expected = snapshot.manifest.checksums
    for name, (size, sha256) in sorted(expected.items()):
        file = snapshot.path / name
        if not file.is_file():
            report.add(Problem(name, "the file is missing", _REBUILD))
        elif file.stat().st_size != size:
            report.add(Problem(name, f"the file does not have {size:,} bytes", _REBUILD))
        elif checksum(file) != sha256:
            report.add(Problem(name, "the checksum is wrong: the file was changed", _REBUILD))
        else:
            report.counts["files intact"] += 1
    for name in sorted(files_of(snapshot.path) - set(expected) - {MANIFEST}):
        report.add(Problem(name, "this file does not belong to the snapshot", "Remove it."))
    if snapshot.kind is SnapshotKind.WRITTEN:
        if (
            line_of(snapshot.id)[0] != snapshot.manifest.base
            or snapshot.id == snapshot.manifest.base
        ):
            report.add(Problem(MANIFEST, "the id does not fit the base of the snapshot", _REBUILD))
    elif DATA not in expected or not expected[DATA][1].startswith(snapshot.id):
        report.add(Problem(MANIFEST, f"the id does not fit the checksum of {DATA}", _REBUILD))
    return report


def files_of(folder: Path) -> set[str]:
    """The files in a folder and below, as paths relative to it."""
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}


def checksum(file: Path) -> str:
    """SHA-256 in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def hold(snapshot: Snapshot) -> Iterator[None]:
    """Keep a snapshot from being pruned while it is in use, by any process."""
    with (snapshot.path / MANIFEST).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def prune(root: Path, keep: int) -> list[str]:
    """Remove the oldest snapshots until ``keep`` are left; give the ids removed.

    The current snapshot and those in use (:func:`hold`) stay, whatever ``keep`` says. Raises
    ``ValueError`` for a negative ``keep``.
    """
    if keep < 0:
        raise ValueError("keep must not be negative")
    removed = []
    current = current_id(root)
    surplus = [s for s in list_snapshots(root)[keep:] if s.id != current]
    for snapshot in surplus:
        if remove(snapshot.path):
            removed.append(snapshot.id)
    return removed


def remove(path: Path) -> bool:
    """Remove the folder of a snapshot from the shelf; ``False`` where somebody holds it."""
    try:
        file = (path / MANIFEST).open("rb")
    except FileNotFoundError:
        return False  # somebody else has removed it
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # Renamed first: half a snapshot must never stand under its name.
        hidden = path.with_name(f".pruned-{path.name}-{os.getpid()}")
        path.rename(hidden)
        shutil.rmtree(hidden)
    return True
