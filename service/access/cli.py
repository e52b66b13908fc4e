"""``critmat token``: create, list and revoke tokens."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from kg.snapshot import data_root
from kg.snapshot_cli import data_option
from service.access.principal import Role
from service.access.tokens import DAYS, Tokens


@click.group()
def token() -> None:
    """Tokens of those who may change the data of a service."""


@token.command()
@click.argument("name", required=False)
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.WRITER.value,
    show_default=True,
    help="writer: named graphs of the graph store; editor: updates and the default graph too; "
    "admin: also the running queries.",
)
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    help="IRI of a graph that may be changed, or the beginning of one with * behind it; may be "
    "given several times. Nothing else may then be changed.",
)
@click.option(
    "--days",
    type=click.IntRange(0),
    default=DAYS,
    show_default=True,
    help="Days until it expires; 0: never.",
)
@data_option
def create(
    name: str | None, role: str, graphs: tuple[str, ...], days: int, data: Path | None
) -> None:
    """Make a token for NAME and print it; it is shown this once and kept nowhere.

    Without NAME it is named after its role. The token is the last line.
    """
    name = name or f"{role}-{secrets.token_hex(3)}"
    made, text = Tokens(data_root(data)).create(name, Role(role), graphs, days)
    until = f"until {made.expires}" if made.expires else "for ever"
    click.echo(f"Token {made.id} for {made.name}, {made.role}, good {until}:", err=True)
    click.echo(text)


@token.command("list")
@data_option
def list_(data: Path | None) -> None:
    """Show all tokens, the oldest first, without their secrets."""
    found = Tokens(data_root(data)).list()
    if not found:
        click.echo("There is no token yet. `critmat token create NAME` makes one.", err=True)
    for one in found:
        state = "expired" if one.expired else "expires"
        end = f"{state} {one.expires}" if one.expires else "never expires"
        graphs = " ".join(one.graphs) or "all graphs"
        click.echo(f"{one.id}  {one.name}  {one.role}  created {one.created}  {end}  {graphs}")


@token.command()
@click.argument("name")
@data_option
def revoke(name: str, data: Path | None) -> None:
    """Revoke the token with this NAME or id. A running service refuses it at once."""
    gone = Tokens(data_root(data)).revoke(name)
    click.echo(f"revoked {gone.id} ({gone.name})")
