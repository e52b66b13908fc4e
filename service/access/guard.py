"""Who asks, from the header ``Authorization``, and whether that one may do it.

``Authorization: Bearer critmat_...`` (RFC 6750). Where the body of a request must not be read
before it is known who sends it, the gateway has asked already and left the answer with the
request.
"""

from __future__ import annotations

from flask import Flask, current_app, g, request

from kg.errors import UsageError
from service.access.principal import Principal, Role
from service.access.tokens import Tokens

#: Where the gateway leaves the :class:`Principal` of a request that it let in.
PRINCIPAL = "critmat.principal"
_EXTENSION = "critmat.access"
_CREATE = "`critmat token create` makes one."


class UnauthorisedError(UsageError):
    """Nobody knows who asks. ``challenge`` is the value of ``WWW-Authenticate``."""

    http_status = 401
    title = "A token is needed"

    def __init__(self, message: str, *, remedy: str = "", challenge: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.challenge = 'Bearer realm="critmat"' + (f", {challenge}" if challenge else "")


class ForbiddenError(UsageError):
    """It is known who asks, and that one may not do it."""

    http_status = 403
    title = "Not allowed"


def install(app: Flask, tokens: Tokens) -> None:
    """Have ``app`` take these tokens."""
    app.extensions[_EXTENSION] = tokens


def identify(authorization: str, tokens: Tokens) -> Principal:
    """Whoever bears the token in a header ``Authorization``; raises :class:`UnauthorisedError`."""
    if not authorization:
        raise UnauthorisedError(
            "This needs a token.",
            remedy=f"Send the header 'Authorization: Bearer critmat_...'. {_CREATE}",
        )
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise UnauthorisedError(
            f"A token of the kind {scheme[:20]!r} is not read here.",
            remedy=f"Send the header 'Authorization: Bearer critmat_...'. {_CREATE}",
        )
    found = tokens.holder(text.strip())
    if found is None:
        raise UnauthorisedError(
            "This token is not good: it is unknown, was revoked, or its time has passed.",
            remedy=_CREATE,
            challenge='error="invalid_token"',
        )
    return found


def demand(found: Principal, role: Role) -> Principal:
    """Whoever was found, if the role suffices; raises :class:`ForbiddenError`."""
    if not found.role.covers(role):
        raise ForbiddenError(
            f"This needs the role {role}; the token {found.name!r} has the role {found.role}.",
            remedy=f"`critmat token create --role {role}` makes one that may.",
        )
    return found


def require(role: Role) -> Principal:
    """Whoever sends the present request, if the role suffices.

    Raises :class:`UnauthorisedError` (401) where that is unknown, :class:`ForbiddenError` (403)
    where another role is needed.
    """
    return demand(_identified(), role)


def principal() -> Principal | None:
    """Whoever sends the present request; ``None`` without a token, or with one that is not good.

    What is open to all stays open to those whose token has expired.
    """
    if "principal" not in g:
        try:
            g.principal = _identified() if request.headers.get("Authorization") else None
        except UnauthorisedError:
            g.principal = None
    found: Principal | None = g.principal
    return found


def _identified() -> Principal:
    found: Principal | None = request.environ.get(PRINCIPAL)
    if found is not None:
        return found
    return identify(request.headers.get("Authorization", ""), current_app.extensions[_EXTENSION])
