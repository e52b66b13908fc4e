"""Finding how a triple was derived: back from the triple to asserted facts.

The search goes back level by level. All triples of a level are looked up together; those that no
source states are taken apart, by every axiom that may have given them and by the rules that write
derived records. As soon as the first triple follows from asserted ones it is over, so that no
shorter derivation was passed by. What rests on what is then worked out from the facts upwards, in
the order of the size of derivations (D. E. Knuth, "A generalization of Dijkstra's algorithm",
1977), which is why nothing is ever explained by itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.derive.spelling import Triple
from kg.explain.asking import Asker, LimitReachedError
from kg.explain.conclusions import (
    Among,
    Conclusion,
    Conclusions,
    folded,
    matched,
    replaced,
    unfolded,
    variables_of,
)
from kg.explain.step import Step
from kg.namespaces import GRAPH

_DERIVED = f"{GRAPH}derived/"

#: Gives the steps by which rules may have written triples, each given with its graph.
Rules = Callable[[Asker, Sequence[tuple[Triple, str]]], Sequence[Step]]


@dataclass(frozen=True, slots=True)
class _Effort:
    """How hard is looked: ``ways`` of following from an axiom, what is not written (``hidden``)
    looked for as well, and what is needed taken apart so often before it is asked for."""

    ways: int
    hidden: bool = False
    unfold: int = 0


#: Most derivations are found with the first; the last ones are for what rests on unwritten triples.
_EFFORTS = (
    _Effort(6),
    _Effort(200),
    _Effort(200, True),
    _Effort(200, True, 1),
    _Effort(200, True, 2),
)


class Search:
    """The search for the derivation of one triple."""

    def __init__(self, asker: Asker, conclusions: Conclusions, rules: Rules) -> None:
        self._asker = asker
        self._conclusions = conclusions
        self._rules = rules
        #: The named graphs of every triple that was met.
        self.graphs: dict[Triple, list[str]] = {}
        self._steps: dict[Triple, list[Step]] = {}
        self._best: dict[Triple, Step | None] = {}
        self._ruled: set[Triple] = set()
        #: Why the search ended early; empty where it did not.
        self.cut = ""

    def run(self, goal: Triple) -> bool:
        """Look for the derivation of a triple; true where it goes down to asserted facts."""
        try:
            if any(self._levels(goal, effort) for effort in _EFFORTS):
                return True
        except LimitReachedError as reached:
            self._settle()
            self.cut = str(reached)
        return goal in self._best

    def is_asserted(self, triple: Triple) -> bool:
        """True for what a source, the ontology or a graph about itself states."""
        graphs = self.graphs.get(triple, [])
        return any(not graph.startswith(_DERIVED) for graph in graphs) or (
            # What a derived graph says of itself is the setting that it was made with.
            triple[0] in {f"<{graph}>" for graph in graphs}
        )

    def step_to(self, triple: Triple) -> Step | None:
        """The last step of the shortest derivation; none for what is asserted."""
        return self._best.get(triple)

    def conclusions_for(self, triple: Triple) -> Sequence[Conclusion]:
        """What the axioms would need to give a triple, whether or not it holds."""
        return [c for c in self._conclusions.giving(triple) if matched(c.head, triple) is not None]

    def _levels(self, goal: Triple, effort: _Effort) -> bool:
        level = [goal]
        seen = {goal}
        for _ in range(self._asker.limits.depth):
            self._look_up(level)
            self._settle()
            if goal in self._best:
                return True
            open_ones = [t for t in level if not self.is_asserted(t)]
            self._take_apart(open_ones, effort)
            needed = [
                p for t in open_ones for step in self._steps.get(t, ()) for p in step.premises
            ]
            level = [t for t in dict.fromkeys(needed) if t not in seen]
            seen.update(level)
            if not level:
                return False
            if len(self.graphs) + len(level) > self._asker.limits.triples:
                raise LimitReachedError(f"after {len(self.graphs):,} triples")
        raise LimitReachedError(f"{self._asker.limits.depth} steps deep")

    def _look_up(self, triples: Iterable[Triple]) -> None:
        new = [triple for triple in triples if triple not in self.graphs]
        self.graphs |= self._asker.graphs(new)

    def _take_apart(self, triples: Sequence[Triple], effort: _Effort) -> None:
        new = [triple for triple in triples if triple not in self._ruled]
        self._ruled.update(new)
        for step in self._rules(self._asker, [(t, g) for t in new for g in self.graphs[t]]):
            self._keep(step)
        jobs = []
        for triple in triples:
            for conclusion in self._conclusions.giving(triple):
                binding = matched(conclusion.head, triple)
                if binding is None:
                    continue
                body = replaced(conclusion.body, binding)
                readings = [(body, body)]
                if effort.hidden:
                    readings += folded(body, self._conclusions)
                jobs += [
                    (triple, conclusion, needed, asked)
                    for needed, rest in readings
                    for asked in unfolded(rest, self._conclusions, effort.unfold)
                    if all(not isinstance(c, Among) or _may_be(c) for c in asked)
                    and variables_of(needed) <= variables_of(asked)
                ]
        parts = [_pattern(asked, effort.ways) for *_, asked in jobs]
        variables = {name[1:] for *_, asked in jobs for name in variables_of(asked)}
        for number, row in self._asker.branches(parts, variables):
            triple, conclusion, body, _ = jobs[number]
            values = {f"?{name}": term for name, term in row.items()}
            if any(term.startswith("_:") for term in values.values()):
                continue  # a blank node cannot be asked for again
            bound = replaced(body, values)
            premises = tuple(c for c in bound if not isinstance(c, Among))
            # A literal can be no subject: what would follow of it is never written.
            if not any(subject.startswith('"') for subject, _, _ in premises):
                self._keep(Step(triple, tuple(dict.fromkeys(premises)), conclusion))

    def _keep(self, step: Step) -> None:
        steps = self._steps.setdefault(step.triple, [])
        if step not in steps:
            steps.append(step)

    def _settle(self) -> None:
        """Work out the smallest derivations from what is known, from the facts upwards."""
        waiting: dict[Triple, list[tuple[Step, int]]] = {}
        left: list[set[Triple]] = []
        sums: list[int] = []
        steps = [step for several in self._steps.values() for step in several]
        queue: list[tuple[int, int, Triple, int]] = []
        for number, step in enumerate(steps):
            left.append(set(step.premises))
            sums.append(1)
            for premise in left[number]:
                waiting.setdefault(premise, []).append((step, number))
            if not step.premises:
                heapq.heappush(queue, (1, number, step.triple, number))
        for triple in self.graphs:
            if self.is_asserted(triple):
                heapq.heappush(queue, (1, -1, triple, -1))
        best: dict[Triple, Step | None] = {}
        while queue:
            size, _, triple, by = heapq.heappop(queue)
            if triple in best:
                continue
            best[triple] = steps[by] if by >= 0 else None
            for step, number in waiting.get(triple, ()):
                left[number].discard(triple)
                sums[number] += size
                if not left[number]:
                    heapq.heappush(queue, (sums[number], number, step.triple, number))
        self._best = best


def _may_be(condition: Among) -> bool:
    return condition.term.startswith("?") or condition.term in condition.members


def _pattern(body: Sequence[tuple[str, str, str] | Among], ways: int) -> str:
    """A body as a sub-select that gives the first few of its solutions, in the order of terms."""
    variables = " ".join(sorted(variables_of(body)))
    values = [
        f"VALUES {one.term} {{ {' '.join(one.members)} }}"
        for one in body
        if isinstance(one, Among) and one.term.startswith("?")
    ]
    triples = [" ".join(one) + " ." for one in body if not isinstance(one, Among)]
    where = " ".join([*values, *triples])
    if not variables:
        return f"{{ SELECT (1 AS ?held) WHERE {{ {where} }} LIMIT 1 }}"
    return (
        f"{{ SELECT DISTINCT {variables} WHERE {{ {where} }} ORDER BY {variables} LIMIT {ways} }}"
    )
