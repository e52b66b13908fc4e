"""``/update``: SPARQL 1.1 Protocol, update operation. https://www.w3.org/TR/sparql11-protocol/

By POST of a form with ``update``, or of the update itself. It is answered when the change is on
the disk and every query that follows sees it.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg.engines.engine import MalformedQueryError
from kg.errors import UsageError
from service import parameters
from service.access.guard import ForbiddenError, require
from service.access.principal import Principal, Role
from service.addresses import public_address
from service.context import service
from service.parameters import FORM, Parameters
from service.protocol.changing import author, changed, writing
from service.protocol.iris import absolute_iris
from service.protocol.using import rewrite

blueprint = Blueprint("update", __name__)

DIRECT = "application/sparql-update"
_QUERY_GRAPHS = ("default-graph-uri", "named-graph-uri")


def admit() -> Principal:
    """Whoever sends the present request, if it may run updates.

    Raises :class:`~service.protocol.changing.UpdatesOffError` where nobody may,
    :class:`~service.access.guard.UnauthorisedError`,
    :class:`~service.access.guard.ForbiddenError`.
    """
    writing()
    found = require(Role.EDITOR)
    if found.graphs:
        raise ForbiddenError(
            f"The token {found.name!r} is good for certain graphs only, and an update can reach "
            "all of them.",
            remedy="Change its graphs at /graph-store, or use a token without --graph.",
        )
    return found


@blueprint.post("/update")
def update() -> Response:
    """Run an update."""
    who = admit()
    given = _given()
    text = parameters.single(given, "update")
    if text is None:
        raise UsageError(
            "The request holds no update.", remedy="Send it as the parameter 'update'."
        )
    rewritten = rewrite(
        text,
        public_address() + "/update",
        absolute_iris("using-graph-uri", given.get("using-graph-uri", ())),
        absolute_iris("using-named-graph-uri", given.get("using-named-graph-uri", ())),
    )
    try:
        service().engine.check_update(rewritten.text)
    except MalformedQueryError as error:
        raise rewritten.shown(error) from None
    written = writing().update(rewritten.text, author(who))
    return changed(written)


def _given() -> Parameters:
    """The parameters of the request, wherever the protocol lets them stand."""
    if "update" in parameters.of_url(request):
        raise UsageError(
            "An update does not stand in an address.", remedy=f"Send it as {FORM} or {DIRECT}."
        )
    given = parameters.of_request(request, "update", DIRECT)
    if "query" in given:
        raise UsageError("This address takes updates.", remedy="Send queries to /sparql.")
    for name in _QUERY_GRAPHS:
        if name in given:
            raise UsageError(
                f"The parameter {name} belongs to queries.",
                remedy="For an update, use using-graph-uri and using-named-graph-uri.",
            )
    return given
