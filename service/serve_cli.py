"""``critmat serve``."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import click

from kg.build import build
from kg.console import console
from kg.errors import CritmatError
from kg.snapshot import SnapshotNotFoundError, data_root, open_snapshot
from kg.snapshot_cli import data_option
from service.server import check_address, serve
from service.settings import Settings


class DataFolderError(CritmatError):
    """The folder for the snapshots cannot be written to."""


@click.command("serve")
@data_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@click.option("--engines", type=click.IntRange(1), help="Engine processes.  [default: 2]")
@click.option("--timeout", type=float, help="Seconds that a query may run.  [default: 30]")
def serve_command(data: Path | None, **given: Any) -> None:
    """Serve the graph: pages, canned questions and SPARQL.

    Where there is no snapshot yet, one is built from the shipped facts first. Every setting can
    also be given in the environment, such as CRITMAT_PORT.
    """
    root = data_root(data)
    settings = Settings.read(os.environ, data=root, **given)
    check_address(settings)
    try:
        snapshot = open_snapshot(root, settings.snapshot)
    except SnapshotNotFoundError:
        if settings.snapshot != Settings().snapshot:
            raise
        console.print(f"There is no snapshot in {root} yet: building one from the shipped facts.")
        try:
            snapshot = build(root, progress=lambda step: console.print(f"  {step} ...")).snapshot
        except OSError as error:
            raise DataFolderError(
                f"No snapshot can be built in {root}: {error.strerror or error}.",
                remedy="Give a folder that can be written to with --data.",
            ) from error
    triples = snapshot.manifest.counts["triples"]
    console.print(f"Serving snapshot {snapshot.id} ({triples:,} triples)")
    console.print(f"on http://{settings.host}:{settings.port} (Ctrl+C ends it)")
    serve(dataclasses.replace(settings, snapshot=snapshot.id))
