"""The reference of the ontology: overview, modules, terms and code lists, as pages and as RDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import NotFoundError, UsageError
from kg.namespaces import CM, is_local_name, shorten
from kg.reference import (
    AxiomKind,
    AxiomText,
    CodeList,
    Module,
    Reference,
    Term,
    TermKind,
)
from kg.reference.boxes import class_picture, module_picture
from kg.reference.diagrams import small_svg, svg
from kg.reference.statements import Statement
from service import parameters
from service.context import service
from service.pages.ontology_documents import DOCUMENTS, document, split, wanted
from service.pages.ontology_library import library, module_address, term_address
from service.pages.ontology_search import find
from service.pages.thing import thing_address
from service.protocol import caching
from service.protocol.negotiation import PAGE, Format

blueprint = Blueprint("ontology", __name__)

#: Longest text that is searched for, in characters.
LONGEST_SEARCH = 200


@blueprint.get("/ontology")
def index() -> AnyResponse:
    """Say what the ontology covers, list its modules, lists and terms; ``q`` searches them."""
    given = parameters.of_url(request)
    words = _search(given)
    reference = library().reference
    if words:
        return _page(("search", words), "ontology/search.html", lambda: _found(reference, words))
    return _answer(("index",), None, lambda: reference.statements, "ontology/index.html", _overview)


@blueprint.get("/ontology.<ending>")
def whole(ending: str) -> AnyResponse:
    """The whole ontology as a file."""
    if ending not in DOCUMENTS:
        raise NotFoundError(
            f"The ontology is not written as {ending[:40]!r}.",
            remedy=f"There are: {', '.join(f'/ontology.{name}' for name in DOCUMENTS)}.",
        )
    reference = library().reference
    return _answer(("index",), DOCUMENTS[ending], lambda: reference.statements, "", dict)


@blueprint.get("/ontology/<name>")
def module(name: str) -> AnyResponse:
    """Show a module: its diagram and its terms."""
    stem, target = split(name)
    reference = library().reference
    if stem == reference.root.version and target is None:
        return redirect(url_for("ontology.index"), 303)
    found = reference.module(stem)
    if found.name.startswith("codes/"):
        return redirect(module_address(found.iri), 303)
    return _answer(
        ("module", found.name),
        target,
        lambda: _statements_of(reference, found),
        "ontology/module.html",
        lambda: _module(reference, found),
    )


@blueprint.get("/ontology/<name>/<version>")
def module_version(name: str, version: str) -> AnyResponse:
    """Lead from the IRI of a version to the module, where that is the version here."""
    found = library().reference.module(name)
    return _to_version(found, version)


@blueprint.get("/ontology/codes/<name>/<version>")
def codes_version(name: str, version: str) -> AnyResponse:
    """Lead from the IRI of a version to the code list, where that is the version here."""
    reference = library().reference
    scheme = reference.code_list(name).scheme
    home = next((m for m in reference.modules.values() if m.iri == scheme.module), None)
    if home is None:
        raise NotFoundError(f"There is no version of {name!r}.", remedy="See /ontology.")
    return _to_version(home, version)


def _to_version(found: Module, version: str) -> AnyResponse:
    if version != found.version:
        raise NotFoundError(
            f"Version {version[:40]!r} of {found.name} is not here.",
            remedy=f"This snapshot holds version {found.version or 'without a number'}.",
        )
    return redirect(module_address(found.iri), 303)


@blueprint.get("/ontology/codes/<name>")
def codes(name: str) -> AnyResponse:
    """Show a code list with its codes in their order."""
    stem, target = split(name)
    reference = library().reference
    found = reference.code_list(stem)
    members = (found.scheme, *found.codes)
    return _answer(
        ("codes", found.scheme.iri),
        target,
        lambda: reference.statements.closure([NamedNode(term.iri) for term in members]),
        "ontology/codes.html",
        lambda: _codes(reference, found),
    )


@blueprint.get("/ontology/terms")
def term_by_iri() -> AnyResponse:
    """Show a term of another namespace by ``iri``; without one, lead to the list of all."""
    iri = parameters.single(parameters.of_url(request), "iri")
    if not iri:
        return redirect(f"{url_for('ontology.index')}#terms", 303)
    reference = library().reference
    found = reference.term(iri)
    return redirect(term_address(iri), 303) if found.ours else _term_answer(reference, found, None)


@blueprint.get("/ontology/terms/<name>")
def term(name: str) -> AnyResponse:
    """Show a class, property, code or individual of critmat."""
    reference = library().reference
    stem, target = (name, None) if CM + name in reference.terms else split(name)
    if not is_local_name(stem):
        raise NotFoundError("No term has such a name.", remedy="All are listed at /ontology.")
    found = reference.term(CM + stem)
    if found.kind is TermKind.CODE_LIST and target is None:
        return redirect(url_for("ontology.codes", name=stem), 303)
    return _term_answer(reference, found, target)


def _term_answer(reference: Reference, found: Term, target: Format | None) -> AnyResponse:
    return _answer(
        ("term", found.iri),
        target,
        lambda: reference.statements.closure([NamedNode(found.iri)]),
        "ontology/term.html",
        lambda: _term(reference, found),
    )


# What the templates show


def _overview() -> dict[str, Any]:
    reference = library().reference
    lists = reference.lists.values()
    modules = [m for m in reference.modules.values() if not m.name.startswith("codes/")]
    shown = [m for m in modules if m.terms]
    terms = sorted(reference.terms.values(), key=lambda t: (t.label.casefold(), t.iri))
    return {
        "reference": reference,
        "modules": [(m, small_svg(module_picture(reference, m))) for m in shown],
        "kinds": {m.name: _kinds(reference, m) for m in shown},
        "lists": list(lists),
        "letters": _letters(terms),
        "total": len(terms),
        "documents": DOCUMENTS,
        "axioms": len(reference.axioms),
    }


def _letters(terms: Sequence[Term]) -> list[tuple[str, list[Term]]]:
    """Terms by the first letter of their label; those that begin with none stand under ``#``."""
    found: dict[str, list[Term]] = {}
    for one in terms:
        first = one.label[:1].upper()
        found.setdefault(first if first.isascii() and first.isalpha() else "#", []).append(one)
    return sorted(found.items())


