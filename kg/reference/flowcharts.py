"""Flowcharts of the patterns: the few forms of Mermaid that their texts use, read into boxes.

https://mermaid.js.org/syntax/flowchart.html; one statement a line, such as
``Plant["Plant<br>cm:Mine"] -->|cm:operator| Company``. What is more than that is not drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.namespaces import PREFIXES
from kg.reference.boxes import Box, Picture, Row

_NODE = r'(\w+)(?:\["([^"]*)"\]|\[([^\]"]*)\])?'
_FIRST = re.compile(rf"\s*{_NODE}")
_NEXT = re.compile(rf'\s*(?:-->|-\.->)\s*(?:\|"?([^|"]*)"?\|)?\s*{_NODE}')
_HEAD = re.compile(r"\s*flowchart (?:LR|TB|TD)\s*")
_TERM = re.compile(r"cm:([A-Za-z][\w-]*)")
#: Nothing that a person draws has more nodes.
MOST_NODES = 60


@dataclass(frozen=True, slots=True)
class Flowchart:
    """The boxes of a flowchart, and the terms that boxes and lines are named after."""

    picture: Picture
    terms: Mapping[str, str]


def read_flowchart(text: str) -> Flowchart | None:
    """Read a flowchart; nothing for a text that has other forms than those above.

    >>> chart = read_flowchart("flowchart LR\\n  A[Mine] -->|cm:operator| B")
    >>> [(box.title, [row.text for row in box.rows]) for box in chart.picture.boxes]
    [('Mine', ['cm:operator → B']), ('B', [])]
    """
    head, _, body = text.strip().partition("\n")
    if not _HEAD.fullmatch(head):
        return None
    labels: dict[str, str] = {}
    links: list[tuple[str, str, str]] = []
    for line in filter(str.strip, body.splitlines()):
        if not _statement(line.rstrip(), labels, links) or len(labels) > MOST_NODES:
            return None
    terms: dict[str, str] = {}
    rows: dict[str, list[Row]] = {name: [] for name in labels}
    for name, label in labels.items():
        _named(terms, name, label)
        rows[name] = [Row(f"{name} {extra}", extra) for extra in label.split("<br>")[1:]]
    for number, (source, said, target) in enumerate(links):
        key = f"{source} {number}"
        _named(terms, key, said)
        words = f"{said} → {_title(labels[target])}".strip()
        rows[source].append(Row(key, words, leads_to=(target,)))
    boxes = tuple(Box(n, _title(label), tuple(rows[n])) for n, label in labels.items())
    return Flowchart(Picture(boxes), terms)


def _statement(line: str, labels: dict[str, str], links: list[tuple[str, str, str]]) -> bool:
    """Read one line into ``labels`` and ``links``; false where it is no statement."""
    found = _FIRST.match(line)
    if not found:
        return False
    source, place = _node(found, 1, labels), found.end()
    while place < len(line):
        found = _NEXT.match(line, place)
        if not found:
            return False
        target = _node(found, 2, labels)
        links.append((source, found[1] or "", target))
        source, place = target, found.end()
    return True


def _node(found: re.Match[str], group: int, labels: dict[str, str]) -> str:
    name, label = found[group], found[group + 1] or found[group + 2]
    if label or name not in labels:
        labels[name] = label or name
    return name


def _title(label: str) -> str:
    return label.partition("<br>")[0]


def _named(terms: dict[str, str], key: str, text: str) -> None:
    term = _TERM.search(text)
    if term:
        terms[key] = PREFIXES["cm"] + term[1]
