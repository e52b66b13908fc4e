"""Budgets at their edges, with a clock that the test turns."""

from __future__ import annotations

import pytest

from service.traffic import ledger as module
from service.traffic.client import HOUSE
from service.traffic.ledger import Budget, BudgetExceededError, Ledger


class Clock:
    """Seconds, which pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def use(ledger: Ledger, clock: Clock, seconds: float, client: str = "a") -> None:
    """A query that takes so long."""
    charge = ledger.begin(client)
    ledger.work_begins(charge)
    clock.now += seconds
    ledger.settle(charge, failed=False)


def fail(ledger: Ledger, client: str = "a") -> None:
    ledger.settle(ledger.begin(client), failed=True)


def refusal(ledger: Ledger, client: str = "a") -> BudgetExceededError:
    with pytest.raises(BudgetExceededError) as caught:
        ledger.begin(client)
    assert caught.value.http_status == 429
    assert caught.value.remedy
    return caught.value


def test_retry_after_is_when_the_next_query_may_begin(clock: Clock) -> None:
    ledger = Ledger(Budget(seconds=30), clock)
    use(ledger, clock, 50)
    error = refusal(ledger)  # 20 s too many; half a second flows out each second
    assert "30 s" in error.message
    assert error.retry_after == 40
    clock.now += 39
    assert refusal(ledger).retry_after == 1
    clock.now += 1.01
    ledger.begin("a")


def test_just_inside_the_seconds_passes_and_just_outside_does_not(clock: Clock) -> None:
    inside, outside = Ledger(Budget(seconds=30), clock), Ledger(Budget(seconds=30), clock)
    use(inside, clock, 29.99)
    inside.begin("a")
    use(outside, clock, 30.01)
    assert refusal(outside).retry_after == 1


def test_what_was_used_flows_out_within_a_minute(clock: Clock) -> None:
    ledger = Ledger(Budget(seconds=30), clock)
    use(ledger, clock, 90)
    refusal(ledger)
    clock.now += 119
    refusal(ledger)
    clock.now += 2
    ledger.begin("a")


def test_time_counts_from_the_first_moment_that_an_engine_works(clock: Clock) -> None:
    ledger = Ledger(Budget(seconds=30), clock)
    running = ledger.begin("a")
    clock.now += 300  # waiting for an engine is not the client's use
    ledger.begin("a")
    ledger.work_begins(running)
    clock.now += 31
    refusal(ledger)


def test_failed_queries_of_a_minute(clock: Clock) -> None:
    ledger = Ledger(Budget(errors=3), clock)
    for _ in range(3):
        fail(ledger)
    assert refusal(ledger).retry_after == 20
    clock.now += 20
    ledger.begin("a")


def test_queries_at_the_same_time(clock: Clock) -> None:
    ledger = Ledger(Budget(queries=2), clock)
    first = ledger.begin("a")
    ledger.begin("a")
    refusal(ledger)
    ledger.settle(first, failed=False)
    ledger.begin("a")


def test_each_client_has_a_budget_of_its_own_and_the_service_itself_none(clock: Clock) -> None:
    ledger = Ledger(Budget(seconds=30, errors=1, queries=1), clock)
    fail(ledger, "a")
    refusal(ledger, "a")
    ledger.begin("b")
    for _ in range(5):
        ledger.begin(HOUSE)


def test_zero_sets_no_limit(clock: Clock) -> None:
    ledger = Ledger(Budget(), clock)
    for _ in range(100):
        use(ledger, clock, 1_000)
        fail(ledger)
        ledger.begin("a")


def test_a_charge_is_settled_once(clock: Clock) -> None:
    ledger = Ledger(Budget(errors=2), clock)
    charge = ledger.begin("a")
    ledger.settle(charge, failed=True)
    ledger.settle(charge, failed=True)
    ledger.begin("a")


def test_many_addresses_fill_no_memory(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CLIENTS", 100)
    ledger = Ledger(Budget(errors=1, queries=1), clock)
    ledger.begin("runs")
    fail(ledger, "busy")
    for number in range(500):
        if number % 50 == 0:
            refusal(ledger, "busy")
        fail(ledger, f"client {number}")
    assert ledger.clients() <= 101
    refusal(ledger, "runs")  # whose query runs is not forgotten
    refusal(ledger, "busy")  # nor is who comes again and again
