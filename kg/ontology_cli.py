"""``critmat ontology``: write it as one file, and let a reasoner look for contradictions."""

from __future__ import annotations

from pathlib import Path

import click

from kg.check.reasoner import check_ontology
from kg.console import EXISTING_FOLDER, FILE_TO_WRITE, end_with
from kg.ontology import write_ontology_quads, write_ontology_triples

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
def check(folder: Path | None) -> None:
    """Let the reasoner HermiT look for contradictions. Exit status 1 if there is one."""
    end_with(check_ontology(folder))
