"""Who asks, and what that one may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a token is good for; each role may do all that the one before may."""

    #: Change named graphs in the graph store.
    WRITER = "writer"
    #: Run updates, and change the default graph.
    EDITOR = "editor"
    #: See and stop the queries of others.
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Whether whoever has this role may do what the other one may.

        >>> Role.EDITOR.covers(Role.WRITER), Role.WRITER.covers(Role.EDITOR)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever has proved to hold a token.

    ``token`` is its id. ``graphs`` are the IRIs of the only graphs that it may change, or the
    beginnings of such IRIs with a ``*`` behind; empty where it may change all that its role may.
    """

    name: str
    role: Role
    graphs: tuple[str, ...] = ()
    token: str = ""

    def may_change(self, graph: str) -> bool:
        """Whether the role and the graphs of the token allow to change ``graph``.

        An empty name means the default graph, which no list of graphs can name.

        >>> Principal("a", Role.WRITER, ("http://example.org/mine/*",)).may_change(
        ...     "http://example.org/mine/2")
        True
        """
        if not graph:
            return self.role.covers(Role.EDITOR) and not self.graphs
        return not self.graphs or any(_fits(graph, one) for one in self.graphs)


def _fits(graph: str, scope: str) -> bool:
    if scope.endswith("*"):
        return graph.startswith(scope[:-1])
    return graph == scope
