"""Reading the table of an answer from the HTML that shows it inside other sites."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.questions import Column, Question
from service.pages.answer_cells import day

_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t([hd])\b[^>]*>(.*?)</t\1>", re.DOTALL)
_CONSTANT = re.compile(r"<dt>(.*?)</dt><dd>(.*?)</dd>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SOURCE = re.compile(r'href="[^"]*/sources/([^"#?/]+)"')
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.([0-9]+))?(e[+-]?[0-9]+)?")
_COORDINATES = {"latitude", "longitude"}
_NOTHING = "not stated"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """What a reader sees in a cell, and the sources that it links to."""

    text: str
    sources: frozenset[str]

    @classmethod
    def read(cls, markup: str) -> ShownCell:
        text = " ".join(html.unescape(_TAG.sub(" ", markup)).split())
        return cls(text, frozenset(_SOURCE.findall(markup)))


def shown_rows(page: str, question: Question) -> list[dict[str, ShownCell]]:
    """The rows of the flat table of a page by column, with what is the same in all of them."""
    tables = re.findall(r'<table class="cards flat">(.*?)</table>', page, re.DOTALL)
    if not tables:
        return []
    [table] = tables
    head, *rows = _ROW.findall(table)
    heads = [ShownCell.read(markup).text for _, markup in _CELL.findall(head)]
    columns = _columns(heads, question.columns)
    constants = re.search(r'<dl class="facts constants"(.*?)</dl>', page, re.DOTALL)
    same: dict[str, ShownCell] = {}
    if constants:
        found = _CONSTANT.findall(constants[1])
        labels = [ShownCell.read(label).text for label, _ in found]
        for name, (_, markup) in zip(_columns(labels, question.columns), found, strict=True):
            same[name] = ShownCell.read(markup)
    return [
        same
        | {
            name: ShownCell.read(markup)
            for name, (_, markup) in zip(columns, _CELL.findall(row), strict=True)
        }
        for row in rows
    ]


def _columns(heads: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """The names of the columns under some heads, which keep their order."""
    rest = iter(columns)
    names = []
    for head in heads:
        column = next(c for c in rest if head == c.label or head.startswith(f"{c.label}, "))
        names.append(column.name)
    return names


def says(shown: ShownCell, column: Column, value: Any, row: Mapping[str, Any]) -> bool:
    """Whether a cell of a page says what the JSON export has in this place."""
    if value is None or value == "":
        words = [cell["label"] for cell in row.values() if isinstance(cell, dict)]
        return shown.text == _NOTHING or shown.text in words
    if isinstance(value, list):
        if column.role == "source":
            return shown.sources == {item["id"].partition(":")[2] for item in value}
        return all(_one_line(item["label"]) in shown.text for item in value)
    if isinstance(value, dict):
        source = value["id"].partition(":")[2]
        return _one_line(value["label"]) in shown.text or source in shown.sources
    if isinstance(value, int | float):
        return _same_figure(shown.text, column, value)
    written = {value, day(value), {"true": "yes", "false": "no"}.get(value, value)}
    return shown.text in {_one_line(text) for text in written} or (
        value.startswith("http") and shown.text in value
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _same_figure(text: str, column: Column, value: float) -> bool:
    """A page rounds: the figure is the same as far as its decimals go."""
    found = _NUMBER.search(text)
    if found is None:
        return False
    figure = float(found[0].replace(",", ""))
    wanted = abs(value) if column.name in _COORDINATES else value
    places = len(found[1] or "")
    least = 0.005 * abs(wanted) if found[2] or 0 < abs(wanted) < 0.001 else 0.5 * 10.0**-places
    return abs(figure - wanted) <= least * (1 + 1e-9) + 1e-12 * abs(wanted)
