"""Deriving beside its peers: the same axioms on the same synthetic graph, in one run.

    python -m benchmarks.derive [TRIPLES ...]      (default: 10000 100000 1000000)

The graph has bills of materials five levels deep, materials that hold elements, and recipes. For
each size it measures, taking turns and giving the median of the rounds:

- load: pyoxigraph reading the file into memory, the yardstick (goal: deriving takes no longer);
- critmat: reading the file, following the axioms, writing sorted N-Quads;
- SPARQL: pyoxigraph, one INSERT for each axiom until nothing new comes (loading not counted);
- owlrl: the OWL RL closure in rdflib, at the smallest size only, for it takes minutes beyond.

The inferred triples of critmat and SPARQL are compared, not only counted.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import owlrl
import rdflib
from pyoxigraph import RdfFormat, Store, serialize

from kg.derive import infer
from kg.derive.axioms import (
    And,
    ClassExpression,
    Domain,
    HasValue,
    Named,
    Property,
    Some,
    SubClassOf,
    SubPropertyOf,
    read_axioms,
)

CM = "https://w3id.org/critmat/ontology#"
ONTOLOGY = """
@prefix cm: <https://w3id.org/critmat/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
cm:isWholeOf owl:inverseOf cm:whole .
cm:isOutputFormOf owl:inverseOf cm:outputForm .
cm:hasPart owl:propertyChainAxiom ( cm:isWholeOf cm:part ) .
cm:madeFrom owl:propertyChainAxiom ( cm:isOutputFormOf cm:inputForm ) .
cm:dependsOnSubstance owl:propertyChainAxiom ( cm:isWholeOf cm:statesSubstance ) ;
    owl:propertyChainAxiom ( cm:hasPart cm:dependsOnSubstance ) .
cm:dependsOnElement owl:propertyChainAxiom ( cm:dependsOnSubstance cm:containsElement ) .
cm:Alloy rdfs:subClassOf cm:Material . cm:Material rdfs:subClassOf cm:Substance .
cm:Element rdfs:subClassOf cm:Substance . cm:DefenceSystem rdfs:subClassOf cm:Product .
cm:part rdfs:domain cm:BomItem .
[] owl:intersectionOf ( cm:DefenceSystem
    [ owl:onProperty cm:dependsOnElement ; owl:someValuesFrom cm:RareEarthElement ] ) ;
    rdfs:subClassOf cm:RareEarthDependentDefenceSystem .
