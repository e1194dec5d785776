"""Points of diversion: shares of chains that pass one point add up, and intervals are of the sum."""

import numpy as np
import pytest

from takingstock.records import Chain, DateRange, Step
from takingstock.trace.diversion import diversion_points


def step(start, end, mode, when="2014", *movements):
    return Step(from_party=start, to_party=end, mode=mode, when=DateRange.parse(when), movements=movements)


def chain(share, *steps, diversion=None):
    return Chain(basis="inferred", origin="produced", steps=steps, share=share, diversion=diversion)


IN = step("maker", "army", "export", "2010", "d1")
FIRST = chain(0.5, IN, step("army", "group", "capture", "2014-06", "c1", "c2"), diversion=1)
SECOND = chain(0.2, step("other", "army", "aid"), step("army", "group", "capture", "2015", "c2", "c3"), diversion=1)
LEAK = chain(0.2, IN, step("army", "group", "theft-or-leakage", "2013", "t"), diversion=1)


def test_chains_that_meet_in_a_point_add_up():
    points = diversion_points([FIRST, LEAK, SECOND])
    assert [(p.party, p.to_party, p.mode) for p in points] == [
        ("army", "group", "capture"),
        ("army", "group", "theft-or-leakage"),
    ]
    capture = points[0]
    assert capture.share == pytest.approx(0.7)
    assert capture.movements == ("c1", "c2", "c3")
    assert str(capture.when) == str(DateRange.parse("2014-06").joined(DateRange.parse("2015")))
    assert (capture.low, capture.high) == (None, None)


def test_a_chain_is_counted_at_its_first_diversion_only():
    onwards = chain(
        0.3, IN, step("army", "gang", "theft-or-leakage"), step("gang", "group", "illicit-purchase"), diversion=1
    )
    assert [(p.party, p.to_party) for p in diversion_points([onwards])] == [("army", "gang")]


def test_what_has_no_share_and_what_was_not_diverted_is_left_out():
    unknown = FIRST.model_copy(update={"share": None})
    assert diversion_points([unknown, chain(0.4, IN)]) == ()
    assert diversion_points([unknown, SECOND])[0].share == pytest.approx(0.2)
    assert diversion_points([unknown, SECOND])[0].movements == ("c2", "c3")


def test_modes_have_no_order():
    one = chain(0.1, step("army", "group", "capture+theft-or-leakage"), diversion=0)
    two = chain(0.2, step("army", "group", "theft-or-leakage+capture"), diversion=0)
    (point,) = diversion_points([one, two])
    assert (point.mode, point.share) == ("capture+theft-or-leakage", pytest.approx(0.3))


def test_equal_shares_stand_by_name_and_no_order_of_chains_matters():
    other = chain(0.2, step("army", "band", "capture"), diversion=0)
    chains = [FIRST, SECOND, LEAK, other]
    points = diversion_points(chains)
    assert points == diversion_points(chains[::-1])
    assert [p.to_party for p in points] == ["group", "band", "group"]


def test_the_interval_is_of_the_sum_in_each_draw():
    # The two chains trade places from draw to draw: each varies, their sum does not.
    draws = np.arange(101) / 100
    shares = np.array([0.6 * draws, 0.6 * (1 - draws), np.full(101, 0.4)])
    capture, leak = diversion_points([FIRST, SECOND, LEAK], shares)
    assert (capture.share, capture.low, capture.high) == pytest.approx((0.6, 0.6, 0.6))
    assert (leak.share, leak.low, leak.high) == pytest.approx((0.4, 0.4, 0.4))
    alone = diversion_points([FIRST], shares[:1])[0]
    assert (alone.share, alone.low, alone.high) == pytest.approx((0.3, 0.03, 0.57))


def test_draws_without_an_answer_are_left_out():
    shares = np.array([[0.2, np.nan, 0.2], [0.3, np.nan, np.nan]])
    point = diversion_points([FIRST, SECOND], shares)[0]
    # Two draws answer: 0.5 and 0.2.
    assert (point.low, point.share, point.high) == pytest.approx((0.2, 0.2, 0.5))
    none = diversion_points([FIRST], np.full((1, 3), np.nan))[0]
    assert (none.share, none.low) == (0.5, None)


def test_shares_of_other_chains_are_refused():
    with pytest.raises(ValueError, match="one row of draws for each"):
        diversion_points([FIRST, SECOND], np.ones((1, 4)))
