"""The golden provenance cases: five policies on three graphs (method of arXiv 2110.05041).

Times are distinct and there is no opening stock; births count at the source. Proportional answers are printed to
two decimals. The buffers of fifo and lifo, and the paths of lifo, pin how goods lie inside a movement: the naive
oracle is held to them element by element, the package to their sums and to the oracle (test_properties).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import custody_oracle
import pytest

from takingstock.trace import CustodyNetwork

GOLDEN = Path(__file__).parent / "golden" / "provenance"
GRAPHS = ("paper_distribution_graph", "random_6v_40i_seed11", "random_8v_80i_seed12")
POLICIES = {
    "proportional": "proportional",
    "fifo": "fifo",
    "lifo": "lifo",
    "oldest-made-first": "least_recently_born",
    "newest-made-first": "most_recently_born",
}


def read(graph: str) -> tuple[int, list[tuple[int, int, float, int]], dict[str, Any]]:
    lines = (GOLDEN / f"{graph}.graph.txt").read_text().split("\n")
    rows = [line.split() for line in lines[2:] if line]
    movements = [(int(s), int(d), float(t), int(q)) for s, d, t, q in rows]
    expected = json.loads((GOLDEN / f"{graph}.expected.json").read_text())
    assert len(movements) == expected["num_interactions"]
    return int(lines[0]), movements, expected["policies"]


def network(graph: str) -> CustodyNetwork:
    holders, movements, _ = read(graph)
    source, target, time, quantity = zip(*movements, strict=True)
    return CustodyNetwork(source, target, time, quantity, holders)


def world(graph: str, policy: str) -> custody_oracle.World:
    holders, movements, _ = read(graph)
    in_order = [(row, s, d, q) for row, (s, d, _, q) in enumerate(movements)]
    return custody_oracle.run(in_order, [0] * holders, policy, "late")


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize(("policy", "golden"), POLICIES.items())
def test_origin_quantities(graph: str, policy: str, golden: str) -> None:
    holders, _, expected = read(graph)
    net = network(graph)
    tolerance = 0.011 if policy == "proportional" else 1e-9
    for holder in range(holders):
        wanted = expected[golden]["vertices"][str(holder)]["origin_qty"]
        got = net.origins(holder, policy)
        assert got == pytest.approx([wanted.get(str(h), 0.0) for h in range(holders)], abs=tolerance)
        assert got.sum() == pytest.approx(net.balances()[holder])
    assert net.births().sum() == pytest.approx(expected[golden]["newborn_total"])


@pytest.mark.parametrize("graph", GRAPHS)
def test_lifo_chains(graph: str) -> None:
    holders, _, expected = read(graph)
    net = network(graph)
    for holder in range(holders):
        wanted: dict[tuple[int, ...], float] = {}
        for element in expected["lifo_paths"]["vertices"][str(holder)]["elements"]:
            path = tuple(element["path"])
            wanted[path] = wanted.get(path, 0.0) + element["qty"]
        result = net.chains(holder, "lifo", limit=10_000)
        assert {chain.holders: chain.quantity for chain in result.chains} == pytest.approx(wanted)
        assert result.exact


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("policy", ["fifo", "lifo"])
def test_oracle_has_the_golden_buffers_in_their_order(graph: str, policy: str) -> None:
    holders, _, expected = read(graph)
    made = world(graph, policy)
    for holder in range(holders):
        wanted = [(origin, quantity) for origin, _, quantity in expected[policy]["vertices"][str(holder)]["buffer"]]
        assert [(lot.holders[0], lot.quantity) for lot in made.stocks[holder]] == wanted


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("policy", ["oldest-made-first", "newest-made-first"])
def test_oracle_has_the_golden_buffers_by_age(graph: str, policy: str) -> None:
    """These buffers are heaps, whose layout means nothing: compared as sorted sums per birth."""
    holders, movements, expected = read(graph)
    made = world(graph, policy)
    for holder in range(holders):
        wanted: dict[tuple[int, float], float] = {}
        for origin, born, quantity in expected[POLICIES[policy]]["vertices"][str(holder)]["buffer"]:
            wanted[origin, born] = wanted.get((origin, born), 0.0) + quantity
        got: dict[tuple[int, float], float] = {}
        for lot in made.stocks[holder]:
            birth = (lot.holders[0], movements[lot.born][2])
            got[birth] = got.get(birth, 0.0) + float(lot.quantity)
        assert got == pytest.approx(wanted)


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("policy", ["oldest-made-first", "newest-made-first"])
def test_births_by_age(graph: str, policy: str) -> None:
    """The golden heaps say when each good was born: origins_by_row must agree movement by movement."""
    holders, movements, expected = read(graph)
    row_at = {movement[2]: row for row, movement in enumerate(movements)}
    net = network(graph)
    for holder in range(holders):
        wanted = [0.0] * len(movements)
        for _, born, quantity in expected[POLICIES[policy]]["vertices"][str(holder)]["buffer"]:
            wanted[row_at[born]] += quantity
        assert net.origins_by_row(holder, policy) == pytest.approx(wanted)
