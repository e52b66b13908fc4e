"""A circuit breaker: stops asking an endpoint that keeps failing, and tries it again later."""

from __future__ import annotations

import threading
import time

from kg.engines.engine import OverloadedError


class CircuitBreaker:
    """Counts failures in a row. Safe to use from many threads.

    After ``failures`` of them everybody is refused for ``pause`` seconds. Then one is let through
    to try; the others go on being refused until it is known how that went.
    """

    def __init__(self, name: str, *, failures: int, pause: float) -> None:
        self._name, self._most, self._pause = name, failures, pause
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def enter(self) -> None:
        """Let a request through, or raise :class:`OverloadedError`."""
        with self._lock:
            if self._failures < self._most:
                return
            now = time.monotonic()
            if now >= self._until:
                self._until = now + self._pause  # for the others, while this one tries
                return
            raise OverloadedError(
                f"{self._name} failed {self._failures} times in a row, so it is not asked now.",
                remedy="Try again later; look whether it runs.",
                retry_after=max(1, round(self._until - now)),
            )

    def succeeded(self) -> None:
        """Note that it answered, be it with a refusal that is its good right."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Note that it did not answer as it should."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._until = time.monotonic() + self._pause
