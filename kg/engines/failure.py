"""What went wrong in an engine process, as a sentence and the right class of error."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

from kg.engines.engine import (
    DeadlineExceededError,
    MalformedQueryError,
    MemoryExceededError,
    NotAcceptableError,
    OverloadedError,
    QueryError,
)
from kg.engines.zygote import OUT_OF_MEMORY
from kg.sparql import line_and_column

_PLACE = re.compile(r"^error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
# The parser lists what could come next: literal tokens, keywords, character classes, sentences.
_SENTENCE = re.compile(r"[A-Z][a-z]*(?: [^,\[\]]+)+|[Pp]refix not found|IRIs? [^,\[\]]+")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)+"|\b(?!SERVICE)[A-Z]{2,}\b')
_CLASS = re.compile(r"\[[^\]]*\]|\"(?:[^\"\\]|\\.)*\"")
_SHOWN = 8


def of_reply(said: dict[str, Any], query: str, memory: int) -> QueryError:
    """The error that an engine process reported about a query."""
    kind, message = said["kind"], said["message"]
    if kind == "syntax":
        return malformed(message, query, said["position"])
    if kind == "format":
        return NotAcceptableError(message, remedy=said.get("remedy", ""))
    if kind == "memory":
        return too_much_memory(memory)
    if kind == "graph":
        return MalformedQueryError(
            f"A graph of the data set is not named by an absolute IRI: {message}.",
            remedy="Give default-graph-uri and named-graph-uri as absolute IRIs.",
        )
    return QueryError(
        f"The engine could not answer this query: {message}.",
        remedy="Simplify the query; leaving parts out shows which one the engine cannot do.",
    )


def malformed(message: str, query: str, position: int | None = None) -> MalformedQueryError:
    """The parser's message in plain words, with the line it is about.

    ``position`` is where in the query the wrong token begins, if that is known better than the
    parser knows it.

    >>> print(malformed("error at 1:10: expected CONSTRUCT", "SELEKT * {}", 0))
    Line 1, column 1: 'SELEKT' cannot stand here. Possible here: CONSTRUCT.
    """
    match = _PLACE.match(message)
    if not match:
        return MalformedQueryError(f"This is not SPARQL: {message}.")
    line, column = int(match.group(1)), int(match.group(2))
    if position is not None:
        line, column = line_and_column(query, position)
    lines = query.split("\n")
    rest = "\n".join(lines[line - 1 :])[column - 1 :].split()
    place = f"Line {line}, column {column}:"
    expected = match.group(3).removeprefix("one of ")
    sentences = _SENTENCE.findall(_CLASS.sub("", expected))
    if sentences:
        what = sentences[0].strip()
    elif rest:
        what = f"{rest[0][:40]!r} cannot stand here"
    else:
        what = "the query ends too early"
    possible = _TOKEN.findall(expected)
    remedy = ""
    if possible and not sentences:
        more = ", ..." if len(possible) > _SHOWN else ""
        remedy = "Possible here: " + ", ".join(possible[:_SHOWN]) + more + "."
    return MalformedQueryError(f"{place} {what}.", remedy=remedy, line=line, column=column)


def of_exit(status: int | None, memory: int) -> QueryError:
    """The error for an engine process that ended while it worked on a query.

    ``status`` is its wait status; ``None`` where the whole pool went down with it.
    """
    if status is None:
        return restarting()
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGABRT or (
        os.WIFEXITED(status) and os.WEXITSTATUS(status) == OUT_OF_MEMORY
    ):
        return too_much_memory(memory)  # the native code aborts when it gets no memory
    if number == signal.SIGKILL:
        return MemoryExceededError(
            "The engine process of this query was killed by the system, most likely because the "
            "machine ran short of memory.",
            remedy="Try again later, or ask for less at once.",
        )
    ended = f"signal {signal.Signals(number).name}" if number else f"status {status}"
    return QueryError(
        f"The query ended its engine process ({ended}); other queries are not affected.",
        remedy="Simplify the query: fewer nested groups, functions, unions or path operators.",
    )


def too_much_memory(memory: int) -> MemoryExceededError:
    """The error for a query over its limit of memory, in bytes."""
    return MemoryExceededError(
        f"The query needed more than {memory / 2**20:,.0f} MiB of memory and was stopped.",
        remedy="Add LIMIT or more selective patterns; avoid sorting or grouping large results.",
    )


def too_slow(seconds: float) -> DeadlineExceededError:
    """The error for a query over its time in seconds."""
    return DeadlineExceededError(
        f"The query was stopped after {seconds:g} s.",
        remedy="Add LIMIT or more selective patterns, or ask for more time with `timeout`.",
    )


def restarting() -> OverloadedError:
    """The error while the engine processes are being started anew."""
    return OverloadedError(
        "The engine is being restarted.", remedy="Try again in a few seconds.", retry_after=5
    )
