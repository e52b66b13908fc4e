"""The metadata block of a question file: its values, and the line that each key stands on.

It is YAML of the core schema, without its traps: only ``true`` and ``false`` are truth values (so
that ``on`` and ``no`` are words), dates are texts, anchors and aliases are not taken, and a key may
stand once only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.report import Problem

BLOCK = re.compile(r"\A(?:[ \t]*\n)*#---\n(?P<yaml>(?:#[^\n]*\n)*?)#---\n")

#: Names and places in lists that lead to a value.
KeyPath = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """The keys of one file.

    ``data`` holds them as JSON values, ``texts`` the same with every scalar as it is written, and
    ``lines`` the line of each key path.
    """

    path: Path
    data: Any
    texts: Any
    lines: Mapping[KeyPath, int]

    def line(self, key: KeyPath) -> int:
        """The line of a key, or of the nearest key around it."""
        while key not in self.lines:
            key = key[:-1]
        return self.lines[key]

    def problem(self, key: KeyPath, message: str, remedy: str = "") -> Problem:
        """What is wrong with a key; the column of the problem is the key's path."""
        return Problem(str(self.path), message, remedy, self.line(key), spelled(key) or None)


class MetadataError(Exception):
    """No metadata can be read; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def spelled(key: KeyPath) -> str:
    """A key path as it is written in messages.

    >>> spelled(("expect", 0, "params", "year"))
    'expect[0].params.year'
    """
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_block(path: Path, text: str) -> Metadata:
    """Read the block at the beginning of a question file.

    Raises :class:`MetadataError`.
    """
    block = BLOCK.match(text)
    if block is None:
        raise MetadataError(
            Problem(
                str(path),
                "the file does not begin with a metadata block.",
                "Begin the file with '#---', YAML lines behind '# ', and '#---'.",
                row=1,
            )
        )
    lines = block.group("yaml").splitlines()
    first = text.count("\n", 0, block.start("yaml")) + 1
    return read_yaml(path, "\n".join(line[1:].removeprefix(" ") for line in lines), first)


def read_yaml(path: Path, text: str, first: int = 1) -> Metadata:
    """Read YAML whose first line is line ``first`` of the file. Raises :class:`MetadataError`."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first + mark.line if mark else first
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise MetadataError(
            Problem(
                str(path),
                f"the metadata is not YAML: {said}.",
                "Put texts with ': ', '#', brackets or quotes in them between double quotes.",
                line,
            )
        ) from None
    if not isinstance(root, yaml.MappingNode):
        raise MetadataError(
            Problem(
                str(path), "the metadata holds no keys.", "Write 'title: ...' and so on.", first
            )
        )
    reader = _Nodes(path, first)
    data, texts = reader.value(root, ())
    return Metadata(path, data, texts, reader.lines)


class _Nodes:
    """Turns the nodes of YAML into values."""

    def __init__(self, path: Path, first: int) -> None:
        self.path = path
        self.first = first
        self.lines: dict[KeyPath, int] = {(): first}
        self._seen: set[int] = set()

    def _fail(self, node: yaml.Node, key: KeyPath, message: str) -> MetadataError:
        place = (self._line(node), spelled(key) or None)
        return MetadataError(Problem(str(self.path), message, "", *place))

    def _line(self, node: yaml.Node) -> int:
        return int(self.first + node.start_mark.line)

    def value(self, node: yaml.Node, key: KeyPath) -> tuple[Any, Any]:
        """The value of a node, as JSON and with scalars as written."""
        if id(node) in self._seen:
            raise self._fail(node, key, "anchors and aliases are not taken; write it out.")
        if len(key) > _DEEPEST:
            raise self._fail(node, key, "this is nested too deeply.")
        self._seen.add(id(node))
        self.lines.setdefault(key, self._line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            both = [self.value(child, (*key, i)) for i, child in enumerate(node.value)]
            return [data for data, _ in both], [text for _, text in both]
        is_plain = not getattr(node, "style", None)
        return (_plain(node.value) if is_plain else node.value), node.value

    def _mapping(self, node: yaml.MappingNode, key: KeyPath) -> tuple[Any, Any]:
        data: dict[str, Any] = {}
        texts: dict[str, Any] = {}
        for name_node, child in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                raise self._fail(name_node, key, "a key must be a word.")
            name = str(name_node.value)
            if name in data:
                raise self._fail(name_node, (*key, name), "this key stands here twice.")
            self.lines[(*key, name)] = self._line(name_node)
            data[name], texts[name] = self.value(child, (*key, name))
        return data, texts


def _plain(text: str) -> Any:
    """The value of a scalar without quotes."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
