"""What the tests would notice: ``python -m tests.mutation`` takes out one thing after the other.

Each axiom that derives something, and each statement of a shape, is removed in turn, in a copy;
then the fast checks look: competency questions over the invented world for axioms, broken records
of that world for shapes (:mod:`tests.shape_mutation`). The table names each mutant and what noticed
it. SURVIVED means that nothing did: write a question or an example that needs what was removed.
UNCHANGED is said of an axiom without which the same triples follow, since others say the same.

Not run by pytest, because it takes minutes. Exit status 1 if something survived.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.check.competency import CompetencyQuestion, ask_competency, read_competency_folder
from kg.derive import derive
from kg.namespaces import OWL, RDF, RDFS, shorten
from kg.ontology import write_ontology_quads
from tests.invented_world import COMPETENCY, stored, write_without, write_world
from tests.shape_mutation import SURVIVED, Result, shape_results

UNCHANGED = "UNCHANGED"

#: Kinds of axioms, by their predicate; those that only OWL's own terms state are left out.
_PREDICATES = {
    f"<{OWL}propertyChainAxiom>": "chain",
    f"<{OWL}inverseOf>": "inverse",
    f"<{RDFS}subPropertyOf>": "sub-property",
    f"<{OWL}equivalentClass>": "equivalence",
}
_SUB_CLASS = f"<{RDFS}subClassOf>"
_TRANSITIVE = f"<{RDF}type> <{OWL}TransitiveProperty>"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One axiom to leave out: the kind of axiom, what it is about, and its line in the quads."""

    kind: str
    name: str
    line: str


def axiom_mutants(ontology: Path) -> Iterator[Mutant]:
    """Every axiom of critmat's own terms that derives something, one at a time."""
    lines = ontology.read_text("utf-8").splitlines(keepends=True)
    lists = {}
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        if predicate in (f"<{RDF}first>", f"<{RDF}rest>"):
            lists[subject, predicate] = rest.split(" ", 1)[0]
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        value = rest.split(" ", 1)[0]
        own = "/critmat/ontology#" in subject
        if own and (kind := _PREDICATES.get(predicate)):
            yield Mutant(kind, f"{_name(value, lists)} -> {_name(subject, lists)}", line)
        elif own and f"{predicate} {value}" == _TRANSITIVE:
            yield Mutant("transitive", _name(subject, lists), line)
        elif predicate == _SUB_CLASS:
            if not own:
                yield Mutant("defined class", _name(value, lists), line)
            elif value.startswith("_:"):
                yield Mutant("value of a class", _name(subject, lists), line)
            elif "/critmat/ontology#" in value:
                yield Mutant("sub-class", f"{_name(subject, lists)} -> {_name(value, lists)}", line)


def _name(term: str, lists: dict[tuple[str, str], str]) -> str:
    """A prefixed name, or the members of a list joined by ``o``."""
    if not term.startswith("_:"):
        return shorten(term[1:-1])
    members = []
    while (term, f"<{RDF}first>") in lists:
        members.append(_name(lists[term, f"<{RDF}first>"], lists))
        term = lists[term, f"<{RDF}rest>"]
    return " o ".join(members) or "an anonymous class"


class AxiomTrial:
    """The invented world, derived again without one axiom, and asked the competency questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asserted = write_world(folder / "asserted.nq")
        self.ontology = folder / "ontology.nq"
        write_ontology_quads(None, self.ontology)
        self.questions, problems = read_competency_folder(COMPETENCY)
        assert not problems, problems
        self.whole = self._derived(self.ontology)
        assert not self.noticed_by(self.ontology)

    def _derived(self, ontology: Path) -> bytes:
        out = self.folder / "derived.nq"
        derive(self.asserted, ontology, out)
        return out.read_bytes()

    def noticed_by(self, ontology: Path) -> list[CompetencyQuestion]:
        """The questions that are answered otherwise with this ontology, after deriving with it."""
        store = stored(self.asserted, ontology, self.folder / "derived.nq")
        files = {p.file for p in ask_competency(self.questions, store).problems}
        return [question for question in self.questions if question.file in files]

    def run(self, mutant: Mutant) -> Result:
        """Leave one axiom out."""
        without = write_without(self.ontology, self.folder / "without.nq", {mutant.line})
        unchanged = self._derived(without) == self.whole
        found = [question.id for question in self.noticed_by(without)]
        verdict = ", ".join(found) or (UNCHANGED if unchanged else SURVIVED)
        return Result(mutant.kind, mutant.name, verdict)


def axiom_results(folder: Path) -> Iterator[Result]:
    """One result for each axiom."""
    trial = AxiomTrial(folder)
    for mutant in axiom_mutants(trial.ontology):
        yield trial.run(mutant)


def table(results: Iterable[Result]) -> Iterator[str]:
    """The results as lines of text."""
    for result in results:
        yield f"{result.kind:17} {result.name:75} {result.verdict[:60]}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; give 1 if something survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", choices=["axioms", "shapes"], help="leave out the other half")
    options = parser.parse_args(arguments)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="critmat-") as folder:
        for part, run in (("axioms", axiom_results), ("shapes", shape_results)):
            if options.only in (None, part):
                for result in run(Path(folder)):
                    results.append(result)
                    print(*table([result]), flush=True)
    survivors = [result for result in results if result.survived]
    print(f"{len(results)} mutants, {len(survivors)} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
