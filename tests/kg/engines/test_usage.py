"""Who used how much lately: it fades, adds up, and cannot fill the memory."""

from hypothesis import given
from hypothesis import strategies as st

from kg.engines.usage import LONGEST, MOST_CLIENTS, WINDOW, Usage


def test_use_adds_up_and_fades() -> None:
    usage = Usage()
    usage.charge("a", 3.0, now=100.0)
    usage.charge("a", 2.0, now=100.0)
    assert usage.of("a", 100.0) == 5.0
    assert 1.8 < usage.of("a", 100.0 + WINDOW) < 1.9  # about a third of it
    assert usage.of("a", 100.0 + 10 * WINDOW) < 0.001
    assert usage.of("b", 100.0) == 0.0


def test_nobody_in_particular_uses_nothing() -> None:
    usage = Usage()
    usage.charge("", 1_000.0, now=1.0)
    assert usage.of("", 1.0) == 0.0
    assert len(usage) == 0


def test_new_names_do_not_fill_the_memory_nor_hide_the_heavy() -> None:
    """Somebody with an address for every query is forgotten before those who used much."""
    usage = Usage()
    usage.charge("heavy", 50.0, now=0.0)
    for i in range(3 * MOST_CLIENTS):
        usage.charge(f"address {i}", 0.01, now=0.0)
        assert len(usage) <= MOST_CLIENTS
    assert usage.of("heavy", 0.0) == 50.0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1, 60), st.floats(0, 10))))
def test_use_is_never_negative_and_never_more_than_was_used(
    charges: list[tuple[str, float, float]],
) -> None:
    usage, now, used = Usage(), 0.0, 0.0
    for client, seconds, pause in charges:
        now += pause
        usage.charge(client, seconds, now)
        used += max(seconds, 0.0)
        assert 0 <= usage.of(client, now) <= used + 1e-9


def test_what_is_usual_follows_the_last_queries_and_fades() -> None:
    usage = Usage()
    assert usage.usual("new", 0.0) == 0
    usage.charge("slow", 0.5, 0.0)
    assert usage.usual("slow", 0.0) == 0.25
    usage.charge("slow", 3600.0, 0.0)
    assert usage.usual("slow", 0.0) == (0.25 + LONGEST) / 2
    assert usage.usual("slow", 3 * WINDOW) < 0.06
    for _ in range(4):  # quick ones make up for it
        usage.charge("slow", 0.001, 0.0)
    assert usage.usual("slow", 0.0) < 0.1
    usage.charge("", 9.0, 0.0)
    assert usage.usual("", 0.0) == 0
