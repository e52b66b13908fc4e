"""docs/extending.md: every command on the page is run, and answers what stands there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
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


def critmat(arguments: list[str], data: Path) -> subprocess.CompletedProcess[str]:
    """Run a command at the top of the repository, with its snapshots in ``data``."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "CRITMAT_DATA": str(data)},
        capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the builds of all runs give, in one build: the runs have nothing to do with each
    other, so each question is answered as after the build of its own run."""
    data = tmp_path_factory.mktemp("data")
    builds = [a for run in RUNS.values() for a, _ in commands(run) if a[0] == "build"]
    assert len(builds) == len(RUNS)
    found = critmat(["build", *chain.from_iterable(build[1:] for build in builds)], data)
    assert found.returncode == 0, found.stderr
    return data


@pytest.mark.parametrize("run", RUNS)
def test_a_run_goes_as_the_page_says(run: str, built: Path) -> None:
    asked = list(commands(RUNS[run]))
    assert len(asked) >= 3
    for arguments, output in asked:
        if arguments[0] != "build":
            found = critmat(arguments, built)
            assert found.returncode == ("mistakes" in arguments[-1]), found.stderr
            assert found.stdout == output


def test_a_snapshot_tells_what_was_built_in(built: Path) -> None:
    manifest = open_snapshot(built).manifest
    files = {str(entry["name"]) for entry in manifest.extension}
    assert {"stakes.csv", "suspensions.csv", "heavy-plants.rdf"} <= {Path(f).name for f in files}
    assert {entry.id for entry in manifest.sources} > {
        "usgs-mcs2026-data", "example-ridge-2031", "example-gazette-2031-14",
        "extension-heavy-plants",
    }  # fmt: skip


def test_the_examples_say_that_they_are_invented() -> None:
    for path in (REPOSITORY / "docs" / "examples").rglob("*"):
        if path.suffix in (".csv", ".rdf"):
            assert "nvented" in path.read_text(encoding="utf-8"), path


def test_no_example_has_found_its_way_into_the_shipped_facts() -> None:
    for table in load_package().tables.values():
        assert "docs/extending.md" not in table.path.read_text(encoding="utf-8")
