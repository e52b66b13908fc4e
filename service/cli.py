"""The ``critmat`` command: all that ``kg.cli`` offers, and what belongs to the service."""

from __future__ import annotations

import click

from kg.cli import critmat


def command() -> click.Group:
    """The command with all its sub-commands."""
    critmat.add_elsewhere("serve", "service.serve_cli:serve_command")
    critmat.add_elsewhere("mcp", "service.mcp.cli:mcp_command")
    critmat.add_elsewhere("token", "service.access.cli:token")
    critmat.add_elsewhere("audit", "service.audit_cli:audit")
    return critmat


def main() -> None:
    """The console script."""
    command()(prog_name="critmat")


if __name__ == "__main__":
    main()
