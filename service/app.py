"""The Flask application, put together from its parts."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from flask import Flask

import kg
from kg.engines.engine import Engine
from kg.explain import Explainer, Limits
from kg.questions import Catalogue
from service import administration, compression, errors, headers, health, limits, openapi
from service.access import guard
from service.access.tokens import Tokens
from service.archive import Archive
from service.context import EXTENSION, Service, service
from service.pages import (
    explanation,
    home,
    ontology,
    ontology_guides,
    ontology_words,
    quality,
    questions,
    sources,
    thing,
)
from service.pages.presentation import register_filters
from service.protocol import catalogue as data_catalogue
from service.protocol import graph_store, query, update
from service.quality import PublishedQuality
from service.reading import Reading
from service.settings import Settings
from service.sizes import Sizes
from service.spool import Spool
from service.traffic import requests
from service.traffic.client import asker_of_request
from service.traffic.ledger import Budget, Ledger
from service.traffic.metered import MeteredEngine, Traffic
from service.traffic.metrics import Metrics, web_process
from service.traffic.running import RunningQueries
from service.writing import Writing


def create_app(
    settings: Settings,
    engine: Engine,
    catalogue: Catalogue,
    measured: PublishedQuality | None = None,
    writing: Writing | None = None,
    *,
    archive: Archive | None = None,
) -> Flask:
    """Make the application that answers from ``engine`` and shows the questions of ``catalogue``.

    ``measured`` is the data quality report of what the engine answers from, if there is one.

    ``writing`` takes changes; without it none are taken. ``archive`` answers permanent links to
    other snapshots; without it they are refused.

    The caller owns the engine, ``writing`` and ``archive``, and closes them.
    """
    app = Flask(__name__, template_folder="pages/templates", static_folder="static")
    traffic = _traffic(settings)
    asker = partial(asker_of_request, settings.trusted_proxies, administration.token_name)
    engine = MeteredEngine(engine, traffic, asker)
    processes = {"web": web_process, "engine": engine.pids}
    if writing is not None:
        processes["writer"] = writing.writer.pids
        writing.charge_with(engine.changing)
    traffic.metrics.watch(processes, engine.ready, traffic.ledger.clients)
    reading = Reading(engine)
    # Installed first, so that its clock starts before the others and stops after them.
    requests.install(app, traffic.metrics, asker)
    app.extensions[EXTENSION] = Service(
        settings=settings,
        engine=engine,
        traffic=traffic,
        catalogue=catalogue,
        reading=reading,
        sizes=Sizes(settings.data, reading),
        explainer=Explainer(engine, Limits(seconds=settings.timeout)),
        spool=Spool(limit=settings.max_answer_mib * 2**20, at_once=max(1, settings.threads // 12)),
        version=kg.__version__,
        quality=measured,
        writing=writing,
        archive=archive,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.logger.setLevel(logging.INFO)
    # A redirect to the name with a slash would lose a query string that stands in a POST.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    errors.install(app)
    limits.install(app)
    guard.install(app, Tokens(settings.data))
    compression.install(app)
    headers.install(app)
    register_filters(app)
    ontology_words.register_filters(app)
    thing.register_filters(app)
    for blueprint in (
        query.blueprint,
        health.blueprint,
        home.blueprint,
        questions.blueprint,
        sources.blueprint,
        ontology.blueprint,
        ontology_guides.blueprint,
        explanation.blueprint,
        quality.blueprint,
        data_catalogue.blueprint,
        thing.blueprint,
        openapi.blueprint,
        administration.blueprint,
        update.blueprint,
        graph_store.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.context_processor(_frame)
    return app


def _traffic(settings: Settings) -> Traffic:
    """Empty accounts, no running queries, metrics at zero."""
    budget = Budget(
        seconds=settings.client_seconds,
        errors=settings.client_errors,
        queries=settings.client_queries,
    )
    return Traffic(Ledger(budget), RunningQueries(), Metrics(), settings.slow_query)


def _frame() -> dict[str, Any]:
    """What the frame around every page shows."""
    here = service()
    return {"snapshot_id": here.engine.snapshot_id, "version": here.version}
