"""What the disk must hold before anybody relies on it, the switch to another snapshot, and what is
left to remove after a crash."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from kg.snapshot.shelf import CURRENT, SNAPSHOTS

#: What is no snapshot yet, or none any more, has a name on the shelf that begins with one of these.
BUILDING, PRUNED, DAMAGED = ".building-", ".pruned-", ".damaged-"
#: So does, in the root, a store that a writer works on.
WORKING = ".working-"
#: And a link to the newest snapshot that a line ever had, whether it is still there or not.
NEWEST = ".newest-"


def flush_path(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder. Raises ``OSError``."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Have the disk hold a folder and all that is below it. Raises ``OSError``."""
    for path in (*folder.rglob("*"), folder):
        flush_path(path)


def make_current(root: Path, snapshot_id: str) -> None:
    """Let ``current`` point at a snapshot of the shelf: all at once, and for good.

    Raises ``OSError``; :func:`~kg.snapshot.shelf.current_id` then says which one it points at.
    """
    link = root / f".{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(SNAPSHOTS) / snapshot_id)
    link.replace(root / CURRENT)
    flush_path(root)


def sweep(root: Path) -> None:
    """Remove what a crash left behind; only for who has the lock, so that nobody is using it."""
    for path in (root / SNAPSHOTS).glob(".*"):
        if path.name.startswith((BUILDING, PRUNED, DAMAGED)):
            shutil.rmtree(path, ignore_errors=True)
    for path in root.glob(f"{WORKING}*"):
        shutil.rmtree(path, ignore_errors=True)
    for link in (*root.glob(f".{CURRENT}-*"), *root.glob(f"{NEWEST}*-*")):
        link.unlink(missing_ok=True)
