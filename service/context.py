"""What every part of the service works with: one object that hangs on the Flask application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from kg.explain import Explainer
from kg.questions import Catalogue, Question
from service.archive import Archive
from service.quality import PublishedQuality
from service.reading import Reading
from service.settings import Settings
from service.sizes import Sizes
from service.spool import Spool
from service.traffic.metered import MeteredEngine, Traffic
from service.writing import Writing

EXTENSION = "critmat"
#: Where the gateway puts the :class:`~kg.engines.engine.Abandonment` of a request.
CLIENT = "critmat.client"
#: Where a request that names a snapshot has its service, among the globals of the request.
PINNED = "critmat_pinned"

#: The question that stands in the query form and on the home page.
FLAGSHIP = "exposed-products"


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that an application was made of.

    ``quality`` is ``None`` where no data quality report came with the data, ``writing`` where no
    changes are taken, ``archive`` where no other snapshots can be asked.
    """

    settings: Settings
    engine: MeteredEngine
    traffic: Traffic
    catalogue: Catalogue
    reading: Reading
    sizes: Sizes
    explainer: Explainer
    spool: Spool
    version: str
    quality: PublishedQuality | None
    writing: Writing | None = None
    archive: Archive | None = None

    @property
    def flagship(self) -> Question | None:
        """The question that stands for all on the home page; none in an empty catalogue."""
        questions = list(self.catalogue.values())
        first = questions[0] if questions else None
        return next((q for q in questions if q.id == FLAGSHIP), first)

    @property
    def example(self) -> str:
        """The query that stands in the form until somebody writes one."""
        return self.flagship.query if self.flagship else "SELECT * WHERE { ?s ?p ?o } LIMIT 10\n"

    def graph_sizes(self) -> Mapping[str, int]:
        """Triples of each named graph, by IRI."""
        return self.sizes.graphs()

    def triples(self) -> int:
        """Triples of the default graph, which holds every triple once."""
        return self.sizes.triples()


def service() -> Service:
    """The service that the present request belongs to; of a request that names a snapshot
    (:mod:`service.pinning`), the same one over that snapshot."""
    return cast(Service, g.get(PINNED) or current_app.extensions[EXTENSION])
