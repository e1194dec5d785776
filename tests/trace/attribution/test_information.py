"""Expected information: bits of one item, and what fifty would narrow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import two_channels

from takingstock.trace.attribution.information import (
    Observation,
    gains,
    joint_probability,
    mutual_information,
    weighted_width,
)
from takingstock.trace.attribution.model import InvalidInput
from takingstock.trace.attribution.posterior import attribute

A, B = np.array([0.8, 0.2]), np.array([0.1, 0.9])


@pytest.fixture(scope="module")
def answer():
    """Two channels, seen in pictures only, whose visibility is not known."""
    counts = np.round(2000 * (0.6 * A + 0.4 * B))[None]
    return attribute(two_channels(counts, sd=0.7, sites=2000), 1)


def test_disjoint_outcomes_at_even_odds_are_one_bit():
    assert mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])) == pytest.approx(1.0, abs=1e-12)


def test_equal_outcomes_are_no_bit():
    assert mutual_information(np.outer([0.3, 0.7], [0.2, 0.5, 0.3])) == pytest.approx(0.0, abs=1e-12)


@settings(max_examples=60)
@given(st.lists(st.floats(0.0, 1.0), min_size=6, max_size=6), st.lists(st.floats(0.01, 1.0), min_size=2, max_size=2))
def test_information_is_never_negative_and_finer_outcomes_never_tell_less(cells, odds):
    joint = np.array(cells).reshape(2, 3) + 1e-3
    joint *= np.array(odds)[:, None]
    fine = mutual_information(joint)
    coarse = mutual_information(np.stack([joint[:, 0] + joint[:, 1], joint[:, 2]], axis=1))
    weights = joint.sum(axis=1) / joint.sum()
    assert 0 <= coarse <= fine + 1e-12
    assert fine <= -(weights * np.log2(weights)).sum() + 1e-12


def test_the_joint_of_a_picture_goes_through_visibility(answer):
    chosen = np.arange(20)
    composition = np.stack([A, B])
    joint = joint_probability(answer, Observation("picture", composition, np.array([0, 1])), chosen)
    share, seen = answer.posterior.share[:20], np.exp(answer.posterior.log_visibility[:20])
    by_hand = share[:, :, None] * composition * seen[:, None, :]
    assert joint == pytest.approx(by_hand / by_hand.sum(axis=(1, 2), keepdims=True))
    recovered = joint_probability(answer, Observation("recovery", composition, None, True), chosen)
    assert recovered == pytest.approx(share[:, :, None] * composition)


def test_what_to_look_for_next(answer):
    """More pictures cannot cure unknown visibility, recoveries can; a lot that only one channel had tells most."""
    composition = np.stack([A, B])
    # Two lots of each category, one per channel.
    lots = np.stack([np.kron(A, [1.0, 0.0]), np.kron(B, [0.0, 1.0])])
    same = np.full((2, 3), 1 / 3)
    found = gains(
        answer,
        [
            Observation("picture", composition, np.array([0, 1])),
            Observation("recovery", composition, None, True),
            Observation("lot", lots, np.array([0, 0, 1, 1])),
            Observation("nothing", same, None, True),
        ],
        items=50,
        sites=50,
    )
    by = {gain.observation: gain for gain in found}
    assert found[0].observation == "lot"
    assert by["lot"].bits == pytest.approx(by["lot"].bits_leading)
    assert by["lot"].bits > by["picture"].bits > 0
    assert by["lot"].pair_narrows > by["recovery"].pair_narrows > 1.15
    assert by["recovery"].pair_narrows > by["picture"].pair_narrows + 0.1
    assert by["nothing"].bits == pytest.approx(0, abs=1e-12)
    assert by["nothing"].pair_narrows == pytest.approx(1.0, abs=1e-6)
    assert by["nothing"].expected == pytest.approx(by["nothing"].width)


def test_more_items_narrow_more_and_fewer_sites_less(answer):
    recovery = [Observation("recovery", np.stack([A, B]), None, True)]
    few = gains(answer, recovery, items=20, sites=20)[0]
    many = gains(answer, recovery, items=200, sites=200)[0]
    cached = gains(answer, recovery, items=200, sites=2)[0]
    assert many.narrows > 1.3 * few.narrows
    assert cached.narrows < 0.8 * many.narrows


def test_the_same_seed_gives_the_same_gains(answer):
    recovery = [Observation("recovery", np.stack([A, B]), None, True)]
    assert gains(answer, recovery, seed=4) == gains(answer, recovery, seed=4)


def test_composition_may_differ_by_draw(answer):
    by_draw = np.stack([np.stack([A, B])])
    plain = gains(answer, [Observation("recovery", np.stack([A, B]), None, True)])
    assert gains(answer, [Observation("recovery", by_draw, None, True)]) == plain


def test_observations_that_cannot_be_weighed_are_refused(answer):
    with pytest.raises(InvalidInput, match="summing to 1"):
        Observation("x", np.ones((2, 2)), None, True)
    with pytest.raises(InvalidInput, match="needs its category"):
        Observation("x", np.stack([A, B]))
    with pytest.raises(InvalidInput, match="one row per channel"):
        gains(answer, [Observation("x", np.stack([A, B, B]), None, True)])


def test_widths_under_even_weights_are_those_of_the_sample():
    values = np.random.default_rng(0).normal(size=2000)
    plain = np.diff(np.quantile(values, [0.05, 0.95]))[0]
    assert weighted_width(values, np.ones((1, 2000)))[0] == pytest.approx(plain, rel=0.005)


def test_where_neither_channel_brought_anything_nothing_can_be_told() -> None:
    joint = np.stack([np.zeros((2, 3)), np.eye(2, 3)])
    assert mutual_information(joint).tolist() == pytest.approx([0.0, 1.0])
