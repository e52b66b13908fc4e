"""``critmat import``: official files into fact tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from kg.console import keep_report, report_option
from kg.report import Report, Severity
from kg.shipped import facts_dir
from kg.sources.cldr import import_cldr
from kg.sources.eu_crm import import_eu_crm
from kg.sources.fact_tables import FactTables, write_tables
from kg.sources.iea import import_iea
from kg.sources.usgs_mcs import import_usgs_mcs

_Importer = Callable[[Sequence[Path]], tuple[FactTables, Report]]


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


def _command(name: str, importer: _Importer, summary: str) -> None:
    @import_.command(name=name, help=summary)
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
        _finish(*importer(files), out, report_file)


def _finish(tables: FactTables, report: Report, out: Path | None, report_file: Path | None) -> None:
    """Say what was found and write the tables, or nothing where there is an error."""
    keep_report(report, report_file)
    for line in report.lines():
        click.echo(line, err=True)
    if not report.ok:
        errors = sum(problem.severity is Severity.ERROR for problem in report.problems)
        click.echo(f"Errors: {errors:,}. Nothing was written.", err=True)
        raise click.exceptions.Exit(1)
    for path in write_tables(tables, out or facts_dir() / "tables"):
        rows = len(tables[path.stem][1])
        click.echo(f"{path}: {rows:,} rows")


_command(
    "usgs-mcs",
    import_usgs_mcs,
    "Mineral Commodity Summaries 2026 of the USGS: the main table "
    "(MCS2026_Commodities_Data.csv), export controls (T4) and trade agreements (T5).",
)
_command(
    "eu-crm",
    import_eu_crm,
    "EU study on critical raw materials 2023: fact_GlobalSupplyShares_and_t.csv.",
)
_command(
    "iea",
    import_iea,
    "IEA Critical Minerals Dataset, May 2025: the extract of supply by country in JSON.",
)


@import_.command(name="cldr")
@_out_option
@report_option
def cldr(out: Path | None, report_file: Path | None) -> None:
    """Names of countries in other languages: Unicode CLDR, from the installed package Babel.

    It reads no file; Babel comes with: pip install 'critmat[names]'.
    """
    _finish(*import_cldr(), out, report_file)