def _kinds(reference: Reference, found: Module) -> dict[TermKind, list[Term]]:
    by_kind: dict[TermKind, list[Term]] = {}
    for one in sorted((reference.terms[i] for i in found.terms), key=lambda t: t.label.casefold()):
        by_kind.setdefault(one.kind, []).append(one)
    return {kind: by_kind[kind] for kind in TermKind if kind in by_kind}


def _found(reference: Reference, words: str) -> dict[str, Any]:
    return {"reference": reference, "words": words, "found": find(reference, words)}


def _module(reference: Reference, found: Module) -> dict[str, Any]:
    picture = module_picture(reference, found)
    used = [m for m in reference.modules.values() if found.iri in m.imports]
    own = set(found.terms)
    return {
        "reference": reference,
        "module": found,
        "picture": picture,
        "diagram": svg(picture, "diagram", f"{found.title}: classes and links", term_address),
        "kinds": _kinds(reference, found),
        "counts": library().counts,
        "used_by": [m for m in used if not m.name.startswith("codes/") and m.name],
        "rules": [
            a for a in reference.axioms if a.derives and not a.is_tree and set(a.about) & own
        ],
        "documents": DOCUMENTS,
    }


def _codes(reference: Reference, found: CodeList) -> dict[str, Any]:
    home = next((m for m in reference.modules.values() if m.iri == found.scheme.module), None)
    return {
        "reference": reference,
        "list": found,
        "module": home,
        "counts": library().counts,
        "users": _users_of(reference, found),
        "documents": DOCUMENTS,
    }


def _users_of(reference: Reference, found: CodeList) -> list[Term]:
    """The properties whose values come from a list: their range is the class of its codes."""
    classes = {kind for code in found.codes for kind in code.types}
    return [
        t
        for t in reference.terms.values()
        if t.kind is TermKind.OBJECT_PROPERTY
        and any(not isinstance(piece, str) and piece.iri in classes for piece in t.range)
    ]


