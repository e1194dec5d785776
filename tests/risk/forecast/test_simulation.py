"""The figures of a lot against a brute-force oracle: events drawn one by one, goods taken one by one."""

import numpy as np
import pytest

from takingstock.risk.forecast import GoodsClass, shipped
from takingstock.risk.forecast.hazards import Evidence, History
from takingstock.risk.forecast.modes import MODES
from takingstock.risk.forecast.simulation import Lot, _cells, any_lost, hazards, outcome, touched, uniforms

ROWS = shipped().of(GoodsClass.PORTABLE)


def oracle(hazard, amount, years, runs, rng):
    """Events of a Poisson process, each with a Beta share, each item taken by it with that chance."""
    any_, tenth, lost = 0, 0, 0.0
    for _ in range(runs):
        left, share_left, hit = amount, 1.0, False
        for mode, row in enumerate(ROWS):
            for _ in range(rng.poisson(hazard[mode] / row.share * years)):
                share = rng.beta(row.share * row.concentration, (1 - row.share) * row.concentration)
                taken = rng.binomial(amount, share)
                hit, left, share_left = hit or taken > 0, left - rng.binomial(left, share), share_left * (1 - share)
        any_ += hit
        tenth += share_left <= 0.9
        lost += amount - left
    return any_ / runs, tenth / runs, lost / runs


@pytest.mark.parametrize("hazard", [(0.01, 0.004, 0.006, 0.002), (0.001, 0.03, 0.001, 0.001), (0.1, 0.02, 0.05, 0.03)])
@pytest.mark.parametrize("amount", [25, 1000])
def test_any_tenth_and_expected_are_those_of_the_process(hazard, amount):
    lot = Lot(np.array(hazard)[:, None], ROWS, np.array([float(amount)]))
    made = outcome([lot], (5,), shares=False)
    any_, tenth, lost = oracle(hazard, amount, 5, 6000, np.random.default_rng(4))
    assert made.any[0, 0] == pytest.approx(any_, abs=0.025)
    assert made.tenth[0, 0] == pytest.approx(tenth, abs=0.025)
    assert made.expected[0, 0] == pytest.approx(lost, rel=0.12)


def test_cells_keep_the_mean_of_what_lies_in_them():
    from scipy.stats import beta

    cells = _cells(0.03, 20)
    most = -np.log(0.9)
    law = beta(0.6, 19.4)
    draws = -np.log1p(-law.ppf((np.arange(200_000) + 0.5) / 200_000))
    inside = draws[draws < most]
    # The last cell holds what is split up to a tenth and counts as one.
    assert cells.sum() == pytest.approx(len(inside) / len(draws), abs=0.01)
    assert (cells * np.arange(16)).sum() * most / 16 == pytest.approx(inside.sum() / len(draws), rel=0.12)


def test_few_items_are_touched_less_often():
    row = ROWS[1]
    assert touched(row, None) == 1.0
    one, many = (touched(row, np.array([float(n)]))[0] for n in (1, 10_000))
    assert one == pytest.approx(row.share)
    assert one < many < 1


def test_a_tenth_of_few_items_is_one_item():
    hazard = np.array([0.01, 0.004, 0.006, 0.002])[:, None]
    few = outcome([Lot(hazard, ROWS, np.array([5.0]))], (5,), shares=False)
    assert few.tenth[0, 0] == few.any[0, 0]


def test_an_unknown_number_gives_a_share():
    hazard = np.array([0.01, 0.004, 0.006, 0.002])[:, None]
    made = outcome([Lot(hazard, ROWS, None)], (1, 10), shares=True)
    assert made.expected[1, 0] == pytest.approx(1 - np.exp(-10 * 0.022))


def test_uniforms_are_spread_evenly_and_fixed_by_seed_and_place():
    one = uniforms(1, 0, 0, 200)
    assert np.allclose(np.sort(one), (np.arange(200) + 0.5) / 200)
    assert (one == uniforms(1, 0, 0, 200)).all()
    assert any((one != uniforms(*other, 200)).any() for other in ((2, 0, 0), (1, 1, 0), (1, 0, 1)))
    assert abs(np.corrcoef(one, uniforms(1, 1, 0, 200))[0, 1]) < 0.3


def drawn(losses, years, draws=4000):
    found = Evidence(np.array(losses, dtype=float), np.array(years, dtype=float))
    return hazards(History(None, {}), found, ROWS, 1.4, seed=0, draws=draws)


def test_without_any_record_the_hazard_is_the_prior():
    made = drawn([[0] * 4], [[0] * 4])
    for mode, row in enumerate(ROWS):
        assert made[mode].mean() == pytest.approx(row.mean, rel=0.01)
        assert np.quantile(made[mode], 0.95) == pytest.approx(row.high, rel=0.02)
        assert np.quantile(made[mode], 0.05) == pytest.approx(row.low, rel=0.05)


def test_each_level_keeps_the_mean_of_the_one_above():
    made = drawn([[0] * 4] * 4, [[0] * 4] * 4, draws=40_000)
    for mode, row in enumerate(ROWS):
        assert made[mode].mean() == pytest.approx(row.mean, rel=0.1)


def test_much_history_outweighs_the_prior():
    """Forty independent losses in 200 years of the end user's own: a fifth a year, whatever the prior."""
    width = 1.4 / ROWS[0].rate
    part = width / (width + 200)
    rest = [0.0] * 3
    made = drawn([[40 * part, *rest], [40.0, *rest]], [[200 * part, *rest], [200.0, *rest]])
    assert made[0].mean() / ROWS[0].clustering == pytest.approx(0.2, rel=0.2)


def test_worse_surroundings_raise_what_the_ledger_expects():
    found = Evidence(np.zeros((2, 4)), np.zeros((2, 4)))
    plain, worse = (
        hazards(History(None, {}), found, ROWS, 1.4, seed=0, draws=100, worse=by) for by in (None, [4.0, 2.0, 1.0, 1.0])
    )
    assert np.allclose(worse[0], 4 * plain[0])
    assert np.allclose(worse[2], plain[2])


def test_any_lost_is_that_of_the_outcome():
    hazard = np.abs(np.random.default_rng(1).normal(0.02, 0.01, (len(MODES), 50)))
    lots = [Lot(hazard, ROWS, np.full(50, 300.0))]
    assert np.array_equal(any_lost(lots, (1, 5)), outcome(lots, (1, 5), shares=False).any)
