"""The ``critmat`` command: all that ``kg.cli`` offers, and ``serve``."""

from __future__ import annotations

from kg.cli import critmat


def main() -> None:
    """The console script."""
    critmat.add_elsewhere("serve", "service.serve_cli:serve_command")
    critmat(prog_name="critmat")


if __name__ == "__main__":
    main()
