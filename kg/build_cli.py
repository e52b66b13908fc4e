"""``critmat build``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.build import build
from kg.cli import console
from kg.snapshot import data_root
from kg.snapshot_cli import data_option


@click.command("build")
@data_option
@click.option(
    "--facts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of another data package of facts than the shipped one.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Write the report as JSON here.")
def build_command(data: Path | None, facts: Path | None, report: Path | None) -> None:
    """Build the graph from the facts and publish it as a snapshot."""
    root = data_root(data)
    with console.status("") as status:
        result = build(root, facts=facts, progress=lambda step: status.update(f"{step} ..."))
    for step, seconds in result.seconds.items():
        console.print(f"  {step:<28} {seconds:6.1f} s")
    if report:
        text = json.dumps(result.report.as_dict(), indent=1, ensure_ascii=False)
        report.write_text(f"{text}\n", encoding="utf-8")
    counts = result.snapshot.manifest.counts
    console.print(
        f"Snapshot {result.snapshot.id}: {counts['triples']:,} triples "
        f"({counts['asserted']:,} asserted, {counts['derived']:,} derived) in {root}"
    )
