"""What went wrong in an engine process, as a sentence and the right class of error."""

from __future__ import annotations

import os
import re
import signal
from enum import StrEnum
from typing import Any

from kg.engines.engine import (
    DeadlineExceededError,
    ForbiddenQueryError,
    MalformedDocumentError,
    MalformedQueryError,
    MemoryExceededError,
    NotAcceptableError,
    OverloadedError,
    QueryError,
    QueryTooLargeError,
)
from kg.engines.zygote import OUT_OF_MEMORY
from kg.sparql import line_and_column

_PLACE = re.compile(r"^error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
# The parser lists what could come next: literal tokens, keywords, character classes, sentences.
_SENTENCE = re.compile(r"[A-Z][a-z]*(?: [^,\[\]]+)+|[Pp]refix not found|IRIs? [^,\[\]]+")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)+"|\b(?!SERVICE)[A-Z]{2,}\b')
_CLASS = re.compile(r"\[[^\]]*\]|\"(?:[^\"\\]|\\.)*\"")
_SHOWN = 8


class Subject(StrEnum):
    """What an engine process works on, as it is called in sentences."""

    QUERY = "query"
    UPDATE = "update"
    DOCUMENT = "document"

    @property
    def less(self) -> str:
        """How to ask for less work."""
        return _LESS[self]

    @property
    def simpler(self) -> str:
        """How to ask for simpler work."""
        return _SIMPLER[self]


_LESS = {
    Subject.QUERY: "Add LIMIT or more selective patterns",
    Subject.UPDATE: "Split the update, or use more selective patterns",
    Subject.DOCUMENT: "Split the document",
}
_SIMPLER = {
    Subject.QUERY: "Simplify the query: fewer nested groups, functions, unions or path operators.",
    Subject.UPDATE: "Simplify the update: fewer nested groups, functions, unions or collections.",
    Subject.DOCUMENT: "Send the data as N-Quads or N-Triples, which nest nothing.",
}


#: Errors that are raised inside an engine process with a sentence of their own.
_OURS: dict[str, type[QueryError]] = {
    "format": NotAcceptableError,
    "document": MalformedDocumentError,
    "malformed": MalformedQueryError,
    "too large": QueryTooLargeError,
    "forbidden": ForbiddenQueryError,
}


def of_reply(
    said: dict[str, Any], text: str, memory: int, subject: Subject = Subject.QUERY
) -> QueryError:
    """The error that an engine process reported about a ``text``."""
    kind, message = said["kind"], said["message"]
    if kind == "syntax":
        return malformed(message, text, said["position"])
    if kind in _OURS:
        error = _OURS[kind](message, remedy=said["remedy"])
        if isinstance(error, MalformedQueryError):
            error.line, error.column = said["line"], said["column"]
        return error
    if kind == "memory":
        return too_much_memory(memory, subject)
    if kind == "graph":
        return MalformedQueryError(
            f"A graph of the data set is not named by an absolute IRI: {message}.",
            remedy="Give default-graph-uri and named-graph-uri as absolute IRIs.",
        )
    return QueryError(
        f"The engine could not answer this {subject}: {message}.",
        remedy=f"Simplify the {subject}; leaving parts out shows which one the engine cannot do.",
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


def of_exit(status: int | None, memory: int, subject: Subject = Subject.QUERY) -> QueryError:
    """The error for an engine process that ended while it worked on something.

    ``status`` is its wait status; ``None`` where the whole pool went down with it.
    """
    if status is None:
        return restarting()
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGABRT or (
        os.WIFEXITED(status) and os.WEXITSTATUS(status) == OUT_OF_MEMORY
    ):
        return too_much_memory(memory, subject)  # the native code aborts when it gets no memory
    if number == signal.SIGKILL:
        return MemoryExceededError(
            f"The engine process of this {subject} was killed by the system, most likely because "
            "the machine ran short of memory.",
            remedy="Try again later, or ask for less at once.",
        )
    ended = f"signal {signal.Signals(number).name}" if number else f"status {status}"
    error = MalformedDocumentError if subject is Subject.DOCUMENT else QueryError
    return error(
        f"The {subject} ended its engine process ({ended}); nothing else is affected.",
        remedy=subject.simpler,
    )


def too_much_memory(memory: int, subject: Subject = Subject.QUERY) -> MemoryExceededError:
    """The error for something over its limit of memory, in bytes."""
    more = "; avoid sorting or grouping large results" if subject is Subject.QUERY else ""
    return MemoryExceededError(
        f"The {subject} needed more than {memory / 2**20:,.0f} MiB of memory and was stopped.",
        remedy=f"{subject.less}{more}.",
    )


def too_slow(seconds: float, subject: Subject = Subject.QUERY) -> DeadlineExceededError:
    """The error for something over its time in seconds."""
    more = ", or ask for more time with `timeout`" if subject is Subject.QUERY else ""
    return DeadlineExceededError(
        f"The {subject} was stopped after {seconds:g} s.", remedy=f"{subject.less}{more}."
    )


def restarting() -> OverloadedError:
    """The error while the engine processes are being started anew."""
    return OverloadedError(
        "The engine is being restarted.", remedy="Try again in a few seconds.", retry_after=5
    )
