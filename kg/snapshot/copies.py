"""Backups: one file that holds a whole snapshot, and the way back onto the shelf.

A backup is a tar archive, compressed with Zstandard, that ``tar --zstd`` also unpacks: the folder
of the snapshot as it stands on the shelf. Each file is compared with the manifest while it is
written, and again before anything is restored, so a backup of something damaged is never made and
never comes back.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import zstandard

from kg.errors import CritmatError
from kg.report import Report
from kg.snapshot.durable import flush_path, flush_tree, make_current, sweep
from kg.snapshot.line import arrive
from kg.snapshot.locks import publishing
from kg.snapshot.shelf import (
    MANIFEST,
    SNAPSHOTS,
    Snapshot,
    SnapshotDamagedError,
    SnapshotError,
    hold,
    open_snapshot,
    verify,
)

#: Zstandard's own default: data.nq becomes a tenth, faster than most disks write.
_LEVEL = 3
_CHUNK = 1024 * 1024
_ANOTHER = "Give another backup; `critmat snapshot verify --backup FILE` checks one."


class BackupError(CritmatError):
    """A file that is no backup, a damaged one, or one that is in the way."""

    title = "No usable backup"


def backup(snapshot: Snapshot, file: Path) -> int:
    """Write a snapshot into a new ``file``; give its size in bytes.

    The snapshot is held meanwhile, so it is not pruned. The file appears whole and flushed to the
    disk, or not at all; one that is there already is never overwritten.

    Raises :class:`~kg.snapshot.shelf.SnapshotDamagedError` where the snapshot is not as it was
    published, :class:`BackupError` where the file exists, ``OSError`` where it cannot be written.
    """
    if file.exists():
        raise _in_the_way(file)
    with (
        hold(snapshot),
        _appearing(file) as raw,
        zstandard.ZstdCompressor(level=_LEVEL).stream_writer(raw, closefd=False) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        manifest = (snapshot.path / MANIFEST).read_bytes()
        archive.addfile(_member(snapshot, MANIFEST, len(manifest)), io.BytesIO(manifest))
        for name, (size, sha256) in sorted(snapshot.manifest.checksums.items()):
            _add(archive, snapshot, name, size, sha256)
    return file.stat().st_size


def restore(file: Path, root: Path) -> Snapshot:
    """Put the snapshot of a backup onto the shelf under ``root`` and make it the current one.

    Nothing changes unless every file in it is as it was published. A snapshot of the same id that
    stands there undamaged stays as it is. On a shelf that does not know it, changes to it get
    numbers that they never had elsewhere.

    Raises :class:`BackupError` for a file that is no backup or a damaged one,
    :class:`~kg.snapshot.shelf.SnapshotError` for one of a newer format,
    :class:`~kg.snapshot.locks.ShelfInUseError` while a service takes changes to ``root`` or another
    process publishes, ``OSError`` where the disk is full or not writable.
    """
    shelf = root / SNAPSHOTS
    shelf.mkdir(parents=True, exist_ok=True)
    with _swept(root), _unpacked(file, shelf) as (found, report):
        if not report.ok:
            first = report.problems[0]
            raise BackupError(
                f"{file} is damaged: {first.file}: {first.message}. Nothing was restored.",
                remedy=_ANOTHER,
            )
        if not _stands(root, found.id):
            flush_tree(found.path)
            arrive(root, found.id)
            place = shelf / found.id
            if place.exists():
                place.rename(found.path.with_name("damaged"))
            found.path.rename(place)
            flush_path(shelf)
        make_current(root, found.id)
    return open_snapshot(root, found.id)


def make_current_again(root: Path, name: str) -> Snapshot:
    """Make a snapshot that stands on the shelf the current one, if it is undamaged.

    Raises :class:`~kg.snapshot.shelf.SnapshotNotFoundError`,
    :class:`~kg.snapshot.shelf.SnapshotDamagedError`, and
    :class:`~kg.snapshot.locks.ShelfInUseError` while a service takes changes to ``root`` or another
    process publishes.
    """
    snapshot = open_snapshot(root, name)
    with publishing(root):
        report = verify(snapshot)
        if not report.ok:
            first = report.problems[0]
            raise SnapshotDamagedError(
                f"The snapshot {name} is damaged: {first.file}: {first.message}.",
                remedy="Choose another one; `critmat snapshot list` shows them.",
            )
        make_current(root, name)
    return snapshot


def verify_backup(file: Path) -> Report:
    """Unpack a backup beside itself, and name every file in it that is damaged, missing or foreign.

    Raises :class:`BackupError` where the file is no backup at all, ``OSError`` where there is no
    room to unpack it.
    """
    with _unpacked(file, file.parent) as (_, report):
        return report


def _in_the_way(file: Path) -> BackupError:
    return BackupError(f"{file} is there already.", remedy="Give the name of a new file.")


@contextmanager
def _swept(root: Path) -> Iterator[None]:
    """A shelf that nobody else changes, without what a crash has left behind there."""
    with publishing(root):
        sweep(root)
        yield


@contextmanager
def _appearing(file: Path) -> Iterator[IO[bytes]]:
    """Write a file under another name, and give it its own when all of it is on the disk."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    hidden = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        # A link and not a renaming: what has appeared there meanwhile is not overwritten.
        try:
            file.hardlink_to(hidden)
        except FileExistsError:
            raise _in_the_way(file) from None
        flush_path(file.parent)
    finally:
        hidden.unlink(missing_ok=True)


