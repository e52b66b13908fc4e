"""``critmat snapshot``: list, verify and prune the snapshots."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.console import EXISTING_FILE, end_with
from kg.snapshot.publication import publish as publish_quads
from kg.snapshot.shelf import (
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
        counts = item.manifest.counts
        click.echo(
            f"{mark} {item.id}  {item.manifest.created}  critmat {item.manifest.critmat_version}  "
            f"{counts.get('triples', 0):,} triples ({counts.get('derived', 0):,} derived)"
        )


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
@data_option
def verify(name: str, data: Path | None) -> None:
    """Recompute the checksums of a snapshot; name what is damaged. Exit status 1 if anything is."""
    end_with(verify_snapshot(open_snapshot(data_root(data), name)))


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
