"""``critmat check``: the checks of the graph."""

from __future__ import annotations

from pathlib import Path

import click
from pyoxigraph import RdfFormat, Store

from kg.check.graph import check_graph
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
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="N-Quads to check; may be given several times (facts, ontology, derived).",
)
@click.option(
    "--snapshot",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of a published snapshot.",
)
@click.option(
    "--checks",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the checks.  [default: the shipped ones]",
)
def check(files: tuple[Path, ...], snapshot: Path | None, checks: Path | None) -> None:
    """Check quads, or a snapshot: citations, numbers, dates, circles, terms.

    Every finding is printed with its node, the check and what to do. The exit status is 1 if one
    of them is an error.
    """
    if bool(files) == bool(snapshot):
        raise click.UsageError("Give either --data or --snapshot.")
    report = check_graph(_open(files, snapshot), checks)
    for line in report.lines():
        click.echo(line)
    if not report.ok:
        raise click.exceptions.Exit(1)


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
