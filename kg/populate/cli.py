"""``critmat populate``: fact tables to N-Quads."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from kg.console import FILE_TO_WRITE, console
from kg.facts.package import load_package
from kg.populate.write import populate as write_quads


@click.command()
@click.option(
    "--facts",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the data package.  [default: the shipped one]",
)
@click.option(
    "--out",
    required=True,
    type=FILE_TO_WRITE,
    help="The N-Quads file to write.",
)
def populate(folder: Path | None, out: Path) -> None:
    """Write the fact tables as N-Quads, a named graph for each source.

    How a table becomes RDF stands in its schema. The same tables give the same file.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=total)
            bars.update(tasks[table], completed=done)

        summary = write_quads(load_package(folder), out, show)
    for table, quads in summary.by_table.items():
        click.echo(f"{table:32} {quads:>10,}")
    click.echo(
        f"{summary.quads:,} quads of {len(summary.by_table)} tables in "
        f"{len(summary.by_source)} graphs written to {out}"
    )
