"""Where terms are used outside the ontology: in canned questions and in the fact tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.namespaces import CM, PREFIXES
from kg.shipped import facts_dir
from kg.sparql import TokenKind, tokens

_NAME = re.compile(r"\bcm:([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a fact table; without a name, what every row of the table becomes."""

    table: str
    title: str
    column: str = ""


def terms_in_query(text: str) -> frozenset[str]:
    """The IRIs of our terms that a SPARQL text names, comments and strings left out.

    >>> sorted(terms_in_query("SELECT * { ?x a cm:Mine } # cm:Refinery"))
    ['https://w3id.org/critmat/ontology#Mine']
    """
    found = set()
    for token in tokens(text):
        if token.kind is TokenKind.PREFIXED_NAME and token.text.startswith("cm:"):
            found.add(CM + token.text.removeprefix("cm:"))
        elif token.kind is TokenKind.IRI and token.text.startswith(f"<{CM}"):
            found.add(token.text[1:-1])
    return frozenset(found)


def by_term(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The names of the queries that use each term; ``texts`` are queries by name."""
    found: dict[str, list[str]] = {}
    for name, text in texts.items():
        for term in terms_in_query(text):
            found.setdefault(term, []).append(name)
    return {term: tuple(names) for term, names in found.items()}


def table_columns(folder: Path | None = None) -> dict[str, tuple[Column, ...]]:
    """The columns of the fact tables that become each term, read from their schemas."""
    folder = folder or facts_dir()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    found: dict[str, dict[Column, None]] = {}
    for resource in package.get("resources", ()):
        path = folder / str(resource.get("schema", ""))
        if not path.is_file():
            continue
        schema = json.loads(path.read_text(encoding="utf-8"))
        title = str(resource.get("title", resource["name"]))
        for term, column in _terms(schema):
            found.setdefault(term, {})[Column(str(resource["name"]), title, column)] = None
    return {term: tuple(columns) for term, columns in found.items()}


def _terms(schema: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for virtual in schema.get("virtual", ()):
        for name in _named(virtual):
            yield name, str(virtual.get("column", ""))
    for field in schema.get("fields", ()):
        for name in _named({k: v for k, v in field.items() if k in _ANNOTATIONS}):
            yield name, str(field["name"])


_ANNOTATIONS = ("propertyUrl", "valueUrl", "valueUrls")


def _named(annotation: Mapping[str, Any]) -> Iterable[str]:
    """The terms in an annotation; a code behind a template (``cm:stage-{stage}``) is none."""
    for value in (annotation.get(name) for name in _ANNOTATIONS):
        for text in value.values() if isinstance(value, dict) else (value,):
            if isinstance(text, str) and "{" not in text:
                yield from (PREFIXES["cm"] + local for local in _NAME.findall(text))
