"""Checking the final quads against shapes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from pyoxigraph import DefaultGraph, Store
from rdflib import URIRef

from kg.check.core import check_core
from kg.check.division import core_findings
from kg.check.exceptions import Exceptions, read_exceptions
from kg.check.finding import Finding
from kg.check.set_rules import ask
from kg.check.shapes import ShapeInfo, ShapeSet, read_shapes
from kg.check.territories import lying_in
from kg.namespaces import shorten
from kg.report import Problem, Report, Severity

#: Findings of one shape that are listed; the rest is counted.
LISTED = 50

_MERGE = "INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"


def check_graph(
    store: Store,
    shapes: Path | Sequence[Path] | ShapeSet | None = None,
    *,
    focus: Collection[str] | None = None,
) -> Report:
    """Check a data set against shapes: files, folders, shapes already read, or the shipped ones.

    ``focus`` are the IRIs of the nodes to look at; None looks at all. Each finding is a problem
    whose ``file`` is the offending node and whose ``column`` is the shape, as prefixed names. The
    counts say how many findings each shape had, of which at most ``LISTED`` are listed. Findings
    that are known to be right, from the ``exceptions.csv`` beside the shapes, are only counted.

    Shapes are written for the default graph. Where it is empty, it is filled with the triples of
    all named graphs first, as in a published snapshot.

    Raises :class:`ShapesError` for shapes that cannot be read or used, and
    :class:`ExceptionsError` for a bad list of exceptions.
    """
    if isinstance(shapes, ShapeSet):
        read, exceptions = shapes, Exceptions()
    else:
        read, exceptions = read_shapes(shapes), read_exceptions(shapes)
    if next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) is None:
        store.update(_MERGE)
    findings = _findings(store, read, focus)
    kept = [finding for finding in findings if not exceptions.covers(finding)]
    report = Report("check")
    report.counts["shapes"] = len(read.infos)
    report.counts["exceptions"] = len(findings) - len(kept)
    by_shape: dict[str, list[Finding]] = {}
    for finding in kept:
        by_shape.setdefault(finding.shape, []).append(finding)
    for iri, found in sorted(by_shape.items()):
        info = read.said[URIRef(iri)]
        report.counts[info.name] = len(found)
        report.problems.extend(_problems(info, found))
    report.problems.extend(exceptions.outdated(findings, store, focus))
    return report


def find(store: Store, shapes: ShapeSet, focus: Collection[str] | None = None) -> list[Finding]:
    """Give every finding, sorted, exceptions included; the default graph must be filled."""
    return _findings(store, shapes, focus)


def _findings(store: Store, shapes: ShapeSet, focus: Collection[str] | None) -> list[Finding]:
    found: set[Finding] = set()
    with ExitStack() as stack:
        if focus is None:
            core = stack.enter_context(core_findings(store, shapes))
        else:
            found.update(check_core(store, shapes, focus))
        # Where the points lie is told to the rules only: it belongs to no source.
        with lying_in(store):
            for rule in shapes.rules:
                found.update(ask(rule, store, focus))
        if focus is None:
            found.update(core())
    return sorted(found)


def _problems(info: ShapeInfo, findings: list[Finding]) -> Iterable[Problem]:
    for finding in findings[:LISTED]:
        yield Problem(
            shorten(finding.node),
            finding.message,
            finding.remedy,
            column=info.name,
            severity=finding.severity,
        )
    if len(findings) > LISTED:
        rest = findings[LISTED:]
        yield Problem(
            info.file,
            f"{len(rest):,} more: {info.must[:1].lower()}{info.must[1:]}",
            info.remedy,
            column=info.name,
            severity=min((f.severity for f in rest), key=list(Severity).index),
        )
