"""What the service starts with: an undamaged snapshot of a format it knows, or a plain refusal.

Damage is looked for before anything is served, since a store shows it late: in the middle of an
answer. A refusal names what is wrong and offers the newest snapshot that is in order; which one is
served is never decided behind the operator's back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import kg
from kg.errors import CritmatError
from kg.snapshot import (
    Snapshot,
    SnapshotError,
    SnapshotNotFoundError,
    list_snapshots,
    open_snapshot,
    publish,
    verify,
)
from kg.snapshot.locks import ReadOnlyShelfError, writing
from kg.snapshot.shelf import CURRENT


class DataFolderError(CritmatError):
    """The folder for the snapshots cannot be written to."""


class RefusedSnapshotError(SnapshotError):
    """The snapshot that was asked for cannot be served; the remedy offers another."""


def open_undamaged(root: Path, name: str = CURRENT) -> Snapshot:
    """Open a snapshot and recompute the checksums of all its files.

    Raises :class:`~kg.snapshot.SnapshotNotFoundError` where there is none at all,
    :class:`RefusedSnapshotError` where it is damaged or of a newer format.
    """
    try:
        snapshot = open_snapshot(root, name)
        report = verify(snapshot)
    except SnapshotNotFoundError:
        if name != CURRENT or not list_snapshots(root):
            raise
        wrong = f"The link {root / CURRENT} is missing, so it is not known which one is current."
    except SnapshotError as error:
        wrong = error.message
    else:
        if report.ok:
            return snapshot
        first, *others = report.problems
        more = f", and {len(others):,} more" if others else ""
        wrong = f"The snapshot {snapshot.id} is damaged: {first.file}: {first.message}{more}."
    raise RefusedSnapshotError(wrong, remedy=_offer(root))


def open_or_build(root: Path, progress: Callable[[str], None]) -> Snapshot:
    """Open the current snapshot as :func:`open_undamaged` does; build one where there is none.

    Raises :class:`DataFolderError` where the folder cannot be written to, and what the build does.
    """
    try:
        return open_undamaged(root)
    except SnapshotNotFoundError:
        progress(f"There is no snapshot in {root} yet: building one from the shipped facts.")
    # Building needs much that serving does not, and a service is to be up again soon.
    from kg.build import build  # noqa: PLC0415

    try:
        return build(root, progress=lambda step: progress(f"  {step} ...")).snapshot
    except (OSError, ReadOnlyShelfError) as error:
        raise _unwritable(root, "built", error) from error


def open_or_empty(root: Path) -> Snapshot:
    """Open the current snapshot as :func:`open_undamaged` does; publish an empty one where there is
    none. Raises :class:`DataFolderError` where the folder cannot be written to.
    """
    try:
        return open_undamaged(root)
    except SnapshotNotFoundError:
        pass
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=root, suffix=".nq") as nothing:
            return publish([Path(nothing.name)], root, critmat_version=kg.__version__)
    except (OSError, ReadOnlyShelfError) as error:
        raise _unwritable(root, "published", error) from error


def may_write(root: Path) -> bool:
    """True where this service can become the one that takes changes; false in a folder that is
    read-only.

    Raises :class:`~kg.snapshot.locks.ShelfInUseError` while another one takes them.
    """
    try:
        with writing(root):
            return True
    except ReadOnlyShelfError:
        return False


def _offer(root: Path) -> str:
    """What to do when a snapshot cannot be served."""
    for snapshot in list_snapshots(root):
        if verify(snapshot).ok:
            return (
                f"The newest undamaged one is {snapshot.id} of {snapshot.manifest.created}: "
                f"`critmat serve --snapshot {snapshot.id}` serves it, `critmat snapshot restore "
                f"--name {snapshot.id}` makes it the current one."
            )
    return (
        f"No other snapshot in {root} is undamaged. `critmat snapshot restore FILE` brings one "
        "back from a backup, `critmat build` makes one from the shipped facts."
    )


def _unwritable(root: Path, what: str, error: Exception) -> DataFolderError:
    reason = error.strerror if isinstance(error, OSError) else error
    return DataFolderError(
        f"No snapshot can be {what} in {root}: {reason or error}.",
        remedy="Give a folder that can be written to with --data.",
    )
