"""The shipped data: what is derived is explained down to facts with a source."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.build import BuildResult
from kg.derive.spelling import Triple
from kg.engines.embedded import EmbeddedEngine
from kg.explain import Explainer, Kind
from kg.namespaces import GRAPH

DERIVED = f"<{GRAPH}derived/"
MANY = 200


def derived_triples(data: Path) -> Iterator[tuple[str, Triple]]:
    """Every derived triple with its graph."""
    with data.open(encoding="utf-8") as lines:
        for line in lines:
            if DERIVED in line:
                triple, _, graph = line[:-3].rpartition(" ")
                if graph.startswith(DERIVED):
                    subject, predicate, value = triple.split(" ", 2)
                    yield graph, (subject, predicate, value)


def sample(data: Path) -> list[Triple]:
    """Triples of every derived graph, the same ones each time; every predicate and class of a
    graph is there, however rare."""
    kinds: dict[tuple[str, str], list[Triple]] = defaultdict(list)
    for graph, triple in derived_triples(data):
        kind = triple[2] if triple[1].endswith("#type>") else triple[1]
        kinds[graph, kind].append(triple)
    chance = random.Random(20261123)  # noqa: S311
    chosen = [chance.choice(triples) for triples in kinds.values()]
    rest = [triple for triples in kinds.values() for triple in chance.sample(triples, 1)]
    while len(chosen) < MANY:
        triples = kinds[chance.choice(list(kinds))]
        chosen.append(chance.choice(triples))
    return [*chosen, *rest]


def test_derived_triples_are_explained_down_to_facts_with_a_source(
    shipped_build: BuildResult, shipped_engine: EmbeddedEngine
) -> None:
    triples = sample(shipped_build.snapshot.path / "data.nq")
    assert len(triples) >= MANY
    explainer = Explainer(shipped_engine)
    for triple in triples:
        explanation = explainer.explain(triple)
        assert explanation.written and not explanation.cut, (triple, explanation.cut)
        assert explanation.root.kind is not Kind.ASSERTED or triple[0].startswith(DERIVED), triple
        for leaf in explanation.root.leaves():
            assert leaf.kind is Kind.ASSERTED, (triple, leaf.name)
            assert all(source.title for source in leaf.sources) and leaf.sources, leaf.name


Critmat = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def critmat(shipped_build: BuildResult, shipped_root: Path) -> Critmat:
    del shipped_build

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service.cli", "explain", *arguments],
            env={**os.environ, "CRITMAT_DATA": str(shipped_root)},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return run


def test_the_command_prints_an_outline(critmat: Critmat) -> None:
    found = critmat("cmd:f-35", "cm:dependsOnElement", "cmd:samarium")
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert lines[0] == "F-35 Lightning II fighter aircraft depends on element Samarium."
    assert lines[1].startswith("    Axiom: If X ")
    assert any(line.strip().startswith("Source: ") for line in lines)


def test_the_command_gives_json(critmat: Critmat) -> None:
    found = critmat("cmd:f-35", "a", "cm:DefenceSystem", "--format", "json")
    document = json.loads(found.stdout)
    assert document["written"] is True
    assert document["explanation"]["kind"] == "asserted"
    assert document["explanation"]["sources"]


def test_a_triple_that_is_not_there_ends_the_command_with_status_1(critmat: Critmat) -> None:
    found = critmat("cmd:f-35", "cm:dependsOnElement", "cmd:gallium")
    assert found.returncode == 1
    assert "It is not in the data that F-35" in found.stderr
    assert "The data have: " in found.stderr
    assert "Traceback" not in found.stderr


def test_what_is_no_triple_ends_it_with_status_2(critmat: Critmat) -> None:
    found = critmat("not a term", "a", "b")
    assert found.returncode == 2
    assert "The subject 'not a term' is no term." in found.stderr


def test_over_an_endpoint_it_says_the_same(critmat: Critmat, served: str) -> None:
    triple = ("cmd:f-35", "cm:exposedTo", "cmd:CHN")
    at_home = critmat(*triple)
    far_away = critmat(*triple, "--endpoint", f"{served}/sparql")
    assert far_away.returncode == 0, far_away.stderr
    assert far_away.stdout == at_home.stdout
