"""Dates spread over their range, supply first: checked against what can be worked out by hand."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.records import DateRange
from takingstock.trace import CustodyNetwork
from takingstock.trace.timing import Flow, schedule

MAKER, A, B, C = range(4)


def flow(key, source, target, quantity, when):
    return Flow(key, source, target, float(quantity), DateRange.parse(when))


def origins(flows, holder, *, births=(), until=None, opening=None, of="received"):
    parts = schedule(flows, births=births, until=until, opening=opening)
    network = CustodyNetwork(
        [flows[p.flow].source for p in parts],
        [flows[p.flow].target for p in parts],
        np.arange(len(parts)),
        [p.quantity for p in parts],
        4,
        opening=opening,
    )
    return network.origins(holder, of=of)


@pytest.mark.parametrize("rows", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("middle", ["2004", "2004-06", "2004-03..2004-05", ""])
def test_a_chain_dated_one_year_is_one_chain(rows, middle):
    flows = [flow("x", MAKER, A, 10, "2004"), flow("y", A, B, 10, middle), flow("z", B, C, 10, "2004")]
    found = origins([flows[i] for i in rows], C, births={MAKER})
    assert found == pytest.approx([10, 0, 0, 0])


def test_a_delivery_dated_only_2014_reaches_a_capture_in_june_in_part():
    flows = [
        flow("old", MAKER, A, 100, "2010"),
        flow("new", C, A, 100, "2014"),
        flow("capture", A, B, 50, "2014-06-10"),
    ]
    before = 160 / 365
    inside = 1 / 365
    found = origins(flows, B, births={MAKER, C})
    share = 100 * (before + inside) / (100 + 100 * (before + inside))
    assert found[C] / 50 == pytest.approx(share)
    assert found[MAKER] / 50 == pytest.approx(1 - share)


def test_a_later_delivery_does_not_reach_it():
    flows = [flow("old", MAKER, A, 100, "2010"), flow("new", C, A, 100, "2015"), flow("capture", A, B, 50, "2014-06")]
    assert origins(flows, B, births={MAKER, C}) == pytest.approx([50, 0, 0, 0])


def test_what_is_needed_is_brought_forward_and_only_that():
    # A must have had 60 by June; the year's delivery allows it, so nothing is unrecorded.
    flows = [flow("new", MAKER, A, 100, "2014"), flow("capture", A, B, 60, "2014-06-10")]
    assert origins(flows, B, births={MAKER}) == pytest.approx([60, 0, 0, 0])
    flows[0] = flow("new", MAKER, A, 40, "2014")
    assert origins(flows, B, births={MAKER}) == pytest.approx([40, 20, 0, 0])


def test_an_issue_waits_for_its_supply_within_its_own_range():
    flows = [flow("supply", MAKER, A, 10, "2014-10-01"), flow("issue", A, B, 10, "2014")]
    assert origins(flows, B, births={MAKER}) == pytest.approx([10, 0, 0, 0])


def test_until_cuts_within_a_range():
    flows = [flow("new", MAKER, A, 365, "2014")]
    parts = schedule(flows, births={MAKER}, until=date(2014, 1, 31))
    assert sum(p.quantity for p in parts) == pytest.approx(31)
    assert schedule(flows, births={MAKER}, until=date(2013, 12, 31)) == []


def test_an_undated_movement_still_moves():
    flows = [flow("undated", MAKER, A, 10, ""), flow("issue", A, B, 5, "2003")]
    assert origins(flows, B, births={MAKER}) == pytest.approx([5, 0, 0, 0])


def test_opening_stock_comes_before_anything_is_brought_forward():
    flows = [flow("new", MAKER, A, 100, "2014"), flow("capture", A, B, 60, "2014-01-01")]
    found = origins(flows, B, births={MAKER}, opening=[0.0, 60.0, 0.0, 0.0])
    # One day's share of the year's delivery lies in the stock by the end of 1 January.
    assert found[A] == pytest.approx(60 * 60 / (60 + 100 / 365))


spans = st.tuples(st.integers(0, 40), st.integers(0, 20)).map(
    lambda p: DateRange(first=date.fromordinal(735000 + p[0]), last=date.fromordinal(735000 + p[0] + p[1]))
) | st.just(DateRange())
networks = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 20), spans), min_size=1, max_size=12
).map(lambda rows: [Flow(f"k{i:02}", s, t, float(q), w) for i, (s, t, q, w) in enumerate(rows) if s != t])


@settings(max_examples=150, deadline=None)
@given(networks, st.randoms())
def test_nothing_is_lost_and_no_row_order_matters(flows, random):
    if not flows:
        return
    parts = schedule(flows, births={0})
    moved = np.zeros(len(flows))
    for part in parts:
        assert part.quantity > 0
        moved[part.flow] += part.quantity
    assert moved == pytest.approx([f.quantity for f in flows])
    shuffled = flows[:]
    random.shuffle(shuffled)
    again = schedule(shuffled, births={0})
    assert [(flows[p.flow].key, p.quantity) for p in parts] == [(shuffled[p.flow].key, p.quantity) for p in again]
