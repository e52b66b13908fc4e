"""``critmat serve``."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import click

from kg.console import console
from kg.errors import UsageError
from kg.snapshot import Snapshot, data_root
from kg.snapshot.manifest import SnapshotKind
from kg.snapshot_cli import data_option
from service.opening import may_write, open_or_build, open_or_empty, open_undamaged
from service.server import check_address, serve
from service.settings import Settings


@click.command("serve")
@data_option
@click.option(
    "--empty",
    type=click.Path(path_type=Path, file_okay=False),
    help="Serve the data set of this folder instead, which begins empty.",
)
@click.option("--snapshot", help="Serve the snapshot with this id.  [default: the current one]")
@click.option(
    "--enable-updates",
    is_flag=True,
    default=None,
    help="Let /update and /graph-store take changes from those who have a token.",
)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--engines", type=click.IntRange(1), help="Engine processes.  [default: 2]")
@click.option("--timeout", type=float, help="Seconds that a query may run.  [default: 30]")
def serve_command(data: Path | None, empty: Path | None, **given: Any) -> None:
    """Serve the graph: pages, canned questions and SPARQL.

    Where there is no snapshot yet, one is built from the shipped facts first. A damaged snapshot,
    or one of a newer release, is refused. Every setting can also be given in the environment, such
    as CRITMAT_PORT.
    """
    if data is not None and empty is not None:
        raise UsageError("Give either --data or --empty, not both.")
    root = empty or data_root(data)
    settings = Settings.read(os.environ, data=root, **given)
    pinned = settings.snapshot != Settings().snapshot
    if pinned and settings.enable_updates:
        raise UsageError(
            "Changes go on from the current snapshot, not from one that is named.",
            remedy=f"Make it the current one with `critmat snapshot restore --name "
            f"{settings.snapshot}`, then serve without --snapshot.",
        )
    check_address(settings)
    if pinned:
        snapshot = open_undamaged(root, settings.snapshot)
    elif empty is not None:
        snapshot = open_or_empty(root)
    else:
        snapshot = open_or_build(root, console.print)
    if settings.enable_updates and not may_write(root):
        console.print(f"{root} is read-only, so updates stay off: only reading is served.")
        settings = dataclasses.replace(settings, enable_updates=False)
    console.print(f"Serving snapshot {snapshot.id} ({_holding(snapshot)})")
    if settings.enable_updates:
        console.print("Changes are taken from those who have a token (critmat token create).")
    else:
        # The same one even where another process publishes meanwhile and the web process dies.
        settings = dataclasses.replace(settings, snapshot=snapshot.id)
    console.print(f"on http://{settings.host}:{settings.port} (Ctrl+C ends it)")
    serve(settings)


def _holding(snapshot: Snapshot) -> str:
    if snapshot.kind is SnapshotKind.WRITTEN:
        return f"written {snapshot.manifest.created}"
    return f"{snapshot.manifest.counts['triples']:,} triples"
