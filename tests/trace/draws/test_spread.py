"""Median, interval, and who leads."""

import numpy as np
import pytest

from takingstock.trace.draws.spread import leading, shares, spread


def test_the_middle_ninety_percent():
    found = spread(np.arange(101.0))
    assert found is not None
    assert (found.low, found.median, found.high) == pytest.approx((5.0, 50.0, 95.0))


def test_draws_without_an_answer_are_left_out():
    found = spread(np.array([1.0, np.nan, 3.0]))
    assert found is not None
    assert (found.low, found.median, found.high) == (1.0, 1.0, 3.0)
    assert spread(np.array([np.nan])) is None
    assert spread(np.array([])) is None


def test_a_share_of_nothing_is_no_number():
    found = shares(np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([4.0, 0.0]))
    assert found[:, 0].tolist() == [0.25, 0.75]
    assert np.isnan(found[:, 1]).all()


def test_ties_are_shared_and_nothing_leads_nowhere():
    found = leading(np.array([[2.0, 1.0, 0.0, 5.0], [1.0, 1.0, 0.0, 6.0]]))
    assert found.tolist() == [0.375, 0.375]
