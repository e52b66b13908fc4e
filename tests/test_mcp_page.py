"""docs/mcp.md: its session gives what it shows, its tables name every tool and option."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from kg.build import BuildResult
from kg.questions import Catalogue
from service.mcp.cli import mcp_command
from service.mcp.tool import DEFAULT_ROWS
from tests.speaking_mcp import McpClient, speaking

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "mcp.md").read_text(encoding="utf-8")
CALLS = re.findall(r"^`(\w+)` `(\{[^\n]*\})`\n\n```(json|text)\n(.*?)```", TEXT, re.M | re.S)


@pytest.fixture(scope="module")
def mcp(shipped_build: BuildResult, shipped_root: Path) -> Iterator[McpClient]:
    del shipped_build  # only its snapshot in the folder is needed
    with speaking("--data", shipped_root) as client:
        yield client


@pytest.mark.parametrize(
    ("tool", "arguments", "kind", "shown"), CALLS, ids=[f"{c[0]}-{n}" for n, c in enumerate(CALLS)]
)
def test_the_session_is_as_it_is_shown(
    mcp: McpClient, tool: str, arguments: str, kind: str, shown: str
) -> None:
    if kind == "json":
        assert missing(json.loads(shown), mcp.ask(tool, **json.loads(arguments))) == []
    else:
        assert shown.strip() in mcp.refused(tool, **json.loads(arguments))


def missing(shown: Any, found: Any, place: str = "") -> list[str]:
    """The places where what is shown is not a part of what was found."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return [m for k, v in shown.items() for m in missing(v, found.get(k), f"{place}.{k}")]
    if isinstance(shown, list) and isinstance(found, list):
        return [
            f"{place}: {item}" for item in shown if all(missing(item, other) for other in found)
        ]
    return [] if shown == found else [f"{place}: {shown} is {found}"]


def test_the_page_has_a_session_of_every_kind_of_tool() -> None:
    assert {"list_questions", "parameter_values", "look_up", "sparql"} <= {c[0] for c in CALLS}


def rows_of(heading: str) -> list[list[str]]:
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", section, re.M)
    return [[cell.strip(" `") for cell in row.split(" | ")] for row in rows]


def test_every_tool_is_named(mcp: McpClient) -> None:
    questions = {question.replace("-", "_") for question in Catalogue.load()}
    named = {row[0] for row in rows_of("The tools")} - {"tool", "---", "argument"}
    arguments = {"sort", "find", "rows", "row"}
    assert named - arguments | {"find"} == set(mcp.tools()) - questions
    assert arguments <= named
    assert f"{DEFAULT_ROWS} where nothing is said" in TEXT


def test_every_option_is_named_with_its_default() -> None:
    documented = {row[0]: row[1] for row in rows_of("Options")[2:]}
    options = [one for one in mcp_command.params if isinstance(one, click.Option)]
    defaults = {one.opts[0]: one.default for one in options}
    assert set(documented) == set(defaults)
    for name, default in defaults.items():
        if isinstance(default, int | float):
            assert documented[name] == str(default)
