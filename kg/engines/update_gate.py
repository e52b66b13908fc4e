"""The gate for updates: one linear scan, like that of queries, run inside an engine process.

The rows of ``INSERT DATA`` and ``DELETE DATA`` are no operations, so much data can be sent at once;
what nests is limited there too. ``SERVICE`` is refused, and ``LOAD`` unless it is ``SILENT``: it
then does nothing, since no process here reaches the network, and the protocol asks for no more.
``LOAD`` is looked for on its own (:func:`check_load`), so that it can be refused after the text has
been parsed: what is malformed is then said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.engines.gate import Count, Decoded, GateLimits, Scan, check_size
from kg.sparql import TOKEN

_LOAD = re.compile("LOAD", re.IGNORECASE)
#: Words before a name at the top of an update; the name is then no beginning of ``LOAD``.
_BEFORE_NAMES = frozenset(
    {"PREFIX", "GRAPH", "WITH", "USING", "NAMED", "INTO", "TO", "ADD", "MOVE", "COPY", "SILENT"}
)


def check_update(text: str, limits: GateLimits) -> None:
    """Let the text of an update pass, or say why not; raises what ``gate.check_query`` does."""
    check_size(text, limits, "update")
    UpdateScan(text, limits).measure()
    for scan in _readings(text, limits):
        scan.police()


def check_load(text: str, limits: GateLimits) -> None:
    """Refuse ``LOAD`` that is not silent; raises ``ForbiddenQueryError`` with its place."""
    for scan in _readings(text, limits):
        scan.police_load()


def _readings(text: str, limits: GateLimits) -> Iterator[UpdateScan]:
    """The text as it stands, and decoded where that makes a difference."""
    yield UpdateScan(text, limits)
    decoded = Decoded.of(text)
    if decoded:
        yield UpdateScan(decoded.text, limits, decoded, text)


class UpdateCount(Count):
    """Counts the operations of an update; data blocks are free."""

    def __init__(self) -> None:
        super().__init__()
        self._word = ""
        self._data_coming = False
        self._data_depth = 0  # brackets open inside the data block that we are in, 0 for none

    def see(self, kind: str, lexeme: str, stack: list[tuple[str, int]]) -> None:
        """Take note of a token; ``stack`` is as it is behind it."""
        if self._data_depth:
            if len(stack) < self._data_depth:
                self._data_depth = 0
            return
        if self._data_coming and lexeme == "{":
            self._data_depth = len(stack)
        word = lexeme.upper() if kind == "word" else ""
        is_data = word == "DATA" and self._word in ("INSERT", "DELETE")
        free = is_data or self._data_coming or word in ("INSERT", "DELETE")
        if not free and not (lexeme == ";" and not stack):
            super().see(kind, lexeme, stack)
        self._word, self._data_coming = word, is_data


class UpdateScan(Scan):
    """Passes over one reading of an update."""

    remedy = "Split the update, or give data with INSERT DATA, whose triples are not counted."
    count = UpdateCount

    def police_load(self) -> None:
        """Find ``LOAD`` that is not silent, as an engine could read it."""
        if _LOAD.search(self.text):
            self._find_load()

    def judge_update(self, match: re.Match[str], word: str) -> None:
        """Nothing: this is an update."""

    def _find_load(self) -> None:
        depth = 0
        previous = ""
        load: int | None = None
        for match in TOKEN.finditer(self.text):
            kind, found = match.lastgroup, match.group().upper()
            if kind is None:
                continue
            if load is not None and not (kind in ("word", "name") and found.startswith("SILENT")):
                self._forbid_load(load)
            load = None
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth -= 1
            elif depth == 0 and found.startswith("LOAD") and not found.startswith("LOADSILENT"):
                if kind == "word" and found == "LOAD":
                    load = match.start()
                # pyoxigraph asks for no space behind a keyword: LOADx:y loads x:y.
                elif kind == "word" or (kind == "name" and previous not in _BEFORE_NAMES):
                    self._forbid_load(match.start())
            previous = found
        if load is not None:
            self._forbid_load(load)

    def _forbid_load(self, position: int) -> None:
        self.forbid(
            position,
            "LOAD fetches a document; this service does not call out",
            "Fetch the document yourself and send it to the graph store, or use INSERT DATA.",
        )
