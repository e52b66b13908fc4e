"""The build: the same quads from the same commit, nothing published where a step finds errors."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build import BuildError, BuildResult, build
from kg.engines.embedded import EmbeddedEngine
from kg.questions.things import solutions
from kg.shipped import facts_dir
from kg.snapshot import open_snapshot


def test_two_builds_of_one_commit_give_the_same_quads(
    shipped_build: BuildResult, tmp_path: Path
) -> None:
    again = build(tmp_path).snapshot
    assert again.id == shipped_build.snapshot.id
    assert (
        again.manifest.checksums["data.nq"] == shipped_build.snapshot.manifest.checksums["data.nq"]
    )


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


def test_facts_with_errors_publish_nothing(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(facts_dir(), facts)
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
