"""Example queries for the query page, from the files in ``service/pages/queries/examples``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Example:
    """A query that shows what can be asked; ``title`` is the comment in its first line."""

    title: str
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """The example queries, in the order of their file names."""
    folder = files("service.pages") / "queries" / "examples"
    found = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        text = file.read_text(encoding="utf-8")
        found.append(Example(text.partition("\n")[0].removeprefix("# "), text))
    return tuple(found)
