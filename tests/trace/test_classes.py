"""Which goods may be met from which: against a naive stock of dicts that knows no rows."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.trace.classes import BROADER, SAME, ClassRows, class_rows, finer, split

AR, AK, AKM, M16 = "rifle", "rifle.ak", "rifle.ak.akm", "rifle.m16"
CLASSES = (AR, AK, AKM, M16)
A, B, C = range(3)


def told(rows: ClassRows, move: int) -> list[tuple[tuple[int, str], tuple[int, str], int]]:
    span = range(rows.first_row[move], rows.first_row[move + 1])
    ends = ((rows.row_source[row], rows.row_target[row], rows.row_tier[row]) for row in span)
    return [(rows.nodes[s], rows.nodes[t], int(tier)) for s, t, tier in ends]


def test_a_class_lies_below_what_its_path_begins_with() -> None:
    assert finer(AKM, AR)
    assert finer(AKM, AK)
    assert not finer(AK, AK)
    assert not finer(AK, AKM)
    assert not finer("rifle.akx", AK)
    assert not finer("ammunition.rocket", "ammunition"), "a mixed set is broader than nothing"


def test_one_class_is_one_row_a_move_and_nodes_are_holders() -> None:
    rows = class_rows([A, B, A], [B, C, C], [AK] * 3)
    assert rows.plain
    assert rows.nodes == ((A, AK), (B, AK), (C, AK))
    assert rows.label.tolist() == [A, B, C]
    assert rows.first_row.tolist() == [0, 1, 2, 3]
    assert (rows.row_source.tolist(), rows.row_target.tolist()) == ([A, B, A], [B, C, C])
    assert [column.dtype for column in (rows.label, rows.first_row, rows.row_source, rows.row_target)] == [
        np.int32,
        np.int64,
        np.int32,
        np.int32,
    ]
    assert rows.row_tier.dtype == np.int8


def test_a_vague_issue_takes_what_its_sender_can_have_and_no_more() -> None:
    rows = class_rows([A, B, B], [B, C, C], [AKM, AR, M16])
    assert told(rows, 0) == [((A, AKM), (B, AKM), SAME)]
    assert told(rows, 1) == [
        ((B, AR), (C, AR), SAME),
        ((B, AKM), (C, AKM), SAME),
        ((B, M16), (C, M16), SAME),
    ]
    # What lacks may be of the vague goods that B itself lacked.
    assert told(rows, 2) == [((B, M16), (C, M16), SAME), ((B, AR), (C, M16), BROADER)]


def test_what_goes_on_as_vague_is_still_what_it_is() -> None:
    """An AKM that went to B as a rifle and on to C as an AK: a path of classes found by going on and on."""
    rows = class_rows([A, A, B, C], [B, A, C, A], [AR, AR, AK, AKM], [(A, AKM)])
    assert ((B, AKM), (C, AKM), SAME) in told(rows, 2)
    assert told(rows, 3)[0] == ((C, AKM), (A, AKM), SAME)
    assert told(rows, 3)[1:] == [((C, AK), (A, AKM), BROADER)]


def test_nothing_makes_no_rows() -> None:
    rows = class_rows([], [], [], [(B, AK)])
    assert rows.nodes == ((B, AK),)
    assert rows.first_row.tolist() == [0]
    assert len(rows.row_source) == len(rows.row_tier) == 0


def test_a_stock_is_left_in_proportion() -> None:
    rows = class_rows([A, A], [B, B], [AR, AKM], [(A, AKM), (A, M16)])
    node = rows.number()
    stock = np.zeros(len(node))
    stock[node[A, AKM]], stock[node[A, M16]] = 50, 150
    parts = [(rows.nodes[rows.row_target[row]], q) for _, row, q in split(rows, [(0, 100)], stock)]
    assert parts == [((B, AKM), 25), ((B, M16), 75)]


def test_vague_goods_turn_out_to_be_what_left_and_births_come_last() -> None:
    rows = class_rows([A], [B], [AKM], [(A, AKM), (A, AR)])
    node = rows.number()
    stock = np.zeros(len(node))
    stock[node[A, AKM]], stock[node[A, AR]] = 5, 3
    parts = [(rows.nodes[rows.row_source[row]], q) for _, row, q in split(rows, [(0, 10)], stock)]
    assert parts == [((A, AKM), 5), ((A, AR), 3), ((A, AKM), 2)]
    assert {rows.nodes[t] for t in rows.row_target} == {(B, AKM)}
    # Without vague goods what is born is one with the class's own.
    stock[node[A, AR]] = 0
    assert split(rows, [(0, 10)], stock) == [(0, 0, 10)]


def compatible(item: str, tier: int, kinds: list[str]) -> list[str]:
    if tier == SAME:
        return [kind for kind in kinds if kind == item or kind.startswith(f"{item}.")]
    return [kind for kind in kinds if item.startswith(f"{kind}.")]


moves = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(CLASSES), st.integers(0, 9)).filter(
        lambda move: move[0] != move[1]
    ),
    max_size=15,
)
counts = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from(CLASSES)), st.integers(1, 9), max_size=4)


@settings(deadline=None, max_examples=200)
@given(moves, counts)
def test_goods_move_as_in_stocks_that_know_no_rows(listed: list, counted: dict) -> None:
    rows = class_rows([m[0] for m in listed], [m[1] for m in listed], [m[2] for m in listed], counted)
    opening = np.zeros(len(rows.nodes))
    stock: dict[tuple[int, str], float] = defaultdict(float)
    for node, amount in counted.items():
        opening[rows.number()[node]] = stock[node] = amount
    moved: dict[tuple[int, tuple[int, str], tuple[int, str]], float] = defaultdict(float)
    for place, row, amount in split(rows, [(n, m[3]) for n, m in enumerate(listed)], opening):
        assert amount > 0
        assert rows.first_row[place] <= row < rows.first_row[place + 1]
        moved[place, rows.nodes[rows.row_source[row]], rows.nodes[rows.row_target[row]]] += amount
    for place, (a, b, item, quantity) in enumerate(listed):
        rest = float(quantity)
        arriving = []
        for tier in (SAME, BROADER):
            kinds = compatible(item, tier, [kind for kind in CLASSES if stock[a, kind] > 0])
            whole = sum(stock[a, kind] for kind in kinds)
            taken = min(rest, whole)
            for kind in kinds:
                part = taken * stock[a, kind] / whole
                arriving.append((kind, kind if tier == SAME else item, part))
            rest -= taken
        wanted: dict[tuple[str, str], float] = defaultdict(float)
        for kind, becomes, part in [*arriving, (item, item, rest)]:
            wanted[kind, becomes] += part
        for kind, _, part in arriving:
            stock[a, kind] -= part
        for (kind, becomes), part in wanted.items():
            stock[b, becomes] += part
            assert moved.pop((place, (a, kind), (b, becomes)), 0.0) == pytest.approx(part, abs=1e-9)
        # A dust of rounding would be taken for goods above.
        for node in stock:
            stock[node] = stock[node] if stock[node] > 1e-9 else 0.0
    assert sum(moved.values()) == pytest.approx(0.0, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(moves, st.randoms())
def test_no_order_of_moves_changes_a_row(listed: list, random) -> None:
    place = list(range(len(listed)))
    random.shuffle(place)
    columns = [[m[k] for m in listed] for k in range(3)]
    rows = class_rows(*columns)
    other = class_rows(*[[column[p] for p in place] for column in columns])
    assert other.nodes == rows.nodes
    for now, before in enumerate(place):
        assert told(other, now) == told(rows, before)
