"""``critmat check``: the shipped facts, an expert's own material, a snapshot, or files of quads."""

from __future__ import annotations

import time
from pathlib import Path

import click
from pyoxigraph import RdfFormat, Store

from kg.check import check_graph
from kg.console import (
    EXISTING_FILE,
    EXISTING_FOLDER,
    FILE_TO_WRITE,
    console,
    end_with,
    keep_report,
    keep_text,
)
from kg.errors import CritmatError

#: What ``--report`` without a file stands for.
_SHOWN = Path("-")


class NothingToCheckError(CritmatError):
    """No data, or data that cannot be read."""

    exit_status = 2
    title = "Nothing to check"


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--data",
    "files",
    multiple=True,
    type=EXISTING_FILE,
    help="N-Quads to check; may be given several times (facts, ontology, derived).",
)
@click.option(
    "--snapshot",
    type=EXISTING_FOLDER,
    help="Folder of a published snapshot.",
)
@click.option(
    "--shapes",
    "shapes",
    multiple=True,
    type=EXISTING_FILE,
    help="For --data and --snapshot: shapes to check with; may be given several times."
    "  [default: the shipped ones]",
)
@click.option(
    "--report",
    "report_file",
    type=FILE_TO_WRITE,
    is_flag=False,
    flag_value=str(_SHOWN),
    help="Also write the report to this file, as JSON. Without PATH, --data and --snapshot it is "
    "the data quality report, and FILE may be left out.",
)
def check(
    paths: tuple[Path, ...],
    files: tuple[Path, ...],
    snapshot: Path | None,
    shapes: tuple[Path, ...],
    report_file: Path | None,
) -> None:
    """Check material of your own together with what is shipped, a snapshot, or quads.

    Each PATH is a file or a folder: tables (.csv), RDF documents (.ttl, .rdf, .owl, .nt, .trig,
    .nq) with facts, classes or shapes, and questions (.rq). Everything that is wrong is told at
    once with file, row or line, and what to do; nothing is stored. Where nothing is wrong, the
    command says what the material would add and change. The exit status is 1 if there is an error.

    Without PATH, --data and --snapshot the command says how good the shipped facts are: what they
    rest on, what sources withhold, which official rows are not used, which shares do not add up,
    where coordinates lie, which sites are in doubt.
    """
    given = [bool(paths), bool(files), bool(snapshot)]
    if sum(given) > 1:
        raise click.UsageError("Give paths of your own material, or --data, or --snapshot.")
    if shapes and not (files or snapshot):
        raise click.UsageError("--shapes goes with --data or --snapshot.")
    if not any(given):
        _show_quality(report_file)
        return
    if report_file == _SHOWN:
        raise click.UsageError("Name the file that --report writes.")
    if paths:
        _check_material(paths, report_file)
        return
    report = check_graph(_open(files, snapshot), list(shapes) or None)
    keep_report(report, report_file)
    end_with(report)


def _show_quality(report_file: Path | None) -> None:
    # What reading tables and shapes of countries needs is not for the other ways.
    from kg.facts import load_package  # noqa: PLC0415
    from kg.quality import measure  # noqa: PLC0415
    from kg.quality.words import lines  # noqa: PLC0415

    with console.status("measuring the quality ..."):
        report = measure(load_package())
    if report_file is not None and report_file != _SHOWN:
        keep_text(report.to_json(), report_file)
    for line in lines(report):
        click.echo(line)


def _check_material(paths: tuple[Path, ...], report_file: Path | None) -> None:
    # What deriving and checking need takes a second to import.
    from kg.extension.check import check_extension  # noqa: PLC0415

    start = time.monotonic()
    with console.status("") as status:
        checked = check_extension(paths, progress=lambda step: status.update(f"{step} ..."))
    if report_file is not None:
        keep_text(checked.to_json(), report_file)
    console.print(f"[dim]{time.monotonic() - start:.1f} s[/]")
    if checked.effect is not None:
        for line in checked.effect.lines():
            click.echo(line)
    end_with(checked.report)


def _open(files: tuple[Path, ...], snapshot: Path | None) -> Store:
    store = Store()
    for path in files or [snapshot / "data.nq" for snapshot in [snapshot] if snapshot]:
        try:
            store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
        except (OSError, SyntaxError) as error:
            raise NothingToCheckError(
                f"{path.name}: {error}.", remedy="Give N-Quads, or the folder of a snapshot."
            ) from error
    return store
