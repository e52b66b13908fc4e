"""From fact tables to a published snapshot: the one module that knows all steps.

facts -> RDF (``kg.populate``) -> derived graphs (``kg.derive``) -> checks (``kg.check``) ->
snapshot (``kg.snapshot``). Each step can be run alone; here they run in order, and a step that
finds an error ends the build before anything is published. The questions (``kg.questions``) join in
as examples of what can be asked, an expert's own material (``kg.extension``) before anything is
derived.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import kg
from kg.check import check_graph
from kg.derive import derive
from kg.errors import CritmatError
from kg.extension.baseline import Baseline
from kg.extension.check import load_store
from kg.extension.extension import Extension, check_own, read_extension
from kg.facts import check_package, load_package
from kg.ontology import write_ontology_quads
from kg.populate import populate
from kg.quality import measure
from kg.questions import Catalogue
from kg.questions.triples import write_question_quads
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
    material: Sequence[Path] = (),
    progress: Progress = lambda _: None,
) -> BuildResult:
    """Build the data set, with an expert's own ``material`` if there is any, and publish it under
    ``root``.

    Two builds of the same facts, ontology, material and code give the same quads, and so the same
    snapshot. The shipped files are never written to.

    Raises :class:`BuildError` where a step finds errors; the snapshot in use stays as it was.
    """
    seconds: dict[str, float] = {}
    step = _stopwatch(seconds, progress)
    ontology = ontology or ontology_dir()
    report = Report("build")
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="build-", dir=root) as folder:
        work = Path(folder)
        asserted, schema, questions, derived = (
            work / name for name in ("asserted.nq", "ontology.nq", "questions.nq", "derived.nq")
        )
        with step("checking the fact tables"):
            package = load_package(facts or facts_dir())
            report.extend(check_package(package))
            _stop_on_errors("The fact tables have errors.", report)
        with step("measuring the quality"):
            quality = measure(package)
        with step("turning facts into RDF"):
            populated = populate(package, asserted)
        with step("reading the ontology"):
            write_ontology_quads(ontology, schema)
        with step("describing the questions"):
            write_question_quads(Catalogue.load().themes(), (asserted, schema), questions)
        quads = [asserted, schema, questions]
        extension: Extension | None = None
        if material:
            with step("reading the extension"):
                baseline = Baseline.read(package, ontology, asserted, schema)
                extension, found = read_extension(material, baseline, work / "extension")
                report.extend(found)
                _stop_on_errors("The extension has errors.", report)
            quads += [extension.facts, extension.schema]
        with step("deriving"):
            if extension is None:
                derive(asserted, schema, derived)
            else:
                derive(extension.all_facts, extension.all_schema, derived)
        with step("checking the graph"):
            store = load_store(*quads, derived)
            report.extend(check_graph(store, ontology / "shapes"))
            if extension is not None:
                report.extend(check_own(extension, store))
            _stop_on_errors("The graph breaks its own rules.", report)
        with step("publishing the snapshot"):
            snapshot = publish(
                [*quads, derived],
                root,
                commit=_commit(),
                critmat_version=kg.__version__,
                # With an extension several files speak of one source: counted when merged.
                sources=populated.by_source if extension is None else None,
                tables={**populated.by_table, **(extension.by_table if extension else {})},
                extension=extension.manifest() if extension else (),
                report=report.to_json(),
                quality=quality.to_json(),
            )
    return BuildResult(snapshot, report, seconds)


def build_unchecked(root: Path, facts: Path) -> Snapshot:
    """Publish facts that passed all checks before, such as those in use, without checking again.

    The quads are those of :func:`build`.
    """
    root.mkdir(parents=True, exist_ok=True)
    names = ("asserted.nq", "ontology.nq", "questions.nq", "derived.nq")
    quads = [root / name for name in names]
    asserted, schema, questions, derived = quads
    populate(load_package(facts), asserted)
    write_ontology_quads(ontology_dir(), schema)
    write_question_quads(Catalogue.load().themes(), (asserted, schema), questions)
    derive(asserted, schema, derived)
    snapshot = publish(quads, root, critmat_version=kg.__version__)
    for path in quads:
        path.unlink()
    return snapshot


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
