"""Blocks, lanes, and a refusal that says what to do instead."""

import pytest

from takingstock.trace.draws.cost import LANES, ORDERS, TooCostlyError, affordable, cost, shape

SIZES = {"moves": 30_000, "rows": 30_000, "nodes": 300, "groups": 300, "kept": 40, "cores": 2, "lanes_run": True}


@pytest.mark.parametrize("draws", [1, 7, 199, 200, 1000, 3200, 10_001])
def test_every_draw_has_a_place_and_uncertain_dates_have_their_orders(draws):
    for uncertain in (True, False):
        laid = shape(draws, uncertain=uncertain)
        assert (laid.blocks - 1) * laid.lanes < draws <= laid.blocks * laid.lanes
        assert 1 <= laid.lanes <= LANES
        if uncertain:
            assert laid.blocks >= min(ORDERS, draws)


def test_a_block_costs_the_same_however_many_draws_there_are():
    few, many = (cost(shape(n, uncertain=True), **SIZES | {"kept": 0}) for n in (3200, 320_000))
    assert few.bytes == many.bytes
    assert many.seconds == pytest.approx(100 * few.seconds)


def test_what_does_not_fit_is_refused_with_a_number_that_does():
    laid = shape(1000, uncertain=True)
    found = cost(laid, **SIZES)
    affordable(found, laid, "rifle")
    with pytest.raises(TooCostlyError, match=r"--draws 0") as refused:
        affordable(found, laid, "rifle", memory=found.bytes // 2)
    assert "about 500 draws" in str(refused.value)
