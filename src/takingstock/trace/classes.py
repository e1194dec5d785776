"""Classes: which goods of a commodity may be met from which, and how a move leaves its source's stocks.

Goods of one class at one holder are a *node* of the network; they do not mix with those of another. A record is met
from what its sender has of that class and of finer ones: what it has of a finer class goes on as that class, because
that is what it is. Where that does not suffice, goods of a broader class ("AK-pattern rifle") turn out to be of the
class that left. Only what is lacking then is born.

Invariant: the first row of a move leads from (sender, class) to (receiver, class) and takes the births; every row that
goods can ever take is there, and no other. Classes are dotted paths; a mixed set ("weapons") is broader than nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableSequence, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.commodity import GROUPS

ROUNDING = 1e-12
"""A row or a birth below this fraction of the move, and what is left of a stock below it, is rounding, not goods."""

SAME, BROADER = 1, 2
"""The tier of a row: out of goods of the class or a finer one; out of goods of a broader class."""


@dataclass(frozen=True, eq=False)
class ClassRows:
    """The rows of moves between nodes.

    nodes: (holder, class) of each node, sorted. label: int32[nodes], the holder of each. Rows of move a are
    first_row[a]:first_row[a + 1] (int64[moves + 1]), by tier, the first apart by class; row_source, row_target:
    int32[rows], nodes; row_tier: int8[rows], SAME or BROADER.
    """

    nodes: tuple[tuple[int, str], ...]
    label: NDArray[np.int32]
    first_row: NDArray[np.int64]
    row_source: NDArray[np.int32]
    row_target: NDArray[np.int32]
    row_tier: NDArray[np.int8]

    @property
    def plain(self) -> bool:
        """Whether no holder has two nodes, so that nodes are as good as holders and every move has one row."""
        return len(self.nodes) == len({holder for holder, _ in self.nodes})

    def number(self) -> dict[tuple[int, str], int]:
        """The node of each holder and class that has one."""
        return {node: place for place, node in enumerate(self.nodes)}


def finer(item: str, other: str) -> bool:
    """Whether a class lies below another."""
    return other not in GROUPS and item.startswith(f"{other}.")


def class_rows(
    source: Sequence[int], target: Sequence[int], item: Sequence[str], opening: Iterable[tuple[int, str]] = ()
) -> ClassRows:
    """The rows of moves from holders to holders, each of a class; ``opening`` are the holders and classes counted.

    Goods can be at a node that was counted, that a move names as its end, or that a move names as its beginning (what
    was lacking there may count as its opening stock), and wherever they can go on from there. O(moves × classes).
    """
    stocks = set(opening)
    named = sorted({*item, *(kind for _, kind in stocks)})
    place = {kind: number for number, kind in enumerate(named)}
    # Sets of classes as the bits of whole numbers.
    below = [sum(1 << k for k, kind in enumerate(named) if finer(kind, other)) for other in named]
    above = [sum(1 << k for k, kind in enumerate(named) if finer(other, kind)) for other in named]
    there: dict[int, int] = {}

    def reach(holder: int, kinds: int) -> bool:
        known = there.get(holder, 0)
        there[holder] = known | kinds
        return there[holder] != known

    out: dict[int, set[tuple[int, int]]] = {}
    moves = [(int(a), int(b), place[kind]) for a, b, kind in zip(source, target, item, strict=True)]
    for a, b, c in moves:
        reach(a, 1 << c)
        reach(b, 1 << c)
        if below[c]:
            out.setdefault(a, set()).add((b, c))
    for holder, kind in stocks:
        reach(int(holder), 1 << place[kind])
    # What is vague on the record goes on as what it is: until nothing new is reached.
    waiting = list(out)
    while waiting:
        holder = waiting.pop()
        for b, c in out[holder]:
            if reach(b, there[holder] & below[c]) and b in out:
                waiting.append(b)

    nodes = tuple((holder, kind) for holder in sorted(there) for kind in _kinds(there[holder], named))
    number = {node: at for at, node in enumerate(nodes)}
    routes: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    for a, b, c in moves:
        if (a, b, c) not in routes:
            kind = named[c]
            end = number[b, kind]
            same = [(number[a, k], number[b, k], SAME) for k in _kinds(there[a] & below[c], named)]
            broad = [(number[a, k], end, BROADER) for k in _kinds(there[a] & above[c], named)]
            routes[a, b, c] = [(number[a, kind], end, SAME), *same, *broad]
    rows = [row for move in moves for row in routes[move]]
    first = np.cumsum([0, *(len(routes[move]) for move in moves)], dtype=np.int64)
    columns = np.array(rows, dtype=np.int32).reshape(-1, 3).T
    return ClassRows(
        nodes,
        np.array([holder for holder, _ in nodes], dtype=np.int32),
        first,
        np.ascontiguousarray(columns[0]),
        np.ascontiguousarray(columns[1]),
        columns[2].astype(np.int8),
    )


def _kinds(bits: int, named: Sequence[str]) -> list[str]:
    return [kind for k, kind in enumerate(named) if bits >> k & 1]


@dataclass(frozen=True)
class Leaving:
    """A move's goods on one row: ``amount``, all ``drawn`` from stock or all born."""

    row: int
    amount: float
    drawn: bool


def leave(rows: ClassRows, move: int, quantity: float, stock: MutableSequence[float]) -> list[Leaving]:
    """How a move of a quantity leaves its source, in the order taken, births last; ``stock`` of each node is changed.

    Of the class and finer ones in proportion to what is there; what lacks of broader ones, in proportion too; the rest
    is born in the first row."""
    start, stop = int(rows.first_row[move]), int(rows.first_row[move + 1])
    found: list[Leaving] = []
    rest = quantity
    for tier in (SAME, BROADER):
        held = [
            (row, stock[rows.row_source[row]])
            for row in range(start, stop)
            if rows.row_tier[row] == tier and stock[rows.row_source[row]] > 0.0
        ]
        whole = sum(amount for _, amount in held)
        taken = min(rest, whole)
        if taken <= ROUNDING * quantity:
            continue
        for row, amount in held:
            # A stock that goes out whole goes out to the last piece.
            part = amount if taken >= whole else taken * (amount / whole)
            left = amount - part
            stock[rows.row_source[row]] = left if left > ROUNDING * amount else 0.0
            if part > ROUNDING * quantity:
                found.append(Leaving(row, part, drawn=True))
        rest -= taken
    if rest > ROUNDING * quantity:
        found.append(Leaving(start, rest, drawn=False))
    for leaving in found:
        stock[rows.row_target[leaving.row]] += leaving.amount
    return found


def split(
    rows: ClassRows, parts: Iterable[tuple[int, float]], opening: Sequence[float]
) -> list[tuple[int, int, float]]:
    """Parts of moves (move, quantity), in custody order, as rows: (place of the part, row, quantity), in order.

    ``opening`` is the stock of each node before the first part. The naive forward rule, one part after the other."""
    stock = [float(amount) for amount in opening]
    told: list[tuple[int, int, float]] = []
    for place, (move, quantity) in enumerate(parts):
        for leaving in leave(rows, move, quantity, stock):
            last = told[-1] if told else (-1, -1, 0.0)
            if last[:2] == (place, leaving.row):
                # What is born in a row whose goods were taken just before is one with them.
                told[-1] = (place, leaving.row, last[2] + leaving.amount)
            else:
                told.append((place, leaving.row, leaving.amount))
    return told
