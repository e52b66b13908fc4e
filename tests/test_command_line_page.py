"""``docs/cli.md`` shows every command and option as the commands describe themselves."""

from __future__ import annotations

import click
import pytest

from tests.command_line_page import PAGE, commands, page


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize("context", list(commands()), ids=lambda c: c.command_path)
def test_every_command_and_option_is_on_the_page_and_explained(context: click.Context) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert context.command.help
    section = text.partition(f"## {context.command_path}\n")[2].partition("\n## ")[0]
    assert section
    for parameter in context.command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{context.command_path} {parameter.opts[0]} has no help"
            assert all(name in section for name in parameter.opts)
