"""The step as a whole: graphs, determinism, the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.derive import UnreadableQuadsError, derive
from kg.derive.cli import derive as command
from kg.namespaces import GRAPH

ONTOLOGY = """\
<https://w3id.org/critmat/ontology#memberOf> <http://www.w3.org/2002/07/owl#inverseOf> \
<https://w3id.org/critmat/ontology#hasMember> .
<https://w3id.org/critmat/ontology#p> \
<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> \
<http://www.w3.org/2002/07/owl#FunctionalProperty> .
"""
FACTS = """\
<https://w3id.org/critmat/id/ree> <https://w3id.org/critmat/ontology#hasMember> \
<https://w3id.org/critmat/id/nd> <https://w3id.org/critmat/graph/usgs> .
<https://w3id.org/critmat/id/ree> <https://w3id.org/critmat/ontology#hasMember> \
<https://w3id.org/critmat/id/ce> <https://w3id.org/critmat/graph/usgs> .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    (tmp_path / "facts.nq").write_text(FACTS)
    (tmp_path / "ontology.nq").write_text(ONTOLOGY)
    return tmp_path / "facts.nq", tmp_path / "ontology.nq", tmp_path / "new" / "derived.nq"


def test_it_writes_sorted_quads_into_its_own_graph(files: tuple[Path, Path, Path]) -> None:
    told: list[str] = []
    summary = derive(*files, told.append)
    lines = files[2].read_text().splitlines()
    assert lines == sorted(lines)
    assert [line.split()[0].rpartition("/")[2] for line in lines] == ["ce>", "nd>"]
    assert all(line.endswith("<https://w3id.org/critmat/graph/derived/owl> .") for line in lines)
    assert summary.by_term == {"cm:memberOf": 2}
    assert summary.by_graph == {
        f"{GRAPH}derived/owl": 2,
        f"{GRAPH}derived/ownership": 0,
        f"{GRAPH}derived/shares": 0,
        f"{GRAPH}derived/normalised": 0,
        f"{GRAPH}derived/comparisons": 0,
        f"{GRAPH}derived/coverage": 0,
        f"{GRAPH}derived/listings": 0,
        f"{GRAPH}derived/contents": 0,
        f"{GRAPH}derived/capacities": 0,
        f"{GRAPH}derived/exposure": 0,
        f"{GRAPH}derived/record-counts": 0,
        f"{GRAPH}derived/major-sources/latest/50": 0,
    }
    assert (summary.quads, summary.triples) == (4, 2)
    assert told[0] == "reading axioms"


def test_the_same_facts_in_any_order_give_the_same_bytes(files: tuple[Path, Path, Path]) -> None:
    derive(*files)
    first = files[2].read_bytes()
    files[0].write_text("".join(reversed(FACTS.splitlines(keepends=True))))
    derive(*files)
    assert files[2].read_bytes() == first


def test_broken_facts_leave_the_old_file_alone(files: tuple[Path, Path, Path]) -> None:
    derive(*files)
    first = files[2].read_bytes()
    files[0].write_text("no quads\n")
    with pytest.raises(UnreadableQuadsError, match=r"facts\.nq, line 1"):
        derive(*files)
    assert files[2].read_bytes() == first
    assert [path.name for path in files[2].parent.iterdir()] == ["derived.nq"]


def test_the_command_says_what_it_did_and_what_has_no_rule(files: tuple[Path, Path, Path]) -> None:
    facts, ontology, out = map(str, files)
    options = ["--asserted", facts, "--ontology", ontology, "--out", out]
    result = CliRunner().invoke(command, options)
    assert result.exit_code == 0, result.output
    assert "2 axioms became 2 rules" in result.output
    assert "1 axioms have no rule" in result.output
    assert "cm:p: owl:FunctionalProperty: has no rule" in result.output
    assert "cm:memberOf" in result.output


def test_a_missing_file_is_refused(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    with pytest.raises(UnreadableQuadsError, match=r"nothing\.nq"):
        derive(files[0], tmp_path / "nothing.nq", files[2])
