"""How much engine time each client has had lately, and how long its queries usually take."""

from __future__ import annotations

import math

#: Seconds after which about a third of what somebody used still counts.
WINDOW = 60.0
#: What a query counts for at most, in seconds, in what is usual.
LONGEST = 2.0
#: Clients remembered. Beyond it those who used least are forgotten, which does them no harm.
MOST_CLIENTS = 4_096
#: Seconds of use that are worth remembering.
_TRIFLE = 0.001


class Usage:
    """Seconds that each client used, fading over :data:`WINDOW`. Used under somebody's lock.

    How long queries usually take is half the last one and half what was usual before, which
    nothing was. It fades too, so nobody is for ever known by one long query.

    Moments are of ``time.monotonic``. The client without a name uses nothing: nobody in particular
    must wait for what others did.
    """

    def __init__(self) -> None:
        self._used: dict[str, tuple[float, float, float]] = {}

    def charge(self, client: str, seconds: float, now: float) -> None:
        """Remember that a client used an engine process for so long."""
        if not client:
            return
        seconds = max(seconds, 0.0)
        usual = (self.usual(client, now) + min(seconds, LONGEST)) / 2
        self._used[client] = (self.of(client, now) + seconds, usual, now)
        if len(self._used) > MOST_CLIENTS:
            self._forget(now)

    def of(self, client: str, now: float) -> float:
        """Seconds that still count for a client."""
        if not client:
            return 0.0
        used, _, at = self._used.get(client, (0.0, 0.0, now))
        return used * math.exp((at - now) / WINDOW)

    def usual(self, client: str, now: float) -> float:
        """Seconds that a query of a client takes, going by the last ones; 0 for a newcomer."""
        if not client:
            return 0.0
        _, usual, at = self._used.get(client, (0.0, 0.0, now))
        return usual * math.exp((at - now) / WINDOW)

    def __len__(self) -> int:
        return len(self._used)

    def _forget(self, now: float) -> None:
        """Drop who used next to nothing, else the half that used least."""
        faded = sorted((self.of(client, now), client) for client in self._used)
        for index, (used, client) in enumerate(faded):
            if used > _TRIFLE and index >= len(faded) // 2:
                break
            del self._used[client]
