"""``critmat check``: the checks of the graph."""

from __future__ import annotations

from pathlib import Path

import click
from pyoxigraph import RdfFormat, Store

from kg.check.graph import check_graph
from kg.console import EXISTING_FILE, EXISTING_FOLDER, end_with
from kg.errors import CritmatError


class NothingToCheckError(CritmatError):
    """No data, or data that cannot be read."""

    exit_status = 2
    title = "Nothing to check"


@click.command()
@click.option(
    "--data",
    "files",
    multiple=True,
    type=EXISTING_FILE,
    help="N-Quads to check; may be given several times (facts, ontology, derived).",
)
@click.option(
    "--snapshot",
    type=EXISTING_FOLDER,
    help="Folder of a published snapshot.",
)
@click.option(
    "--checks",
    type=EXISTING_FOLDER,
    help="Folder of the checks.  [default: the shipped ones]",
)
def check(files: tuple[Path, ...], snapshot: Path | None, checks: Path | None) -> None:
    """Check quads, or a snapshot: citations, numbers, dates, circles, terms.

    Every finding is printed with its node, the check and what to do. The exit status is 1 if one
    of them is an error.
    """
    if bool(files) == bool(snapshot):
        raise click.UsageError("Give either --data or --snapshot.")
    end_with(check_graph(_open(files, snapshot), checks))


def _open(files: tuple[Path, ...], snapshot: Path | None) -> Store:
    store = Store()
    for path in files or [snapshot / "data.nq" for snapshot in [snapshot] if snapshot]:
        try:
            store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
        except (OSError, SyntaxError) as error:
            raise NothingToCheckError(
                f"{path.name}: {error}.", remedy="Give N-Quads, or the folder of a snapshot."
            ) from error
    return store
