"""Random networks against the naive oracle, and what must hold of every network and every policy.

Networks are small and dirty on purpose: equal times, self-loops, cycles, movements of nothing, sources that lack
what they issue, opening stock, rows in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import custody_oracle
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.trace import CustodyNetwork
from takingstock.trace.network import ChainResult
from takingstock.trace.policies import POLICIES

EVERY = pytest.mark.parametrize("policy", list(POLICIES))
BOTH = pytest.mark.parametrize("of", ["held", "received"])
# The first call of each compiled pass compiles it, so no deadline.
CHECKED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Sample:
    holders: int
    rows: list[tuple[int, int, int, int]]
    opening: list[int]
    births: str
    half_life: float | None = None

    def network(self) -> CustodyNetwork:
        """Rows are (source, target, time, quantity); the key of row i is i."""
        source, target, time, quantity = ([row[k] for row in self.rows] for k in range(4))
        return CustodyNetwork(
            np.array(source, dtype=np.int64),
            np.array(target, dtype=np.int64),
            time,
            quantity,
            self.holders,
            key=list(range(len(self.rows))),
            opening=self.opening,
            births=self.births,
            half_life=self.half_life,
        )

    def world(self, net: CustodyNetwork, policy: str) -> custody_oracle.World:
        order = [int(i) for i in net.order()]
        in_order = [(i, self.rows[i][0], self.rows[i][1], self.rows[i][3]) for i in order]
        kept: list[Fraction] = []
        if self.half_life is not None:
            times = [self.rows[i][2] for i in order]
            kept = [Fraction(1, 2) ** int((b - a) / self.half_life) for a, b in pairwise(times[:1] + times)]
        return custody_oracle.run(in_order, self.opening, policy, self.births, kept)

    def left(self) -> list[float]:
        """What part of the goods of each row is left at the last time."""
        last = max((row[2] for row in self.rows), default=0)
        return [1.0 if self.half_life is None else 2.0 ** ((row[2] - last) / self.half_life) for row in self.rows]


@st.composite
def samples(draw: st.DrawFn, most: int = 12) -> Sample:
    holders = draw(st.integers(1, 5))
    who = st.integers(0, holders - 1)
    row = st.tuples(who, who, st.integers(0, 5), st.integers(0, 9))
    return Sample(
        holders,
        draw(st.lists(row, max_size=most)),
        draw(st.lists(st.integers(0, 6), min_size=holders, max_size=holders)),
        draw(st.sampled_from(["late", "opening"])),
        draw(st.sampled_from([None, 1, 0.5])),
    )


def routes(result: ChainResult) -> dict[tuple[tuple[int, ...], str], float]:
    found = {(chain.holders, str(chain.origin_kind)): chain.quantity for chain in result.chains}
    assert len(found) == len(result.chains), "a chain was found twice"
    return found


@EVERY
@BOTH
@CHECKED
@given(sample=samples())
def test_origins_are_the_oracles(policy: str, of: str, sample: Sample) -> None:
    net = sample.network()
    world = sample.world(net, policy)
    assert net.births() == pytest.approx([float(world.births[i]) for i in range(len(sample.rows))])
    source = np.array([row[0] for row in sample.rows], dtype=np.int64)
    for holder in range(sample.holders):
        assert net.balances()[holder] == pytest.approx(float(world.balance(holder)))
        parts = net.origins_by_kind(holder, policy, of)
        for kind, got in (("born", parts.born), ("opening", parts.opening)):
            wanted = world.origins(holder, of, kind)
            assert got == pytest.approx([float(wanted.get(h, 0)) for h in range(sample.holders)], abs=1e-9)
        by_row = net.origins_by_row(holder, policy, of)
        born = world.births_of(holder, of)
        assert by_row == pytest.approx([float(born.get(i, 0)) for i in range(len(sample.rows))], abs=1e-9)
        assert np.bincount(source, weights=by_row, minlength=sample.holders) == pytest.approx(parts.born, abs=1e-9)


@EVERY
@BOTH
@CHECKED
@given(sample=samples())
def test_conservation(policy: str, of: str, sample: Sample) -> None:
    net = sample.network()
    for holder in range(sample.holders):
        rows = zip(sample.rows, sample.left(), strict=True)
        inflow = sum(q * left for (s, d, _, q), left in rows if d == holder and s != holder)
        wanted = net.balances()[holder] if of == "held" else inflow
        origins = net.origins(holder, policy, of)
        assert (origins >= 0.0).all()
        assert origins.sum() == pytest.approx(wanted, abs=1e-9)


@EVERY
@BOTH
@CHECKED
@given(sample=samples())
def test_all_chains_are_the_oracles(policy: str, of: str, sample: Sample) -> None:
    net = sample.network()
    world = sample.world(net, policy)
    for holder in range(sample.holders):
        result = net.chains(holder, policy, limit=100_000, of=of)
        wanted = world.chains(holder, of)
        # What is below a rounding of the whole is given up, and counts in the remainder.
        rounding = 1e-12 * float(sum(wanted.values()))
        found = {route: q for route, q in routes(result).items() if q > rounding}
        assert found == pytest.approx({route: float(q) for route, q in wanted.items() if q > rounding})
        assert result.exact
        assert result.remainder == pytest.approx(0.0, abs=1e-9)
        assert result.total == pytest.approx(float(sum(wanted.values())))
        carried = world.carried(holder, of)
        for chain in result.chains:
            assert chain.quantity == pytest.approx(chain.share * result.total)
            assert [step.source for step in chain.steps] == list(chain.holders[:-1])
            assert [step.target for step in chain.steps] == list(chain.holders[1:])
            steps = [dict(zip(step.rows.tolist(), step.mass.tolist(), strict=True)) for step in chain.steps]
            expected = carried[chain.holders, chain.origin_kind]
            assert len(steps) == len(expected)
            for got, step in zip(steps, expected, strict=True):
                assert got == pytest.approx({row: float(q) for row, q in step.items()})


@EVERY
@BOTH
@CHECKED
@given(sample=samples(), limit=st.integers(1, 6))
def test_top_chains_are_the_largest(policy: str, of: str, sample: Sample, limit: int) -> None:
    net = sample.network()
    world = sample.world(net, policy)
    for holder in range(sample.holders):
        wanted = {route: float(q) for route, q in world.chains(holder, of).items()}
        result = net.chains(holder, policy, limit=limit, of=of)
        largest = sorted(wanted.values(), reverse=True)[:limit]
        assert [chain.quantity for chain in result.chains] == pytest.approx(largest)
        for route, quantity in routes(result).items():
            assert quantity == pytest.approx(wanted[route])
        more = net.chains(holder, policy, limit=limit + 1, of=of)
        assert [c.holders for c in more.chains[:limit]] == [c.holders for c in result.chains], "ties swap places"
        shown = sum(chain.share for chain in result.chains)
        assert result.remainder == pytest.approx(1.0 - shown if result.total else 0.0, abs=1e-9)


@EVERY
@CHECKED
@given(sample=samples(), data=st.data())
def test_row_order_and_holder_numbers_change_nothing(policy: str, sample: Sample, data: st.DataObject) -> None:
    number = data.draw(st.permutations(range(sample.holders)))
    place = data.draw(st.permutations(range(len(sample.rows))))
    net = sample.network()
    opening = [0] * sample.holders
    for holder, stock in enumerate(sample.opening):
        opening[number[holder]] = stock
    moved = [sample.rows[i] for i in place]
    other = CustodyNetwork(
        [number[row[0]] for row in moved],
        [number[row[1]] for row in moved],
        [row[2] for row in moved],
        [row[3] for row in moved],
        sample.holders,
        key=list(place),
        opening=opening,
        births=sample.births,
        half_life=sample.half_life,
    )
    assert [place[i] for i in other.order()] == net.order().tolist()
    assert other.balances()[list(number)].tolist() == net.balances().tolist()
    for holder in range(sample.holders):
        for of in ("held", "received"):
            got = other.origins(number[holder], policy, of)[list(number)]
            assert got.tolist() == pytest.approx(net.origins(holder, policy, of).tolist(), abs=1e-12)
            mine = net.chains(holder, policy, limit=3, of=of)
            theirs = other.chains(number[holder], policy, limit=3, of=of)
            # Even which of several equal chains is shown must not depend on them.
            assert [c.holders for c in theirs.chains] == [tuple(number[h] for h in c.holders) for c in mine.chains]
            assert [c.quantity for c in theirs.chains] == [c.quantity for c in mine.chains]


@EVERY
@CHECKED
@given(sample=samples(), scale=st.sampled_from([0.1, 1 / 3, 1e-6, 12345.678]))
def test_quantities_that_are_no_whole_numbers(policy: str, sample: Sample, scale: float) -> None:
    """Rounding makes no goods: 0.1 + 0.2 - 0.3 leaves nothing and bears nothing."""
    plain = sample.network()
    rows = sample.rows
    scaled = CustodyNetwork(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [row[3] * scale for row in rows],
        sample.holders,
        key=list(range(len(rows))),
        opening=[stock * scale for stock in sample.opening],
        births=sample.births,
        half_life=sample.half_life,
    )
    for holder in range(sample.holders):
        for of in ("held", "received"):
            got = scaled.origins(holder, policy, of) / scale
            assert got == pytest.approx(plain.origins(holder, policy, of), abs=1e-9)
            result = scaled.chains(holder, policy, limit=100_000, of=of)
            assert routes(result) == pytest.approx(
                {r: q * scale for r, q in routes(plain.chains(holder, policy, limit=100_000, of=of)).items()}
            )


@EVERY
@pytest.mark.parametrize("births", ["late", "opening"])
def test_a_larger_network_conserves(policy: str, births: str) -> None:
    random = np.random.default_rng(7)
    holders, movements = 60, 4_000
    source = random.integers(0, holders, movements)
    target = random.integers(0, holders, movements)
    quantity = random.lognormal(0.0, 2.0, movements)
    net = CustodyNetwork(
        source,
        target,
        random.integers(1990, 2020, movements),
        quantity,
        holders,
        key=random.permutation(movements),
        opening=random.lognormal(0.0, 1.0, holders),
        births=births,
    )
    for holder in range(0, holders, 7):
        assert net.origins(holder, policy).sum() == pytest.approx(net.balances()[holder])
        into = (target == holder) & (source != holder)
        assert net.origins(holder, policy, "received").sum() == pytest.approx(quantity[into].sum())
        result = net.chains(holder, policy, limit=3, most_expansions=300)
        assert result.total == pytest.approx(net.balances()[holder])
        for chain in result.chains:
            for step in chain.steps:
                assert step.mass.sum() == pytest.approx(chain.quantity)
                assert (source[step.rows] == step.source).all()
                assert (target[step.rows] == step.target).all()
                assert (step.mass <= quantity[step.rows] * (1 + 1e-9)).all()


@CHECKED
@given(sample=samples())
def test_the_shortfall_is_the_least_stock_that_bears_nothing(sample: Sample) -> None:
    sample = replace(sample, half_life=None)
    late = replace(sample, births="late").network()
    shortfall = late.opening_shortfall()
    assert shortfall.sum() == pytest.approx(late.births().sum())
    filled = replace(sample, opening=[int(x) for x in late.opening() + shortfall], births="late").network()
    assert filled.births().sum() == 0.0
    assert filled.balances() == pytest.approx(late.balances())
    opening = replace(sample, births="opening").network()
    assert opening.opening() == pytest.approx(filled.opening())
    for holder in range(sample.holders):
        assert opening.origins(holder) == pytest.approx(filled.origins(holder))
