"""The build: the same quads from the same commit, nothing published where a step finds errors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build import BuildError, BuildResult, build
from kg.engines.embedded import EmbeddedEngine
from kg.facts import load_package
from kg.quality import QualityReport, measure
from kg.questions.things import solutions
from kg.snapshot import open_snapshot

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def core_build(core_facts: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    """The facts without those of large releases, built and published."""
    return build(tmp_path_factory.mktemp("core-data"), facts=core_facts)


def test_two_builds_of_one_commit_give_the_same_quads(
    core_build: BuildResult, core_facts: Path, tmp_path: Path
) -> None:
    again = build(tmp_path, facts=core_facts).snapshot
    assert again.id == core_build.snapshot.id
    assert again.manifest.checksums["data.nq"] == core_build.snapshot.manifest.checksums["data.nq"]


def test_the_steps_one_by_one_give_what_the_build_gives(
    core_build: BuildResult, core_facts: Path, tmp_path: Path
) -> None:
    """Runs the commands of docs/building.md as they stand there."""
    page = (REPOSITORY / "docs" / "building.md").read_text("utf-8")
    block = page.split("## Step by step")[1].split("```console\n")[1].split("```")[0]
    for line in block.splitlines():
        command = line.removeprefix("$ critmat ").split()
        subprocess.run(
            [sys.executable, "-m", "service.cli", *command],
            cwd=tmp_path, check=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "CRITMAT_FACTS": str(core_facts)},
        )  # fmt: skip
    assert open_snapshot(tmp_path / "data").id == core_build.snapshot.id


def test_the_manifest_tells_what_is_inside(
    shipped_build: BuildResult, shipped_engine: EmbeddedEngine
) -> None:
    counts = shipped_build.snapshot.manifest.counts
    rows = solutions(shipped_engine, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert int(rows[0]["n"]) == counts["triples"]
    assert counts["derived"] > 1_000


def test_the_default_graph_holds_what_the_named_graphs_hold(shipped_engine: EmbeddedEngine) -> None:
    [row] = solutions(
        shipped_engine,
        "SELECT (COUNT(*) AS ?n) WHERE "
        "{ { SELECT DISTINCT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } } }",
    )
    [whole] = solutions(shipped_engine, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert row["n"] == whole["n"]


def test_the_snapshot_tells_how_good_the_facts_are(shipped_build: BuildResult) -> None:
    file = shipped_build.snapshot.quality
    assert file is not None
    assert QualityReport.from_json(file.read_text(encoding="utf-8")) == measure(load_package())


def test_facts_with_errors_publish_nothing(core_facts: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(core_facts, facts)
    table = facts / "tables" / "facilities.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(",MYS,", ",MALAYSIA,"), encoding="utf-8")

    with pytest.raises(BuildError) as error:
        build(tmp_path / "data", facts=facts)

    assert any(
        "MALAYSIA" in line and "facilities.csv" in line for line in error.value.report.lines()
    )
    with pytest.raises(Exception, match="snapshot"):
        open_snapshot(tmp_path / "data")


def test_a_build_with_material_of_ones_own_names_it_and_leaves_the_shipped_facts_alone(
    core_build: BuildResult, core_facts: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in core_facts.rglob("*.csv")}
    mine = REPOSITORY / "docs" / "examples" / "mine"

    manifest = build(tmp_path, facts=core_facts, material=[mine]).snapshot.manifest

    assert [file["name"] for file in manifest.extension] == sorted(
        f"mine/{path.name}" for path in mine.iterdir()
    )
    assert all(len(file["sha256"]) == 64 for file in manifest.extension)
    shipped = {entry.id for entry in core_build.snapshot.manifest.sources}
    assert {entry.id for entry in manifest.sources} - shipped == {"example-ridge-2031"}
    assert {path: path.read_bytes() for path in core_facts.rglob("*.csv")} == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("build-")]


def test_material_with_errors_leaves_the_snapshot_in_use_as_it_was(
    core_build: BuildResult, core_facts: Path
) -> None:
    current, root = core_build.snapshot.id, core_build.snapshot.path.parents[1]
    mistakes = REPOSITORY / "docs" / "examples" / "mine-with-mistakes"
    with pytest.raises(BuildError) as error:
        build(root, facts=core_facts, material=[mistakes])
    assert any("dysprosum" in line for line in error.value.report.lines())
    assert open_snapshot(root).id == current
    assert not [path for path in root.iterdir() if path.name.startswith("build-")]
