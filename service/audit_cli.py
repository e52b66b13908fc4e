"""``critmat audit``: who changed what."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict
from pathlib import Path

import click

from kg.snapshot import data_root
from kg.snapshot_cli import data_option
from service.audit import Entry, read_audit


@click.group()
def audit() -> None:
    """The log of all changes that a service took."""


@audit.command("list")
@click.option("--by", "name", help="Only the changes by the token with this name or id.")
@click.option("--graph", help="Only the changes that named this graph.")
@click.option("--since", default="", help="Only changes from this day on, such as 2026-03-01.")
@click.option(
    "--last",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="At most this many, the last ones.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write them; json: one change a line, with everything that is known of it.",
)
@data_option
def list_(
    *, name: str | None, graph: str | None, since: str, last: int, form: str, data: Path | None
) -> None:
    """Show the changes, the oldest first: when, who, what, and what came of it."""
    found = deque(
        (
            entry
            for entry in read_audit(data_root(data))
            if (name is None or name in (entry.name, entry.token))
            and (graph is None or graph == entry.graph)
            and entry.time >= since
        ),
        maxlen=last,
    )
    if not found:
        click.echo("No change is in the log.", err=True)
    for entry in found:
        click.echo(json.dumps(asdict(entry), ensure_ascii=True) if form == "json" else _line(entry))


def _line(entry: Entry) -> str:
    what = entry.graph or " ".join(entry.text.split())[:60] or "the default graph"
    result = entry.snapshot or entry.error
    line = (
        f"{entry.time[:19]}Z  {entry.name} ({entry.role})  {entry.operation}  {what}  "
        f"{entry.size:,} bytes  {entry.outcome}" + (f": {result}" if result else "")
    )
    # A control character in a graph's name or an update must not reach the terminal.
    return "".join(c if c.isprintable() else "?" for c in line)
