"""Blocks of draws against the naive oracle and the single network, and what must hold of all of them."""

from __future__ import annotations

from dataclasses import replace

import draws_oracle
import numpy as np
import pytest
from draws_oracle import Sample, samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.trace import CustodyNetwork
from takingstock.trace.draws.lanes import Block, Rows

CHECKED = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
# Ratios are float32.
CLOSE = 1e-5


def groups(sample: Sample):
    """A group of its own for every place where goods can begin: moves, counted stocks, shortfalls."""
    moves, nodes = len(sample.moves), len(sample.label)
    start = np.arange(moves + 2 * nodes, dtype=np.int32)
    return start[:moves], start[moves : moves + nodes], start[moves + nodes :], len(start)


def group_of(sample: Sample, begin) -> int:
    kind, number = begin
    return groups(sample)[("born", "counted", "lack").index(kind)][number]


@CHECKED
@given(samples())
def test_balances_and_births_as_the_oracle_has_them(sample):
    block = sample.block()
    for lane, world in enumerate(sample.worlds()):
        expected = [float(draws_oracle.size(stock)) for stock in world.stocks]
        assert block.balance[:, lane] == pytest.approx(expected, abs=CLOSE)


@CHECKED
@given(samples())
def test_what_is_held_began_where_the_oracle_says(sample):
    *group, count = groups(sample)
    total, mass = sample.block().held(sample.asked, *group, count)
    for lane, world in enumerate(sample.worlds()):
        expected = np.zeros(count)
        for (_, begin), quantity in sample.goods(world, "held").items():
            expected[group_of(sample, begin)] += float(quantity)
        assert mass[0, :, lane] == pytest.approx(expected, abs=CLOSE)
        assert total[lane] == pytest.approx(expected.sum(), abs=CLOSE)
    assert mass.sum(axis=(0, 1)) == pytest.approx(total, abs=1e-9)


@CHECKED
@given(samples(), st.data())
def test_what_was_received_began_where_the_oracle_says_channel_by_channel(sample, data):
    rows = sample.rows()
    channel = np.full(len(rows.source), -1, np.int32)
    for r in np.flatnonzero(rows.arrivals(sample.asked) == 0):
        channel[r] = data.draw(st.integers(-1, 1))
    *group, count = groups(sample)
    total, mass = sample.block().received(channel, *group, 2, count)
    for lane, world in enumerate(sample.worlds()):
        expected = np.zeros((2, count))
        for (move, within), stock in world.carried.items():
            c = channel[rows.first[move] + within]
            for (_, begin), quantity in stock.items():
                if c >= 0:
                    expected[c, group_of(sample, begin)] += float(quantity)
        assert mass[:, :, lane] == pytest.approx(expected, abs=CLOSE)
    assert mass.sum(axis=(0, 1)) == pytest.approx(total, abs=1e-9)


@CHECKED
@given(samples(), st.randoms(use_true_random=False))
def test_lanes_do_not_mix_and_buffers_carry_nothing_over(sample, random):
    turn = list(range(sample.lanes))
    random.shuffle(turn)
    other = replace(
        sample,
        quantity=[[row[k] for k in turn] for row in sample.quantity],
        opening=[[row[k] for k in turn] for row in sample.opening],
    )
    *group, count = groups(sample)
    channel = sample.rows().arrivals(sample.asked)
    block = sample.block()
    before = [block.held(sample.asked, *group, count), block.received(channel, *group, 1, count)]
    # The same block, with another order, other births and other quantities in between.
    replace(other, order=sample.order[::-1], births="late").fill(block)
    block.received(channel, *group, 1, count)
    replace(other, births="opening").fill(block)
    block.held(sample.asked, *group, count)
    other.fill(block)
    after = [block.held(sample.asked, *group, count), block.received(channel, *group, 1, count)]
    for (total, mass), (turned_total, turned_mass) in zip(before, after, strict=True):
        assert np.array_equal(turned_total, total[turn])
        assert np.array_equal(turned_mass, mass[:, :, turn])
    # Alone, a lane is the same to the last digit.
    one = replace(sample, quantity=[row[:1] for row in sample.quantity], opening=[row[:1] for row in sample.opening])
    total, mass = one.block().held(sample.asked, *group, count)
    assert np.array_equal(total, before[0][0][:1])
    assert np.array_equal(mass, before[0][1][:, :, :1])


