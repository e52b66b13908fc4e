"""The command line: which commands there are, and how an error ends.

A command is imported when it is called, so that `critmat ask` does not wait for what only
`critmat build` needs. Errors that a user can understand end with a sentence and their own exit
status; anything else is a fault of critmat and shows its traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

import kg
from kg.console import console, plain
from kg.errors import CritmatError
from kg.report import Report

#: Where each command is defined.
COMMANDS = {
    "ask": "kg.questions.cli:ask_command",
    "build": "kg.build_cli:build_command",
    "check": "kg.check_cli:check",
    "derive": "kg.derive.cli:derive",
    "explain": "kg.explain.cli:explain_command",
    "facts": "kg.facts.cli:facts",
    "import": "kg.sources.cli:import_",
    "match": "kg.match.cli:match",
    "ontology": "kg.ontology_cli:ontology",
    "populate": "kg.populate.cli:populate",
    "question": "kg.questions.cli:question_group",
    "renew": "kg.renewal.cli:renew",
    "snapshot": "kg.snapshot_cli:snapshot",
}


class CritmatGroup(click.Group):
    """A group that imports its commands when they are called and explains our errors."""

    def __init__(
        self, *args: Any, elsewhere: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._elsewhere = dict(elsewhere or {})

    def add_elsewhere(self, name: str, place: str) -> None:
        """Add a command that is defined at ``module:attribute`` and imported when called."""
        self._elsewhere[name] = place

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, without importing any."""
        return sorted({*super().list_commands(ctx), *self._elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name, imported where it is defined."""
        known = super().get_command(ctx, cmd_name)
        if known is not None or cmd_name not in self._elsewhere:
            return known
        module, _, name = self._elsewhere[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that a user can mend becomes a sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except CritmatError as error:
            report = getattr(error, "report", None)
            if isinstance(report, Report):
                for line in report.lines():
                    console.print(line, markup=False, soft_wrap=True)
            console.print(f"[bold red]Error:[/] {plain(error.message)}", soft_wrap=True)
            if error.remedy:
                console.print(plain(error.remedy), soft_wrap=True)
            ctx.exit(error.exit_status)
        except BrokenPipeError:
            # The reader of our output, such as `head`, has had enough.
            sys.stderr.close()
            ctx.exit(0)


@click.group(
    cls=CritmatGroup,
    elsewhere=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(kg.__version__, prog_name="critmat")
def critmat() -> None:
    """Ask who mines, refines and makes what, and what depends on it."""
