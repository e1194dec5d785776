"""Attrition by hand; the oracle checks it on random networks (test_properties)."""

from __future__ import annotations

import numpy as np
import pytest

from takingstock.trace import CustodyNetwork
from takingstock.trace.network import UnknownOptionError
from takingstock.trace.policies import POLICIES

X, Y, A, B = range(4)
EVERY = pytest.mark.parametrize("policy", list(POLICIES))


@EVERY
def test_half_is_gone_after_the_half_life(policy: str) -> None:
    """X gives A 80 at 2000; ten years later 40 are left, and Y gives 40 more."""
    net = CustodyNetwork([X, Y], [A, A], [2000, 2010], [80, 40], 4, half_life=10)
    assert net.balances() == pytest.approx([0, 0, 80, 0])
    assert net.origins(A, policy) == pytest.approx([40, 40, 0, 0])
    assert net.births() == pytest.approx([80, 40])
    assert [chain.share for chain in net.chains(A, policy).chains] == pytest.approx([0.5, 0.5])


@EVERY
def test_what_was_worn_out_is_lacking(policy: str) -> None:
    """A has 100 at first, 25 after two half-lives, and issues 60: 35 are born, or 140 more stood there at first."""
    late = CustodyNetwork([X, A], [B, B], [0, 20], [8, 60], 4, opening=[0, 0, 100, 0], half_life=10)
    assert late.births() == pytest.approx([8, 35])
    assert late.opening() == pytest.approx([0, 0, 100, 0])
    assert late.opening_shortfall() == pytest.approx([8, 0, 140, 0])
    assert late.balances() == pytest.approx([0, 0, 0, 62])
    parts = late.origins_by_kind(B, policy)
    assert parts.born == pytest.approx([2, 0, 35, 0])
    assert parts.opening == pytest.approx([0, 0, 25, 0])
    held = CustodyNetwork([X, A], [B, B], [0, 20], [8, 60], 4, opening=[0, 0, 100, 0], half_life=10, births="opening")
    assert held.opening() == pytest.approx([8, 0, 240, 0])
    assert held.origins_by_kind(B, policy).opening == pytest.approx([2, 0, 60, 0])


def test_dates_count_in_their_own_unit() -> None:
    years = np.array(["2000", "2010"], dtype="datetime64[Y]")
    net = CustodyNetwork([X, Y], [A, A], years, [80, 40], 4, half_life=10)
    assert net.origins(A) == pytest.approx([40, 40, 0, 0])
    days = CustodyNetwork([X, Y], [A, A], years.astype("datetime64[D]"), [80, 40], 4, half_life=3653)
    assert days.origins(A) == pytest.approx([40, 40, 0, 0])


def test_a_large_network_wears_as_a_small_one() -> None:
    random = np.random.default_rng(3)
    source, target = random.integers(0, 40, (2, 12_000))
    quantity, time = random.lognormal(0.0, 1.0, 12_000), np.arange(12_000)
    large = CustodyNetwork(source, target, time, quantity, 40, half_life=1_000)
    lists = CustodyNetwork(source.tolist(), target.tolist(), time.tolist(), quantity.tolist(), 40, half_life=1_000)
    assert large.origins(0).tolist() == lists.origins(0).tolist()
    assert large.origins(0).sum() == pytest.approx(large.balances()[0])
    assert large.balances().sum() < CustodyNetwork(source, target, time, quantity, 40).balances().sum() / 2


def test_the_arrays_given_stay_as_they_are() -> None:
    quantity, opening = np.array([80.0, 40.0]), np.array([1.0, 1.0, 1.0, 1.0])
    CustodyNetwork([X, Y], [A, A], [2000, 2010], quantity, 4, opening=opening, half_life=10)
    assert quantity.tolist() == [80, 40]
    assert opening.tolist() == [1, 1, 1, 1]


def test_no_movement_no_attrition() -> None:
    net = CustodyNetwork([], [], [], [], 2, opening=[3, 0], half_life=10)
    assert net.balances().tolist() == net.opening().tolist() == [3, 0]


@pytest.mark.parametrize("half_life", [0, -1, float("nan"), float("inf"), 0.001])
def test_half_lives_that_cannot_be(half_life: float) -> None:
    with pytest.raises(UnknownOptionError, match="half_life"):
        CustodyNetwork([X, Y], [A, A], [2000, 2010], [80, 40], 4, half_life=half_life)
