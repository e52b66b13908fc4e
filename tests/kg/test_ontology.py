"""The ontology's files become one graph: the same bytes each time, and nothing lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kg.namespaces import CM, GRAPH_ONTOLOGY, OWL
from kg.ontology import (
    OntologyError,
    ontology_files,
    write_ontology_quads,
    write_ontology_triples,
)
from kg.shipped import ontology_dir


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped ontology."""
    return Path(shutil.copytree(ontology_dir(), tmp_path / "ontology"))


def test_the_root_file_comes_first_and_the_rest_in_order() -> None:
    names = [path.relative_to(ontology_dir()).as_posix() for path in ontology_files()]

    assert names[0] == "critmat.ttl"
    assert names[1:] == sorted(names[1:])
    assert {"modules/substances.ttl", "codes/stages.ttl"} <= set(names)


def test_quads_stand_in_the_graph_of_the_ontology_sorted_and_each_once(tmp_path: Path) -> None:
    out = tmp_path / "ontology.nq"

    count = write_ontology_quads(None, out)

    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == count
    graphs = {quad.graph_name for quad in parse(path=out, format=RdfFormat.N_QUADS)}
    assert graphs == {NamedNode(GRAPH_ONTOLOGY)}


def test_no_triple_of_a_file_is_lost(tmp_path: Path) -> None:
    out = tmp_path / "ontology.nq"
    write_ontology_quads(None, out)
    store = Store()
    store.bulk_load(path=out, format=RdfFormat.N_QUADS)
    graph = NamedNode(GRAPH_ONTOLOGY)

    named = [
        quad
        for path in ontology_files()
        for quad in parse(path=path, format=RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode) and not str(quad.object).startswith("_:")
    ]

    assert len(named) > 2000
    for q in named:
        assert next(store.quads_for_pattern(q.subject, q.predicate, q.object, graph), None)


def test_the_same_files_give_the_same_bytes_wherever_they_are(copied: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.nq", tmp_path / "second.nq"

    write_ontology_quads(None, first)
    write_ontology_quads(copied, second)

    assert first.read_bytes() == second.read_bytes()


def test_the_order_of_statements_in_a_file_does_not_matter(copied: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.nq", tmp_path / "second.nq"
    write_ontology_quads(copied, first)
    module = copied / "modules" / "substances.ttl"
    quads = sorted(parse(path=module, format=RdfFormat.TURTLE), key=str, reverse=True)
    module.write_text("".join(f"{quad.triple} .\n" for quad in quads), encoding="utf-8")

    write_ontology_quads(copied, second)

    assert first.read_bytes() == second.read_bytes()


def test_an_axiom_more_is_a_difference(copied: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.nq", tmp_path / "second.nq"
    before = write_ontology_quads(copied, first)
    with (copied / "modules" / "places.ttl").open("a", encoding="utf-8") as file:
        file.write("cm:Country rdfs:subClassOf cm:Bloc .\n")

    assert write_ontology_quads(copied, second) == before + 1
    assert first.read_bytes() != second.read_bytes()


def test_the_one_file_for_other_tools_imports_nothing(tmp_path: Path) -> None:
    out = tmp_path / "critmat.nt"

    count = write_ontology_triples(out)

    triples = list(parse(path=out, format=RdfFormat.N_TRIPLES))
    assert len(triples) == count
    assert NamedNode(f"{OWL}imports") not in {t.predicate for t in triples}
    assert NamedNode(f"{CM}Element") in {t.subject for t in triples}


def test_a_folder_without_an_ontology_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"critmat\.ttl"):
        ontology_files(tmp_path)


def test_a_slip_in_a_file_is_reported_with_file_and_line(copied: Path) -> None:
    with (copied / "codes" / "stages.ttl").open("a", encoding="utf-8") as file:
        file.write("cm:stage-mining cm:order ;;; .\n")

    with pytest.raises(OntologyError, match=r"stages\.ttl: .*line") as caught:
        write_ontology_quads(copied, copied / "out.nq")

    assert caught.value.remedy
