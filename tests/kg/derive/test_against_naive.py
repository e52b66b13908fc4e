"""Random small graphs with random axioms: the closure equals a fixpoint written out plainly."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.derive import infer

CM, CMD = "https://w3id.org/critmat/ontology#", "https://w3id.org/critmat/id/"
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
A = f"{RDF}type"

things = st.sampled_from([f"{CMD}{name}" for name in "abcd"])
properties = st.sampled_from([f"{CM}{name}" for name in "pqr"])
#: A link of a chain: a property, or with "^" its inverse.
links = st.builds(str.__add__, st.sampled_from(["", "", "^"]), properties)
classes = st.sampled_from([f"{CM}{name}" for name in ("C", "D", "E")])
facts = st.one_of(st.tuples(things, properties, things), st.tuples(things, st.just(A), classes))
axioms = st.one_of(
    st.tuples(st.sampled_from(["subPropertyOf", "inverseOf"]), properties, properties),
    st.tuples(st.sampled_from(["symmetric", "transitive"]), properties),
    st.tuples(st.just("chain"), properties, st.lists(links, min_size=2, max_size=3)),
    st.tuples(st.sampled_from(["domain", "range"]), properties, classes),
    st.tuples(st.just("subClassOf"), classes, classes),
    st.tuples(st.just("some"), properties, classes, classes),
    st.tuples(st.just("hasValue"), properties, things, classes),
    st.tuples(st.just("and"), classes, classes, classes),
    st.tuples(st.just("or"), classes, classes, classes),
    st.tuples(st.just("gives"), classes, links, things),
    st.tuples(st.just("only"), classes, links, classes),
    st.tuples(st.just("oneOf"), st.lists(things, min_size=1, max_size=2, unique=True), classes),
)
Triple = tuple[str, str, str]


def ontology_lines(axiom: tuple, number: int) -> list[Triple]:  # noqa: PLR0911, PLR0912
    """An axiom as triples; ``_:`` begins a blank node."""
    b = f"_:b{number}"
    match axiom:
        case ("subPropertyOf", p, q):
            return [(p, f"{RDFS}subPropertyOf", q)]
        case ("inverseOf", p, q):
            return [(p, f"{OWL}inverseOf", q)]
        case ("symmetric", p):
            return [(p, A, f"{OWL}SymmetricProperty")]
        case ("transitive", p):
            return [(p, A, f"{OWL}TransitiveProperty")]
        case ("chain", p, links):
            return [(p, f"{OWL}propertyChainAxiom", f"{b}x0"), *as_list(links, b)]
        case ("domain" | "range" as kind, p, c):
            return [(p, f"{RDFS}{kind}", c)]
        case ("subClassOf", c, d):
            return [(c, f"{RDFS}subClassOf", d)]
        case ("some", p, c, d):
            return [(b, f"{OWL}onProperty", p), (b, f"{OWL}someValuesFrom", c),
                    (b, f"{RDFS}subClassOf", d)]  # fmt: skip
        case ("hasValue", p, x, d):
            return [(b, f"{OWL}onProperty", p), (b, f"{OWL}hasValue", x),
                    (b, f"{RDFS}subClassOf", d)]  # fmt: skip
        case ("and", c, d, e):
            return [(b, f"{OWL}intersectionOf", f"{b}x0"), (b, f"{RDFS}subClassOf", e),
                    *as_list([c, d], b)]  # fmt: skip
        case ("or", c, d, e):
            return [(b, f"{OWL}unionOf", f"{b}x0"), (b, f"{RDFS}subClassOf", e),
                    *as_list([c, d], b)]  # fmt: skip
        case ("oneOf", members, c):
            return [(b, f"{OWL}oneOf", f"{b}x0"), (b, f"{RDFS}subClassOf", c),
                    *as_list(members, b)]  # fmt: skip
        case ("gives" | "only" as kind, c, link, value):
            restriction = "hasValue" if kind == "gives" else "allValuesFrom"
            on = f"{b}i" if link.startswith("^") else link
            inverse = [(on, f"{OWL}inverseOf", link[1:])] if link.startswith("^") else []
            return [(c, f"{RDFS}subClassOf", b), (b, f"{OWL}onProperty", on), *inverse,
                    (b, f"{OWL}{restriction}", value)]  # fmt: skip
    raise AssertionError(axiom)


def as_list(items: list[str], b: str) -> list[Triple]:
    nodes = [f"{b}x{i}" for i in range(len(items))] + [f"{RDF}nil"]
    firsts: list[Triple] = []
    for node, item in zip(nodes, items, strict=False):
        if item.startswith("^"):
            firsts += [(node, f"{RDF}first", f"{node}i"), (f"{node}i", f"{OWL}inverseOf", item[1:])]
        else:
            firsts.append((node, f"{RDF}first", item))
    return firsts + [(n, f"{RDF}rest", m) for n, m in pairwise(nodes)]


def naive(known: set[Triple], rules: list[tuple]) -> set[Triple]:
    """Apply every axiom to everything until nothing new comes."""
    known = set(known)
    while True:
        new = {triple for rule in rules for triple in consequences(known, rule)} - known
        if not new:
            return known
        known |= new


def consequences(known: set[Triple], axiom: tuple) -> set[Triple]:  # noqa: PLR0911, PLR0912
    def pairs(p: str) -> set[tuple[str, str]]:
        if p.startswith("^"):
            return {(o, s) for s, o in pairs(p[1:])}
        return {(s, o) for s, q, o in known if q == p}

    def members(c: str) -> set[str]:
        return {s for s, q, o in known if q == A and o == c}

    match axiom:
        case ("subPropertyOf", p, q):
            return {(s, q, o) for s, o in pairs(p)}
        case ("inverseOf", p, q):
            return {(o, q, s) for s, o in pairs(p)} | {(o, p, s) for s, o in pairs(q)}
        case ("symmetric", p):
            return {(o, p, s) for s, o in pairs(p)}
        case ("transitive", p):
            return consequences(known, ("chain", p, [p, p]))
        case ("chain", p, links):
            paths = pairs(links[0])
            for link in links[1:]:
                paths = {(s, t) for (s, o), (m, t) in product(paths, pairs(link)) if o == m}
            return {(s, p, o) for s, o in paths}
        case ("domain", p, c):
            return {(s, A, c) for s, _ in pairs(p)}
        case ("range", p, c):
            return {(o, A, c) for _, o in pairs(p)}
        case ("subClassOf", c, d):
            return {(s, A, d) for s in members(c)}
        case ("some", p, c, d):
            return {(s, A, d) for s, o in pairs(p) if o in members(c)}
        case ("hasValue", p, x, d):
            return {(s, A, d) for s, o in pairs(p) if o == x}
        case ("and", c, d, e):
            return {(s, A, e) for s in members(c) & members(d)}
        case ("or", c, d, e):
            return {(s, A, e) for s in members(c) | members(d)}
        case ("oneOf", some, c):
            return {(s, A, c) for s in some}
        case ("gives", c, link, x):
            found = {(s, link.removeprefix("^"), x) for s in members(c)}
            return {(o, p, s) for s, p, o in found} if link.startswith("^") else found
        case ("only", c, link, d):
            return {(o, A, d) for s, o in pairs(link) if s in members(c)}
    raise AssertionError(axiom)


def write(triples: list[Triple], path: Path) -> Path:
    def term(text: str) -> str:
        return text if text.startswith("_:") else f"<{text}>"

    lines = (f"{term(s)} {term(p)} {term(o)} .\n" for s, p, o in triples)
    path.write_text("".join(lines))
    return path


@settings(max_examples=300, deadline=None)
@given(st.sets(facts, min_size=4, max_size=14), st.lists(axioms, min_size=1, max_size=6))
def test_the_closure_equals_the_naive_fixpoint(known: set[Triple], rules: list[tuple]) -> None:
    with TemporaryDirectory() as folder:
        axiom_triples = [t for i, rule in enumerate(rules) for t in ontology_lines(rule, i)]
        lines, found = infer(
            write(sorted(known), Path(folder) / "f.nq"),
            write(axiom_triples, Path(folder) / "o.nq"),
        )
    assert not found.skipped
    assert lines == sorted(set(lines))
    ours = {tuple(part.strip("<>") for part in line.split(" ")[:3]) for line in lines}
    expected = {t for t in naive(known, rules) - known if t[1] == A or t[0] != t[2]}
    assert ours == expected
