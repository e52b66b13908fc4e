"""``docs/explaining.md`` and the README: every line shown is one that the command prints."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build import BuildResult
from kg.explain.explanation import RULES

REPOSITORY = Path(__file__).resolve().parents[3]
TEXT = (REPOSITORY / "docs" / "explaining.md").read_text(encoding="utf-8")
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"```console\n\$ (?:\.venv/bin/)?(critmat explain .+?)(?: --data data)?\n((?:.*\n)*?)```"
)
BLOCKS = BLOCK.findall(TEXT) + BLOCK.findall(README)


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_the_examples_are_what_the_command_prints(
    shipped_build: BuildResult, shipped_root: Path, command: str, shown: str
) -> None:
    del shipped_build
    found = subprocess.run(
        [sys.executable, "-m", "service.cli", *shlex.split(command)[1:]],
        env={**os.environ, "CRITMAT_DATA": str(shipped_root)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    lines = (found.stdout + found.stderr).splitlines()
    told = [line for line in shown.splitlines() if line.strip() != "..."]
    assert told
    for line in told:
        assert line in lines, found.stdout + found.stderr


def test_the_pages_have_examples() -> None:
    assert len(BLOCK.findall(TEXT)) == 5
    assert len(BLOCK.findall(README)) == 1


@pytest.mark.parametrize("place", RULES.values())
def test_what_a_rule_refers_to_is_a_heading_of_the_page(place: str) -> None:
    page, _, anchor = place.partition("#")
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    assert anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}
