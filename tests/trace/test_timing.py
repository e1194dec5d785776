"""Dates spread over their range, supply first: checked against what can be worked out by hand."""

from datetime import date
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.records import DateRange
from takingstock.trace import CustodyNetwork
from takingstock.trace.classes import class_rows, split
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


AR, AKM, M16 = "rifle", "rifle.akm", "rifle.m16"


def classed(flows, items, *, opening=None, births=(), until=None):
    """What moved, by flow key and the classes it left and arrived as: (key, left as, arrived as, quantity, born)."""
    opening = opening or {}
    rows = class_rows([f.source for f in flows], [f.target for f in flows], items, opening)
    node = rows.number()
    stock = [0.0] * len(node)
    for at, amount in opening.items():
        stock[node[at]] = float(amount)
    parts = schedule(flows, opening=stock, births={node[b] for b in births if b in node}, until=until, rows=rows).parts
    told = []
    for part in parts:
        span = range(rows.first_row[part.flow], rows.first_row[part.flow + 1])
        assert part.row in span
        source, target = rows.row_source[part.row], rows.row_target[part.row]
        lacking = part.quantity - stock[source]
        born = lacking if lacking > 1e-6 else 0.0
        assert not born or part.row == span[0], "only the first row of a flow takes births"
        stock[source] = max(0.0, -lacking)
        stock[target] += part.quantity
        told.append((flows[part.flow].key, rows.nodes[source][1], rows.nodes[target][1], part.quantity, born))
    return told


def summed(told):
    """Items by key and classes."""
    out = {}
    for key, left, arrived, quantity, _ in told:
        out[key, left, arrived] = out.get((key, left, arrived), 0.0) + quantity
    return {what: quantity for what, quantity in out.items() if quantity > 1e-6}


def born(told):
    out = {}
    for key, *_, lacked in told:
        out[key] = out.get(key, 0.0) + lacked
    return {key: lacked for key, lacked in out.items() if lacked > 1e-6}


def test_goods_do_not_mix_across_classes():
    flows = [flow("a", MAKER, A, 100, "2001"), flow("m", C, A, 100, "2002"), flow("z", A, B, 100, "2003")]
    assert born(classed(flows, [AKM, M16, AKM], births={(MAKER, AKM), (C, M16)})) == {"a": 100, "m": 100}


def test_a_vague_issue_leaves_in_proportion():
    told = classed([flow("z", A, B, 100, "2003")], [AR], opening={(A, AKM): 50, (A, M16): 150})
    assert summed(told) == pytest.approx({("z", AKM, AKM): 25, ("z", M16, M16): 75})
    assert not born(told)


def test_a_vague_issue_spread_over_a_year_leaves_in_the_same_proportion():
    flows = [flow("z", A, B, 100, "2003"), flow("y", A, C, 100, "2003"), flow("x", MAKER, C, 7, "2003-05-01")]
    told = classed(flows, [AR, AR, AKM], opening={(A, AKM): 50, (A, M16): 150})
    assert summed(told) == pytest.approx(
        {(key, kind, kind): q for key in "zy" for kind, q in ((AKM, 25), (M16, 75))} | {("x", AKM, AKM): 7}
    )
    assert born(told) == {"x": 7}


@pytest.mark.parametrize("when", ["2002", "2003", "", "2003..", "2003-07..2003-12"])
@pytest.mark.parametrize("rows", [(0, 1), (1, 0)])
def test_vague_receipts_meet_a_specific_issue(when, rows):
    flows = [flow("v", MAKER, A, 100, when), flow("z", A, B, 100, "2003")]
    told = classed([flows[i] for i in rows], [[AR, AKM][i] for i in rows])
    assert born(told) == {"v": pytest.approx(100)}
    assert summed(told) == pytest.approx({("v", AR, AR): 100, ("z", AR, AKM): 100})


def test_only_what_an_issue_can_be_met_from_is_brought_forward_or_waited_for():
    flows = [
        flow("a", MAKER, A, 100, "2014"),
        flow("m", C, A, 100, "2014"),
        flow("z", A, B, 60, "2014-01-31"),
    ]
    told = classed(flows, [AKM, M16, AKM], births={(MAKER, AKM), (C, M16)}, until=date(2014, 1, 31))
    assert summed(told) == pytest.approx({("a", AKM, AKM): 60, ("m", M16, M16): 100 * 31 / 365, ("z", AKM, AKM): 60})
    # An issue waits within its year for its own class, and for another's it does not.
    flows = [flow("a", MAKER, A, 10, "2014-10-01"), flow("z", A, B, 10, "2014")]
    assert born(classed(flows, [AKM, AKM])) == {"a": 10}
    told = classed(flows, [M16, AKM], until=date(2014, 6, 30))
    assert summed(told) == pytest.approx({("z", AKM, AKM): 10 * 181 / 365})


def test_the_finer_class_is_served_first_and_vague_goods_may_be_either():
    flows = [flow("x", MAKER, A, 10, "2003"), flow("y", A, B, 10, "2004"), flow("z", A, C, 10, "2004")]
    told = classed(flows, [AKM, AR, AKM], births={(MAKER, AKM)})
    assert born(told) == {"x": 10, "y": pytest.approx(10)}
    told = classed(flows, [AR, AKM, M16], births={(MAKER, AR)})
    assert sum(born(told).values()) == pytest.approx(20)


def test_in_a_circle_the_key_decides_and_not_who_began_first():
    flows = [flow("b", B, A, 12, "2004"), flow("a", A, B, 12, "2004-06")]
    parts = schedule(flows, opening=[0.0, 50.0, 50.0]).parts
    assert [flows[p.flow].key for p in parts][:3] == ["b", "a", "b"]


