"""Small graphs in Turtle with what is derived from them, asked through an engine in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from pyoxigraph import NamedNode, QueryResultsFormat, Store

from kg.derive import MajorSourceRule, derive
from kg.derive.spelling import Triple
from kg.engines.engine import Query, QueryForm
from kg.explain import Explainer, Explanation, Limits, Node
from kg.namespaces import GRAPH, GRAPH_ONTOLOGY
from tests.kg.derive.conftest import loaded_with, write_quads


@dataclass
class StoredAnswer:
    """All of an answer at once."""

    text: bytes
    form: QueryForm = QueryForm.SOLUTIONS
    media_type: str = "application/sparql-results+json"

    def __iter__(self) -> Iterator[bytes]:
        yield self.text

    def read(self) -> bytes:
        return self.text

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


class StoreEngine:
    """Answers from a store in memory, whose default graph is the union of all."""

    def __init__(self, store: Store, snapshot_id: str = "small") -> None:
        self.store = store
        self.snapshot_id = snapshot_id
        self.asked: list[str] = []

    def query(self, query: Query) -> StoredAnswer:
        self.asked.append(query.text)
        found: Any = self.store.query(query.text, use_default_graph_as_union=True)
        text = found.serialize(format=QueryResultsFormat.JSON)
        assert "results" in json.loads(text)
        return StoredAnswer(text)

    def ready(self) -> bool:
        return True

    def close(self) -> None:
        pass


class Explained:
    """A small data set and the explanations of its triples."""

    def __init__(self, store: Store) -> None:
        self.engine = StoreEngine(store)

    def why(self, triple: str, limits: Limits | None = None) -> Explanation:
        """Explain a triple of prefixed names."""
        subject, predicate, value = triple.split(maxsplit=2)
        explainer = Explainer(self.engine, limits)
        return explainer.explain(explainer.find(subject, predicate, value))

    def explain(self, triple: Triple) -> Explanation:
        """Explain a triple of terms."""
        return Explainer(self.engine).explain(triple)

    def outline(self, triple: str) -> list[str]:
        """The triples of an explanation in prefixed names, the deeper the further in."""
        return list(indented(self.why(triple).root))


def indented(node: Node, depth: int = 0) -> Iterator[str]:
    yield "  " * depth + node.name
    for premise in node.premises:
        yield from indented(premise, depth + 1)


@pytest.fixture
def explained(tmp_path: Path) -> Callable[..., Explained]:
    """Derive from facts, each source in its own graph, and an ontology; then explain."""

    def run(ontology: str, major: MajorSourceRule | None = None, **sources: str) -> Explained:
        files = [
            write_quads(facts, tmp_path / f"{name}.nq", NamedNode(GRAPH + name.replace("_", "-")))
            for name, facts in sources.items()
        ]
        asserted = tmp_path / "asserted.nq"
        asserted.write_text("".join(file.read_text() for file in files))
        schema = write_quads(ontology, tmp_path / "ontology.nq", NamedNode(GRAPH_ONTOLOGY))
        out = tmp_path / "derived.nq"
        derive(asserted, schema, out, major=major)
        return Explained(loaded_with(asserted, schema, out))

    return run
