"""``critmat facts``: look after the fact tables."""

from __future__ import annotations

from pathlib import Path

import click

from kg.console import console, keep_report, report_option
from kg.facts.check import check_folder
from kg.facts.errors import FactsError
from kg.facts.listing import table_list
from kg.facts.package import load_package
from kg.report import Report, Severity


@click.group()
def facts() -> None:
    """Look after the fact tables (a Frictionless data package)."""


@facts.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@report_option
@click.pass_context
def check(ctx: click.Context, folder: Path | None, report_file: Path | None) -> None:
    """Check the tables in FOLDER, by default the shipped ones.

    Every problem is told at once with its file, row and column and what to do about it. The
    exit status is 1 if there is an error; warnings do not count.
    """
    with console.status("Checking the tables"):
        report = _checked(folder)
    for line in report.lines():
        click.echo(line)
    click.echo(_verdict(report))
    keep_report(report, report_file)
    ctx.exit(0 if report.ok else 1)


@facts.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def tables(folder: Path | None) -> None:
    """List the tables in FOLDER, by default the shipped ones, as Markdown."""
    for line in table_list(load_package(folder)):
        click.echo(line)


def _checked(folder: Path | None) -> Report:
    try:
        return check_folder(folder)
    except FactsError as error:
        if not error.report.problems:
            raise
        return error.report


def _verdict(report: Report) -> str:
    counts = dict.fromkeys(Severity, 0)
    for problem in report.problems:
        counts[problem.severity] += 1
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if not errors and not warnings:
        return "The tables are in order."
    return f"{errors:,} error(s), {warnings:,} warning(s)."