def _member(snapshot: Snapshot, name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(f"{snapshot.id}/{name}")
    member.size, member.mode = size, 0o644
    return member


def _add(archive: tarfile.TarFile, snapshot: Snapshot, name: str, size: int, sha256: str) -> None:
    state = "was changed"
    try:
        with (snapshot.path / name).open("rb") as stream:
            if os.fstat(stream.fileno()).st_size == size:
                summed = _Summing(stream)
                archive.addfile(_member(snapshot, name, size), summed)
                if summed.sha256.hexdigest() == sha256:
                    return
    except FileNotFoundError:
        state = "is missing"
    raise SnapshotDamagedError(
        f"The snapshot {snapshot.id} is damaged: {name} {state}. No backup was made of it.",
        remedy="Back up another one; `critmat snapshot list` shows them.",
    )


class _Summing(io.RawIOBase):
    """A file that is summed up as it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self.sha256.update(data)
        return data


@contextmanager
def _unpacked(file: Path, beside: Path) -> Iterator[tuple[Snapshot, Report]]:
    """The snapshot of a backup in a hidden folder, and what verifying it says."""
    with tempfile.TemporaryDirectory(prefix=".building-", dir=beside) as folder:
        shelf = Path(folder) / SNAPSHOTS
        shelf.mkdir()
        try:
            with (
                file.open("rb") as raw,
                zstandard.ZstdDecompressor().stream_reader(raw, closefd=False) as packed,
                tarfile.open(fileobj=packed, mode="r|") as archive,
            ):
                name = _unpack(archive, shelf)
        except FileNotFoundError:
            raise BackupError(f"There is no file {file}.") from None
        except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
            raise BackupError(
                f"{file} is no backup, or a damaged one: {error}.", remedy=_ANOTHER
            ) from None
        try:
            snapshot = open_snapshot(Path(folder), name)
        except SnapshotDamagedError as error:
            raise BackupError(f"In {file}: {error.message}", remedy=_ANOTHER) from None
        except SnapshotError as error:
            raise type(error)(f"In {file}: {error.message}", remedy=error.remedy) from None
        yield snapshot, verify(snapshot)


def _unpack(archive: tarfile.TarFile, shelf: Path) -> str:
    """Write out an archive of one folder that holds plain files only; give the folder's name.

    Raises ``tarfile.TarError`` for anything else, such as a link or a name that leads elsewhere.
    """
    folder = ""
    for member in archive:
        path = PurePosixPath(member.name)
        folder = folder or path.parts[0]
        stream = archive.extractfile(member) if member.isreg() else None
        if stream is None or ".." in path.parts or path.is_absolute() or path.parts[0] != folder:
            raise tarfile.TarError(f"{member.name!r} does not belong there")
        target = shelf / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            shutil.copyfileobj(stream, out, _CHUNK)
    if not folder:
        raise tarfile.TarError("it is empty")
    return folder


def _stands(root: Path, name: str) -> bool:
    """True where an undamaged snapshot of this name is on the shelf."""
    try:
        return verify(open_snapshot(root, name)).ok
    except SnapshotError:
        return False
