"""``critmat mcp``."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kg.console import console
from kg.engines.embedded import EmbeddedEngine, PoolSettings
from kg.engines.engine import Engine
from kg.engines.remote import RemoteEngine, RemoteSettings
from kg.errors import UsageError
from kg.questions import Catalogue
from kg.questions.cli import own_questions
from kg.snapshot import data_root, open_snapshot
from kg.snapshot_cli import data_option
from service.mcp.limits import MIB, Limits

_STANDARD = Limits()


@click.command("mcp")
@data_option
@click.option("--endpoint", help="Ask this SPARQL endpoint instead of the local snapshot.")
@own_questions
@click.option(
    "--timeout",
    type=float,
    default=_STANDARD.timeout,
    show_default=True,
    help="Seconds that one call may take.",
)
@click.option(
    "--engine-memory-mib",
    type=click.IntRange(64),
    default=1536,
    show_default=True,
    help="Memory that one query may take.",
)
@click.option(
    "--max-answer-mib",
    type=click.IntRange(1),
    default=_STANDARD.max_answer_mib,
    show_default=True,
    help="The largest answer that is read.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(1),
    default=_STANDARD.max_rows,
    show_default=True,
    help="Rows that one call may give.",
)
@click.option(
    "--max-result-kib",
    type=click.IntRange(1),
    default=_STANDARD.max_result_kib,
    show_default=True,
    help="The most that one call hands to the model.",
)
def mcp_command(
    data: Path | None,
    endpoint: str | None,
    own: tuple[Path, ...],
    engine_memory_mib: int,
    **given: Any,
) -> None:
    """Offer the graph to a language model, over standard input and output.

    This is a server of the Model Context Protocol (MCP), which a client such as a chat program
    starts by itself. Each question is a tool; there are tools to find and look up things, and one
    for SPARQL. Nothing can be changed. Messages go to standard error.
    """
    limits = Limits(**given)
    catalogue = Catalogue.load().with_own(own)
    # Each line of standard output is a message of the protocol: nothing else may go there.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    with _engine(data, endpoint, limits, engine_memory_mib) as engine:
        # Imported when it is needed: it takes longer than all the rest.
        from service.mcp.server import GraphServer, serve_stdio  # noqa: PLC0415

        server = GraphServer(engine, catalogue, limits)
        console.print(f"critmat mcp: {len(server.tools)} tools over {engine.snapshot_id}")
        serve_stdio(server)


@contextmanager
def _engine(
    data: Path | None, endpoint: str | None, limits: Limits, memory_mib: int
) -> Iterator[Engine]:
    """An engine for one client, closed at the end."""
    engine: Engine
    if endpoint:
        try:
            settings = RemoteSettings(
                endpoint,
                timeout=limits.timeout,
                max_timeout=limits.timeout,
                max_answer=limits.max_answer_mib * MIB,
            )
        except ValueError as error:
            raise UsageError(str(error), remedy="Give one such as http://host/sparql.") from None
        engine = RemoteEngine(settings)
    else:
        # From its store on disk a snapshot is open at once, and takes hardly any memory.
        pool = PoolSettings(
            workers=2,
            light=1,
            timeout=limits.timeout,
            max_timeout=limits.timeout,
            memory=memory_mib * MIB,
            from_disk=True,
        )
        engine = EmbeddedEngine(open_snapshot(data_root(data)), pool)
    try:
        yield engine
    finally:
        engine.close()
