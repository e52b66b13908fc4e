"""Writes ``docs/conformance.md`` from a run of the suite: ``make conformance``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from tests.serving import REPOSITORY
from tests.w3c.failures import CAUSES, Failure, recorded
from tests.w3c.judgement import Verdict
from tests.w3c.manifests import FOLDER, NOT_OFFERED, Case, Suite, cases
from tests.w3c.run import empty_service, offered, run
from tests.w3c.tables import Match

PAGE = REPOSITORY / "docs" / "conformance.md"

_HEAD = """\
# Conformance with SPARQL 1.1

This page is written by `make conformance`. It starts `critmat serve --empty` with updates, sends it
the W3C's [SPARQL 1.1 test suite](https://w3c.github.io/rdf-tests/sparql/sparql11/) over HTTP, and
compares what comes back. `make test` does the same and fails where a test fails that is not listed
below, or passes although it is.

The suite is not part of this project. It is looked for in the folder that `CRITMAT_W3C_TESTS`
names; get it with `git clone https://github.com/w3c/rdf-tests` and name its `sparql/sparql11`.
"""

_RULES = """\
## What counts as passed

- Tables hold the same variables and the same rows as often; blank nodes may be called otherwise,
  but stand for one another one to one. The order counts where the query has an ORDER BY.
- Graphs are isomorphic. After an update every graph of the store is compared, so nothing else may
  have changed.
- A wrong status, another media type or a document that cannot be read is a failure, never a pass.
- A text that is to be taken must be carried out: that it was parsed is not enough.
  The one exception is LOAD: the service fetches nothing from other machines, so it parses the
  update and then refuses it with 403, naming LOAD. In the tests of syntax that counts as taken.
  With SILENT the update is carried out, and LOAD does nothing.
- A text that is to be refused must be refused as malformed, with 400; any other refusal fails.
- An answer passes *by value* where it differs only in how numbers and booleans are written, such as
  `2` for `2.0` or `false` for `0`: the engine keeps values, not spellings
  ([oxigraph#526](https://github.com/oxigraph/oxigraph/issues/526)).
- Each query and update is sent with its own address as BASE, as the protocol has no parameter for
  it. The requests of the protocol tests are sent exactly as the suite has them; only the paths and
  the host are ours, and a token goes with them.
"""


def page(verdicts: Sequence[Verdict], everything: Iterable[Case]) -> str:
    """The whole page, from a run of all that is offered."""
    known = recorded()
    failed = [verdict for verdict in verdicts if not verdict.passed]
    by_value = [verdict for verdict in verdicts if verdict.match is Match.BY_VALUE]
    total = len(verdicts)
    parts = [
        _HEAD,
        f"**{total - len(failed)} of {total} tests pass.**\n",
        _table(
            ("part", "tests", "passed", "of them by value", "failed"),
            [_counts(suite, verdicts) for suite in Suite if suite not in NOT_OFFERED],
        ),
        _RULES,
        "## What fails\n",
        _table(
            ("test", "what is tested", "cause", "reason"),
            [_failure(verdict, known) for verdict in failed],
        ),
        "## What passes by value\n",
        _in_folders(verdict.case.id for verdict in by_value),
        "## What is not offered\n",
        _table(
            ("part", "tests", "reason"),
            [
                (suite.value, count, NOT_OFFERED[suite])
                for suite, count in Counter(case.suite for case in everything).items()
                if suite in NOT_OFFERED
            ],
        ),
    ]
    return "\n".join(parts)


def _counts(suite: Suite, verdicts: Sequence[Verdict]) -> tuple[object, ...]:
    found = Counter(verdict.match for verdict in verdicts if verdict.case.suite is suite)
    total = found.total()
    return suite.value, total, total - found[Match.NO], found[Match.BY_VALUE], found[Match.NO]


def _failure(verdict: Verdict, known: dict[str, Failure]) -> tuple[object, ...]:
    case = verdict.case
    why = known.get(case.id)
    if why is None:
        return f"`{case.id}`", case.title, "**not explained yet**", ""
    reason = f"{why.reason} [More]({why.link})"
    return f"`{case.id}`", case.title, CAUSES[why.cause], reason


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    # A bar would end the cell.
    cells = (" | ".join(str(cell).replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def _in_folders(tests: Iterable[str]) -> str:
    folders: dict[str, list[str]] = {}
    for test in tests:
        folder, _, name = test.partition("/")
        folders.setdefault(folder, []).append(f"`{name}`")
    return "".join(f"- {folder}: {', '.join(names)}\n" for folder, names in folders.items())


def main() -> None:
    """Run everything, write the page, and say on standard error what is not as recorded."""
    if not FOLDER.is_dir():
        sys.exit(f"There is no test suite in {FOLDER}: name its folder in CRITMAT_W3C_TESTS.")
    everything = cases()
    with empty_service() as client:
        verdicts = run(offered(everything), client)
    PAGE.write_text(page(verdicts, everything), encoding="utf-8")
    known = recorded()
    unknown = [v for v in verdicts if not v.passed and v.case.id not in known]
    mended = [v for v in verdicts if v.passed and v.case.id in known]
    for verdict in unknown:
        print(f"{verdict.case.id} fails: {verdict.reason}", file=sys.stderr)
    for verdict in mended:
        print(f"{verdict.case.id} passes, but is recorded as failing", file=sys.stderr)
    print(f"{sum(v.passed for v in verdicts)} of {len(verdicts)} pass; {PAGE.name} is written.")
    sys.exit(1 if unknown or mended else 0)


if __name__ == "__main__":
    main()
