"""Custody order: time, supply before use, key. The rule decides between 100 % maker and 100 % unrecorded."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.trace import CustodyNetwork

MAKER, A, B, C = range(4)


@pytest.mark.parametrize("rows", list(itertools.permutations([(MAKER, A), (A, B), (B, C)])))
@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("policy", ["proportional", "fifo", "lifo", "oldest-made-first", "newest-made-first"])
def test_a_chain_within_one_year_is_all_the_makers(rows: tuple[tuple[int, int], ...], keyed: bool, policy: str) -> None:
    source, target = zip(*rows, strict=True)
    net = CustodyNetwork(source, target, [2004] * 3, [100] * 3, 4, key=["b", "c", "a"] if keyed else None)
    assert net.origins(C, policy).tolist() == [100, 0, 0, 0]
    (chain,) = net.chains(C, policy).chains
    assert chain.holders == (MAKER, A, B, C)


def test_without_an_order_the_goods_would_be_unrecorded() -> None:
    """The same movements in the wrong order: what the rule is there for."""
    net = CustodyNetwork([A, MAKER], [B, A], [2004, 2005], [100, 100], 4)
    assert net.origins(B).tolist() == [0, 100, 0, 0]


def test_time_comes_before_supply() -> None:
    net = CustodyNetwork([MAKER, A], [A, B], [2, 1], [5, 5], 3)
    assert net.order().tolist() == [1, 0]


def test_a_cycle_is_left_to_the_key() -> None:
    """A lends to B and B returns, both in 2010; who had it first is in the record's key, whatever the rows."""
    first_a = CustodyNetwork([A, B], [B, A], [2010] * 2, [10, 10], 3, key=["1", "2"])
    swapped = CustodyNetwork([B, A], [A, B], [2010] * 2, [10, 10], 3, key=["2", "1"])
    assert first_a.order().tolist() == [0, 1]
    assert swapped.order().tolist() == [1, 0]
    assert first_a.origins(A).tolist() == swapped.origins(A).tolist() == [0, 10, 0]
    first_b = CustodyNetwork([A, B], [B, A], [2010] * 2, [10, 10], 3, key=["2", "1"])
    assert first_b.origins(B).tolist() == [0, 0, 10]


def test_a_cycle_is_served_before_and_serves_after() -> None:
    """Maker supplies a cycle A, B, which supplies C, all in one year, rows and keys against it."""
    source = [B, B, A, MAKER]
    target = [C, A, B, A]
    net = CustodyNetwork(source, target, [1] * 4, [4, 9, 9, 9], 4, key=[0, 2, 1, 3])
    assert net.order().tolist() == [3, 2, 1, 0]


def test_keys_that_are_numbers_order_as_numbers() -> None:
    net = CustodyNetwork([A, B], [C, C], [1, 1], [1, 1], 4, key=[10, 9])
    assert net.order().tolist() == [1, 0]
    net = CustodyNetwork([A, B], [C, C], [1, 1], [1, 1], 4, key=["10", "9"])
    assert net.order().tolist() == [0, 1]


def test_dates_are_times() -> None:
    days = np.array(["2014-06-10", "2003-03-20"], dtype="datetime64[D]")
    assert CustodyNetwork([0, 0], [1, 1], days, [1, 1], 2).order().tolist() == [1, 0]


def test_movements_of_nothing_order_nothing() -> None:
    """A statement that was not chosen has quantity zero, and must not tie its holders into a cycle."""
    net = CustodyNetwork([B, A, MAKER], [A, B, A], [1] * 3, [0, 5, 5], 4, key=[0, 1, 2])
    assert net.origins(B).tolist() == [5, 0, 0, 0]


@settings(deadline=None, max_examples=200)
@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 2)), min_size=1, max_size=14
        )
    )
)
def test_receipts_come_before_issues_unless_a_cycle_forbids(rows: list[tuple[int, int, int]]) -> None:
    """Checked against reachability worked out the slow way."""
    source, target, time = zip(*rows, strict=True)
    net = CustodyNetwork(source, target, time, [1] * len(rows), 6, key=list(range(len(rows))))
    place = {int(row): position for position, row in enumerate(net.order())}
    assert sorted(place) == list(range(len(rows)))
    for i, j in itertools.permutations(range(len(rows)), 2):
        if time[i] < time[j]:
            assert place[i] < place[j]
        elif time[i] == time[j]:
            same = [(s, d) for s, d, t in rows if t == time[i]]
            supplies = target[i] == source[j] and not reaches(same, source[j], source[i])
            # Inside a cycle first, then out of it; and two of one cycle by key.
            cycle_i = reaches(same, target[i], source[i])
            cycle_j = reaches(same, target[j], source[j])
            together = reaches(same, source[i], source[j]) and reaches(same, source[j], source[i])
            if supplies or (together and cycle_i and not cycle_j) or (together and cycle_i and cycle_j and i < j):
                assert place[i] < place[j]


def reaches(edges: Iterable[tuple[int, int]], start: int, goal: int) -> bool:
    edges = list(edges)
    seen = {start}
    while True:
        more = {d for s, d in edges if s in seen} - seen
        if not more:
            return goal in seen
        seen |= more


def test_a_long_chain_within_one_day() -> None:
    """No recursion: 200,000 links, rows in the worst order."""
    links = 200_000
    source = np.arange(links)[::-1]
    net = CustodyNetwork(source, source + 1, np.zeros(links), np.ones(links), links + 1)
    assert net.order()[:2].tolist() == [links - 1, links - 2]
    assert net.origins(links)[0] == 1.0
