"""Dates spread over their range, supply first: checked against what can be worked out by hand."""

from datetime import date
from itertools import pairwise, permutations, product

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
    parts = schedule(flows, births=births, until=until, opening=opening).parts
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
    parts = schedule(flows, births={MAKER}, until=date(2014, 1, 31)).parts
    assert sum(p.quantity for p in parts) == pytest.approx(31)
    assert schedule(flows, births={MAKER}, until=date(2013, 12, 31)).parts == ()


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
    parts = schedule(flows, births={0}).parts
    moved = np.zeros(len(flows))
    for part in parts:
        assert part.quantity > 0
        moved[part.flow] += part.quantity
    assert moved == pytest.approx([f.quantity for f in flows])
    shuffled = flows[:]
    random.shuffle(shuffled)
    again = schedule(shuffled, births={0}).parts
    assert [(flows[p.flow].key, p.quantity) for p in parts] == [(shuffled[p.flow].key, p.quantity) for p in again]


@pytest.mark.parametrize(
    "dates",
    [
        ("2004-12-01", "2004", "2004"),
        ("2004-06", "2004", "2004"),
        ("2004", "2004-12-01", "2004"),
        ("2006", "", "2007"),
        ("2005", "2000..", "2006"),
        ("..2003", "2003-01-01", "2003"),
    ],
)
def test_supply_first_holds_through_several_holders(dates):
    flows = [
        flow("x", MAKER, A, 100, dates[0]),
        flow("y", A, B, 100, dates[1]),
        flow("z", B, C, 100, dates[2]),
    ]
    assert origins(flows, C) == pytest.approx([100, 0, 0, 0])


@pytest.mark.parametrize("keys", [("a", "b"), ("b", "a")])
@pytest.mark.parametrize("when", ["2004", "", "2003.."])
def test_suppliers_alike_are_called_on_alike(keys, when):
    flows = [
        flow(keys[0], MAKER, A, 100, when),
        flow(keys[1], C, A, 100, when),
        flow("z", A, B, 100, "2004-02-01"),
    ]
    assert origins(flows, B) == pytest.approx([50, 0, 0, 50])


@pytest.mark.parametrize("keys", [("a", "b"), ("b", "a")])
def test_issues_alike_wait_alike(keys):
    flows = [
        flow("x", MAKER, A, 100, "2004-06-01"),
        flow(keys[0], A, B, 100, "2004"),
        flow(keys[1], A, C, 100, "2004"),
    ]
    assert origins(flows, B)[MAKER] == pytest.approx(origins(flows, C)[MAKER])


def test_an_issue_does_not_wait_for_what_can_never_come():
    flows = [flow("old", MAKER, A, 10, "2010"), flow("issue", A, B, 100, "2014")]
    parts = schedule(flows, until=date(2014, 6, 30)).parts
    assert sum(p.quantity for p in parts if p.flow == 1) == pytest.approx(100 * 181 / 365)


def test_an_unrelated_movement_changes_nothing():
    flows = [flow("undated", A, B, 100, "")]
    alone = origins(flows, B, until=date(2005, 6, 30))
    flows.append(flow("other", MAKER, C, 5, "2003..2010"))
    assert origins(flows, B, until=date(2005, 6, 30)) == pytest.approx(alone)
    assert alone[A] == pytest.approx(100)


def test_what_moves_in_a_circle_at_one_time_is_named():
    flows = [flow("x", A, B, 1, "2004"), flow("y", B, A, 1, "2004"), flow("z", MAKER, C, 1, "2004")]
    assert schedule(flows).circular == {0, 1}
    assert schedule(flows[:1] + flows[2:]).circular == frozenset()


def fewest_births(flows):
    """By trying every month and every order within a month; flows are (source, target, quantity, first, last month)."""
    best = float("inf")
    for months in product(*[range(first, last + 1) for *_, first, last in flows]):
        for order in permutations(range(len(flows))):
            if any(months[a] > months[b] for a, b in pairwise(order)):
                continue
            stock, born = [0.0] * 4, 0.0
            for number in order:
                source, target, quantity, *_ = flows[number]
                relay = min(stock[source], quantity)
                born += quantity - relay
                stock[source] -= relay
                stock[target] += quantity
            best = min(best, born)
    return best


acyclic = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 2), st.integers(1, 4), st.integers(1, 4)),
    min_size=2,
    max_size=4,
).map(lambda rows: [(min(a, b), max(a, b), q, min(x, y), max(x, y)) for a, b, q, x, y in rows if a != b])


@settings(max_examples=150, deadline=None)
@given(acyclic)
def test_no_dating_explains_more_than_supply_first_does(rows):
    """Goods that can be explained by some dating are explained: births are no more than the best whole dating has."""
    if not rows:
        return
    flows = [flow(f"k{i}", s, t, q, f"2004-{a:02}..2004-{b:02}") for i, (s, t, q, a, b) in enumerate(rows)]
    stock, born = [0.0] * 4, 0.0
    for part in schedule(flows).parts:
        source, target = flows[part.flow].source, flows[part.flow].target
        relay = min(stock[source], part.quantity)
        born += part.quantity - relay
        stock[source] -= relay
        stock[target] += part.quantity
    assert born <= fewest_births(rows) + 1e-6


@settings(max_examples=100, deadline=None)
@given(acyclic, st.permutations(range(4)))
def test_keys_decide_nothing_where_supply_does_not_run_in_a_circle(rows, order):
    def shares(names):
        flows = [flow(names[i], s, t, q, f"2004-{a:02}..2004-{b:02}") for i, (s, t, q, a, b) in enumerate(rows)]
        return [origins(flows, holder) for holder in range(4)] if flows else []

    for one, two in zip(shares("abcd"), shares(["abcd"[i] for i in order]), strict=True):
        assert one == pytest.approx(two, abs=1e-6)


def test_a_deep_chain_and_many_movements_are_no_trouble():
    deep = [Flow(f"k{i:05}", i, i + 1, 1.0, DateRange.parse("2004" if i < 1499 else "2004-01-01")) for i in range(1500)]
    assert schedule(deep).parts
    wide = [
        flow(
            f"m{i:04}",
            i % 7,
            (i * 3 + 1) % 7 + 7,
            5,
            f"{1990 + i % 20}" if i % 2 else f"{1990 + i % 20}-0{i % 9 + 1}-15",
        )
        for i in range(1000)
    ]
    moved = sum(part.quantity for part in schedule(wide).parts)
    assert moved == pytest.approx(5000)
