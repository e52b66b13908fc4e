"""``critmat match``: which records of sites are of the same facility."""

from __future__ import annotations

from pathlib import Path

import click

from kg.facts.package import Package, load_package
from kg.match.outcome import match as match_records
from kg.match.review import OTHER, SAME, Review
from kg.match.site import read_sites
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactRow

_facts_option = click.option(
    "--facts",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the data package.  [default: the shipped one]",
)


@click.group(invoke_without_command=True)
@_facts_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the tables; default: those of the package.",
)
@click.pass_context
def match(ctx: click.Context, folder: Path | None, out: Path | None) -> None:
    """Find out which records of mines, plants and deposits are of the same facility.

    Writes the tables sites, site-locations, site-identities, match-review and company-names.
    What an earlier run or an expert decided stands. The rules are in docs/identity.md.
    """
    if ctx.invoked_subcommand is not None:
        return
    package = load_package(folder)
    tables = package.folder / "tables"
    outcome = match_records(package, tables)
    for path in outcome.write(out or tables):
        click.echo(f"{path}: {len(outcome.tables[path.stem][1]):,} rows")
    for name, number in outcome.counts.items():
        click.echo(f"{number:>8,}  {name}")


@match.command("review")
@_facts_option
@click.option("--accept", "same", multiple=True, metavar="PAIR", help="The two are one facility.")
@click.option("--reject", "other", multiple=True, metavar="PAIR", help="The two are different.")
@click.option("--reviewer", default="", help="Your name; it stands beside the decision.")
@click.option("--note", default="", help="Why, in a sentence.")
def review_pairs(
    folder: Path | None, *, same: tuple[str, ...], other: tuple[str, ...], reviewer: str, note: str
) -> None:
    """Decide the doubtful pairs, one by one, or those named.

    PAIR is the id of a row, or LEFT--RIGHT for two records that the rules put together. The next
    `critmat match` follows the decisions. The table match-review may be edited as well.
    """
    package = load_package(folder)
    tables = package.folder / "tables"
    review = Review.read(tables)
    named = [*((id_, SAME) for id_ in same), *((id_, OTHER) for id_ in other)]
    if any(id_ not in review.rows for id_, _ in named):
        review = _with_pairs(review, package, [id_ for id_, _ in named])
    for id_, decision in named:
        review = review.decided(id_, decision, reviewer, note)
    if not named:
        review = _ask(review, reviewer)
    click.echo(f"{review.write(tables)}: {len(review.open):,} pairs are open.")


@match.command("open")
@_facts_option
def open_pairs(folder: Path | None) -> None:
    """List the doubtful pairs that nobody has decided."""
    review = Review.read((folder or facts_dir()) / "tables")
    for row in review.open:
        _show(row)
    click.echo(f"{len(review.open):,} pairs are open.")


def _with_pairs(review: Review, package: Package, ids: list[str]) -> Review:
    """The review with rows for pairs of which the rules were sure: ``LEFT--RIGHT``."""
    sites = read_sites(package)
    for id_ in ids:
        left, _, right = id_.partition("--")
        if left in sites and right in sites:
            review = review.with_pair(sites[left], sites[right])
    return review


def _ask(review: Review, reviewer: str) -> Review:
    """Ask for each open pair, until the reader has had enough."""
    signed = reviewer or (click.prompt("Your name") if review.open else "")
    for row in review.open:
        _show(row)
        answer = click.prompt(
            "same, other, skip or quit",
            type=click.Choice([SAME, OTHER, "skip", "quit"]),
            default="skip",
        )
        if answer == "quit":
            break
        if answer != "skip":
            note = click.prompt("Why", default="", show_default=False)
            review = review.decided(row["id"], answer, signed, note)
    return review


def _show(row: FactRow) -> None:
    click.echo(f"{row['id']}\n  {row['left_says'] or row['left']}")
    click.echo(f"  {row['right_says'] or row['right']}\n  {row['rule']}: {row['reasons']}")