def _term(reference: Reference, found: Term) -> dict[str, Any]:
    books = library()
    details: dict[str, Any] = {
        "reference": reference,
        "term": found,
        "module": next((m for m in reference.modules.values() if m.iri == found.module), None),
        "count": books.count(found),
        "examples": books.examples(found),
        "about": _told(reference.axioms_about(found.iri)),
        "using": [a for a in reference.axioms_using(found.iri) if not a.is_tree],
        "ancestors": reference.ancestors(found.iri),
        "questions": [service().catalogue[name] for name in books.questions(found.iri)],
        "columns": books.columns(found.iri),
        "documents": DOCUMENTS,
    }
    if found.kind is TermKind.CLASS:
        picture = class_picture(reference, found)
        details["picture"] = picture
        title = f"{found.label}: narrower classes and links"
        details["diagram"] = svg(picture, "diagram", title, term_address)
        details["properties"] = _properties(reference, found)
        details["habits"] = books.habits(found)
    if found.kind is TermKind.CODE and found.scheme in reference.lists:
        siblings = reference.lists[found.scheme].codes
        place = [code.iri for code in siblings].index(found.iri)
        details["before"] = siblings[place - 1] if place else None
        details["after"] = siblings[place + 1] if place + 1 < len(siblings) else None
        details["list"] = reference.lists[found.scheme]
    return details


def _told(axioms: Sequence[AxiomText]) -> list[AxiomText]:
    """What a term's page tells besides its place in the tree and its ends: what follows first."""
    shown = [
        a for a in axioms if not a.is_tree and a.kind not in (AxiomKind.DOMAIN, AxiomKind.RANGE)
    ]
    return sorted(shown, key=lambda axiom: not axiom.derives)


def _properties(reference: Reference, found: Term) -> list[tuple[Term, Term]]:
    """The properties of a class and of the classes above it: each with the class that has it."""
    line = {iri: place for place, iri in enumerate((found.iri, *reference.ancestors(found.iri)))}
    owners = [
        (one, reference.terms[piece.iri])
        for one in reference.terms.values()
        if one.kind.is_property
        for piece in one.domain
        if not isinstance(piece, str) and piece.iri in line and piece.iri in reference.terms
    ]
    return sorted(owners, key=lambda pair: (line[pair[1].iri], pair[0].label.casefold()))


def _statements_of(reference: Reference, found: Module) -> Iterable[Statement]:
    """The header and terms of a module, with the axioms of nameless classes about its terms."""
    statements = reference.statements
    named = [NamedNode(iri) for iri in (found.iri, *found.terms)]
    own = set(named)
    nameless = [
        s.subject for s in statements if not isinstance(s.subject, NamedNode) and s.object in own
    ]
    return statements.closure([*named, *nameless])


# Answers


def _search(given: Mapping[str, Sequence[str]]) -> str:
    unknown = [name for name in given if name != "q"]
    if unknown:
        raise UsageError(f"The ontology has no parameter {unknown[0][:80]!r}.", remedy="It has: q.")
    words = (parameters.single(given, "q") or "").strip()
    if len(words) > LONGEST_SEARCH:
        raise UsageError(
            "The search is too long.", remedy=f"Use {LONGEST_SEARCH} characters or less."
        )
    return words


def _answer(
    key: tuple[str, ...],
    target: Format | None,
    statements: Callable[[], Iterable[Statement]],
    template: str,
    shown: Callable[[], dict[str, Any]],
) -> Response:
    """A page, or the statements in the format that the address or the client names."""
    label = target.media_type if target else ""
    if target is None:
        target, label = wanted(request, tuple(DOCUMENTS.values()))
    if target is PAGE:
        response = _page(key, template, shown)
    else:
        chosen = target
        response = _remembered(
            (*key, target.extension), lambda: document(statements(), chosen), label
        )
    response.vary.add("Accept")
    return response


def _page(key: tuple[str, ...], template: str, shown: Callable[[], dict[str, Any]]) -> Response:
    def render() -> bytes:
        return render_template(
            template, shorten=shorten, thing_address=thing_address, **shown()
        ).encode()

    return _remembered((*key, "html", request.path), render, "text/html")


def _remembered(key: tuple[str, ...], make: Callable[[], bytes], media_type: str) -> Response:
    """An answer with its validator, made once for each snapshot."""
    here = library()
    tag = caching.entity_tag("ontology", service().version, here.snapshot_id, *key)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    response = make_response(here.page(key, make))
    text = media_type.startswith("text/")
    response.content_type = f"{media_type}; charset=utf-8" if text else media_type
    return caching.mark(response, tag)
