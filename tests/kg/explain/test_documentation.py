"""``docs/explaining.md``: every line that it shows is one that the command prints."""

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
BLOCKS = re.findall(r"```console\n\$ (critmat explain .+)\n((?:.*\n)*?)```", TEXT)


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
    assert shown.splitlines()
    for line in shown.splitlines():
        assert line in lines, found.stdout + found.stderr


def test_the_page_has_examples() -> None:
    assert len(BLOCKS) == 5


@pytest.mark.parametrize("place", RULES.values())
def test_what_a_rule_refers_to_is_a_heading_of_the_page(place: str) -> None:
    page, _, anchor = place.partition("#")
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    assert anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}
