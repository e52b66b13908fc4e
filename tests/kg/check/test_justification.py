"""Why something contradicts, in words: which statements, in which files, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.check.justification import explain, place_of
from kg.namespaces import CM, CMD
from kg.owl.documents import OwlDocument, read_documents
from kg.owl.process import Answer, Empty, Reasoning, Statement, Task, ask
from kg.report import Problem

MINE = Statement(f"ClassAssertion(<{CM}Mine> <{CMD}x>)", ("facts.ttl",))
FIRM = Statement(f"ClassAssertion(<{CM}Company> <{CMD}x>)", ("facts.ttl",))
APART = Statement(f"DisjointClasses(<{CM}Mine> <{CM}Company>)", ("critmat.ttl",))


def found(**what: object) -> Reasoning:
    """What the reasoner might have found."""
    nothing = {"conflicts": (), "empty": (), "unread_values": 0, "unread_axioms": ()}
    return Reasoning(**{"cut_short": False, "refusal": "", **nothing, **what})  # type: ignore[arg-type]


@pytest.fixture
def documents(tmp_path: Path) -> list[OwlDocument]:
    """The ontology and a file of two facts."""
    path = tmp_path / "facts.ttl"
    path.write_text(
        f"@prefix cm: <{CM}> .\n@prefix cmd: <{CMD}> .\n"
        "cmd:x <http://www.w3.org/2000/01/rdf-schema#label> 'Pit X' ;\n"
        "  a cm:Mine , cm:Company .\n",
        encoding="utf-8",
    )
    return read_documents(extra=[path])[0]


def test_a_contradiction_names_each_statement_its_file_and_the_label(
    documents: list[OwlDocument],
) -> None:
    (problem,) = explain(found(conflicts=((APART, MINE, FIRM),)), documents)

    assert problem == Problem(
        "facts.ttl",
        "These 3 statements contradict each other: (1) cmd:x (Pit X) is a cm:Mine [facts.ttl]; "
        "(2) cmd:x (Pit X) is a cm:Company [facts.ttl]; "
        "(3) nothing is both a cm:Mine and a cm:Company [critmat.ttl].",
        remedy="Look which of the facts the source does not say, and mend or take out that one.",
        row=3,
    )


def test_axioms_alone_that_contradict_are_no_fault_of_a_source(
    documents: list[OwlDocument],
) -> None:
    everything = Statement(f"SubClassOf(owl:Thing <{CM}Mine>)", ("critmat.ttl",))

    (problem,) = explain(found(conflicts=((everything, APART),)), documents)

    assert "every thing is a cm:Mine" in problem.message
    assert problem.remedy == "Take back or loosen one of these axioms."


def test_a_class_that_was_not_explained_is_named_all_the_same(
    documents: list[OwlDocument],
) -> None:
    (problem,) = explain(found(empty=(Empty(f"{CM}Mine", "class", ()),)), documents)

    assert (problem.file, problem.message) == (
        "modules/facilities.ttl",
        "cm:Mine can have no members.",
    )
    assert problem.row


def test_a_contradiction_without_an_explanation_is_told(documents: list[OwlDocument]) -> None:
    (problem,) = explain(found(cut_short=True), documents)

    assert "which ones was not found in time" in problem.message


def test_that_there_may_be_more_is_told(documents: list[OwlDocument]) -> None:
    _, more = explain(found(cut_short=True, conflicts=((APART, MINE, FIRM),)), documents)

    assert more.message.startswith("There may be more")


def test_a_statement_that_stands_in_no_file_has_no_line() -> None:
    assert place_of(Statement(MINE.text, ()), {}) == ("ontology", None)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """HermiT on facts of which many are fine, some contradict, and one contradicts in two ways."""
    path = tmp_path_factory.mktemp("facts") / "facts.nt"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = [f"<{CMD}fine-{n}> {kind} <{CM}Mine> .\n" for n in range(300)]
    lines += [f"<{CMD}fine-{n}> <{CM}locatedIn> <{CMD}CHN> .\n" for n in range(300)]
    lines += [f"<{CMD}twice> {kind} <{CM}{name}> .\n" for name in ("Mine", "Element", "Company")]
    # The place of a mine is a place; nobody says that of x.
    lines += [
        f"<{CMD}fine-7> <{CM}locatedIn> <{CMD}firm> .\n",
        f"<{CMD}firm> {kind} <{CM}Event> .\n",
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return ask(read_documents(extra=[path])[0], [Task.REASON])


def test_each_contradiction_is_found_once_and_nothing_in_it_is_idle(answer: Answer) -> None:
    assert answer.reasoning
    assert not answer.reasoning.cut_short
    facts = [
        {one.text for one in conflict if one.files == ("facts.nt",)}
        for conflict in answer.reasoning.conflicts
    ]

    place, kinds = sorted(facts, key=lambda some: "twice" in "".join(some))
    assert place == {
        f"ObjectPropertyAssertion(<{CM}locatedIn> <{CMD}fine-7> <{CMD}firm>)",
        f"ClassAssertion(<{CM}Event> <{CMD}firm>)",
    }
    # Two of the three kinds are enough; without them the third is alone and contradicts nothing.
    assert len(kinds) == 2
    assert all("twice" in text for text in kinds)
