"""Checking the final quads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store

from kg.check.checks import Check, CheckError, read_checks
from kg.namespaces import shorten
from kg.report import Problem, Report, Severity

#: Findings of one check that are listed; the rest is counted.
LISTED = 50

_MERGE = "INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"


def check_graph(store: Store, checks: Path | None = None) -> Report:
    """Run every check of a folder (default: the shipped ones) over a data set.

    Each finding is a problem whose ``file`` is the offending node and whose ``column`` is the
    check; the counts say how many findings each check had. Of one check at most ``LISTED``
    findings are listed.

    Checks are written for the default graph. Where it is empty, it is filled with the triples of
    all named graphs first, as in a published snapshot.

    Raises :class:`CheckError` for a check that cannot be read or asked.
    """
    found = read_checks(checks)
    if next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) is None:
        store.update(_MERGE)
    report = Report("check")
    report.counts["checks"] = len(found)
    for check in found:
        findings = _findings(store, check)
        report.counts[check.id] = len(findings)
        report.problems.extend(_problems(check, findings))
    return report


def _findings(store: Store, check: Check) -> list[tuple[str, str]]:
    """Node and message of each finding, sorted."""
    try:
        solutions = store.query(check.query)
        if not isinstance(solutions, QuerySolutions) or not {"node", "message"} <= {
            variable.value for variable in solutions.variables
        }:
            raise CheckError(
                f"{check.id}.rq does not select ?node and ?message.",
                remedy="Begin it with SELECT ?node ?message.",
            )
        findings: set[tuple[str, str]] = set()
        for solution in solutions:
            node, message = solution["node"], solution["message"]
            if node is not None:  # an aggregate over nothing gives one row without a node
                name = shorten(node.value) if isinstance(node, NamedNode) else str(node)
                findings.add((name, message.value if message else check.title))
    except (SyntaxError, KeyError, RuntimeError, ValueError, OSError) as error:
        raise CheckError(
            f"{check.id}.rq cannot be asked: {error}.",
            remedy="It must be a SELECT of ?node and ?message.",
        ) from error
    return sorted(findings)


def _problems(check: Check, findings: list[tuple[str, str]]) -> Iterable[Problem]:
    for node, message in findings[:LISTED]:
        yield Problem(
            node, message, check.remedy, column=check.id, severity=Severity(check.severity)
        )
    if len(findings) > LISTED:
        yield Problem(
            f"{check.id}.rq",
            f"{len(findings) - LISTED:,} more: {check.title[:1].lower()}{check.title[1:]}",
            check.remedy,
            severity=check.severity,
        )
