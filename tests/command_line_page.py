"""Writes ``docs/cli.md`` from what the commands say of themselves: ``make docs``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from service.cli import command

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

HEAD = """\
# The command line

`critmat` has a command for each step and one to serve. Answers go to standard output, progress and
messages to standard error. The exit status is 0 when all went well, 1 when something is wrong with
the data, and 2 when the command was not understood; each error says what to do. `critmat COMMAND
--help` shows the same as this page, which `make docs` writes.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, *(_section(context) for context in commands())]
    return "\n".join(parts)


def commands() -> Iterator[click.Context]:
    """Each command that does something, by name, in the context of its groups."""
    yield from _below(click.Context(command(), info_name="critmat"))


def _below(context: click.Context) -> Iterator[click.Context]:
    group = context.command
    if not isinstance(group, click.Group):
        yield context
        return
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield from _below(click.Context(found, info_name=name, parent=context))


def _section(context: click.Context) -> str:
    usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    described = [
        parameter.get_help_record(context)
        for parameter in context.command.params
        if isinstance(parameter, click.Option)
    ]
    # A bar would end the cell of a Markdown table, even in code.
    rows = [
        "| `{}` | {} |".format(*(text.replace("|", "\\|") for text in record))
        for record in described
        if record
    ]
    table = "\n".join(["| option | meaning |", "| --- | --- |", *rows, ""]) if rows else ""
    text = "\n\n".join(
        " ".join(paragraph.split()) for paragraph in (context.command.help or "").split("\n\n")
    )
    sections = [f"## {context.command_path}\n", f"```\n{usage}\n```\n", f"{text}\n", table]
    return "\n".join(section for section in sections if section)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
