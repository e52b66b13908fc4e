"""The other side: a Python with a Java machine in it, started by :mod:`kg.owl.process`.

It reads a request (JSON) from the file that its first argument names, and writes the answer to the
file of the second. It ends when its standard input ends, so that it never outlives who asked.
Java cannot be started twice in one process, and may take all its memory: hence a process of its
own.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.owl.loaded import LoadedFiles
from kg.owl.reasoning import Reasoner
from kg.owl.violations import find_violations


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what ``request["tasks"]`` names and say how long each took, in seconds."""
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = work()
        seconds[name] = round(time.perf_counter() - begun, 3)
        return result

    timed("java", lambda: _start_java(request))
    loaded: LoadedFiles = timed("read", lambda: LoadedFiles(request))
    given: dict[str, Any] = {
        "axioms": int(loaded.ontology.getAxiomCount()),
        "logical": int(loaded.ontology.getLogicalAxiomCount()),
        "classes": int(loaded.ontology.getClassesInSignature().size()),
        "unread": loaded.unread,
        "seconds": seconds,
    }
    if "profiles" in request["tasks"]:
        given["violations"] = timed("profiles", lambda: list(find_violations(loaded)))
    if "reason" in request["tasks"]:
        reasoner = Reasoner(loaded, request["explain_seconds"])
        given["reasoning"] = timed("reason", reasoner.reason)
    return given


def _start_java(request: Mapping[str, Any]) -> None:
    options: Iterable[str] = request["options"]
    jpype = import_module("jpype")
    jpype.startJVM(request["jvm"], *options, classpath=request["jars"], convertStrings=False)


def _end_with_asker() -> None:
    """Wait for the end of standard input: whoever asked is gone."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


def main() -> None:
    """Answer the request of the first argument into the file of the second."""
    asked, answered = map(Path, sys.argv[1:3])
    threading.Thread(target=_end_with_asker, daemon=True).start()
    given = answer(json.loads(asked.read_text(encoding="utf-8")))
    answered.write_text(json.dumps(given), encoding="utf-8")


if __name__ == "__main__":
    main()
