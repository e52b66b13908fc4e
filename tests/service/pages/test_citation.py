"""Citations in words and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from service.pages.citation import Work, apa, bibtex, latex

WORK = Work(
    id="exposed-products",
    title="Who makes 50 % of {it} & what_for #1?",
    version="1.2.0",
    snapshot_id="9972379300a7",
    released=date(2026, 3, 5),
    address="https://example.org/questions/exposed-products?element=rare%20earths&least=5",
    accessed=date(2027, 1, 9),
)


def test_the_citation_names_all_that_is_needed_to_find_the_answer_again() -> None:
    assert apa(WORK) == (
        "critmat. (2026). Who makes 50 % of {it} & what_for #1? (Version 1.2.0, snapshot "
        "9972379300a7, released 2026-03-05) [Data set]. Retrieved January 9, 2027, from "
        "https://example.org/questions/exposed-products?element=rare%20earths&least=5"
    )


def test_bibtex_reads_its_own_signs_as_text() -> None:
    entry = bibtex(WORK)
    assert r"title = {{Who makes 50 \% of \{it\} \& what\_for \#1?}}," in entry
    assert "urldate = {2027-01-09}," in entry
    assert "released 2026-03-05. Accessed 2027-01-09" in entry
    assert f"url = {{{WORK.address}}}," in entry
    assert re.match(r"@misc\{[a-z0-9-]+,\n", entry)


def test_braces_are_balanced_whatever_the_title_and_the_address() -> None:
    hostile = replace(WORK, title="}{\\", address="https://example.org/?a={b}\\", id="a}b{")
    entry = bibtex(hostile)
    depth = 0
    for character in re.sub(r"\\[{}]", "", entry):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert entry.count("@") == 1


def test_without_a_release_date_the_year_is_that_of_access() -> None:
    unknown = replace(WORK, released=None)
    assert "(2027)" in apa(unknown)
    assert "released" not in apa(unknown) + bibtex(unknown)


def test_every_sign_of_latex_is_escaped() -> None:
    assert latex("~^") == r"\textasciitilde{}\textasciicircum{}"
