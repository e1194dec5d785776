"""Loop-erased chains: the loan that came back forty times is one story."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.trace import CustodyNetwork
from takingstock.trace.erased import erase_loops, loop_erased

X, A, B, C = range(4)


def loans(times: int) -> CustodyNetwork:
    """X gives A 64; then A lends half of its stock to B and has it back, many times."""
    source, target, quantity = [X], [A], [64.0]
    for _ in range(times):
        source += [A, B]
        target += [B, A]
        quantity += [32.0, 32.0]
    return CustodyNetwork(source, target, range(1 + 2 * times), quantity, 4)


def test_forty_loans_and_returns_are_one_story() -> None:
    result = loans(40).chains(A, limit=1000)
    assert len(result.chains) == 41
    assert result.chains[0].share < 0.13
    erased = erase_loops(result)
    assert [(story.holders, story.share) for story in erased.chains] == [((X, A), pytest.approx(1.0))]
    assert erased.chains[0].quantity == pytest.approx(64.0)
    assert len(erased.chains[0].chains) == 41
    assert erased.exact
    assert erased.total == result.total


def test_what_was_not_found_stays_unshown() -> None:
    result = loans(40).chains(A, limit=5)
    erased = erase_loops(result)
    assert erased.chains[0].share == pytest.approx(sum(chain.share for chain in result.chains))
    assert erased.remainder == result.remainder > 0.3
    assert result.exact
    assert not erased.exact


def test_stories_are_summed_by_kind_of_origin_and_sorted_again() -> None:
    """The largest chain is X B C; with the loan A B A cut out, X A C is the larger story."""
    net = CustodyNetwork(
        [A, X, B, A, X, B],
        [C, A, A, B, B, C],
        [9, 1, 3, 2, 8, 9],
        [6, 6, 3, 3, 5, 5],
        4,
        opening=[0, 0, 2, 0],
    )
    result = net.chains(C, limit=100)
    assert result.chains[0].holders == (X, B, C)
    assert [(story.holders, story.origin_kind) for story in erase_loops(result).chains] == [
        ((X, A, C), "born"),
        ((X, B, C), "born"),
        ((B, A, C), "opening"),
        ((X, A, B, C), "born"),
        ((B, C), "opening"),
    ]
    assert [story.quantity for story in erase_loops(result).chains] == pytest.approx(
        [3.0 + 1.8, 25 / 7, 1.2, 6 / 7, 4 / 7]
    )


@pytest.mark.parametrize(
    ("holders", "wanted"),
    [
        ((X, A, B, C), (X, A, B, C)),
        ((X, A, B, A, C), (X, A, C)),
        ((X, A, A), (X, A)),
        ((A, X, B, X, A), (A,)),
        ((X, A, B, C, A, B), (X, A, B)),
        ((X, A, B, A, C, B), (X, A, C, B)),
        ((C,), (C,)),
    ],
)
def test_loops_are_cut_as_they_close(holders: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    assert loop_erased(holders) == wanted


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20))
def test_what_is_left_is_a_path_between_the_same_ends(holders: list[int]) -> None:
    left = loop_erased(tuple(holders))
    assert len(set(left)) == len(left)
    assert (left[0], left[-1]) == (holders[0], holders[-1])
    steps = set(pairwise(holders))
    assert set(pairwise(left)) <= steps
    assert loop_erased(left) == left
