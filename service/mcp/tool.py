"""A tool: what a model is told of it, and what it does."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.engines.engine import Engine
from kg.errors import UsageError
from service.mcp.limits import Limits

Schema = dict[str, Any]
Arguments = Mapping[str, Any]

#: Rows of an answer where a call asks for no number.
DEFAULT_ROWS = 50


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: what it was given, the engine as this call may use it, and limits."""

    arguments: Arguments
    engine: Engine
    limits: Limits

    def text(self, name: str, *, needed: bool = False) -> str:
        """An argument that is a text, empty where it was not given."""
        value = self.arguments.get(name)
        if value is None or value == "":
            if needed:
                raise UsageError(f"{name}: a text is needed.", remedy=f"Give {name}.")
            return ""
        if not isinstance(value, str) or len(value) > self.limits.max_result_kib * 1024:
            raise UsageError(f"{name}: {_shown(value)} is no text, or is too long.")
        return value

    def count(self, name: str, default: int, most: int) -> int:
        """An argument that is a whole number of at least one."""
        value = self.arguments.get(name, default)
        value = default if value is None else value
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise UsageError(
                f"{name}: {_shown(value)} will not do.",
                remedy=f"Give a whole number from 1 to {most:,}.",
            )
        return value

    def rows(self) -> int:
        """How many rows are wanted."""
        most = self.limits.max_rows
        return self.count("rows", min(DEFAULT_ROWS, most), most)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. ``properties`` are the schemas of its arguments by name, ``run`` gives what it
    answers as JSON values and raises :class:`~kg.errors.CritmatError` for what it cannot do."""

    name: str
    title: str
    description: str
    properties: Mapping[str, Schema]
    run: Callable[[Call], Schema]
    required: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """The JSON schema of the arguments."""
        schema: Schema = {
            "type": "object",
            "properties": dict(self.properties),
            "additionalProperties": False,
        }
        return {**schema, "required": list(self.required)} if self.required else schema

    def check(self, arguments: Arguments) -> None:
        """Refuse arguments that the tool has not; raises :class:`~kg.errors.UsageError`."""
        for name in arguments:
            if name not in self.properties:
                raise UsageError(
                    f"{self.name} has no argument {_shown(name)}.",
                    remedy=near(name, self.properties)
                    or f"It has: {', '.join(self.properties) or 'none'}.",
                )
        for name in self.required:
            if arguments.get(name) in (None, ""):
                raise UsageError(f"{self.name} needs {name}.", remedy=f"Give {name}.")


def near(word: str, known: Iterable[str]) -> str:
    """A question after the known word that is most like this one, or nothing."""
    found = difflib.get_close_matches(word[:100], known, n=1)
    return f"Did you mean {found[0]}?" if found else ""


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."


def rows_schema(limits: Limits) -> Schema:
    """The schema of the argument ``rows``."""
    most = limits.max_rows
    return {
        "type": "integer",
        "minimum": 1,
        "maximum": most,
        "default": min(DEFAULT_ROWS, most),
        "description": "Rows that are given at most.",
    }
