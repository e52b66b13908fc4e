"""What commands print: progress and messages on standard error, answers on standard output."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from kg.errors import CritmatError
from kg.report import Report

#: Progress and messages go here, answers to standard output.
console = Console(stderr=True, highlight=False)

#: An option or argument that names a file to read, one to write, and a folder to read from.
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE_TO_WRITE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def plain(text: str) -> str:
    """``text`` with nothing in it that the console would take for markup."""
    return text.replace("[", r"\[")


#: ``--report FILE``, for a command whose report programs read too; see :func:`keep_report`.
report_option = click.option(
    "--report",
    "report_file",
    type=FILE_TO_WRITE,
    help="Also write the report to this file, as JSON.",
)


def keep_report(report: Report, path: Path | None) -> None:
    """Write a report as JSON where a file is named; raises :class:`CritmatError` if it cannot."""
    if path is not None:
        keep_text(report.to_json(), path)


def keep_text(text: str, path: Path) -> None:
    """Write the text of a report; raises :class:`CritmatError` if it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CritmatError(
            f"The report cannot be written to {path}: {error.strerror}.",
            remedy="Choose another file with --report.",
        ) from error


def end_with(report: Report) -> None:
    """Print a report; the exit status is 1 where it has an error.

    Raises ``click.exceptions.Exit`` then.
    """
    for line in report.lines():
        click.echo(line)
    if not report.ok:
        raise click.exceptions.Exit(1)
