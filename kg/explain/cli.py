"""``critmat explain``: why a triple is in the data."""

from __future__ import annotations

import json

import click
from rich.console import Console

from kg.engines.engine import Engine
from kg.explain.explainer import Explainer
from kg.explain.outline import print_outline
from kg.questions.cli import engine_options


@click.command("explain")
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["tree", "json"]),
    default="tree",
    show_default=True,
    help="How to show the explanation.",
)
@engine_options
def explain_command(
    subject: str, predicate: str, object_: str, format_: str, engine: Engine
) -> None:
    """Say why a triple is in the data.

    For what a source states, its sources; for what follows, the axiom or rule and the facts under
    it, down to sources. Terms are prefixed names, IRIs or literals.
    For example: critmat explain cmd:f-35 cm:dependsOnElement cmd:samarium.
    The exit status is 1 where the data do not hold the triple.
    """
    explainer = Explainer(engine)
    explanation = explainer.explain(explainer.find(subject, predicate, object_))
    if format_ == "json":
        click.echo(json.dumps(explanation.as_dict(), indent=1, ensure_ascii=False))
    else:
        print_outline(explanation, Console())
