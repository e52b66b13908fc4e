"""Every competency question is answered as its file says, and every axiom is needed by one."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kg.check.competency import (
    CompetencyQuestion,
    ask_competency,
    read_competency_folder,
)
from kg.check.expectation import Refusal
from kg.namespaces import expand
from kg.ontology import write_ontology_quads
from kg.shipped import ontology_dir
from tests.invented_world import COMPETENCY, World
from tests.mutation import AxiomTrial, Mutant, axiom_mutants

QUESTIONS, PROBLEMS = read_competency_folder(COMPETENCY)
MODULES = {path.stem for path in (ontology_dir() / "modules").glob("*.ttl")}
CHAIN = re.compile(r"cm:[\w-]+(?: o cm:[\w-]+)+ -> cm:[\w-]+")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The invented world with the shipped ontology and all that is derived."""
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> AxiomTrial:
    """The invented world, to be derived without one axiom."""
    return AxiomTrial(tmp_path_factory.mktemp("trial"))


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> list[Mutant]:
    """Every axiom that could be left out."""
    path = tmp_path_factory.mktemp("ontology") / "ontology.nq"
    write_ontology_quads(None, path)
    return list(axiom_mutants(path))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_the_question_is_answered_as_expected(question: CompetencyQuestion, world: World) -> None:
    assert list(ask_competency([question], world.store).lines())[:-1] == []


def test_every_file_can_be_read_and_says_what_it_needs() -> None:
    assert PROBLEMS == []
    assert [q.id for q in QUESTIONS if not q.needs or not q.module] == []
    assert len({q.question for q in QUESTIONS}) == len(QUESTIONS)


def test_every_module_is_covered_by_answers_and_by_refusals() -> None:
    asked = Counter(q.module for q in QUESTIONS)
    refused = Counter(q.module for q in QUESTIONS if isinstance(q.expectation, Refusal))

    assert set(asked) == MODULES
    assert min(asked.values()) >= 6, asked
    assert set(refused) == MODULES


def test_what_a_question_needs_is_defined(world: World) -> None:
    needed = {n for q in QUESTIONS for part in q.needs for n in re.findall(r"cm:[\w-]+", part)}
    label = NamedNode(expand("rdfs:label"))

    unknown = [
        name
        for name in sorted(needed)
        if not any(world.store.quads_for_pattern(NamedNode(expand(name)), label, None))
    ]

    assert needed
    assert unknown == []


def test_every_chain_and_every_defined_class_is_needed_by_a_question(mutants: list[Mutant]) -> None:
    needed = {part for q in QUESTIONS for part in q.needs}
    chains = {m.name for m in mutants if m.kind == "chain"}
    classes = {m.name for m in mutants if m.kind == "defined class"}

    assert chains == {part for part in needed if CHAIN.fullmatch(part)}
    assert classes - needed == set()


def test_without_a_chain_or_a_definition_a_question_that_needs_it_fails(
    trial: AxiomTrial, mutants: list[Mutant]
) -> None:
    unnoticed = []
    for mutant in mutants:
        if mutant.kind in ("chain", "defined class"):
            naming = {q.id for q in QUESTIONS if mutant.name in q.needs}
            noticed = set(trial.run(mutant).verdict.split(", "))
            if not naming & noticed:
                unnoticed.append((mutant.kind, mutant.name, sorted(noticed)))

    assert unnoticed == []


def test_the_world_has_every_kind_of_record(world: World) -> None:
    query = """
    PREFIX cm: <https://w3id.org/critmat/ontology#>
    PREFIX owl: <http://www.w3.org/2002/07/owl#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT DISTINCT ?class WHERE {
      GRAPH <https://w3id.org/critmat/graph/ontology> { ?class a owl:Class }
      FILTER(STRSTARTS(STR(?class), STR(cm:)))
      FILTER NOT EXISTS { ?thing a ?class }
    }"""

    assert [str(row["class"]) for row in world.store.query(query)] == []  # type: ignore[union-attr]


def test_the_world_is_legible() -> None:
    lines = (Path(COMPETENCY) / "world.trig").read_text(encoding="utf-8").splitlines()

    assert 150 <= len(lines) <= 500
    assert sum(line.lstrip().startswith("#") for line in lines) >= 30
