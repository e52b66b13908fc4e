"""``critmat ask`` and ``critmat question``."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from kg.engines.embedded import EmbeddedEngine, PoolSettings
from kg.engines.engine import Engine
from kg.engines.remote import RemoteEngine, RemoteSettings
from kg.questions import Catalogue, ask
from kg.questions.export import csv_rows, json_document
from kg.questions.terminal import print_answer
from kg.snapshot import data_root, open_snapshot
from kg.snapshot_cli import data_option

_F = TypeVar("_F", bound=Callable[..., Any])


def engine_options(function: _F) -> _F:
    """``--data`` and ``--endpoint``: where answers come from."""

    @click.option("--endpoint", help="Ask this SPARQL endpoint instead of the local snapshot.")
    @data_option
    @wraps(function)
    def wrapper(*args: Any, data: Path | None, endpoint: str | None, **kwargs: Any) -> Any:
        with opened_engine(data, endpoint) as engine:
            return function(*args, engine=engine, **kwargs)

    return wrapper  # type: ignore[return-value]


@contextmanager
def opened_engine(data: Path | None, endpoint: str | None) -> Iterator[Engine]:
    """An engine over the local snapshot or a remote endpoint, closed at the end."""
    engine: Engine
    if endpoint:
        engine = RemoteEngine(RemoteSettings(endpoint))
    else:
        # One question does not repay loading the snapshot into memory: read its store on disk.
        on_disk = PoolSettings(workers=1, store_budget=1)
        engine = EmbeddedEngine(open_snapshot(data_root(data)), on_disk)
    try:
        yield engine
    finally:
        engine.close()


#: ``--questions PATH``: questions of one's own beside the shipped ones.
own_questions = click.option(
    "--questions",
    "own",
    multiple=True,
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="File or folder of questions of your own (.rq); may be given several times.",
)


_ASK_SETTINGS = {"ignore_unknown_options": True, "allow_extra_args": True}


@click.command("ask", context_settings=_ASK_SETTINGS)
@click.argument("question_id", metavar="QUESTION")
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json", "sparql"]),
              default="table", show_default=True, help="How to show the answer.")  # fmt: skip
@own_questions
@click.pass_context
@engine_options
def ask_command(
    ctx: click.Context, question_id: str, format_: str, own: tuple[Path, ...], engine: Engine
) -> None:
    """Ask a canned question, with its parameters as options.

    For example: critmat ask exposed-products --element samarium --format csv. What a question
    can be asked is shown by critmat question show QUESTION.
    """
    question = Catalogue.load().with_own(own)[question_id]
    values = _parameters(ctx.args)
    table = ask(engine, question, values)
    match format_:
        case "csv":
            csv.writer(sys.stdout, lineterminator="\n").writerows(csv_rows(table))
        case "json":
            click.echo(json.dumps(json_document(table), indent=1, ensure_ascii=False))
        case "sparql":
            click.echo(table.bound.text)
        case _:
            print_answer(table, Console())


def _parameters(arguments: list[str]) -> dict[str, list[str]]:
    """Read ``--name value`` and ``--name=value`` pairs that click does not know."""
    values: dict[str, list[str]] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--"):
            raise click.UsageError(f"Write parameters as --name value; what is {argument!r}?")
        if not equals:
            try:
                value = next(rest)
            except StopIteration:
                raise click.UsageError(f"--{name} needs a value.") from None
        values.setdefault(name.replace("-", "_"), []).append(value)
    return values


@click.group("question")
def question_group() -> None:
    """List and show the canned questions."""


@question_group.command("list")
@own_questions
def question_list(own: tuple[Path, ...]) -> None:
    """List the questions by theme."""
    for theme, questions in Catalogue.load().with_own(own).themes().items():
        click.echo(theme)
        for question in questions:
            click.echo(f"  {question.id:<24} {question.title}")


@question_group.command("show")
@click.argument("question_id", metavar="QUESTION")
@own_questions
def question_show(question_id: str, own: tuple[Path, ...]) -> None:
    """Show a question: its parameters, its columns and its query."""
    question = Catalogue.load().with_own(own)[question_id]
    click.echo(f"{question.title}\n\n{question.description}\n\nParameters:")
    for parameter in question.params.values():
        default = ", ".join(parameter.default)
        click.echo(f"  --{parameter.name:<12} {parameter.label} (default: {default})")
    click.echo("\nColumns:")
    for column in question.columns:
        click.echo(f"  {column.name:<20} {column.label}")
    click.echo(f"\n{question.query}")
