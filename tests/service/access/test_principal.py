"""What a role and the graphs of a token allow."""

from __future__ import annotations

import pytest

from service.access.principal import Principal, Role

MINE = "http://example.org/mine"


@pytest.mark.parametrize(
    ("role", "graphs", "named", "default"),
    [
        (Role.WRITER, (), True, False),
        (Role.EDITOR, (), True, True),
        (Role.ADMIN, (), True, True),
        (Role.WRITER, (MINE,), True, False),
        (Role.EDITOR, (MINE,), True, False),
        (Role.ADMIN, (MINE + "/*",), False, False),
        (Role.EDITOR, ("http://example.org/*",), True, False),
        (Role.WRITER, ("http://example.org/other", MINE), True, False),
        (Role.WRITER, ("http://example.org/min",), False, False),
    ],
)
def test_which_graphs_may_be_changed(
    role: Role, graphs: tuple[str, ...], named: bool, default: bool
) -> None:
    who = Principal("ada", role, graphs)
    assert who.may_change(MINE) is named
    assert who.may_change("") is default


def test_a_star_stands_for_what_follows_only() -> None:
    who = Principal("ada", Role.WRITER, ("http://example.org/mine/*",))
    assert who.may_change("http://example.org/mine/1/2")
    assert not who.may_change("http://example.org/mine")
    assert not who.may_change("http://example.org/mines/1")


def test_each_role_covers_those_before_it() -> None:
    assert [[a.covers(b) for b in Role] for a in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
