"""``critmat import``: official files into fact tables."""

from __future__ import annotations

from pathlib import Path

import click

from kg.console import keep_report, report_option
from kg.report import Report, Severity
from kg.shipped import facts_dir
from kg.sources.account import ACCOUNT, account_of, renewed_account
from kg.sources.cldr import import_cldr
from kg.sources.fact_tables import FactTables, write_tables
from kg.sources.importer import Importer
from kg.sources.registry import IMPORTERS

#: Where the shipped tables are.
_SHIPPED = facts_dir() / "tables"

_out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the tables; default: those that critmat ships.",
)


@click.group(name="import")
def import_() -> None:
    """Read official files, as their publishers issue them, into fact tables.

    Every row is used, reported, or left out by name. While there is an error nothing is written
    and the exit status is 1.
    """


def _command(importer: Importer) -> None:
    @import_.command(name=importer.name, help=importer.summary)
    @click.argument(
        "files",
        nargs=-1,
        required=True,
        metavar="FILE...",
        type=click.Path(path_type=Path, dir_okay=False),
    )
    @_out_option
    @report_option
    def run(files: tuple[Path, ...], out: Path | None, report_file: Path | None) -> None:
        importer.check_target(out)
        tables, report = importer.read(files)
        if report.ok and importer.shipped:
            account = account_of(importer.name, report)
            table = (out or _SHIPPED) / f"{ACCOUNT}.csv"
            whole = renewed_account(table, importer.name, account)
            tables = {**tables, ACCOUNT: (ACCOUNT, whole)}
        _finish(tables, report, out, report_file)


def _finish(tables: FactTables, report: Report, out: Path | None, report_file: Path | None) -> None:
    """Say what was found and write the tables, or nothing where there is an error."""
    keep_report(report, report_file)
    for line in report.lines():
        click.echo(line, err=True)
    if not report.ok:
        errors = sum(problem.severity is Severity.ERROR for problem in report.problems)
        click.echo(f"Errors: {errors:,}. Nothing was written.", err=True)
        raise click.exceptions.Exit(1)
    for path in write_tables(tables, out or _SHIPPED):
        rows = len(tables[path.stem][1])
        click.echo(f"{path}: {rows:,} rows")


for _importer in IMPORTERS:
    _command(_importer)


@import_.command(name="cldr")
@_out_option
@report_option
def cldr(out: Path | None, report_file: Path | None) -> None:
    """Names of countries in other languages: Unicode CLDR, from the installed package Babel.

    It reads no file; Babel comes with: pip install 'critmat[names]'.
    """
    _finish(*import_cldr(), out, report_file)
