"""``critmat ontology``: write it as one file, check it with OWL tools, count what is in it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.check.owl import check_owl
from kg.console import (
    EXISTING_FILE,
    EXISTING_FOLDER,
    FILE_TO_WRITE,
    end_with,
    keep_report,
    report_option,
)
from kg.ontology import write_ontology_quads, write_ontology_triples
from kg.ontology_metrics import ontology_metrics

_folder = click.option(
    "--ontology",
    "folder",
    type=EXISTING_FOLDER,
    help="Folder of the ontology.  [default: the shipped one]",
)


@click.group()
def ontology() -> None:
    """The classes, properties, axioms and code lists."""


@ontology.command()
@_folder
@click.option(
    "--out",
    required=True,
    type=FILE_TO_WRITE,
    help="The file to write: .nq for the build, .nt for tools such as Protégé and owlready2.",
)
def write(folder: Path | None, out: Path) -> None:
    """Write all modules as one file: N-Quads (.nq) or N-Triples (.nt)."""
    if out.suffix == ".nt":
        count = write_ontology_triples(out, folder)
    elif out.suffix == ".nq":
        count = write_ontology_quads(folder, out)
    else:
        raise click.BadParameter(f"{out.name} ends neither in .nq nor in .nt", param_hint="--out")
    click.echo(f"{count:,} statements written to {out}")


@ontology.command()
@_folder
@click.option(
    "--with",
    "extra",
    multiple=True,
    type=EXISTING_FILE,
    help="Facts or an extension to check together with the ontology: Turtle, RDF/XML or "
    "N-Triples; may be given several times.",
)
@report_option
def check(folder: Path | None, extra: tuple[Path, ...], report_file: Path | None) -> None:
    """Let the OWL API and the reasoner HermiT look at the ontology.

    Reported are contradictions, classes and properties that can have no members, each with the
    statements that make it so, and what is outside OWL 2 DL or OWL 2 RL. Exit status 1 if one of
    them is an error.
    """
    report = check_owl(folder, extra)
    keep_report(report, report_file)
    end_with(report)


@ontology.command()
@_folder
def stats(folder: Path | None) -> None:
    """Count terms, axioms by kind, what lacks a definition, shapes, questions and mappings.

    Prints Markdown.
    """
    click.echo(ontology_metrics(folder).to_markdown(), nl=False)
