"""``critmat build``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.build import BuildError, build
from kg.console import EXISTING_FOLDER, console, keep_report, report_option
from kg.snapshot import data_root
from kg.snapshot_cli import data_option


@click.command("build")
@data_option
@click.option(
    "--facts",
    type=EXISTING_FOLDER,
    help="Folder of another data package of facts than the shipped one.",
)
@click.option(
    "--with",
    "material",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="File or folder of your own tables, RDF documents, shapes or questions; may be given "
    "several times. critmat check PATH says beforehand what it changes.",
)
@report_option
def build_command(
    data: Path | None, facts: Path | None, material: tuple[Path, ...], report_file: Path | None
) -> None:
    """Build the graph from the facts and publish it as a snapshot."""
    root = data_root(data)
    with console.status("") as status:
        try:
            result = build(
                root,
                facts=facts,
                material=material,
                progress=lambda step: status.update(f"{step} ..."),
            )
        except BuildError as error:
            keep_report(error.report, report_file)
            raise
    for step, seconds in result.seconds.items():
        console.print(f"  {step:<28} {seconds:6.1f} s")
    keep_report(result.report, report_file)
    counts = result.snapshot.manifest.counts
    console.print(
        f"Snapshot {result.snapshot.id}: {counts['triples']:,} triples "
        f"({counts['asserted']:,} asserted, {counts['derived']:,} derived) in {root}"
    )
