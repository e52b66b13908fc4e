"""Writes ``docs/conformance.md`` from runs of the suites: ``make conformance``.

Where the W3C's tests of SPARQL 1.2 are at hand, ``docs/conformance-sparql12.md`` too.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from tests.serving import REPOSITORY
from tests.w3c.failures import CAUSES, Failure, recorded
from tests.w3c.judgement import Verdict
from tests.w3c.manifests import NOT_OFFERED, OWN, SPARQL11, SPARQL12, Case, Edition, Suite, cases
from tests.w3c.run import empty_service, offered, run
from tests.w3c.tables import Match

PAGE = REPOSITORY / "docs" / "conformance.md"
PAGE12 = REPOSITORY / "docs" / "conformance-sparql12.md"

_HEAD = """\
# Conformance with SPARQL 1.1

This page is written by `make conformance`. It starts `critmat serve --empty` with updates, sends it
the W3C's [SPARQL 1.1 test suite](https://w3c.github.io/rdf-tests/sparql/sparql11/) over HTTP, and
compares what comes back. `make test` does the same and fails where a test fails that is not listed
below, or passes although it is.

The suite is not part of this project. It is looked for in the folder that `CRITMAT_W3C_TESTS`
names; get it with `git clone https://github.com/w3c/rdf-tests` and name its `sparql/sparql11`.

How far SPARQL 1.2 goes: [conformance-sparql12.md](conformance-sparql12.md), and the last section.
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


_OWN = """\
## Our own tests of SPARQL 1.2

Not the W3C's: these were written for this project from the
[specification](https://www.w3.org/TR/sparql12-query/), in the layout of the W3C's suites, and lie
in `tests/w3c/own`. They are sent and judged like the others, and none may fail.
"""
_HEAD12 = """\
# Conformance with SPARQL 1.2

`make conformance` writes this page where the W3C's
[SPARQL 1.2 tests](https://w3c.github.io/rdf-tests/sparql/sparql12/) are at hand, and leaves it as
it is where they are not. They are no part of this project and are looked for in the folder that
`CRITMAT_SPARQL12` names: `sparql/sparql12` of a clone of `https://github.com/w3c/rdf-tests`. They
are sent over HTTP and judged as [conformance.md](conformance.md) says. Triple terms are compared
part by part, with one blank node standing for one everywhere; a literal's base direction counts.
"""


def page12(verdicts: Sequence[Verdict], missing: Sequence[Case]) -> str:
    """The page on SPARQL 1.2, from a run of the tests whose files are all there."""
    failed = [verdict for verdict in verdicts if not verdict.passed]
    by_value = [verdict.case.id for verdict in verdicts if verdict.match is Match.BY_VALUE]
    note = SPARQL12.folder / "note.md"
    total = len(verdicts)
    return "\n".join(
        [
            _HEAD12,
            f"**{total - len(failed)} of {total} tests pass.**\n",
            *([note.read_text(encoding="utf-8")] if note.is_file() else []),
            _by_folder(verdicts, missing),
            "## What fails\n",
            _failures(failed, SPARQL12),
            "## What passes by value\n",
            _in_folders(by_value),
        ]
    )


def _by_folder(verdicts: Sequence[Verdict], missing: Sequence[Case]) -> str:
    """A table of the folders, with the tests of which a file is missing."""
    matches = [(verdict.case.id, verdict.match) for verdict in verdicts]
    gone = Counter(case.id.partition("/")[0] for case in missing)
    ran = {test.partition("/")[0] for test, _ in matches}
    rows = []
    for folder in sorted(ran | gone.keys()):
        found = Counter(match for test, match in matches if test.partition("/")[0] == folder)
        total = found.total()
        rows.append((folder, total, total - found[Match.NO], found[Match.NO], gone[folder]))
    return _table(("folder", "tests", "passed", "failed", "files missing"), rows)


def _own(verdicts: Sequence[Verdict]) -> str:
    titles = [
        (verdict.case.id, verdict.case.title, "yes" if verdict.passed else "**no**")
        for verdict in verdicts
    ]
    return f"{_OWN}\n{_table(('test', 'what is tested', 'passed'), titles)}"


def page(verdicts: Sequence[Verdict], everything: Iterable[Case], own: Sequence[Verdict]) -> str:
    """The whole page, from a run of all that is offered and of our own tests."""
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
        _failures(failed, SPARQL11),
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
        _own(own),
    ]
    return "\n".join(parts)


def _counts(suite: Suite, verdicts: Sequence[Verdict]) -> tuple[object, ...]:
    found = Counter(verdict.match for verdict in verdicts if verdict.case.suite is suite)
    total = found.total()
    return suite.value, total, total - found[Match.NO], found[Match.BY_VALUE], found[Match.NO]


def _failures(failed: Iterable[Verdict], edition: Edition) -> str:
    known = recorded(edition)
    rows = [_failure(verdict, known) for verdict in failed]
    return _table(("test", "what is tested", "cause", "reason"), rows)


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


def complete(edition: Edition) -> tuple[list[Case], list[Case]]:
    """The tests of a suite that can be run, and those of which a file is missing."""
    everything = cases(edition)
    missing = [case for case in everything if case.missing()]
    return [case for case in everything if case not in missing], missing


def main() -> None:
    """Run everything, write the pages, and say on standard error what is not as recorded."""
    if not SPARQL11.folder.is_dir():
        folder = SPARQL11.folder
        sys.exit(f"There is no test suite in {folder}: name its folder in CRITMAT_W3C_TESTS.")
    everything = cases()
    with empty_service() as client:
        verdicts = run(offered(everything), client)
        own = run(cases(OWN), client)
        PAGE.write_text(page(verdicts, everything, own), encoding="utf-8")
        surprises = [_surprises(verdicts, SPARQL11, PAGE.name), _surprises(own, OWN, "own tests")]
        if SPARQL12.folder.is_dir():
            there, missing = complete(SPARQL12)
            verdicts12 = run(offered(there), client)
            PAGE12.write_text(page12(verdicts12, missing), encoding="utf-8")
            surprises.append(_surprises(verdicts12, SPARQL12, PAGE12.name))
    sys.exit(1 if any(surprises) else 0)


def _surprises(verdicts: Sequence[Verdict], edition: Edition, name: str) -> int:
    """Say what is not as recorded, and how many pass; how many are not."""
    known = recorded(edition)
    unknown = [v for v in verdicts if not v.passed and v.case.id not in known]
    mended = [v for v in verdicts if v.passed and v.case.id in known]
    for verdict in unknown:
        print(f"{verdict.case.id} fails: {verdict.reason}", file=sys.stderr)
    for verdict in mended:
        print(f"{verdict.case.id} passes, but is recorded as failing", file=sys.stderr)
    print(f"{sum(v.passed for v in verdicts)} of {len(verdicts)} pass ({name}).")
    return len(unknown) + len(mended)


if __name__ == "__main__":
    main()
