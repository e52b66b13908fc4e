"""Code lists: each concept is found by its notation and has its place in the list."""

from __future__ import annotations

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef

from kg.namespaces import CM, PREFIXES

CM_NS = Namespace(CM)


def concepts(ontology: Graph) -> set[URIRef]:
    """The concepts of all code lists."""
    return {c for c in ontology.subjects(RDF.type, SKOS.Concept) if isinstance(c, URIRef)}


def local(term: object) -> str:
    """The name behind ``cm:``."""
    return str(term).removeprefix(CM)


def test_every_concept_can_be_looked_up_by_its_notation(ontology: Graph) -> None:
    for concept in concepts(ontology):
        (scheme,) = ontology.objects(concept, SKOS.inScheme)
        (notation,) = ontology.objects(concept, SKOS.notation)
        assert (scheme, RDF.type, SKOS.ConceptScheme) in ontology
        assert local(concept).endswith(f"-{notation}"), concept


def test_every_code_and_list_has_a_label_a_definition_and_an_example_or_note(
    ontology: Graph,
) -> None:
    lists = {s for s in ontology.subjects(RDF.type, SKOS.ConceptScheme) if isinstance(s, URIRef)}
    lacking = [
        (local(code), need)
        for code in sorted(concepts(ontology) | lists)
        for need, predicates in (
            ("label", [RDFS.label]),
            ("preferred label", [SKOS.prefLabel]),
            ("definition", [SKOS.definition]),
            ("example or scope note", [SKOS.example, SKOS.scopeNote]),
        )
        if not any(
            getattr(text, "language", None) == "en"
            for predicate in predicates
            for text in ontology.objects(code, predicate)
        )
    ]

    assert not lacking


def test_every_code_list_has_one_prefix_and_is_counted_from_1_without_gaps(
    ontology: Graph,
) -> None:
    for scheme in ontology.subjects(RDF.type, SKOS.ConceptScheme):
        members = list(ontology.subjects(SKOS.inScheme, scheme))
        orders = [ontology.value(c, CM_NS.order) for c in members]
        prefixes = {
            local(c).removesuffix(str(ontology.value(c, SKOS.notation)))
            for c in members
            if isinstance(c, URIRef)
        }
        assert members
        assert None not in orders
        places = [int(str(order)) for order in orders]
        assert sorted(places) == list(range(1, len(members) + 1)), scheme
        assert len(prefixes) == 1, prefixes


def test_a_stage_covers_itself_and_everything_narrower(ontology: Graph) -> None:
    for stage in ontology.subjects(SKOS.inScheme, CM_NS.stages):
        covered = set(ontology.objects(stage, CM_NS.coversStage))

        assert covered == set(ontology.transitive_subjects(SKOS.broader, stage)), stage


def test_units_convert_to_a_unit_of_their_own_kind(ontology: Graph) -> None:
    multiplier = URIRef(PREFIXES["qudt"] + "conversionMultiplier")
    for unit in ontology.subjects(SKOS.inScheme, CM_NS.units):
        normal = ontology.value(unit, CM_NS.normalUnit)
        factor = ontology.value(unit, multiplier)
        assert (normal is None) == (factor is None), unit
        assert ontology.value(unit, CM_NS.unitSymbol) is not None, unit
        if normal is not None:
            assert ontology.value(normal, CM_NS.normalUnit) == normal, unit
            assert float(str(ontology.value(normal, multiplier))) == 1.0, unit


def test_every_list_names_its_top_concepts_in_both_directions(ontology: Graph) -> None:
    for scheme in ontology.subjects(RDF.type, SKOS.ConceptScheme):
        members = set(ontology.subjects(SKOS.inScheme, scheme))
        tops = {c for c in members if ontology.value(c, SKOS.broader) is None}

        assert tops
        assert set(ontology.objects(scheme, SKOS.hasTopConcept)) == tops
        assert set(ontology.subjects(SKOS.topConceptOf, scheme)) == tops


def test_a_broader_concept_is_in_the_same_list(ontology: Graph) -> None:
    for concept, broader in ontology.subject_objects(SKOS.broader):
        assert ontology.value(concept, SKOS.inScheme) == ontology.value(broader, SKOS.inScheme)


def below(ontology: Graph, name: str) -> set[str]:
    """The classes right below a class, those that follow from other statements left out."""
    return {
        local(c)
        for c in ontology.subjects(RDFS.subClassOf, CM_NS[name])
        if isinstance(c, URIRef) and (None, RDFS.subClassOf, c) not in defining(ontology)
    }


def defining(ontology: Graph) -> Graph:
    """The axioms that make things members of a class because of what is said of them."""
    found = Graph()
    for sub, predicate, sup in ontology.triples((None, RDFS.subClassOf, None)):
        if not isinstance(sub, URIRef):
            found.add((sub, predicate, sup))
    return found


def implied(ontology: Graph, prop: str) -> dict[str, str]:
    """The concept that follows from each class by ``hasValue``."""
    found = {}
    for cls, restriction in ontology.subject_objects(RDFS.subClassOf):
        if ontology.value(restriction, OWL.onProperty) == CM_NS[prop] and isinstance(cls, URIRef):
            value = ontology.value(restriction, OWL.hasValue)
            assert isinstance(value, URIRef)
            found[local(cls)] = local(value)
    return found


def test_every_form_follows_from_one_class_of_materials(ontology: Graph) -> None:
    forms = implied(ontology, "form")

    assert set(forms) == below(ontology, "Material") | {"Oxide"}
    assert sorted(forms.values()) == sorted(
        local(c) for c in ontology.subjects(SKOS.inScheme, CM_NS.forms) if isinstance(c, URIRef)
    )


def test_every_kind_of_product_follows_from_one_class_of_products(ontology: Graph) -> None:
    kinds = implied(ontology, "productKind")
    listed = ontology.subjects(SKOS.inScheme, CM_NS["product-kinds"])

    assert set(kinds) == below(ontology, "Product")
    assert sorted(kinds.values()) == sorted(local(c) for c in listed if isinstance(c, URIRef))


def test_forms_follow_the_order_of_the_stages_that_give_them(ontology: Graph) -> None:
    by_order = sorted(
        (int(str(ontology.value(form, CM_NS.order))), int(str(ontology.value(stage, CM_NS.order))))
        for form, stage in ontology.subject_objects(CM_NS.formOfStage)
    )
    stages = [stage for _, stage in by_order]

    assert stages == sorted(stages)
    unlinked = set(ontology.subjects(SKOS.inScheme, CM_NS.forms)) - set(
        ontology.subjects(CM_NS.formOfStage, None)
    )
    assert unlinked == {CM_NS["form-mineral-commodity"]}
