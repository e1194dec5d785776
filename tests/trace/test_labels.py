"""Networks whose nodes are told by label: against the naive oracle run on nodes and summed by label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import custody_oracle
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.trace import CustodyNetwork, network
from takingstock.trace.network import ChainResult
from takingstock.trace.policies import WITH_LINKS

EVERY = pytest.mark.parametrize("policy", list(WITH_LINKS))
BOTH = pytest.mark.parametrize("of", ["held", "received"])
CHECKED = settings(deadline=None, max_examples=20)
Routes = dict[custody_oracle.Route, float]


@dataclass(frozen=True)
class Sample:
    """Rows are (source, target, time, quantity); links as the network takes them, often none."""

    label: list[int]
    rows: list[tuple[int, int, int, int]]
    opening: list[int]
    births: str

    def network(self, label: list[int] | None) -> CustodyNetwork:
        source, target, time, quantity = ([row[k] for row in self.rows] for k in range(4))
        return CustodyNetwork(
            np.array(source, dtype=np.int64),
            np.array(target, dtype=np.int64),
            time,
            quantity,
            len(self.label),
            key=list(range(len(self.rows))),
            opening=self.opening,
            births=self.births,
            links=self.links(),
            label=label,
        )

    def links(self) -> tuple[list[int], list[int], list[float]]:
        """The first issue, in time, that may be known to come by an earlier receipt of its source: half of it."""
        for issue, (source, _, after, going) in enumerate(self.rows):
            for receipt, (_, target, before, came) in enumerate(self.rows):
                if target == source and before < after and going and came:
                    return [issue], [receipt], [min(going, came) / 2]
        return [], [], []

    def world(self, net: CustodyNetwork, policy: str) -> custody_oracle.World:
        order = [int(i) for i in net.order()]
        in_order = [(i, self.rows[i][0], self.rows[i][1], self.rows[i][3]) for i in order]
        links = [(i, r, custody_oracle.Fraction(q)) for i, r, q in zip(*self.links(), strict=True)]
        return custody_oracle.run(
            in_order, self.opening, policy, self.births, links=links if policy == "strict" else ()
        )

    def routes(self, world: custody_oracle.World, label: int, of: str) -> Routes:
        """Chains of the nodes of a label, told by label."""
        summed: Routes = defaultdict(float)
        for node, own in enumerate(self.label):
            if own == label:
                for (nodes, kind), quantity in world.chains(node, of).items():
                    summed[tuple(self.label[n] for n in nodes), kind] += float(quantity)
        return {route: q for route, q in summed.items() if q > 1e-9}


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    nodes = draw(st.integers(2, 6))
    label = draw(st.lists(st.integers(0, 3), min_size=nodes, max_size=nodes))
    who = st.integers(0, nodes - 1)
    row = st.tuples(who, who, st.integers(0, 5), st.integers(0, 9))
    rows = draw(st.lists(row.filter(lambda r: r[0] == r[1] or label[r[0]] != label[r[1]]), max_size=12))
    opening = draw(st.lists(st.integers(0, 6), min_size=nodes, max_size=nodes))
    return Sample(label, rows, opening, draw(st.sampled_from(["late", "opening"])))


def found(result: ChainResult) -> Routes:
    routes = {(chain.holders, str(chain.origin_kind)): chain.quantity for chain in result.chains}
    assert len(routes) == len(result.chains), "a chain was found twice"
    return {route: q for route, q in routes.items() if q > 1e-9}


def of_label(sample: Sample, label: int) -> list[int]:
    return [node for node, own in enumerate(sample.label) if own == label]


@EVERY
@BOTH
@CHECKED
@given(sample=samples())
def test_a_label_is_the_sum_of_its_nodes(policy: str, of: str, sample: Sample) -> None:
    net = sample.network(sample.label)
    world = sample.world(net, policy)
    assert net.labels == max(sample.label) + 1
    for label in range(net.labels):
        parts = net.origins_by_kind(label, policy, of)
        rows = net.origins_by_row(label, policy, of)
        for kind, got in (("born", parts.born), ("opening", parts.opening)):
            wanted = np.zeros(len(sample.label))
            for node in of_label(sample, label):
                for origin, quantity in world.origins(node, of, kind).items():
                    wanted[origin] += float(quantity)
            assert got == pytest.approx(wanted, abs=1e-9)
        born: dict[int, float] = defaultdict(float)
        for node in of_label(sample, label):
            for row, quantity in world.births_of(node, of).items():
                born[row] += float(quantity)
        assert rows == pytest.approx([born[row] for row in range(len(sample.rows))], abs=1e-9)


@EVERY
@BOTH
@CHECKED
@given(sample=samples(), limit=st.integers(1, 5))
def test_chains_are_sequences_of_labels(policy: str, of: str, sample: Sample, limit: int) -> None:
    net = sample.network(sample.label)
    world = sample.world(net, policy)
    for label in range(net.labels):
        wanted = sample.routes(world, label, of)
        result = net.chains(label, policy, 100_000, of)
        assert found(result) == pytest.approx(wanted)
        assert result.exact
        assert result.total == pytest.approx(sum(wanted.values()), abs=1e-9)
        top = net.chains(label, policy, limit, of)
        largest = sorted(wanted.values(), reverse=True)[:limit]
        assert [c.quantity for c in top.chains if c.quantity > 1e-9] == pytest.approx(largest)
        for chain in result.chains:
            assert [step.source for step in chain.steps] == list(chain.holders[:-1])
            assert [step.target for step in chain.steps] == list(chain.holders[1:])
            for step in chain.steps:
                assert step.mass.sum() == pytest.approx(chain.quantity)
                for row in step.rows:
                    assert sample.label[sample.rows[row][0]] == step.source
                    assert sample.label[sample.rows[row][1]] == step.target


@EVERY
@BOTH
@CHECKED
@given(sample=samples())
def test_each_row_carries_of_a_chain_what_the_oracle_says(policy: str, of: str, sample: Sample) -> None:
    net = sample.network(sample.label)
    world = sample.world(net, policy)
    for label in range(net.labels):
        wanted: dict[custody_oracle.Route, list[dict[int, float]]] = {}
        for node in of_label(sample, label):
            for (nodes, kind), steps in world.carried(node, of).items():
                mine = wanted.setdefault((tuple(sample.label[n] for n in nodes), kind), [{} for _ in steps])
                for sums, step in zip(mine, steps, strict=True):
                    for row, quantity in step.items():
                        sums[row] = sums.get(row, 0.0) + float(quantity)
        for chain in net.chains(label, policy, 100_000, of).chains:
            if chain.quantity > 1e-9:
                for got, step in zip(chain.steps, wanted[chain.holders, chain.origin_kind], strict=True):
                    carried = dict(zip(got.rows.tolist(), got.mass.tolist(), strict=True))
                    assert carried == pytest.approx(step)


def total(along: network.Along) -> Mapping[str, float]:
    return {"born": float(along.mass.sum()), "opening": float(along.opening_mass.sum())}


@EVERY
@BOTH
@CHECKED
@given(sample=samples(), told=st.booleans())
def test_what_came_along_a_chain_is_its_quantity(policy: str, of: str, sample: Sample, told: bool) -> None:
    label = sample.label if told else list(range(len(sample.label)))
    net = sample.network(label if told else None)
    world = sample.world(net, policy)
    for asked in range(net.labels):
        chains = net.chains(asked, policy, 100_000, of).chains
        born, opening = np.zeros(len(sample.rows)), np.zeros(len(label))
        quantity = {(chain.holders, str(chain.origin_kind)): chain.quantity for chain in chains}
        for holders in {chain.holders for chain in chains}:
            along = net.along(holders, policy, of)
            for kind, mass in total(along).items():
                assert mass == pytest.approx(quantity.get((holders, kind), 0.0), abs=1e-9)
            assert all(label[node] == holders[0] for node in along.opening_nodes)
            assert all(label[sample.rows[row][0]] == holders[0] for row in along.rows)
            born[along.rows] += along.mass
            opening[along.opening_nodes] += along.opening_mass
        # All chains together are all the goods, row by row and node by node.
        assert born == pytest.approx(net.origins_by_row(asked, policy, of), abs=1e-9)
        assert opening == pytest.approx(net.origins_by_kind(asked, policy, of).opening, abs=1e-9)
        other = [h for h in range(net.labels) if h != asked]
        if other:
            nowhere = (other[0], asked, other[0], asked, other[-1], asked)
            if not any(q for route, q in _all(sample, world, label, asked, of).items() if route[0] == nowhere):
                assert sum(total(net.along(nowhere, policy, of)).values()) == pytest.approx(0.0, abs=1e-9)


def _all(sample: Sample, world: custody_oracle.World, label: list[int], asked: int, of: str) -> Routes:
    return Sample(label, sample.rows, sample.opening, sample.births).routes(world, asked, of)


@EVERY
@CHECKED
@given(sample=samples())
def test_labels_all_distinct_are_no_labels(policy: str, sample: Sample) -> None:
    plain, told = sample.network(None), sample.network(list(range(len(sample.label))))
    assert plain.labels == told.labels == len(sample.label)
    for holder in range(plain.holders):
        for of in ("held", "received"):
            assert told.origins(holder, policy, of) == pytest.approx(plain.origins(holder, policy, of))
            mine, theirs = (net.chains(holder, policy, 4, of) for net in (plain, told))
            assert [(c.holders, c.quantity, c.origin_kind) for c in mine.chains] == [
                (c.holders, c.quantity, c.origin_kind) for c in theirs.chains
            ]


def test_the_numbering_of_nodes_decides_nothing() -> None:
    """Two like nodes of one label, numbered one way and the other: even ties are told alike."""
    one = CustodyNetwork([0, 1, 2, 3], [2, 3, 4, 4], [1, 2, 3, 4], [5] * 4, 5, label=[0, 1, 2, 2, 3])
    two = CustodyNetwork([0, 1, 3, 2], [3, 2, 4, 4], [1, 2, 3, 4], [5] * 4, 5, label=[0, 1, 2, 2, 3])
    assert [c.holders for c in one.chains(3).chains] == [c.holders for c in two.chains(3).chains]
    assert one.chains(3).total == 10


def test_a_movement_within_a_label_is_refused() -> None:
    with pytest.raises(network.JoinedNodesError, match=r"movement 1 joins the holders 1 and 2 of label 7"):
        CustodyNetwork([0, 1], [1, 2], [1, 2], [3, 3], 3, label=[0, 7, 7])
    with pytest.raises(network.LengthError, match=r"label has shape \(2,\) for 3 holders"):
        CustodyNetwork([0], [1], [1], [3], 3, label=[0, 1])
    with pytest.raises(network.UnknownHolderError, match=r"label\[1\] is -1"):
        CustodyNetwork([0], [1], [1], [3], 2, label=[0, -1])


def test_questions_take_labels() -> None:
    net = CustodyNetwork([0, 1], [2, 3], [1, 2], [3, 4], 4, label=[0, 0, 5, 5])
    assert net.origins(5).tolist() == [3, 4, 0, 0]
    assert [(c.holders, c.quantity) for c in net.chains(5).chains] == [((0, 5), 7)]
    assert net.origins(2).tolist() == [0, 0, 0, 0], "a label of no node has nothing"
    with pytest.raises(network.UnknownHolderError, match="ask for 0 to 5"):
        net.origins(6)
    with pytest.raises(network.UnknownOptionError, match="sequence is empty"):
        net.along([])
    with pytest.raises(network.UnknownHolderError, match="holder 6"):
        net.along([6, 5])
