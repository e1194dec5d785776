"""Questions that cannot be put are refused with every fault named."""

import numpy as np
import pytest

from takingstock.trace.attribution.model import Assumptions, Channels, InvalidInput, Question, Sightings, Visibility


def test_all_faults_of_channels_at_once():
    composition = np.full((2, 2, 2), 0.4)
    quantity = np.array([[1.0, np.nan], [-1.0, 2.0]])
    with pytest.raises(InvalidInput, match="differ") as raised:
        Channels(("a", "a"), ("x", "y"), quantity, composition)
    for part in ("NaN in some draws only", "negative", "does not sum to 1"):
        assert part in str(raised.value)


def test_a_category_that_no_source_could_report_is_refused():
    with pytest.raises(InvalidInput, match="could never be observed"):
        Sightings(np.ones((1, 1)), np.array([[True, False]]), False, 1.0)


def test_a_draw_in_which_nothing_came_in_is_refused():
    with pytest.raises(InvalidInput, match="nothing came in"):
        Channels(("a",), ("x",), np.array([[1.0], [0.0]]), np.ones((2, 1, 1)))


def test_what_was_seen_must_be_possible():
    channels = Channels(("a", "b"), ("x", "y"), np.ones((1, 2)), np.array([[[1.0, 0.0], [1.0, 0.0]]]))
    with pytest.raises(InvalidInput, match="unrecorded must be broad"):
        Question(channels, Sightings.separate([[3.0, 1.0]]), Visibility.free(2, 0.3))


def test_shapes_must_agree():
    channels = Channels(("a", "b"), ("x", "y"), np.ones((1, 2)), np.full((1, 2, 2), 0.5))
    with pytest.raises(InvalidInput, match="sightings know 3"):
        Question(channels, Sightings.separate([[3.0, 1.0, 1.0]]), Visibility.free(2, 0.3))
    with pytest.raises(InvalidInput, match="covariates know 3"):
        Question(channels, Sightings.separate([[3.0, 1.0]]), Visibility.free(3, 0.3))


def test_a_site_is_at_least_one_and_counts_are_not_negative():
    with pytest.raises(InvalidInput, match="less than one site"):
        Sightings.separate([[1.0, 1.0]], sites=0.5)
    with pytest.raises(InvalidInput, match="negative"):
        Sightings.separate([[-1.0, 1.0]])


def test_spread_is_the_prior_deviation_of_log_visibility():
    visibility = Visibility(np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([0.3, 0.2]))
    assert visibility.spread == pytest.approx([0.5, 0.2])
    assert visibility.with_residual(1.2).spread == pytest.approx([1.3, np.hypot(0.2, 1.2)])


def test_assumptions_must_be_positive():
    with pytest.raises(InvalidInput, match="positive"):
        Assumptions(record_shape=0.0)
