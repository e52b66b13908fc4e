"""``critmat derive``: the derived graphs of asserted facts."""

from __future__ import annotations

from pathlib import Path

import click

from kg.console import EXISTING_FILE, FILE_TO_WRITE, console
from kg.derive.major_sources import LATEST, MajorSourceRule
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
@click.option(
    "--year",
    default=LATEST,
    show_default=True,
    help="Major sources as of this year, or by the latest figures.",
)
@click.option(
    "--threshold",
    type=float,
    default=MajorSourceRule().threshold,
    show_default=True,
    help="Share in percent from which on a country is a major source.",
)
def derive(asserted: Path, ontology: Path, out: Path, year: str, threshold: float) -> None:
    """Write what follows from facts and ontology: shortcuts, owners, shares, exposures.

    The same files give the same file. Axioms that would derive something but have no rule are
    named; constraints are counted, they are for the reasoner.
    """
    major = MajorSourceRule.of(year, threshold)
    with console.status("") as status:
        summary = write_derived(
            asserted, ontology, out, lambda doing: status.update(f"{doing} ..."), major=major
        )
    for item in summary.skipped:
        if item.derives:
            console.print(f"{item.subject}: {item.construct}: {item.reason}", markup=False)
    for rows in summary.ambiguous:
        console.print(f"no shares, for {rows} stand twice in one table", markup=False)
    for rows in summary.factors:
        console.print(f"no conversion, for {rows} are for the same substance", markup=False)
    for circle in summary.circles:
        console.print(
            f"no owner in the end is known for {circle}, who hold each other", markup=False
        )
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
        f"{summary.shares:,} shares, {summary.exposures:,} exposures and "
        f"{summary.comparisons:,} comparisons; {summary.triples:,} triples from "
        f"{summary.quads:,} quads written to {out}"
    )