def test_what_is_due_first_is_left_what_comes_first():
    flows = [
        flow("x", MAKER, A, 1, "2004-01"),
        flow("y", MAKER, A, 1, "2004-03"),
        flow("z1", A, B, 1, "2004-01..2004-02"),
        flow("z2", A, C, 1, "2004-01..2004-03"),
    ]
    assert origins(flows, B, births={MAKER}) == pytest.approx([1, 0, 0, 0])
    assert origins(flows, C, births={MAKER}) == pytest.approx([1, 0, 0, 0])
    # What must start anyway starts for the issue that nothing can meet, and for no other.
    assert origins(flows[1:], B, births={MAKER}) == pytest.approx([0, 1, 0, 0])
    assert origins(flows[1:], C, births={MAKER}) == pytest.approx([1, 0, 0, 0])


def test_classes_in_a_circle_supply_one_another_only_where_they_are_compatible():
    flows = [flow("x", A, B, 1, "2004"), flow("y", B, A, 1, "2004")]

    def circular(items):
        return schedule(flows, rows=class_rows([A, B], [B, A], items), opening=[0.0] * 6).circular

    assert circular([AKM, M16]) == frozenset()
    assert circular([AKM, AKM]) == circular([AR, AKM]) == {0, 1}


items = st.sampled_from([AR, AKM, M16, "rifle.akm.akms"])


@settings(max_examples=150, deadline=None)
@given(networks, st.data())
def test_with_classes_nothing_is_lost_and_no_row_order_matters(flows, data):
    kinds = [data.draw(items) for _ in flows]
    opening = data.draw(st.dictionaries(st.tuples(st.integers(0, 4), items), st.integers(1, 9), max_size=4))
    told = classed(flows, kinds, opening=opening, births={(0, AKM)})
    moved = {f.key: 0.0 for f in flows}
    for key, _, _, quantity, _ in told:
        moved[key] += quantity
    assert list(moved.values()) == pytest.approx([f.quantity for f in flows])
    place = data.draw(st.permutations(range(len(flows))))
    again = classed([flows[p] for p in place], [kinds[p] for p in place], opening=opening, births={(0, AKM)})
    assert again == told


@settings(max_examples=100, deadline=None)
@given(networks, st.data())
def test_a_commodity_of_one_class_is_scheduled_as_without_classes(flows, data):
    opening = data.draw(st.lists(st.integers(0, 9), min_size=5, max_size=5))
    rows = class_rows(
        [f.source for f in flows], [f.target for f in flows], [AKM] * len(flows), [(h, AKM) for h in range(5)]
    )
    assert rows.plain
    assert schedule(flows, opening=opening, births={0}, rows=rows) == schedule(flows, opening=opening, births={0})


@settings(max_examples=100, deadline=None)
@given(networks, st.data())
def test_movements_of_known_days_leave_as_the_forward_rule_has_it(flows, data):
    """Each on a day of its own: nothing waits and nothing is brought forward, so only the rule is left."""
    kinds = [data.draw(items) for _ in flows]
    flows = [
        Flow(f.key, f.source, f.target, f.quantity, DateRange.parse(f"{2000 + i}-01-01")) for i, f in enumerate(flows)
    ]
    rows = class_rows([f.source for f in flows], [f.target for f in flows], kinds)
    wanted = {}
    for place, row, quantity in split(rows, [(i, f.quantity) for i, f in enumerate(flows)], [0.0] * len(rows.nodes)):
        wanted[place, row] = wanted.get((place, row), 0.0) + quantity
    found = {}
    for part in schedule(flows, rows=rows, opening=[0.0] * len(rows.nodes)).parts:
        found[part.flow, part.row] = found.get((part.flow, part.row), 0.0) + part.quantity
    assert found == pytest.approx(wanted)


def fewest_births_with_classes(flows):
    """As `fewest_births`; flows are (source, target, class, quantity, first, last month)."""
    best = float("inf")
    rows = class_rows([f[0] for f in flows], [f[1] for f in flows], [f[2] for f in flows])
    for months in product(*[range(first, last + 1) for *_, first, last in flows]):
        for order in permutations(range(len(flows))):
            if any(months[a] > months[b] for a, b in pairwise(order)):
                continue
            stock, lacked = [0.0] * len(rows.nodes), 0.0
            for _, row, quantity in split(rows, [(n, flows[n][3]) for n in order], stock):
                lacked += max(0.0, quantity - stock[rows.row_source[row]])
                stock[rows.row_source[row]] = max(0.0, stock[rows.row_source[row]] - quantity)
                stock[rows.row_target[row]] += quantity
            best = min(best, lacked)
    return best


@settings(max_examples=100, deadline=None)
@given(acyclic, st.data())
def test_no_dating_explains_more_where_one_class_waits_for_vague_receipts(rows, data):
    """Vague receipts make nothing unrecorded that some dating could explain: as without classes."""
    if not rows:
        return
    kinds = [data.draw(items) if s == 0 else AKM for s, *_ in rows]
    flows = [flow(f"k{i}", s, t, q, f"2004-{a:02}..2004-{b:02}") for i, (s, t, q, a, b) in enumerate(rows)]
    told = classed(flows, kinds)
    least = fewest_births_with_classes([(s, t, k, q, a, b) for (s, t, q, a, b), k in zip(rows, kinds, strict=True)])
    assert sum(born(told).values()) <= least + 1e-4
