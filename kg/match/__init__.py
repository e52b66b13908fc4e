"""Identity: which records of sites are of the same facility.

The rules stand in words in ``docs/identity.md``. Names are compared in :mod:`kg.match.names`,
pairs are found in :mod:`kg.match.pairs` and judged in :mod:`kg.match.rules`; what belongs together
is put together in :mod:`kg.match.identities` and written in :mod:`kg.match.outcome`.
"""

from __future__ import annotations
