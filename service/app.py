"""The Flask application, put together from its parts."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask

import kg
from kg.engines.engine import Engine
from kg.explain import Explainer, Limits
from kg.questions import Catalogue
from service import errors, headers, health, limits
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
)
from service.pages.presentation import register_filters
from service.protocol import query
from service.quality import PublishedQuality
from service.reading import Reading
from service.settings import Settings
from service.spool import Spool


def create_app(
    settings: Settings,
    engine: Engine,
    catalogue: Catalogue,
    measured: PublishedQuality | None = None,
) -> Flask:
    """Make the application that answers from ``engine`` and shows the questions of ``catalogue``.

    ``measured`` is the data quality report of what the engine answers from, if there is one.

    The caller owns the engine and closes it.
    """
    app = Flask(__name__, template_folder="pages/templates", static_folder="static")
    app.extensions[EXTENSION] = Service(
        settings=settings,
        engine=engine,
        catalogue=catalogue,
        reading=Reading(engine),
        explainer=Explainer(engine, Limits(seconds=settings.timeout)),
        spool=Spool(limit=settings.max_answer_mib * 2**20, at_once=max(1, settings.threads // 2)),
        version=kg.__version__,
        quality=measured,
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
    headers.install(app)
    register_filters(app)
    ontology_words.register_filters(app)
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
    ):
        app.register_blueprint(blueprint)
    app.context_processor(_frame)
    return app


def _frame() -> dict[str, Any]:
    """What the frame around every page shows."""
    here = service()
    return {"snapshot_id": here.engine.snapshot_id, "version": here.version}
