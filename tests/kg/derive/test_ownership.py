"""Who owns what in the end, over current stakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DeriveFrom = Callable[..., Any]


def stake(number: int, held: str, holder: str, more: str = "cm:stakeKind cm:stake-equity") -> str:
    return (
        f"cmd:stake-{number} a cm:OwnershipStake ; cm:stakeIn cmd:{held} ; "
        f"cm:stakeHolder cmd:{holder} ; {more} .\n"
    )


def owners(derived: Any) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = derived.rows("?held cm:ultimatelyOwnedBy ?owner")
    return found


def test_stakes_are_followed_to_those_in_whom_nobody_holds_one(derive_from: DeriveFrom) -> None:
    facts = stake(1, "plant", "subsidiary", "cm:stakeKind cm:stake-owner")
    facts += stake(2, "subsidiary", "group", "cm:stakeKind cm:stake-parent")
    facts += stake(3, "subsidiary", "fund", "cm:stakeKind cm:stake-joint-venture")
    assert owners(derive_from(facts)) == [
        ("cmd:plant", "cmd:fund"),
        ("cmd:plant", "cmd:group"),
        ("cmd:subsidiary", "cmd:fund"),
        ("cmd:subsidiary", "cmd:group"),
    ]


def test_they_stand_in_a_graph_of_their_own(derive_from: DeriveFrom) -> None:
    derived = derive_from(stake(1, "plant", "group"))
    rows = derived.rows("GRAPH ?graph { cmd:plant cm:ultimatelyOwnedBy ?owner }")
    assert rows == [("https://w3id.org/critmat/graph/derived/ownership", "cmd:group")]


def test_a_stake_that_ended_counts_no_more(derive_from: DeriveFrom) -> None:
    ended = 'cm:stakeKind cm:stake-equity ; cm:validUntil "2020"^^xsd:gYear'
    facts = stake(1, "plant", "seller", ended) + stake(2, "plant", "buyer")
    assert owners(derive_from(facts)) == [("cmd:plant", "cmd:buyer")]


def test_who_was_held_once_and_is_no_more_is_an_owner_in_the_end(derive_from: DeriveFrom) -> None:
    ended = 'cm:stakeKind cm:stake-parent ; cm:validUntil "2020"^^xsd:gYear'
    facts = stake(1, "plant", "company") + stake(2, "company", "former-parent", ended)
    assert owners(derive_from(facts)) == [("cmd:plant", "cmd:company")]


def part(fraction: str) -> str:
    return f"cm:stakeKind cm:stake-equity ; cm:stakeFraction {fraction}e0"


def test_a_small_stake_is_not_followed_where_who_holds_the_rest_is_not_on_record(
    derive_from: DeriveFrom,
) -> None:
    facts = stake(1, "plant", "company") + stake(2, "company", "fund", part("0.077"))
    assert owners(derive_from(facts)) == [("cmd:plant", "cmd:company")]


def test_small_stakes_count_where_most_is_on_record(derive_from: DeriveFrom) -> None:
    facts = stake(1, "plant", "fund", part("0.08")) + stake(2, "plant", "state", part("0.5"))
    assert owners(derive_from(facts)) == [("cmd:plant", "cmd:fund"), ("cmd:plant", "cmd:state")]


def test_an_option_and_an_agreed_stake_are_no_ownership(derive_from: DeriveFrom) -> None:
    facts = stake(1, "plant", "hopeful", "cm:stakeKind cm:stake-option")
    facts += stake(2, "plant", "buyer", "cm:stakeKind cm:stake-agreed")
    assert owners(derive_from(facts)) == []


def test_out_of_a_circle_to_those_who_hold_it(derive_from: DeriveFrom) -> None:
    facts = stake(1, "plant", "one") + stake(2, "one", "two") + stake(3, "two", "one")
    derived = derive_from(facts + stake(4, "two", "state"))
    assert ("cmd:plant", "cmd:state") in owners(derived)
    assert not derived.summary.circles


def test_a_circle_that_nobody_else_holds_has_no_owner_and_is_named(
    derive_from: DeriveFrom,
) -> None:
    facts = stake(1, "plant", "one") + stake(2, "one", "two") + stake(3, "two", "one")
    derived = derive_from(facts)
    assert owners(derived) == []
    assert derived.summary.circles == ("cmd:one and cmd:two",)


def test_a_stake_of_a_company_in_itself_counts_for_nothing(derive_from: DeriveFrom) -> None:
    derived = derive_from(stake(1, "plant", "group") + stake(2, "group", "group"))
    assert owners(derived) == [("cmd:plant", "cmd:group")]


def test_axioms_may_build_on_it(derive_from: DeriveFrom) -> None:
    axiom = "cm:ultimatelyOwns owl:inverseOf cm:ultimatelyOwnedBy ."
    derived = derive_from(stake(1, "plant", "group"), axiom)
    assert derived.rows("cmd:group cm:ultimatelyOwns ?held") == [("cmd:plant",)]