"""


def synthetic_quads(triples: int, seed: int = 7) -> Iterator[str]:
    """Lines of N-Quads shaped like bills of materials; about as many as asked for."""
    rng = random.Random(seed)  # noqa: S311
    a = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    items = triples // 7
    wholes = [[f"product-{i}" for i in range(items // 20)]]
    wholes += [[f"part-{level}-{i}" for i in range(items // 20)] for level in range(1, 5)]
    materials = [f"material-{i}" for i in range(max(20, items // 200))]
    elements = [f"element-{i}" for i in range(60)]

    def line(subject: str, predicate: str, value: str) -> str:
        return f"<https://w3id.org/critmat/id/{subject}> <{predicate}> {value} <urn:g> .\n"

    def thing(name: str) -> str:
        return f"<https://w3id.org/critmat/id/{name}>"

    for element in elements:
        kind = "RareEarthElement" if int(element.rpartition("-")[2]) < 17 else "Element"
        yield line(element, a, f"<{CM}{kind}>")
    for number, material in enumerate(materials):
        yield line(material, a, f"<{CM}Alloy>")
        for element in rng.sample(elements, rng.choice((1, 2))):
            yield line(material, f"{CM}containsElement", thing(element))
        if number:
            recipe = f"recipe-{number}"
            yield line(recipe, f"{CM}inputForm", thing(materials[rng.randrange(number)]))
            yield line(recipe, f"{CM}outputForm", thing(material))
    for product in wholes[0]:
        kind = "DefenceSystem" if rng.random() < 0.3 else "Vehicle"
        yield line(product, a, f"<{CM}{kind}>")
    count = 0
    for level, names in enumerate(wholes):
        for whole in names:
            for _ in range(4):
                item = f"item-{count}"
                count += 1
                last = level + 1 == len(wholes) or rng.random() < 0.75
                part = rng.choice(materials if last else wholes[level + 1])
                yield line(item, a, f"<{CM}BomItem>")
                yield line(item, f"{CM}whole", thing(whole))
                yield line(item, f"{CM}part", thing(part))
                if last:
                    yield line(item, f"{CM}statesSubstance", thing(part))
                yield line(item, f"{CM}partLabel", f'"the part number {count} of a bill"')
                yield line(item, f"{CM}evidenceLevel", f"<{CM}evidence-named>")
                yield line(
                    item, "http://www.w3.org/ns/prov#wasDerivedFrom", thing(f"citation-{count}")
                )


def sparql_rules(ontology: Path) -> list[str]:
    """One INSERT for each axiom."""
    updates = []
    for axiom in read_axioms(ontology).axioms:
        match axiom:
            case SubPropertyOf(chain, sup):
                path = " ".join(_triple(p, f"?v{i}", f"?v{i + 1}") for i, p in enumerate(chain))
                head = _triple(sup, "?v0", f"?v{len(chain)}")
            case Domain(prop, cls):
                path, head = _triple(prop, "?x", "?y"), _pattern(cls, "?x")
            case SubClassOf(sub, sup_class):
                path, head = _pattern(sub, "?x"), _pattern(sup_class, "?x")
        updates.append(f"INSERT {{ {head} }} WHERE {{ {path} FILTER NOT EXISTS {{ {head} }} }}")
    return updates


def _triple(prop: Property, subject: str, value: str) -> str:
    ends = (value, subject) if prop.inverse else (subject, value)
    return f"{ends[0]} {prop.iri} {ends[1]} ."


def _pattern(expression: ClassExpression, variable: str) -> str:
    match expression:
        case Named(iri):
            return f"{variable} a {iri} ."
        case Some(prop, filler) if filler is not None:
            inner = f"{variable}_"
            return f"{_triple(prop, variable, inner)} {_pattern(filler, inner)}"
        case HasValue(prop, value):
            return _triple(prop, variable, value)
        case And(operands):
            return " ".join(_pattern(operand, variable) for operand in operands)
    raise ValueError(f"this benchmark writes no pattern for {expression}")


def sparql_closure(store: Store, updates: list[str]) -> None:
    """Run the updates until the store no longer grows."""
    size = -1
    while size != len(store):
        size = len(store)
        for update in updates:
            store.update(update)


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(triples: int, rounds: int, *, with_owlrl: bool) -> None:
    """Measure one size and print a line of seconds and ratios to loading."""
    with tempfile.TemporaryDirectory() as folder:
        facts, ontology, out = (Path(folder) / name for name in ("f.nq", "o.nq", "d.nq"))
        with facts.open("w", encoding="utf-8") as file:
            file.writelines(synthetic_quads(triples))
        rdf = Store()
        rdf.load(ONTOLOGY.encode(), RdfFormat.TURTLE)
        ontology.write_bytes(serialize(rdf, format=RdfFormat.N_QUADS) or b"")
        updates = sparql_rules(ontology)
        # Without graphs, so that an INSERT finds what it inserted.
        plain = [line.replace(" <urn:g> .", " .") for line in facts.open(encoding="utf-8")]
        data = "".join(plain).encode()
        taken: dict[str, list[float]] = {"load": [], "critmat": [], "SPARQL": []}
        inferred: set[str] = set()
        store = Store()
        for _ in range(rounds):
            taken["load"].append(
                _seconds(lambda: Store().bulk_load(path=str(facts), format=RdfFormat.N_QUADS))
            )

            def ours() -> None:
                lines, _ = infer(facts, ontology)
                with out.open("w", encoding="utf-8") as file:
                    file.writelines(lines)

            taken["critmat"].append(_seconds(ours))
            store = Store()
            store.bulk_load(data, RdfFormat.N_TRIPLES)
            taken["SPARQL"].append(_seconds(partial(sparql_closure, store, updates)))
        graph = " <https://w3id.org/critmat/graph/derived/owl> ."
        with out.open(encoding="utf-8") as file:
            inferred = {line.rstrip("\n").replace(graph, " .") for line in file}
        theirs = {f"{quad.subject} {quad.predicate} {quad.object} ." for quad in store}
        assert inferred == theirs - {line.rstrip("\n") for line in plain}
        medians = {name: statistics.median(values) for name, values in taken.items()}
        if with_owlrl:
            graph_of_rdflib = rdflib.Graph().parse(data=data, format="nt")
            graph_of_rdflib.parse(data=ONTOLOGY, format="turtle")
            closure = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics)
            medians["owlrl"] = _seconds(lambda: closure.expand(graph_of_rdflib))
        row = ", ".join(
            f"{name} {value:.2f} s ({value / medians['load']:.2f})"
            for name, value in medians.items()
        )
        print(f"{len(plain):,} triples, {len(inferred):,} inferred: {row}", flush=True)


def main() -> None:
    """Measure the sizes given, or 10,000, 100,000 and 1,000,000 triples."""
    sizes = sorted(map(int, sys.argv[1:])) or [10_000, 100_000, 1_000_000]
    for size in sizes:
        measure(size, 3 if size <= 100_000 else 2, with_owlrl=size == min(sizes))


if __name__ == "__main__":
    main()
