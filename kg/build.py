"""From fact tables to a published snapshot: the one module that knows all steps.

facts -> RDF (``kg.populate``) -> derived graphs (``kg.derive``) -> checks (``kg.check``) ->
snapshot (``kg.snapshot``). Each step can be run alone; here they run in order, and a step that
finds an error ends the build before anything is published.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import RdfFormat, Store

import kg
from kg.check import check_graph
from kg.derive import derive
from kg.errors import CritmatError
from kg.facts import check_package, load_package
from kg.ontology import write_ontology_quads
from kg.populate import populate
from kg.report import Report
from kg.shipped import facts_dir, ontology_dir
from kg.snapshot import Snapshot, publish

#: Told the name of each step as it begins.
Progress = Callable[[str], None]


class BuildError(CritmatError):
    """A step found errors; nothing was published. ``report`` holds them all."""

    title = "The build stopped"

    def __init__(self, message: str, report: Report, *, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.report = report


@dataclass(slots=True)
class BuildResult:
    """The snapshot, what the checks said, and the seconds that each step took."""

    snapshot: Snapshot
    report: Report
    seconds: dict[str, float] = field(default_factory=dict)


def build(
    root: Path,
    *,
    facts: Path | None = None,
    ontology: Path | None = None,
    progress: Progress = lambda _: None,
) -> BuildResult:
    """Build the data set and publish it under ``root``.

    Two builds of the same facts, ontology and code give the same quads, and so the same snapshot.
    Raises :class:`BuildError` where a step finds errors; the snapshot in use stays as it was.
    """
    seconds: dict[str, float] = {}
    step = _stopwatch(seconds, progress)
    ontology = ontology or ontology_dir()
    report = Report("build")
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="build-", dir=root) as folder:
        work = Path(folder)
        asserted, schema, derived = (
            work / name for name in ("asserted.nq", "ontology.nq", "derived.nq")
        )
        with step("checking the fact tables"):
            package = load_package(facts or facts_dir())
            report.extend(check_package(package))
            _stop_on_errors("The fact tables have errors.", report)
        with step("turning facts into RDF"):
            populated = populate(package, asserted)
        with step("reading the ontology"):
            write_ontology_quads(ontology, schema)
        with step("deriving"):
            derive(asserted, schema, derived)
        with step("checking the graph"):
            report.extend(check_graph(_load(asserted, schema, derived), ontology / "checks"))
            _stop_on_errors("The graph breaks its own rules.", report)
        with step("publishing the snapshot"):
            snapshot = publish(
                [asserted, schema, derived],
                root,
                commit=_commit(),
                critmat_version=kg.__version__,
                sources=populated.by_source,
                tables=populated.by_table,
                report=report.to_json(),
            )
    return BuildResult(snapshot, report, seconds)


def _stopwatch(
    seconds: dict[str, float], progress: Progress
) -> Callable[[str], AbstractContextManager[None]]:
    @contextmanager
    def step(name: str) -> Iterator[None]:
        progress(name)
        start = time.monotonic()
        yield
        seconds[name] = time.monotonic() - start

    return step


def _stop_on_errors(message: str, report: Report) -> None:
    if not report.ok:
        raise BuildError(message, report, remedy="The report names each place and what to do.")


def _load(*files: Path) -> Store:
    """All quads, the default graph included, as the snapshot will hold them."""
    store = Store()
    for path in files:
        store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    return store


def _commit() -> str:
    """The git commit of a checkout; empty where critmat was installed as a package."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""
