"""What each client uses of the engines, and what it may use: budgets.

A budget is a bucket that leaks: what a client uses flows in, a sixtieth of what it may use in a
minute flows out each second, and while the bucket is full nothing new begins. Queries that still
run count with the time that they have run for so far, so nobody gets far ahead of the budget by
sending many at once.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.engines.engine import OverloadedError
from service.traffic.client import HOUSE

#: Clients that are remembered. Beyond it the one that was seen last longest ago is forgotten, so
#: that somebody with many addresses fills no memory (an account takes less than 1 KiB).
MOST_CLIENTS = 10_000
_MINUTE = 60.0


class BudgetExceededError(OverloadedError):
    """The client has used what it may use. ``retry_after`` is in seconds."""

    http_status = 429
    title = "Too many queries"


@dataclass(frozen=True, slots=True)
class Budget:
    """What one client may use: seconds of query time and failed queries in a minute, and queries
    at the same time. 0 sets no limit."""

    seconds: float = 0.0
    errors: int = 0
    queries: int = 0


@dataclass(slots=True, eq=False)
class Charge:
    """What one query costs its client. ``began`` is the moment at which an engine took it up."""

    client: str
    began: float | None = None


@dataclass(slots=True)
class _Account:
    """Seconds and errors that have not flowed out yet at the moment ``at``, and what runs."""

    at: float
    seconds: float = 0.0
    errors: float = 0.0
    running: set[Charge] = field(default_factory=set)


class Ledger:
    """The accounts of all clients. Safe to use from many threads."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = time.monotonic) -> None:
        self.budget = budget
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, client: str) -> Charge:
        """Open the charge of a query; raises :class:`BudgetExceededError` where none may begin."""
        charge = Charge(client)
        if client == HOUSE:
            return charge
        with self._lock:
            account = self._account(client)
            self._check(account)
            account.running.add(charge)
        return charge

    def work_begins(self, charge: Charge) -> None:
        """From here on time is charged: waiting for an engine is not the client's use."""
        with self._lock:
            if charge.began is None:
                charge.began = self._clock()

    def settle(self, charge: Charge, *, failed: bool) -> None:
        """Close a charge; ``failed`` where the query failed by the client's own fault."""
        if charge.client == HOUSE:
            return
        with self._lock:
            account = self._account(charge.client)
            if charge not in account.running:
                return
            account.running.discard(charge)
            account.seconds += self._time_of(charge)
            account.errors += failed

    def clients(self) -> int:
        """How many clients are remembered."""
        with self._lock:
            return len(self._accounts)

    def _time_of(self, charge: Charge) -> float:
        return 0.0 if charge.began is None else self._clock() - charge.began

    def _account(self, client: str) -> _Account:
        """The account of a client, with what has flowed out by now."""
        now = self._clock()
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = _Account(now)
            self._forget_some()
        self._accounts.move_to_end(client)
        passed = (now - account.at) / _MINUTE
        account.seconds = max(0.0, account.seconds - passed * self.budget.seconds)
        account.errors = max(0.0, account.errors - passed * self.budget.errors)
        account.at = now
        return account

    def _forget_some(self) -> None:
        """Drop the account that was used last longest ago, unless queries of it run."""
        if len(self._accounts) <= MOST_CLIENTS:
            return
        idle = (client for client, account in self._accounts.items() if not account.running)
        oldest = next(idle, None)
        if oldest is not None:
            del self._accounts[oldest]

    def _check(self, account: _Account) -> None:
        budget = self.budget
        if budget.queries and len(account.running) >= budget.queries:
            raise BudgetExceededError(
                f"{len(account.running)} of your queries run already, the most that may at once.",
                remedy="Send the next one when one of them has been answered.",
                retry_after=1,
            )
        used = account.seconds + sum(map(self._time_of, account.running))
        if budget.seconds and used >= budget.seconds:
            raise BudgetExceededError(
                f"Your queries took {budget.seconds:g} s of query time within a minute, the most "
                "that one client may use.",
                remedy="Wait, then send fewer or lighter queries; the data can also be downloaded.",
                retry_after=_seconds_until(used - budget.seconds, budget.seconds),
            )
        if budget.errors and account.errors + 1 > budget.errors:
            raise BudgetExceededError(
                f"{budget.errors} of your queries failed within a minute, the most that may.",
                remedy="Wait, and mend the query before it is sent again.",
                retry_after=_seconds_until(account.errors + 1 - budget.errors, budget.errors),
            )


def _seconds_until(excess: float, per_minute: float) -> int:
    """Whole seconds until so much has flowed out, at least 1."""
    return max(1, math.ceil(excess / per_minute * _MINUTE))
