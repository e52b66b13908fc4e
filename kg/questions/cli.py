"""``critmat ask`` and ``critmat question``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from kg.console import EXISTING_FILE, FILE_TO_WRITE
from kg.engines.embedded import EmbeddedEngine, PoolSettings
from kg.engines.engine import Engine
from kg.engines.remote import RemoteEngine, RemoteSettings
from kg.errors import UsageError
from kg.questions.catalogue import QUESTION_ID, Catalogue, find_question
from kg.questions.run import ResultTable, ask
from kg.questions.terminal import print_answer, print_list, print_question
from kg.shipped import queries_dir
from kg.snapshot import SnapshotNotFoundError, data_root, open_snapshot
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
_FORMATS = ["table", "csv", "json", "xlsx", "ttl", "sparql"]


def _asks(function: _F) -> _F:
    """What ``critmat ask`` and ``critmat question run`` take."""

    @click.argument("question_id", metavar="QUESTION")
    @click.option("--format", "format_", type=click.Choice(_FORMATS), default="table",
                  show_default=True, help="How to show the answer.")  # fmt: skip
    @own_questions
    @click.pass_context
    @engine_options
    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper  # type: ignore[return-value]


def _answer(
    ctx: click.Context, question_id: str, format_: str, own: tuple[Path, ...], engine: Engine
) -> None:
    question = find_question(question_id, own)
    values = _parameters(ctx.args)
    table = ask(engine, question, values)
    if format_ == "sparql":
        click.echo(table.bound.text)
    elif format_ == "table":
        print_answer(table, Console())
    else:
        sys.stdout.buffer.write(_file(table, format_))


def _file(table: ResultTable, format_: str) -> bytes:
    """The answer as a file; what writes it is imported only here, so that tables come at once."""
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415
    import json  # noqa: PLC0415

    from kg.questions.export import (  # noqa: PLC0415
        csv_rows,
        json_document,
        turtle,
        xlsx_bytes,
    )

    match format_:
        case "csv":
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(csv_rows(table))
            return text.getvalue().encode()
        case "json":
            return f"{json.dumps(json_document(table), indent=1, ensure_ascii=False)}\n".encode()
        case "ttl":
            return turtle(table).encode()
        case _:
            return xlsx_bytes(table)


@click.command("ask", context_settings=_ASK_SETTINGS)
@_asks
def ask_command(
    ctx: click.Context, question_id: str, format_: str, own: tuple[Path, ...], engine: Engine
) -> None:
    """Ask a canned question, with its parameters as options.

    For example: critmat ask exposed-products --element samarium --format csv. What a question
    can be asked is shown by critmat question show QUESTION, which is its name, or a file of your
    own that ends in .rq.
    """
    _answer(ctx, question_id, format_, own, engine)


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
    """List, show, ask, check and write canned questions."""


@question_group.command("list")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@own_questions
def question_list(words: tuple[str, ...], own: tuple[Path, ...]) -> None:
    """List the questions by theme; with WORDs only those that have all of them in their texts."""
    if not print_list(Catalogue.load().with_own(own), words):
        raise UsageError(
            f"No question has {' and '.join(map(repr, words))} in its texts.",
            remedy="Try fewer words, or critmat question list.",
        )


@question_group.command("show")
@click.argument("question_id", metavar="QUESTION")
@own_questions
@click.option("--query", "with_query", is_flag=True, help="Show the SPARQL query, too.")
@data_option
def question_show(
    question_id: str, own: tuple[Path, ...], with_query: bool, data: Path | None
) -> None:
    """Show what a question can be asked and what it answers.

    Examples of values come from the snapshot, where there is one.
    """
    question = find_question(question_id, own)
    try:
        with opened_engine(data, None) as engine:
            print_question(question, engine)
    except SnapshotNotFoundError:
        print_question(question, None)
    if with_query:
        click.echo(f"\n{question.query}")


@question_group.command("run", context_settings=_ASK_SETTINGS)
@_asks
def question_run(
    ctx: click.Context, question_id: str, format_: str, own: tuple[Path, ...], engine: Engine
) -> None:
    """Ask a question: the same as critmat ask QUESTION."""
    _answer(ctx, question_id, format_, own, engine)


@question_group.command("lint")
@click.argument(
    "paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path)
)
def question_lint(paths: tuple[Path, ...]) -> None:
    """Say everything that is wrong with question files, with file, line and key.

    Each PATH is a file or a folder; without any, the shipped questions are looked at. The exit
    status is 1 if there is anything to mend.
    """
    from kg.questions.lint import lint  # noqa: PLC0415 - asking does not need it

    count, problems = lint(paths or (queries_dir(),))
    for problem in problems:
        click.echo(str(problem))
    click.echo(f"{count} question{'' if count == 1 else 's'}, {len(problems)} to mend", err=True)
    if problems:
        raise click.exceptions.Exit(1)


@question_group.command("new")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def question_new(path: Path) -> None:
    """Write a file that a new question can begin with.

    It can be asked at once, and its comments say what to change. FILE ends in .rq; its name is
    the id of the question, the name of its folder the theme.
    """
    from kg.questions.starting_file import starting_file  # noqa: PLC0415

    if path.suffix != ".rq" or not QUESTION_ID.fullmatch(path.stem):
        raise UsageError(
            f"{path.name} is no name for a question.",
            remedy="Write small letters, digits and dashes, and .rq at the end.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(starting_file(str(path)))
    except FileExistsError:
        raise UsageError(f"There is a file {path} already.", remedy="Give another name.") from None
    click.echo(f"{path} is written. Next: critmat question run {path}")


@question_group.command("write")
@click.option(
    "--facts",
    multiple=True,
    type=EXISTING_FILE,
    help="N-Quads of populate or ontology write, in which default values have names; may be given "
    "several times.",
)
@click.option("--out", required=True, type=FILE_TO_WRITE, help="The N-Quads file to write.")
def question_write(facts: tuple[Path, ...], out: Path) -> None:
    """Write the questions as N-Quads, so that they can be found by SPARQL.

    Each is an example of what can be asked, with its text, in the graph graph:questions.
    """
    from kg.questions.triples import write_question_quads  # noqa: PLC0415

    count = write_question_quads(Catalogue.load().themes(), facts, out)
    click.echo(f"{count:,} quads in {out}")
