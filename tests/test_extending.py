"""docs/extending.md: every command on the page is run, and answers what stands there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.facts import load_package
from kg.snapshot import open_snapshot

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = (REPOSITORY / "docs" / "extending.md").read_text(encoding="utf-8")
#: Sections whose commands must succeed, but for the one with mistakes.
RUNS = {part.split("\n")[0]: part for part in PAGE.split("\n## ")[1:] if part.startswith("Run ")}


def commands(section: str) -> Iterator[tuple[list[str], str]]:
    """Each command of a section, without ``critmat``, and the output that stands below it."""
    for block in section.split("```console\n")[1:]:
        for command in block.split("```")[0].split("$ critmat ")[1:]:
            line, _, output = command.partition("\n")
            yield line.split(), output


@pytest.mark.parametrize("run", RUNS)
def test_a_run_goes_as_the_page_says(run: str, core_facts: Path, tmp_path: Path) -> None:
    asked = list(commands(RUNS[run]))
    assert len(asked) >= 3
    for arguments, output in asked:
        found = subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments],
            cwd=REPOSITORY,
            env={
                **os.environ, "CRITMAT_DATA": str(tmp_path), "CRITMAT_FACTS": str(core_facts)
            },
            capture_output=True, text=True, check=False, timeout=550,
        )  # fmt: skip
        assert found.returncode == ("mistakes" in arguments[-1]), found.stderr
        if arguments[0] != "build":
            assert found.stdout == output
    manifest = open_snapshot(tmp_path).manifest
    assert manifest.extension
    assert {entry.id for entry in manifest.sources} > {"usgs-mcs2026-data"}


def test_the_examples_say_that_they_are_invented() -> None:
    for path in (REPOSITORY / "docs" / "examples").rglob("*"):
        if path.suffix in (".csv", ".rdf"):
            assert "nvented" in path.read_text(encoding="utf-8"), path


def test_no_example_has_found_its_way_into_the_shipped_facts() -> None:
    for table in load_package().tables.values():
        assert "docs/extending.md" not in table.path.read_text(encoding="utf-8")
