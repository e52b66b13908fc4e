"""``critmat derive``: the derived graphs of asserted facts."""

from __future__ import annotations

from pathlib import Path

import click

from kg.console import EXISTING_FILE, FILE_TO_WRITE, console
from kg.derive.step import derive as write_derived


@click.command()
@click.option("--asserted", required=True, type=EXISTING_FILE, help="N-Quads of the facts.")
@click.option("--ontology", required=True, type=EXISTING_FILE, help="N-Quads of the ontology.")
@click.option(
    "--out",
    required=True,
    type=FILE_TO_WRITE,
    help="The N-Quads file to write.",
)
def derive(asserted: Path, ontology: Path, out: Path) -> None:
    """Write what follows from facts and ontology: shortcuts, shares and exposures.

    The same files give the same file. Axioms that would derive something but have no rule are
    named; constraints are counted, they are for the reasoner.
    """
    with console.status("") as status:
        summary = write_derived(
            asserted, ontology, out, lambda doing: status.update(f"{doing} ...")
        )
    for item in summary.skipped:
        if item.derives:
            console.print(f"{item.subject}: {item.construct}: {item.reason}", markup=False)
    for rows in summary.ambiguous:
        console.print(f"no shares, for {rows} stand twice in one table", markup=False)
    constraints = sum(not item.derives for item in summary.skipped)
    click.echo(
        f"{summary.axioms} axioms became {summary.rules} rules; {constraints} constraints derive "
        f"nothing, {len(summary.skipped) - constraints} axioms have no rule"
    )
    for term, count in summary.by_term.items():
        click.echo(f"{term:40} {count:>10,}")
    for graph, count in summary.by_graph.items():
        click.echo(f"{graph:60} {count:>10,}")
    click.echo(
        f"{summary.shares:,} shares and {summary.exposures:,} exposures; {summary.triples:,} "
        f"triples from {summary.quads:,} quads written to {out}"
    )
