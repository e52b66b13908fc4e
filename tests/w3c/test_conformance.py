"""The W3C's SPARQL 1.1 test suite over HTTP, against a service that began empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.w3c.client import Client
from tests.w3c.failures import CAUSES, recorded
from tests.w3c.judgement import Verdict
from tests.w3c.language import with_base
from tests.w3c.manifests import NOT_OFFERED, OWN, SPARQL11, SPARQL12, Case, Suite, cases
from tests.w3c.report import PAGE, PAGE12, complete, page, page12
from tests.w3c.run import empty_service, offered, run

_WITH_SUITE = pytest.mark.skipif(
    not SPARQL11.folder.is_dir(),
    reason="the W3C's test suite is not here; CRITMAT_W3C_TESTS names its folder",
)
_WITH_SUITE12 = pytest.mark.skipif(
    not SPARQL12.folder.is_dir(),
    reason="the W3C's tests of SPARQL 1.2 are not here; CRITMAT_SPARQL12 names their folder",
)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with empty_service() as client:
        yield client


@pytest.fixture(scope="module")
def everything() -> Sequence[Case]:
    return cases()


@pytest.fixture(scope="module")
def verdicts(client: Client, everything: Sequence[Case]) -> Sequence[Verdict]:
    return run(offered(everything), client)


@pytest.fixture(scope="module")
def own(client: Client) -> Sequence[Verdict]:
    return run(cases(OWN), client)


@_WITH_SUITE
@pytest.mark.parametrize("suite", [suite for suite in Suite if suite not in NOT_OFFERED])
def test_what_fails_is_what_is_recorded(verdicts: Sequence[Verdict], suite: Suite) -> None:
    of_suite = [verdict for verdict in verdicts if verdict.case.suite is suite]
    failed = {verdict.case.id: verdict.reason for verdict in of_suite if not verdict.passed}
    known = {verdict.case.id for verdict in of_suite} & recorded().keys()
    assert of_suite
    assert not {test: reason for test, reason in failed.items() if test not in known}
    assert not known - failed.keys(), "recorded as failing, but passing"


@_WITH_SUITE
def test_the_whole_suite_is_there(everything: Sequence[Case]) -> None:
    sizes = {suite: sum(case.suite is suite for case in everything) for suite in Suite}
    assert sizes == {
        Suite.QUERY: 225,
        Suite.QUERY_SYNTAX: 103,
        Suite.UPDATE: 94,
        Suite.UPDATE_SYNTAX: 63,
        Suite.RESULTS: 10,
        Suite.PROTOCOL: 34,
        Suite.GRAPH_STORE: 13,
        Suite.DESCRIPTION: 3,
        Suite.FEDERATED: 10,
        Suite.ENTAILMENT: 70,
    }
    assert len({case.id for case in everything}) == len(everything)


@_WITH_SUITE
def test_every_recorded_failure_is_a_test_with_a_reason(everything: Sequence[Case]) -> None:
    assert recorded().keys() <= {case.id for case in everything}
    for failure in recorded().values():
        assert failure.cause in CAUSES
        assert failure.reason.endswith(".")
        assert failure.link.startswith("https://")


@_WITH_SUITE
def test_federated_queries_are_refused(client: Client, everything: Sequence[Case]) -> None:
    federated = [case for case in everything if case.suite is Suite.FEDERATED]
    statuses = {client.query(with_base(case), "*/*").status for case in federated}
    assert statuses == {403}


@_WITH_SUITE
def test_the_page_says_what_the_run_gave(
    verdicts: Sequence[Verdict], everything: Sequence[Case], own: Sequence[Verdict]
) -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert said == page(verdicts, everything, own), "run make conformance"


def test_our_own_tests_of_sparql_12_all_pass(own: Sequence[Verdict]) -> None:
    assert {case.id.partition("/")[0]: case.missing() for case in cases(OWN)} == {
        "base-direction": [],
        "escapes": [],
        "triple-terms": [],
    }
    assert not {verdict.case.id: verdict.reason for verdict in own if not verdict.passed}


@_WITH_SUITE12
def test_what_fails_of_sparql_12_is_what_is_recorded(client: Client) -> None:
    there, missing = complete(SPARQL12)
    verdicts = run(offered(there), client)
    failed = {verdict.case.id: verdict.reason for verdict in verdicts if not verdict.passed}
    assert there
    assert failed.keys() == recorded(SPARQL12).keys() & {case.id for case in there}, failed
    said = PAGE12.read_text(encoding="utf-8")
    assert said == page12(verdicts, missing), "run make conformance"
