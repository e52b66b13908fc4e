"""``critmat renew``: a newly downloaded release as a reviewed change."""

from __future__ import annotations

from pathlib import Path

import click

from kg.console import EXISTING_FILE, EXISTING_FOLDER, FILE_TO_WRITE, console, keep_text
from kg.renewal.proposal import accept, propose
from kg.renewal.words import changes_csv, lines
from kg.sources.registry import IMPORTERS, importer


@click.command("renew")
@click.argument("name", metavar="IMPORTER", type=click.Choice([each.name for each in IMPORTERS]))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=EXISTING_FILE)
@click.option(
    "--facts", type=EXISTING_FOLDER, help="Folder of the fact tables; default: the shipped ones."
)
@click.option(
    "--changes", type=FILE_TO_WRITE, help="Write every cell that changes to this file, as CSV."
)
@click.option(
    "--rows-only", is_flag=True, help="Compare rows; do not build the graph and ask the questions."
)
@click.option("--accept", "accepted", is_flag=True, help="Write the tables after showing all this.")
def renew(
    *,
    name: str,
    files: tuple[Path, ...],
    facts: Path | None,
    changes: Path | None,
    rows_only: bool,
    accepted: bool,
) -> None:
    """Show what a newly downloaded release changes, and take it over with --accept.

    Reads the FILEs with the importer, compares them with the fact tables row by row and cell by
    cell, builds the graph before and after in a temporary folder, and asks every canned question
    of both. Nothing is written without --accept; where a check fails nothing is written at all.
    """
    with console.status("") as status:
        proposal = propose(
            importer(name),
            files,
            facts=facts,
            ask=not rows_only,
            progress=lambda step: status.update(f"{step} ..."),
        )
    for problem in proposal.report.lines():
        click.echo(problem, err=True)
    for line in lines(proposal):
        click.echo(line)
    if changes is not None:
        keep_text(changes_csv(proposal), changes)
    if not accepted:
        click.echo("Nothing was written. Take it over with --accept.", err=True)
        return
    for path in accept(proposal, facts):
        click.echo(f"Written: {path}", err=True)
