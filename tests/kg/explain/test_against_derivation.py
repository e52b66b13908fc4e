"""On random small graphs, an explanation holds what the derivation needs, and nothing less."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.derive import infer
from kg.explain import Explainer, Kind, Node
from kg.namespaces import GRAPH, GRAPH_ONTOLOGY
from tests.kg.derive.conftest import loaded_with
from tests.kg.derive.test_against_naive import Triple, axioms, facts, ontology_lines
from tests.kg.explain.conftest import StoreEngine


def write(triples: list[Triple], path: Path, graph: str) -> Path:
    def term(text: str) -> str:
        return text if text.startswith("_:") else f"<{text}>"

    path.write_text("".join(f"{term(s)} {term(p)} {term(o)} <{graph}> .\n" for s, p, o in triples))
    return path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(facts, min_size=4, max_size=10), st.lists(axioms, min_size=1, max_size=5))
def test_the_leaves_are_asserted_and_give_the_triple_again(
    known: set[Triple], rules: list[tuple]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        schema = [t for i, rule in enumerate(rules) for t in ontology_lines(rule, i)]
        asserted = write(sorted(known), folder / "facts.nq", f"{GRAPH}somebody")
        ontology = write(schema, folder / "ontology.nq", GRAPH_ONTOLOGY)
        lines, _ = infer(asserted, ontology)
        derived = folder / "derived.nq"
        derived.write_text("".join(lines))
        explainer = Explainer(StoreEngine(loaded_with(asserted, ontology, derived)))
        for line in lines:
            subject, predicate, value = line.split(" ")[:3]
            explanation = explainer.explain((subject, predicate, value))
            assert not explanation.cut, explanation
            leaves = {leaf.triple for leaf in leaves_of(explanation.root)}
            kept = [(s[1:-1], p[1:-1], o[1:-1]) for s, p, o in sorted(leaves)]
            assert set(kept) <= known
            again, _ = infer(write(kept, folder / "kept.nq", f"{GRAPH}somebody"), ontology)
            assert line in again
            assert_never_in_a_circle(explanation.root, ())


def leaves_of(node: Node) -> list[Node]:
    """The asserted leaves; an axiom about one thing by name needs no facts at all."""
    return [leaf for leaf in node.leaves() if leaf.kind is Kind.ASSERTED]


def assert_never_in_a_circle(node: Node, above: tuple[object, ...]) -> None:
    assert node.triple not in above
    for premise in node.premises:
        assert_never_in_a_circle(premise, (*above, node.triple))
