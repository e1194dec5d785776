"""Priors: the shipped table, a user's own, and the errors it gives."""

import pytest
from scipy.stats import gamma

from takingstock.records import BadValueError
from takingstock.reference import tables
from takingstock.risk.forecast import DiversionMode, GoodsClass, priors_from, shipped
from takingstock.risk.forecast.priors import COLUMNS


def row(**more):
    plain = {
        "mode": "theft-or-leakage", "goods": "portable", "low": "0.001", "high": "0.02", "share": "0.05",
        "share_low": "0.01", "share_high": "0.1", "concentration": "20", "recorded_low": "0.1", "recorded_high": "0.5",
        "conflict": "2", "source": "ours",
    }  # fmt: skip
    return plain | more


def test_the_shipped_table_has_all_and_calls_itself_an_assumption():
    assert len(shipped().rows) == len(DiversionMode) * len(GoodsClass)
    assert {one.source for one in shipped().rows} == {"assumption"}
    assert set(COLUMNS) <= set(tables.read("hazard_priors.csv")[0])


def test_small_arms_are_likelier_to_go_astray_than_large_systems():
    for mode in DiversionMode:
        means = {one.goods: one.mean for one in shipped().rows if one.mode is mode}
        assert means[GoodsClass.PORTABLE] > means[GoodsClass.HEAVY]


@pytest.mark.parametrize("one", shipped().rows, ids=lambda one: f"{one.mode}-{one.goods}")
def test_the_range_is_90_percent_of_the_belief(one):
    law = gamma(one.shape, scale=one.mean / one.shape)
    assert law.ppf(0.05) == pytest.approx(one.low, rel=1e-6)
    assert law.ppf(0.95) == pytest.approx(one.high, rel=1e-6)


def test_the_clustering_is_that_of_a_beta_law():
    from scipy.stats import beta

    for one in shipped().rows:
        law = beta(one.share * one.concentration, (1 - one.share) * one.concentration)
        assert one.clustering == pytest.approx((law.var() + law.mean() ** 2) / law.mean())


def test_a_users_row_replaces_ours_and_the_rest_stays():
    own = priors_from([row()])
    assert not own.shipped
    changed = [(one, other) for one, other in zip(own.rows, shipped().rows, strict=True) if one != other]
    assert [(one.mode.value, one.high) for one, _ in changed] == [("theft-or-leakage", 0.02)]
    assert own.alike == shipped().alike
    assert priors_from([{"mode": "pooling", "low": 1, "high": 4}]).alike == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"mode": "magic"}, "battlefield-capture"),
        ({"goods": "ships"}, "portable"),
        ({"low": "x"}, "no number"),
        ({"low": ""}, "low is ''"),
        ({"low": "0"}, "more than 0"),
        ({"high": "1.5"}, "at most 1"),
        ({"low": "0.05"}, "low first"),
        ({"share": "0.5"}, "widen the range"),
        ({"low": "1e-9"}, "factor"),
        ({"recorded_high": "2"}, "at most 1"),
        ({"conflict": "0.5"}, "at least 1"),
    ],
)
def test_a_bad_row_says_what_to_do(change, says):
    with pytest.raises(BadValueError, match=f"row 1: .*{says}"):
        priors_from([row(**change)])


def test_an_empty_table_is_refused():
    with pytest.raises(BadValueError, match="no rows; add at least one"):
        priors_from([])


def test_which_rows_are_the_users_is_kept():
    assert priors_from([row(), {"mode": "pooling", "low": 1, "high": 4}]).own == (
        "theft-or-leakage portable",
        "pooling",
    )
    assert shipped().own == ()


def test_all_faults_are_told_at_once():
    with pytest.raises(BadValueError) as caught:
        priors_from([row(low="x"), row(goods="?"), row(), row()])
    assert all(f"row {number}" in str(caught.value) for number in (1, 2, 4))
