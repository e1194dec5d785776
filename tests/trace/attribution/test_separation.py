"""What looks alike is merged before a count is read; what narrows is separated."""

import numpy as np
import pytest

from takingstock.trace.attribution.model import Channels, Sightings
from takingstock.trace.attribution.separation import (
    SHRINKAGE,
    Pair,
    distances,
    estimates,
    groups,
    log_ratio,
    pairs,
    sentence,
    shrinkage,
    summed,
)


def channels(composition, quantity=None):
    composition = np.asarray(composition, dtype=float)
    D, C, J = composition.shape
    quantity = np.ones((D, C)) if quantity is None else np.asarray(quantity, dtype=float)
    return Channels(tuple("abcdef"[:C]), tuple(f"k{j}" for j in range(J)), quantity, composition)


def seen(J):
    return Sightings.separate(np.ones((1, J)))


def test_channels_that_look_alike_are_merged():
    made = channels([[[0.5, 0.5, 0.0], [0.0, 0.1, 0.9], [0.45, 0.55, 0.0]]])
    assert groups(made, seen(3)) == ((0, 2), (1,))


def test_what_sources_do_not_separate_does_not_separate_channels():
    made = channels([[[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]])
    merged = Sightings(np.ones((1, 2)), np.array([[1, 0, 0], [0, 1, 1]], bool), False, 1.0)
    assert groups(made, seen(3)) == ((0,), (1,))
    assert groups(made, merged) == ((0, 1),)
    assert distances(made, merged).max() == 0


def test_alike_in_half_of_the_draws_is_not_alike():
    far, near = [[1.0, 0.0], [0.0, 1.0]], [[0.5, 0.5], [0.5, 0.5]]
    assert groups(channels([far, near]), seen(2)) == ((0,), (1,))
    assert groups(channels([far] + [near] * 19), seen(2)) == ((0, 1),)


def test_a_chain_of_neighbours_is_not_one_cluster():
    made = channels([[[0.50, 0.50], [0.58, 0.42], [0.66, 0.34]]])
    found = groups(made, seen(2))
    assert sorted(len(g) for g in found) == [1, 2]


def test_draws_without_a_channel_do_not_speak_of_its_likeness():
    same, far = [[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [1.0, 0.0]]
    assert groups(channels([same, far], [[1, 1], [1, 0]]), seen(2)) == ((0, 1),)
    assert groups(channels([same, same], [[0, 1], [1, 0]]), seen(2)) == ((0,), (1,))


def test_shrinkage_is_of_the_interval():
    wide = np.linspace(-2, 2, 1001)
    assert shrinkage(wide, wide / 4) == pytest.approx(0.75)
    assert shrinkage(wide, wide) == 0
    assert shrinkage(np.zeros(10), np.zeros(10)) == 0


def test_shares_of_next_to_nothing_have_a_bounded_log_ratio():
    assert abs(log_ratio(np.array([0.0]), np.array([1.0]))[0]) < 6


def test_a_pair_that_moves_without_narrowing_is_moved_and_not_separated():
    rng = np.random.default_rng(1)
    a = 1 / (1 + np.exp(-rng.normal(-2, 0.5, 5000)))
    b = 1 / (1 + np.exp(-rng.normal(2, 0.5, 5000)))
    before, after = np.stack([a, 1 - a], 1), np.stack([b, 1 - b], 1)
    compared = pairs(before, after)
    assert [p.separated for p in compared] == [False]
    assert compared[0].first_leads > 0.99
    first = estimates([("a",), ("b",)], before, after, compared)[0]
    assert first.moved
    assert not first.separated
    assert first.sentence == "not-separated"
    assert first.unseparated == (1,)


def test_a_group_is_separated_only_where_its_chief_rival_is():
    rng = np.random.default_rng(2)
    before = rng.dirichlet([1, 1, 1], 4000)
    narrow = rng.dirichlet([500, 400, 100], 4000)
    compared = pairs(before, narrow)
    assert all(p.separated and p.sentence == "separated" for p in compared)
    assert all(e.separated for e in estimates([("a",), ("b",), ("c",)], before, narrow, compared))
    broken = [Pair(p.first, p.second, 0.0, 0.5, False) if (p.first, p.second) == (0, 1) else p for p in compared]
    verdicts = [e.separated for e in estimates([("a",), ("b",), ("c",)], before, narrow, broken)]
    assert verdicts == [False, False, True]


def test_one_group_has_nothing_to_be_separated_from():
    only = np.ones((10, 1))
    found = estimates([("a", "b")], only, only, pairs(only, only))
    assert not found[0].separated
    assert sentence(found[0].shrinkage >= SHRINKAGE) == "not-separated"


def test_shares_of_a_group_are_summed():
    share = np.array([[0.2, 0.3, 0.5]])
    assert summed(share, ((0, 2), (1,))) == pytest.approx(np.array([[0.7, 0.3]]))
