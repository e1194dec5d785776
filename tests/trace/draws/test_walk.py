"""Candidate chains against the naive oracle and the single network."""

from __future__ import annotations

import numpy as np
import pytest
from draws_oracle import Sample, samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.trace import CustodyNetwork
from takingstock.trace.draws.lanes import Rows
from takingstock.trace.draws.walk import OPENING, PRODUCED, UNRECORDED, Walk

CHECKED = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
# Ratios are float32.
CLOSE = 1e-5
BOTH = st.sampled_from(["held", "received"])


def kinds(sample: Sample, data: st.DataObject) -> tuple[np.ndarray, np.ndarray]:
    """Made or unrecorded, by move and by node."""
    pair = st.integers(PRODUCED, UNRECORDED)
    return tuple(
        np.array([data.draw(pair) for _ in range(count)], np.int8) for count in (len(sample.moves), len(sample.label))
    )


def told(sample: Sample, of: str, move_kind: np.ndarray, lack_kind: np.ndarray) -> dict[tuple, np.ndarray]:
    """By sequence of holders and kind, what the oracle says came along it, by lane."""
    out: dict[tuple, np.ndarray] = {}
    for lane, world in enumerate(sample.worlds()):
        for (holders, (begin, number)), quantity in sample.goods(world, of).items():
            kind = {"born": move_kind, "lack": lack_kind}.get(begin, np.full(len(sample.label), OPENING))[number]
            out.setdefault((holders, int(kind)), np.zeros(sample.lanes))[lane] += float(quantity)
    return out


@CHECKED
@given(samples(), BOTH, st.data())
def test_all_chains_are_worth_what_the_oracle_says_and_sum_to_the_total(sample, of, data):
    move_kind, lack_kind = kinds(sample, data)
    expected = told(sample, of, move_kind, lack_kind)
    block = sample.block()
    walk = Walk(
        block.rows, sample.asked, of, [c for c, _ in expected], [k for _, k in expected], move_kind, lack_kind,
        sample.births,
    )  # fmt: skip
    value = walk.values(block)
    assert value == pytest.approx(np.array(list(expected.values())).reshape(value.shape), abs=CLOSE)
    zero = np.zeros(len(sample.moves), np.int32), *[np.zeros(len(sample.label), np.int32)] * 2
    if of == "held":
        total, _ = block.held(sample.asked, *zero, 1)
    else:
        total, _ = block.received(block.rows.arrivals(sample.asked), *zero, 1, 1)
    assert value.sum(axis=0) == pytest.approx(total, abs=CLOSE)
    assert np.array_equal(walk.values(block), value)


@CHECKED
@given(samples(), BOTH, st.data())
def test_a_chain_is_worth_the_same_whatever_others_are_asked_about(sample, of, data):
    move_kind, lack_kind = kinds(sample, data)
    expected = told(sample, of, move_kind, lack_kind)
    holder = st.integers(0, max(sample.label))
    invented = st.tuples(
        st.lists(holder, max_size=4).map(lambda before: (*before, sample.asked)),
        st.sampled_from([PRODUCED, UNRECORDED, OPENING]),
    )
    asked = st.sampled_from(list(expected)) | invented if expected else invented
    some = data.draw(st.lists(asked, unique=True, min_size=1, max_size=6))
    walk = Walk(
        sample.rows(), sample.asked, of, [c for c, _ in some], [k for _, k in some], move_kind, lack_kind,
        sample.births,
    )  # fmt: skip
    nothing = np.zeros(sample.lanes)
    assert walk.values(sample.block()) == pytest.approx(
        np.array([expected.get(chain, nothing) for chain in some]), abs=CLOSE
    )


@CHECKED
@given(samples(classes=1), BOTH)
def test_one_lane_of_one_class_has_the_chains_of_the_custody_network(sample, of):
    rows = sample.rows()
    order = np.array(sample.order, np.int64)
    net = CustodyNetwork(
        rows.source[order], rows.target[order], range(len(order)), np.array(sample.quantity)[order, 0],
        len(rows.label), opening=np.array(sample.opening)[:, 0], births=sample.births,
    )  # fmt: skip
    found = net.chains(sample.label.index(sample.asked), of=of, limit=10_000).chains
    # The network names nodes where a chain here names labels, and does not tell counted stock from shortfall.
    chains = [tuple(sample.label[node] for node in chain.holders) for chain in found]
    unrecorded = np.full(len(sample.moves), UNRECORDED, np.int8), np.full(len(sample.label), UNRECORDED, np.int8)
    born = [(c, UNRECORDED) for c, chain in zip(chains, found, strict=True) if chain.origin_kind == "born"]
    begun = [c for c, chain in zip(chains, found, strict=True) if chain.origin_kind == "opening"]
    both = born + [(c, OPENING) for c in begun]
    if sample.births == "opening":
        both += [(c, UNRECORDED) for c in begun]
    walk = Walk(rows, sample.asked, of, [c for c, _ in both], [k for _, k in both], *unrecorded, sample.births)
    value = walk.values(sample.block())[:, 0]
    summed: dict[tuple, float] = {}
    for (chain, kind), quantity in zip(both, value, strict=True):
        kind = "born" if kind == UNRECORDED and sample.births == "late" else "opening"
        summed[chain, kind] = summed.get((chain, kind), 0.0) + quantity
    expected = {(c, chain.origin_kind): chain.quantity for c, chain in zip(chains, found, strict=True)}
    assert summed == pytest.approx(expected, abs=CLOSE)


def test_chains_that_are_not_well_formed_are_refused():
    one = np.array([0], np.int32)
    rows = Rows(np.array([0, 1], np.int32), np.array([0, 1]), one, np.array([1], np.int32), np.array([1], np.int8))

    def walk(chains, kinds):
        return Walk(rows, 1, "held", chains, kinds, np.zeros(1, np.int8), np.zeros(2, np.int8))

    walk([(0, 1), (0, 1)], [PRODUCED, OPENING])
    for chains, kinds, told in [
        ([(0, 1), (1, 0)], [0, 0], "chain 1 does not end"),
        ([()], [0], "does not end"),
        ([(0, 1)], [3], "kind 3"),
        ([(0, 1), (0, 1)], [0, 0], "chain 1 is also chain 0"),
    ]:
        with pytest.raises(ValueError, match=told):
            walk(chains, kinds)
