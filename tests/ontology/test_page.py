"""The examples of docs/ontology.md parse, use defined terms only, and contradict no axiom."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat
from pyoxigraph import parse as parse_with_pyoxigraph
from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef

from kg.check.reasoner import check_ontology
from kg.namespaces import CM
from kg.shipped import ontology_dir

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ontology.md"
CM_NS = Namespace(CM)
#: Datatypes that HermiT does not know; the build's other checks look at them.
UNKNOWN_TO_OWL = re.compile(r"#(?:date|gYear|gYearMonth|wktLiteral)$")
RECORDS = {
    *("Citation", "SourceRelease", "CompositionItem", "ProcessRecipe", "ComponentItem", "BomItem"),
    *("SupplyPosition", "ResidualPosition", "ProductionObservation", "CapacityObservation"),
    *("ReserveObservation", "ShareObservation", "ComputedShare", "Exposure", "FacilityObservation"),
    *("OwnershipStake", "OperatorTenure", "ProcessStepObservation", "EndUseShare", "ImportShare"),
    *("ImportReliance", "PriceObservation", "NationalStatistic", "LegalInstrument"),
    *("ExportControl", "Designation"),
    *("MeasureSuspension", "Agreement", "Participation", "Event", "Project", "Target"),
    *("Membership",),
}


def blocks(language: str) -> list[str]:
    """The code blocks of one language on the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", text, flags=re.DOTALL | re.MULTILINE)
    return [body for _, body in found]


@pytest.fixture(scope="module")
def examples() -> Graph:
    """All records of the page; the last block shows how to add a class, so it is no record."""
    return Graph().parse(data="\n".join(blocks("turtle")[:-1]), format="turtle")


@pytest.mark.parametrize("number", range(1, len(blocks("turtle"))))
def test_each_example_is_read_alike_by_rdflib_and_pyoxigraph(number: int) -> None:
    prefixes, *rest = blocks("turtle")
    example = prefixes + rest[number - 1]

    by_rdflib = len(Graph().parse(data=example, format="turtle"))
    by_pyoxigraph = sum(1 for _ in parse_with_pyoxigraph(example, format=RdfFormat.TURTLE))

    assert by_rdflib == by_pyoxigraph > 0


def test_the_examples_use_defined_terms_only(examples: Graph, ontology: Graph) -> None:
    used = {
        term for triple in examples for term in triple if isinstance(term, URIRef) and term in CM_NS
    }

    assert used
    assert {t for t in used if (t, RDFS.label, None) not in ontology} == set()


def test_each_kind_of_record_has_an_example(examples: Graph) -> None:
    shown = {str(c).removeprefix(CM) for c in examples.objects(None, RDF.type)}

    assert shown >= RECORDS


def test_a_figure_that_is_withheld_or_a_bound_has_no_value_in_the_examples(examples: Graph) -> None:
    value = URIRef("http://qudt.org/schema/qudt/numericValue")
    for status in ("withheld", "bound"):
        records = list(examples.subjects(CM_NS.status, CM_NS[f"status-{status}"]))
        assert records
        assert not [r for r in records if (r, value, None) in examples]


def test_the_examples_do_not_contradict_the_ontology(examples: Graph, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ontology_dir(), tmp_path / "ontology"))
    individuals = Graph()
    for s, p, o in examples:
        if not (isinstance(o, Literal) and UNKNOWN_TO_OWL.search(str(o.datatype))):
            individuals.add((s, p, o))
            individuals.add((s, RDF.type, OWL.NamedIndividual))
    individuals.serialize(folder / "modules" / "examples.ttl", format="turtle")

    report = check_ontology(folder)

    assert report.ok, "\n".join(report.lines())


def test_every_class_and_every_second_direction_is_on_the_page(ontology: Graph) -> None:
    text = PAGE.read_text(encoding="utf-8")
    inverses = {s for s in ontology.subjects(OWL.inverseOf, None) if isinstance(s, URIRef)}
    classes = {c for c in ontology.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)}

    shown = set(re.findall(r"`cm:([\w-]+)`", text))
    assert {str(t).removeprefix(CM) for t in inverses | classes if t in CM_NS} - shown == set()


def test_the_modules_of_the_diagram_import_what_the_arrows_say() -> None:
    (diagram,) = [block for block in blocks("mermaid") if "evidence" in block]
    drawn = {
        (one, other)
        for line in re.findall(r"^  (\w+) --> ([\w &]+)$", diagram, flags=re.MULTILINE)
        for one, other in ((line[0], word) for word in line[1].split(" & "))
    }
    folder = ontology_dir() / "modules"
    imported = {
        (path.stem, str(target).rpartition("/")[2])
        for path in folder.glob("*.ttl")
        for target in Graph().parse(path, format="turtle").objects(None, OWL.imports)
        if "/codes/" not in str(target)
    }

    assert drawn <= imported
    assert reachable(drawn) == reachable(imported)


def reachable(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs with all that follow when steps are put together."""
    found = set(pairs)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def test_every_module_code_list_and_scheme_is_on_the_page(ontology: Graph) -> None:
    text = PAGE.read_text(encoding="utf-8")
    schemes = ontology.subjects(
        RDF.type, URIRef("http://www.w3.org/2004/02/skos/core#ConceptScheme")
    )

    for path in (ontology_dir() / "modules").glob("*.ttl"):
        assert f"modules/{path.name}" in text
    for scheme in schemes:
        assert f"`cm:{str(scheme).removeprefix(CM)}`" in text


def test_the_owlready2_example_runs_and_knows_the_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("python")

    exec(compile(example, str(PAGE), "exec"), {})  # noqa: S102

    assert "'Mine'" in capsys.readouterr().out