@CHECKED
@given(samples(classes=1), st.sampled_from(["held", "received"]))
def test_one_lane_of_one_class_is_the_custody_network(sample, of):
    rows = sample.rows()
    order = np.array(sample.order, np.int64)
    quantity = np.array(sample.quantity)[order, 0]
    opening = np.array(sample.opening)[:, 0]
    net = CustodyNetwork(
        rows.source[order], rows.target[order], range(len(order)), quantity, len(rows.label),
        opening=opening, births=sample.births,
    )  # fmt: skip
    node = sample.label.index(sample.asked)
    nodes = np.arange(len(sample.label), dtype=np.int32)
    group = rows.source, nodes, nodes, len(nodes)
    block = sample.block()
    if of == "held":
        _, mass = block.held(sample.asked, *group)
    else:
        channel = rows.arrivals(sample.asked)
        _, mass = block.received(channel, *group[:3], 1, len(nodes))
    assert block.balance[:, 0] == pytest.approx(net.balances(), abs=1e-12)
    assert mass[0, :, 0] == pytest.approx(net.origins(node, of=of), abs=CLOSE)


def test_shortfall_of_one_class_does_not_take_what_lies_in_another():
    # A has 10 of k. It issues 10 that may be k or k2, then 5 of k2, which it must have had. Split anew with those 5 in
    # stock, the first issue would take a third of them, and the second would lack while k lies idle.
    rows = Rows(
        np.array([0, 0, 0, 1, 1, 1], np.int32),
        np.array([0, 3, 5]),
        np.array([2, 0, 1, 1, 2], np.int32),
        np.array([5, 3, 4, 4, 4], np.int32),
        np.array([1, 1, 1, 1, 2], np.int8),
    )
    block = Block(rows, 1)
    block.quantity[:, 0] = 10, 5
    block.run(np.array([0, 1]), np.array([10.0, 0, 0, 0, 0, 0]), "opening")
    assert block.balance[:, 0] == pytest.approx([0, 0, 0, 10, 5, 0])
    assert block.lack[:, 0] == pytest.approx([0, 5, 0, 0, 0, 0])
    none = np.zeros(2, np.int32)
    total, mass = block.held(1, none, np.ones(6, np.int32), np.full(6, 2, np.int32), 3)
    assert total[0] == pytest.approx(15)
    assert mass[0, :, 0] == pytest.approx([0, 10, 5])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"first": np.array([0, 0, 2])}, "at least one row"),
        ({"first": np.array([0, 1])}, "at least one row"),
        ({"target": np.array([1], np.int32)}, "one length"),
        ({"source": np.array([0, 3], np.int32)}, "nodes 0 to 2"),
        ({"tier": np.array([2, 1], np.int8)}, "first row"),
        ({"tier": np.array([1, 3], np.int8)}, "1 or 2"),
        ({"first": np.array([0, 2]), "source": np.array([1, 1], np.int32)}, "one row only"),
    ],
)
def test_rows_that_are_not_well_formed_are_refused(change, told):
    columns = {
        "label": np.array([0, 1, 2], np.int32),
        "first": np.array([0, 1, 2]),
        "source": np.array([0, 1], np.int32),
        "target": np.array([1, 2], np.int32),
        "tier": np.array([1, 1], np.int8),
    }
    Rows(**columns)
    with pytest.raises(ValueError, match=told):
        Rows(**(columns | change))
