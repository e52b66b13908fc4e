"""``critmat snapshot``: list, verify, back up, restore and prune the snapshots."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.console import EXISTING_FILE, FILE_TO_WRITE, end_with
from kg.errors import UsageError
from kg.snapshot import copies
from kg.snapshot.manifest import SnapshotKind
from kg.snapshot.publication import publish as publish_quads
from kg.snapshot.shelf import (
    Snapshot,
    current_id,
    data_root,
    list_snapshots,
    open_snapshot,
)
from kg.snapshot.shelf import prune as prune_snapshots
from kg.snapshot.shelf import verify as verify_snapshot

#: ``--data DIR``: where the snapshots are.
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with the snapshots; default: CRITMAT_DATA, else the user's data folder.",
)


@click.group()
def snapshot() -> None:
    """Published snapshots of the data set."""


@snapshot.command("list")
@data_option
def list_(data: Path | None) -> None:
    """Show all snapshots, newest first; ``*`` marks the current one."""
    root = data_root(data)
    current = current_id(root)
    found = list_snapshots(root)
    if not found:
        click.echo(f"There is no snapshot under {root} yet. Run `critmat build` to make one.")
    for item in found:
        mark = "*" if item.id == current else " "
        click.echo(
            f"{mark} {item.id}  {item.manifest.created}  critmat {item.manifest.critmat_version}  "
            f"{_holding(item)}"
        )


def _holding(item: Snapshot) -> str:
    """What is known of what a snapshot holds."""
    if item.kind is SnapshotKind.WRITTEN:
        return f"written, from {item.manifest.parent}"
    counts = item.manifest.counts
    return f"{counts.get('triples', 0):,} triples ({counts.get('derived', 0):,} derived)"


@snapshot.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=EXISTING_FILE,
)
@data_option
def publish(files: tuple[Path, ...], data: Path | None) -> None:
    """Publish sorted N-Quads FILES (facts, ontology, derived) as the current snapshot."""
    published = publish_quads(files, data_root(data), critmat_version=kg.__version__)
    click.echo(f"{published.id}: {published.manifest.counts['triples']:,} triples")


@snapshot.command()
@click.argument("name", default="current")
@click.option(
    "--backup",
    "file",
    type=EXISTING_FILE,
    help="Verify this backup instead; it is unpacked beside itself for that.",
)
@data_option
def verify(name: str, file: Path | None, data: Path | None) -> None:
    """Recompute the checksums of a snapshot; name what is damaged. Exit status 1 if anything is."""
    if file is not None:
        end_with(copies.verify_backup(file))
    else:
        end_with(verify_snapshot(open_snapshot(data_root(data), name)))


@snapshot.command()
@click.argument("file", type=FILE_TO_WRITE)
@click.option("--name", default="current", show_default=True, help="The snapshot to back up.")
@data_option
def backup(file: Path, name: str, data: Path | None) -> None:
    """Write a snapshot into a new FILE, such as `critmat.tar.zst`; safe while a service runs.

    Each file of the snapshot is compared with its checksum: of a damaged one no backup is made.
    Tokens and the audit log are not in it.
    """
    found = open_snapshot(data_root(data), name)
    try:
        size = copies.backup(found, file)
    except OSError as error:
        raise copies.BackupError(
            f"The backup cannot be written to {file}: {error.strerror or error}.",
            remedy="Give a file in a folder that can be written to and has room.",
        ) from error
    click.echo(f"{found.id}: {size:,} bytes in {file}")


@snapshot.command()
@click.argument("file", type=EXISTING_FILE, required=False)
@click.option("--name", help="Return to this snapshot, which is still there, instead.")
@data_option
def restore(file: Path | None, name: str | None, data: Path | None) -> None:
    """Put back the snapshot of a backup FILE and make it the current one.

    Every file in it is verified first. Refused while a service takes changes to the same data; one
    that only reads goes on with the snapshot that it began with.
    """
    if (file is None) == (name is None):
        raise UsageError("Give either the file of a backup, or the id of a snapshot with --name.")
    root = data_root(data)
    try:
        if file is not None:
            found = copies.restore(file, root)
        else:
            found = copies.make_current_again(root, str(name))
    except OSError as error:
        raise copies.BackupError(
            f"Nothing was restored in {root}: {error.strerror or error}.",
            remedy="Give a folder that can be written to and has room, with --data.",
        ) from error
    click.echo(f"{found.id} is the current snapshot")


@snapshot.command()
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="How many of the newest snapshots stay.",
)
@data_option
def prune(keep: int, data: Path | None) -> None:
    """Remove the oldest snapshots; the current one and those in use stay."""
    removed = prune_snapshots(data_root(data), keep)
    click.echo("removed " + ", ".join(removed) if removed else "nothing to remove")
