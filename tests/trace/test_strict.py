"""Known links: by hand, against the naive oracle on random networks, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import custody_oracle
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.trace import CustodyNetwork
from takingstock.trace.network import LinkError, UnknownPolicyError
from takingstock.trace.policies import POLICIES

X, Y, A, B, C = range(5)
BOTH = pytest.mark.parametrize("of", ["held", "received"])
CHECKED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def depot(links: Any) -> CustodyNetwork:
    """X and Y each give A 60; A gives B 60, then C 60."""
    return CustodyNetwork([X, Y, A, A], [A, A, B, C], [1, 2, 3, 4], [60, 60, 60, 60], 5, links=links)


def test_a_link_overrides_the_mixture() -> None:
    """The serials of 60 rifles that C got are on X's delivery: none of them can be B's."""
    net = depot(([3], [0], [60]))
    assert net.origins(B, "strict") == pytest.approx([0, 60, 0, 0, 0])
    assert net.origins(C, "strict") == pytest.approx([60, 0, 0, 0, 0])
    assert net.origins(B, "proportional") == pytest.approx([30, 30, 0, 0, 0])


def test_the_rest_is_proportional() -> None:
    """20 of C's are known to be X's: B has 60 of the other 100 (40 X, 60 Y), C its 20 and the 40 left."""
    net = depot(([3], [0], [20]))
    assert net.origins(B, "strict") == pytest.approx([24, 36, 0, 0, 0])
    assert net.origins(C, "strict") == pytest.approx([20 + 16, 24, 0, 0, 0])
    chains = net.chains(C, "strict").chains
    assert [(c.holders, pytest.approx(c.quantity)) for c in chains] == [((X, A, C), 36), ((Y, A, C), 24)]
    assert [step.mass.tolist() for step in chains[0].steps] == [[pytest.approx(36)], [pytest.approx(36)]]


def test_goods_that_are_spoken_for_cannot_be_lent() -> None:
    """All that X gave A is known to be C's later: what B got meanwhile came from elsewhere, and Y's 60 stay."""
    rows = ([X, A, Y, A], [A, B, A, C], [1, 2, 3, 4], [60, 60, 60, 60])
    net = CustodyNetwork(*rows, 5, links=([3], [0], [60]))
    assert net.origins(B, "strict") == pytest.approx([0, 0, 60, 0, 0])
    assert net.origins(C, "strict") == pytest.approx([60, 0, 0, 0, 0])
    assert net.origins(A, "strict") == pytest.approx([0, 60, 0, 0, 0])
    assert net.chains(A, "strict").total == pytest.approx(60)
    assert net.balances()[A] == 0
    held = CustodyNetwork(*rows, 5, links=([3], [0], [60]), births="opening").origins_by_kind(B, "strict")
    assert held.opening.tolist() == [0, 0, 60, 0, 0]


def test_without_a_link_strict_is_proportional() -> None:
    assert depot(([], [], [])).origins(C, "strict") == pytest.approx(depot(None).origins(C))
    with pytest.raises(UnknownPolicyError, match="'strict' holds to known links: give links="):
        depot(None).origins(C, "strict")


def test_other_policies_leave_links_aside() -> None:
    for policy in POLICIES:
        assert depot(([3], [0], [60])).origins(C, policy).tolist() == depot(None).origins(C, policy).tolist()


@st.composite
def linked(draw: st.DrawFn) -> tuple[CustodyNetwork, custody_oracle.World, int]:
    """A random network with random links that it can bear, and what the oracle makes of it."""
    holders = draw(st.integers(1, 4))
    who = st.integers(0, holders - 1)
    rows = draw(st.lists(st.tuples(who, who, st.integers(0, 5), st.integers(0, 9)), min_size=2, max_size=12))
    opening = draw(st.lists(st.integers(0, 6), min_size=holders, max_size=holders))
    births = draw(st.sampled_from(["late", "opening"]))
    half_life = draw(st.sampled_from([None, 1, 0.5]))

    def network(links: Any) -> CustodyNetwork:
        columns = ([row[k] for row in rows] for k in range(4))
        return CustodyNetwork(
            *columns,
            holders,
            key=range(len(rows)),
            opening=opening,
            births=births,
            half_life=half_life,
            links=links,
        )

    order = network(None).order().tolist()
    times = [rows[i][2] for i in order]
    steps = [0 if half_life is None else int((b - a) / half_life) for a, b in pairwise(times[:1] + times)]
    kept = [Fraction(1, 2) ** step for step in steps]
    to_give = {i: Fraction(rows[i][3]) for i in order}
    to_get = dict(to_give)
    links: list[custody_oracle.Link] = []
    for place, issue in enumerate(order):
        for before in range(place):
            receipt = order[before]
            if rows[receipt][1] != rows[issue][0]:
                continue
            left = Fraction(1)
            for step in kept[before + 1 : place + 1]:
                left *= step
            part = min(to_get[issue], to_give[receipt] * left) * draw(st.sampled_from([0, Fraction(1, 2), 1]))
            if part:
                links.append((issue, receipt, part))
                to_get[issue] -= part
                to_give[receipt] -= part / left
    links = draw(st.permutations(links))
    net = network(([k[0] for k in links], [k[1] for k in links], [float(k[2]) for k in links]))
    in_order = [(i, rows[i][0], rows[i][1], rows[i][3]) for i in order]
    return net, custody_oracle.run(in_order, opening, "strict", births, kept, links), len(links)


@BOTH
@CHECKED
@given(case=linked())
def test_origins_and_chains_are_the_oracles(of: str, case: tuple[CustodyNetwork, custody_oracle.World, int]) -> None:
    net, world, _ = case
    assert all(not lots for lots in world.boxes.values()), "known goods never went on"
    for holder in range(net.holders):
        parts = net.origins_by_kind(holder, "strict", of)
        for kind, got in (("born", parts.born), ("opening", parts.opening)):
            wanted = world.origins(holder, of, kind)
            assert got == pytest.approx([float(wanted.get(h, 0)) for h in range(net.holders)], abs=1e-9)
        born = world.births_of(holder, of)
        by_row = net.origins_by_row(holder, "strict", of)
        assert by_row == pytest.approx([float(born.get(i, 0)) for i in range(len(net))], abs=1e-9)
        if of == "held":
            assert parts.total.sum() == pytest.approx(float(world.balance(holder)), abs=1e-9)
        result = net.chains(holder, "strict", limit=100_000, of=of)
        wanted_chains = world.chains(holder, of)
        found = {(chain.holders, str(chain.origin_kind)): chain.quantity for chain in result.chains}
        assert found == pytest.approx({route: float(q) for route, q in wanted_chains.items()})
        assert result.exact
        carried = world.carried(holder, of)
        for chain in result.chains:
            for step, expected in zip(chain.steps, carried[chain.holders, chain.origin_kind], strict=True):
                got_step = dict(zip(step.rows.tolist(), step.mass.tolist(), strict=True))
                assert got_step == pytest.approx({row: float(q) for row, q in expected.items()})


@pytest.mark.parametrize(
    ("links", "says"),
    [
        (([3], [2], [1]), "row 3 from row 2: the second does not go where the first comes from"),
        (([3], [0], [0]), "no quantity above zero"),
        (([3], [0], [float("nan")]), "no quantity above zero"),
        (([3], [0, 1], [1]), "differ in length"),
        (([4], [0], [1]), "issue rows of links are not whole numbers from 0 to 3"),
        (([3], [-1], [1]), "receipt rows of links"),
        (([3, 3], [0, 1], [40, 40]), "links of row 3 know 1.33333 times what it moved"),
        (([2, 3], [0, 0], [40, 40]), "links of row 0 know 1.33333 times"),
    ],
)
def test_links_that_contradict_the_movements(links: Any, says: str) -> None:
    with pytest.raises(LinkError, match=says):
        depot(links)


def test_goods_cannot_leave_before_they_come() -> None:
    with pytest.raises(LinkError, match="leave before they come"):
        CustodyNetwork([A, X], [B, A], [1, 2], [5, 5], 5, links=([0], [1], [5]))
