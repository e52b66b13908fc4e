"""The modelling patterns: for each a text, an example, a shape and a question."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import NotFoundError
from kg.namespaces import is_local_name
from kg.shipped import ontology_dir

#: The files of a pattern besides its text, in the order in which they are shown.
FILES = {
    "example.ttl": "The example",
    "counter-example.ttl": "What is refused",
    "shape.ttl": "The shape that it must fit",
    "question.rq": "A question that it answers",
}


class UnknownPatternError(NotFoundError):
    """There is no pattern of that name."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern. ``text`` is Markdown without its heading, ``files`` are texts by file name."""

    name: str
    title: str
    summary: str
    text: str
    files: Mapping[str, str]


def read_patterns(folder: Path | None = None) -> dict[str, Pattern]:
    """Read every pattern of a folder by name, the shipped ones by default."""
    folder = folder or ontology_dir() / "patterns"
    paths = sorted(path.parent for path in folder.glob("*/README.md"))
    return {path.name: _pattern(path) for path in paths if is_local_name(path.name)}


def pattern_of(patterns: Mapping[str, Pattern], name: str) -> Pattern:
    """A pattern by name; raises :class:`UnknownPatternError` with the nearest names."""
    if name not in patterns:
        near = difflib.get_close_matches(name[:80], patterns, n=2)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "See /ontology/patterns."
        raise UnknownPatternError(f"There is no pattern {name[:80]!r}.", remedy=remedy)
    return patterns[name]


def _pattern(folder: Path) -> Pattern:
    text = (folder / "README.md").read_text(encoding="utf-8")
    heading = re.match(r"\s*#\s+(.+?)\s*\n", text)
    title = heading[1].removeprefix("Pattern:").strip() if heading else folder.name
    body = text[heading.end() :] if heading else text
    paragraphs = re.split(r"\n\s*\n", body.strip())
    first = next((p for p in paragraphs if p and p[0] not in "#`|-*>"), "")
    files = {
        name: (folder / name).read_text(encoding="utf-8")
        for name in FILES
        if (folder / name).is_file()
    }
    return Pattern(folder.name, title, " ".join(first.split()), body, files)
