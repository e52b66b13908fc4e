"""Why a triple is in the data: a page and a JSON document at ``/explain``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, json, make_response, render_template, request

from kg.errors import UsageError
from kg.explain.explanation import Explanation, Node, spelled
from kg.namespaces import sparql_prologue
from service import parameters
from service.context import CLIENT, service
from service.protocol import caching
from service.protocol.negotiation import wants_page

blueprint = Blueprint("explanation", __name__)

#: The parts of a triple, as parameters of the address.
PARTS = ("subject", "predicate", "object")
#: What the page offers where nothing is asked yet.
EXAMPLES = (
    ("cmd:f-35", "a", "cm:DefenceSystem"),
    ("cmd:f-35", "cm:dependsOnElement", "cmd:samarium"),
    ("cmd:f-35", "cm:exposedTo", "cmd:CHN"),
    ("cmd:f-35", "a", "cm:RareEarthDependentDefenceSystem"),
    ("cmd:neodymium", "a", "cm:LightRareEarthElement"),
)


class IncompleteTripleError(UsageError):
    """A subject, predicate or object is missing. ``parameter`` names the first that is."""

    title = "Incomplete triple"

    def __init__(self, parameter: str) -> None:
        super().__init__(
            f"The {parameter} of the triple is missing.",
            remedy="Give subject, predicate and object, for example "
            "/explain?subject=cmd:f-35&predicate=cm:dependsOnElement&object=cmd:samarium.",
        )
        self.parameter = parameter


@blueprint.get("/explain")
def explain() -> Response:
    """Explain the triple of ``subject``, ``predicate`` and ``object``.

    As a page or, where the client would rather have it or with ``format=json``, as JSON.
    """
    here = service()
    given = parameters.of_url(request)
    as_page = wants_page(request.headers.get("Accept", "*/*"), parameters.single(given, "format"))
    asked = _asked(given)
    tag = caching.entity_tag(
        "explain", here.version, here.engine.snapshot_id, repr((asked, as_page))
    )
    if caching.matches(request, tag):
        return _marked(Response(status=304), tag)
    if not any(asked.values()) and as_page:
        page = render_template("explanation.html", asked=asked, examples=_examples())
        return _marked(make_response(page), tag)
    for part in PARTS:
        if not asked[part].strip():
            raise IncompleteTripleError(part)
    client = request.environ.get(CLIENT)
    triple = here.explainer.find(asked["subject"], asked["predicate"], asked["object"], client)
    explanation = here.explainer.explain(triple, client)
    if not as_page:
        return _marked(_document(explanation), tag)
    page = render_template(
        "explanation.html",
        asked=dict(zip(PARTS, map(spelled, triple), strict=True)),
        explanation=explanation,
        sources=len(
            {source.graph for leaf in _leaves(explanation.root) for source in leaf.sources}
        ),
        link=explain_link,
    )
    return _marked(make_response(page), tag)


def _examples() -> list[tuple[str, ...]]:
    """The examples that are in the data, which may be those of somebody else."""
    values = " ".join(
        f"({n} {s} {'rdf:type' if p == 'a' else p} {o})" for n, (s, p, o) in enumerate(EXAMPLES)
    )
    rows = service().reading.rows(
        f"{sparql_prologue()}SELECT ?n WHERE {{ VALUES (?n ?s ?p ?o) {{ {values} }} ?s ?p ?o }}"
    )
    here = {int(row["n"]) for row in rows}
    return [triple for number, triple in enumerate(EXAMPLES) if number in here]


def explain_link(node: Node) -> str:
    """The address that explains the triple of a node alone."""
    values = zip(PARTS, map(_written, node.triple), strict=True)
    return f"/explain?{urlencode(list(values))}"


def _written(term: str) -> str:
    """A term as an address holds it: literals in full, IRIs as prefixed names."""
    return spelled(term) if term.startswith("<") else term


def _leaves(node: Node) -> Sequence[Node]:
    return list(node.leaves())


def _asked(given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The parts of the triple; raises :class:`UsageError` for what is no parameter here."""
    for name in given:
        if name not in {*PARTS, "format"}:
            raise UsageError(
                f"An explanation has no parameter {name[:50]!r}.",
                remedy=f"It has: {', '.join(PARTS)} and format.",
            )
    return {part: parameters.single(given, part) or "" for part in PARTS}


def _document(explanation: Explanation) -> Response:
    text = json.dumps(explanation.as_dict(), ensure_ascii=False)
    return Response(text, mimetype="application/json")


def _marked(response: Response, tag: str) -> Response:
    """Let caches keep the answer for one kind of client."""
    response.vary.add("Accept")
    return caching.mark(response, tag)
