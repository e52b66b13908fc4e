"""``critmat check PATH...``: the material alone, then together with what is shipped."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from kg.derive import derive
from kg.extension.baseline import Baseline
from kg.extension.derivation import derived_meanwhile
from kg.extension.effect import Effect, find_effect
from kg.extension.extension import (
    Extension,
    Progress,
    by_place,
    check_axioms,
    check_own,
    check_touched,
    read_material,
)
from kg.facts import load_package
from kg.ontology import write_ontology_quads
from kg.populate import populate
from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir, ontology_dir

#: Said where some file could not be read to its end.
_NOT_YET = Problem(
    "extension",
    "it was not checked together with what is shipped: some files cannot be read to their end",
    "Mend the errors and check again; shapes may find more.",
    severity=Severity.NOTE,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that was found, and the effect of material without errors."""

    report: Report
    effect: Effect | None

    def to_json(self) -> str:
        """Report and effect as JSON text, the same for the same input."""
        value: dict[str, Any] = self.report.as_dict()
        value["effect"] = self.effect.as_dict() if self.effect else None
        return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def check_extension(
    paths: Sequence[Path],
    *,
    facts: Path | None = None,
    ontology: Path | None = None,
    progress: Progress = lambda _: None,
) -> Checked:
    """Check an expert's material with what is shipped, in a temporary folder that is removed.

    Raises :class:`kg.errors.CritmatError` only for what is not the material's fault: shipped facts
    or an ontology that cannot be read.
    """
    # The store and the reasoner work outside Python, so beside it they take no time.
    with (
        tempfile.TemporaryDirectory(prefix="critmat-") as folder,
        ThreadPoolExecutor(max_workers=2) as beside,
    ):
        work = Path(folder)
        progress("reading what is shipped")
        baseline = shipped_baseline(work, facts, ontology)
        store = beside.submit(load_store, baseline.asserted, baseline.schema)
        extension, report = read_material(paths, baseline, work / "extension", progress)
        axioms = beside.submit(check_axioms, extension, baseline)
        effect = None
        if not extension.complete:
            report.add(_NOT_YET)
        elif extension.material.files:
            progress("deriving")
            with _derived_before(extension, baseline, work) as before:
                after = work / "after.nq"
                derive(extension.all_facts, extension.all_schema, after)
                progress("checking it together with what is shipped")
                found = beside.submit(_check_together, extension, baseline, store, after)
                effect = find_effect(
                    baseline, extension.facts, extension.schema, before() or after, after
                )
                report.problems.extend(found.result())
        progress("checking what is added to the ontology")
        report.problems.extend(axioms.result())
        report.problems = sorted(dict.fromkeys(report.problems), key=by_place)
        return Checked(report, effect if report.ok else None)


def _derived_before(
    extension: Extension, baseline: Baseline, work: Path
) -> AbstractContextManager[Callable[[], Path | None]]:
    """What follows from the shipped facts alone, worked out meanwhile; nothing where no facts are
    added, and so the same follows from all."""
    if not extension.adds:
        return nullcontext(lambda: None)
    return derived_meanwhile(baseline.asserted, baseline.schema, work / "before.nq")


def _check_together(
    extension: Extension, baseline: Baseline, shipped: Future[Store], derived: Path
) -> list[Problem]:
    store = shipped.result()
    _load(store, extension.facts, extension.schema, derived)
    return [
        *check_touched(extension, baseline, store).problems,
        *check_own(extension, store).problems,
    ]


def shipped_baseline(work: Path, facts: Path | None, ontology: Path | None) -> Baseline:
    """What is shipped (or stands in other folders), as quads in the folder ``work``."""
    package = load_package(facts or facts_dir())
    folder = ontology or ontology_dir()
    asserted, schema = work / "asserted.nq", work / "ontology.nq"
    populate(package, asserted)
    write_ontology_quads(folder, schema)
    return Baseline.read(package, folder, asserted, schema)


def load_store(*files: Path) -> Store:
    """The quads of some files."""
    store = Store()
    _load(store, *files)
    return store


def _load(store: Store, *files: Path) -> None:
    for path in files:
        store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
