"""The gate that a query text passes before any engine parses it: one linear scan, no parser.

A query of 5 kB that is nested deeply enough ends the process that parses it, so absurd size and
nesting are refused here, with the place. Queries that would call out (``SERVICE``) or write are
refused too. The gate gives clear answers early; that a hostile text does no harm rests on the
engine processes being expendable, limited and without network (``confinement``).

The text is looked at as it stands and, where it has codepoint escapes (``\\uXXXX``), also with
these decoded, since engines differ in when they decode them. ``SERVICE`` counts as a keyword
wherever an engine could read it as one: pyoxigraph does not ask for a space behind a keyword, so
``SERVICEx:y { }`` calls out just as ``SERVICE x:y { }`` does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from kg.engines.engine import (
    ForbiddenQueryError,
    MalformedQueryError,
    QueryForm,
    QueryTooLargeError,
)
from kg.sparql import TOKEN, line_and_column


@dataclass(frozen=True, slots=True)
class GateLimits:
    """What a query may have at most.

    ``size`` is in bytes of UTF-8, ``nesting`` counts open brackets of all kinds, ``operations``
    counts triple patterns, groups, operators, function calls and keywords. The rows of ``VALUES``
    and the values of ``IN`` are not counted: long lists do no harm.
    """

    size: int = 256 * 1024
    nesting: int = 100
    operations: int = 2_000


_PAIRS = {"}": "{", ")": "(", "]": "[", ">>": "<<"}
_RUN = re.compile(r"[^\s<>]*+")
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
#: Words that are part of a term or say nothing about the work to be done.
_FREE_WORDS = frozenset({"A", "TRUE", "FALSE", "UNDEF", "AS", "DISTINCT", "PREFIX", "BASE"})
_WORDS_FOR_TERMS = frozenset({"A", "TRUE", "FALSE"})
_TERMS = frozenset({"variable", "term", "name", "iri", "string"})
_UPDATES = frozenset({"LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "INSERT", "DELETE"})
_UPDATE_HINT = re.compile("|".join(sorted(_UPDATES)), re.IGNORECASE)
_FORMS = {
    "SELECT": QueryForm.SOLUTIONS,
    "ASK": QueryForm.BOOLEAN,
    "CONSTRUCT": QueryForm.GRAPH,
    "DESCRIBE": QueryForm.GRAPH,
}
#: Behind these a prefixed name may stand before ``{`` without being the end of ``SERVICE``.
_BEFORE_GRAPH_NAMES = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})


def check_query(text: str, limits: GateLimits | None = None) -> None:
    """Let a query text pass, or say why not.

    Raises :class:`QueryTooLargeError`, :class:`MalformedQueryError` (a string that is not closed,
    brackets that do not pair) or :class:`ForbiddenQueryError`, each with line and column in its
    message.
    """
    limits = limits or GateLimits()
    check_size(text, limits)
    scan = Scan(text, limits)
    scan.police()
    scan.measure()
    decoded = Decoded.of(text)
    if decoded:
        # Only forbidden things count here: "\\u0022" in a string is fine as it stands.
        Scan(decoded.text, limits, decoded, text).police()


def query_form(text: str) -> QueryForm | None:
    """Tell what a query gives back by its first keyword; ``None`` where there is none."""
    for match in TOKEN.finditer(text):
        if match.lastgroup == "word" and match.group().upper() in _FORMS:
            return _FORMS[match.group().upper()]
    return None


def check_size(text: str, limits: GateLimits, what: str = "query") -> None:
    """Refuse a text that is too long or no text at all; ``what`` is how it is called."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line, column = line_and_column(text, error.start)
        raise MalformedQueryError(
            f"Line {line}, column {column}: this is half of a surrogate pair, not a character.",
            remedy=f"Send the {what} as UTF-8.",
            line=line,
            column=column,
        ) from None
    if size > limits.size:
        raise QueryTooLargeError(
            f"The {what} has {size:,} bytes; at most {limits.size:,} are taken.",
            remedy="Split it, or select by a pattern instead of listing values.",
        )


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with its codepoint escapes decoded, and where each place was before."""

    text: str
    starts: list[int]
    shifts: list[int]

    @classmethod
    def of(cls, text: str) -> Decoded | None:
        """Decode; ``None`` where the text has no escapes that stand for a character."""
        parts, starts, shifts = [], [0], [0]
        done = length = 0
        for match in _CODEPOINT.finditer(text):
            number = int(match.group(1) or match.group(2), 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                continue
            parts += [text[done : match.start()], chr(number)]
            length += match.start() - done + 1
            done = match.end()
            starts.append(length)
            shifts.append(done - length)
        if not parts:
            return None
        return cls("".join([*parts, text[done:]]), starts, shifts)

    def original(self, position: int) -> int:
        """The place in the text before decoding."""
        return position + self.shifts[bisect_right(self.starts, position) - 1]


class Count:
    """Counts operations, told one token after the other with the brackets open by then."""

    #: Operations so far.
    operations: int

    def __init__(self) -> None:
        self.operations = 0
        self._after_term = False
        self._values_coming = False  # VALUES and its variables were read, its block comes next
        self._values_depth = 0  # brackets open inside the data block that we are in, 0 for none

    def see(self, kind: str, lexeme: str, stack: list[tuple[str, int]]) -> None:
        """Take note of a token; ``stack`` is as it is behind it."""
        if self._values_depth:
            if len(stack) < self._values_depth:
                self._values_depth = 0
            return
        is_term = kind in _TERMS
        if is_term:
            # Members of a collection are triples; the arguments of a function have commas.
            self.operations += self._after_term and stack[-1:] != [] and stack[-1][0] == "("
        elif kind == "open":
            if lexeme == "{" and self._values_coming:
                self._values_depth = len(stack)
            self.operations += 1
        elif kind == "close":
            is_term = lexeme != "}"
        elif kind == "word":
            word = lexeme.upper()
            is_term = word in _WORDS_FOR_TERMS
            self.operations += word not in _FREE_WORDS
        elif kind == "operator" or (kind == "comma" and not (stack and stack[-1][0] == "(")):
            self.operations += 1
        self._after_term = is_term
        self._values_coming = (kind == "word" and lexeme.upper() == "VALUES") or (
            self._values_coming and (kind == "variable" or lexeme in "()")
        )


class Scan:
    """Passes over one reading of the text; each raises the first thing that is wrong."""

    #: What to do about a text that is too large, and how its operations are counted.
    remedy = "Split the query, or give long lists of values with VALUES."
    count: type[Count] = Count

    def __init__(
        self,
        text: str,
        limits: GateLimits,
        decoded: Decoded | None = None,
        original: str | None = None,
    ) -> None:
        self.text = text
        self.limits = limits
        self.decoded = decoded
        self.original = text if original is None else original

    def measure(self) -> None:
        """Count nesting and operations."""
        stack: list[tuple[str, int]] = []
        count = self.count()
        for match in TOKEN.finditer(self.text):
            kind = match.lastgroup
            if kind is None:
                continue
            lexeme = match.group()
            if kind == "open":
                stack.append((lexeme, match.start()))
                if len(stack) > self.limits.nesting:
                    self._too_large(
                        match.start(), f"brackets are nested more than {self.limits.nesting} deep"
                    )
            elif kind == "close":
                self._close(stack, match)
            elif kind == "operator" and lexeme in "\"'":
                self._malformed(match.start(), "this string is not closed")
            count.see(kind, lexeme, stack)
            if count.operations > self.limits.operations:
                self._too_large(
                    match.start(), f"this is more than {self.limits.operations:,} operations"
                )
        if stack:
            self._malformed(stack[-1][1], f"this {stack[-1][0]!r} is not closed")

    def _close(self, stack: list[tuple[str, int]], match: re.Match[str]) -> None:
        bracket = match.group()
        if bracket == ">>" and not (stack and stack[-1][0] == "<<"):
            return  # two comparisons, for the parser to judge
        if not stack or stack[-1][0] != _PAIRS[bracket]:
            self._malformed(match.start(), f"this {bracket!r} closes nothing")
        stack.pop()

    def police(self) -> None:
        """Find ``SERVICE`` and updates as an engine could read them."""
        if not ("SERVICE" in self.text.upper() or _UPDATE_HINT.search(self.text)):
            return
        previous, before = "", ""
        suspect: int | None = None
        for match in TOKEN.finditer(self.text):
            kind = match.lastgroup
            if kind is None:
                continue
            found = match.group()
            if suspect is not None and found == "{":
                self._forbid_service(suspect)
            suspect = None
            if kind == "word":
                self.judge_word(match)
            elif kind == "name" and "SERVICE" in found.partition(":")[0].upper():
                suspect = None if previous in _BEFORE_GRAPH_NAMES else match.start()
            elif kind == "iri" and (before in _TERMS or before == "close"):
                # `(?a<?b)SERVICE :c#>` is one IRI here and a comparison to an engine.
                _, bracket, rest = found.partition(")")
                if bracket and "SERVICE" in rest.upper():
                    self._forbid_ambiguous(match.start())
            elif kind == "operator" and found == "<":
                # `<a^#> SERVICE <b> {}` is a comment here; be sure that it is one to all.
                run = _RUN.match(self.text, match.end())
                if run and "#" in run.group():
                    self._forbid_ambiguous(match.start())
            previous, before = found.upper(), kind

    def judge_word(self, match: re.Match[str]) -> None:
        """Refuse keywords of what is not done here."""
        word = match.group().upper()
        # No other word of SPARQL contains it, and an engine may read `trueSERVICE` as two.
        if "SERVICE" in word:
            self._forbid_service(match.start())
        self.judge_update(match, word)

    def judge_update(self, match: re.Match[str], word: str) -> None:
        """Refuse a keyword of an update."""
        if word in _UPDATES:
            self.forbid(
                match.start(),
                f"{word} changes data; queries only read",
                "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
            )

    def _forbid_ambiguous(self, position: int) -> None:
        self.forbid(
            position,
            "this '<' can be read in two ways",
            "Put a space behind a '<' that compares.",
        )

    def _place(self, position: int) -> tuple[int, int]:
        if self.decoded:
            position = self.decoded.original(position)
        return line_and_column(self.original, position)

    def _forbid_service(self, position: int) -> None:
        self.forbid(
            position,
            "SERVICE asks another server; this one does not call out",
            "Ask that server yourself and give the result with VALUES. If a prefixed name was "
            "meant, put a '.' behind the triple.",
        )

    def forbid(self, position: int, what: str, remedy: str) -> None:
        """Refuse what stands at a place. Raises :class:`ForbiddenQueryError`."""
        line, column = self._place(position)
        raise ForbiddenQueryError(f"Line {line}, column {column}: {what}.", remedy=remedy)

    def _malformed(self, position: int, what: str) -> None:
        line, column = self._place(position)
        raise MalformedQueryError(
            f"Line {line}, column {column}: {what}.", line=line, column=column
        )

    def _too_large(self, position: int, what: str) -> None:
        line, column = self._place(position)
        raise QueryTooLargeError(
            f"Line {line}, column {column}: {what}.",
            remedy=self.remedy,
            line=line,
            column=column,
        )
