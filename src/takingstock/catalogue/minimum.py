"""Minimum: how many distinct items there are at least, whatever the pictures leave open.

Of any sightings that are pairwise certainly different (see ``excluding``; unrelated classes are), the items add up.
The minimum is the heaviest such set: a maximum-weight clique. What can only be the same within one part of the rows is
solved part by part, each exactly up to ``PART`` rows (branch and bound, the weights of the rows left as the bound) or
``STEPS`` steps; beyond, the best of two greedy choices is taken, which is still a true lower bound, and said to be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from takingstock.catalogue.distinct import Same
from takingstock.catalogue.excluding import FAR, Facts, facts
from takingstock.reference.taxonomy import SETS

PART = 60
STEPS = 20_000
SMALL = 1500
"""Rows of different facts for which all pairs are looked at."""


def minimum(sets: Sequence[Same]) -> tuple[float, bool]:
    """At least so many items, and whether no higher figure follows from the same rows. No sets: 0."""
    # Rows that state the same exclude each other never: the heaviest stands for all.
    heaviest: dict[Facts, float] = {}
    for same in sets:
        stated = facts(same.kept)
        heaviest[stated] = max(heaviest.get(stated, 0.0), same.minimum)
    rows = sorted(heaviest, key=lambda one: (-heaviest[one], repr(one)))
    items = sorted({row.item for row in rows})
    label = dict(zip(items, _parts(_kin(items)), strict=True))
    kinds: dict[int, list[Facts]] = {}
    for row in rows:
        kinds.setdefault(label[row.item], []).append(row)
    # Unrelated classes are never the same: their minima add up.
    found = [_of_kin(kin, [heaviest[row] for row in kin]) for kin in kinds.values()]
    return sum(least for least, _ in found), all(exact for _, exact in found)


def _of_kin(rows: Sequence[Facts], weights: Sequence[float]) -> tuple[float, bool]:
    if len(rows) == 1:
        return weights[0], True
    apart = Apart(rows)
    if len(rows) > SMALL:
        serials_first = sorted(range(len(rows)), key=lambda n: not rows[n].serials)
        return max(_greedy(apart, weights, range(len(rows))), _greedy(apart, weights, serials_first)), False
    matrix = np.array([apart.row(n) for n in range(len(rows))])
    label = _parts(~matrix)
    found = []
    for part in sorted(set(label)):
        members = [n for n, own in enumerate(label) if own == part]
        found.append(clique(matrix[np.ix_(members, members)], [weights[n] for n in members]))
    return sum(least for least, _ in found), all(exact for _, exact in found)


def _parts(near: Any) -> list[int]:
    """The number of the connected part of each row of a symmetric boolean matrix."""
    from scipy.sparse.csgraph import connected_components

    return [] if not len(near) else [int(one) for one in connected_components(near, directed=False)[1]]


class Apart:
    """Which rows are certainly different: one row of the relation at a time, so that thousands take little memory."""

    def __init__(self, rows: Sequence[Facts]) -> None:
        items = sorted({row.item for row in rows})
        kin = _kin(items)
        lands = sorted({row.countries for row in rows}, key=sorted)
        fits = np.array([[not a or not b or bool(a & b) for b in lands] for a in lands], dtype=np.bool_)
        marks = sorted({row.serials for row in rows}, key=sorted)
        place = {item: n for n, item in enumerate(items)}
        self._item = np.array([place[row.item] for row in rows])
        where = {land: n for n, land in enumerate(lands)}
        self._land = np.array([where[row.countries] for row in rows])
        self._kin, self._fits = kin, fits
        self._first = np.array([row.made[0].toordinal() for row in rows])
        self._last = np.array([row.made[1].toordinal() for row in rows])
        number = {mark: n for n, mark in enumerate(marks)}
        self._mark = np.array([number[row.serials] if row.serials else -1 for row in rows])
        self._marks = marks
        # Of serials that stand in several sets, which sets share one.
        holding: dict[str, set[int]] = {}
        for n, mark in enumerate(marks):
            for serial in mark:
                holding.setdefault(serial, set()).add(n)
        self._holding = holding
        self._day = np.array([row.day.toordinal() if row.day else 0 for row in rows])
        self._spot = np.radians(np.array([row.spot or (0.0, 0.0) for row in rows]))

    def row(self, n: int) -> Any:
        """A boolean for each row: certainly different from row ``n``."""
        apart = ~self._kin[self._item[n], self._item] | ~self._fits[self._land[n], self._land]
        apart |= (self._last[n] < self._first) | (self._last < self._first[n])
        if self._mark[n] >= 0:
            sharing = {m for serial in self._marks[self._mark[n]] for m in self._holding[serial]}
            other = self._mark != self._mark[n] if len(sharing) == 1 else ~np.isin(self._mark, list(sharing))
            apart |= (self._mark >= 0) & other
        if self._day[n]:
            lat, lon = self._spot[n]
            half = np.sin((self._spot[:, 0] - lat) / 2) ** 2
            half += np.cos(lat) * np.cos(self._spot[:, 0]) * np.sin((self._spot[:, 1] - lon) / 2) ** 2
            far = 2 * 6371.0 * np.arcsin(np.minimum(1.0, np.sqrt(half))) > FAR
            apart |= (self._day == self._day[n]) & far
        return apart


def _kin(items: Sequence[str]) -> Any:
    """Which classes may be of one item: one lies in the other, or one is a mixed set (as in ``overlap``)."""
    kin = np.eye(len(items), dtype=np.bool_)
    number = {item: n for n, item in enumerate(items)}
    for n, item in enumerate(items):
        if item in SETS:
            kin[n, :] = kin[:, n] = True
        parts = item.split(".")
        for depth in range(1, len(parts)):
            above = number.get(".".join(parts[:depth]))
            if above is not None:
                kin[n, above] = kin[above, n] = True
    return kin


def clique(apart: Any, weights: Sequence[float]) -> tuple[float, bool]:
    """The weight of the heaviest set of rows that are pairwise ``apart`` (symmetric boolean matrix, false diagonal),
    and whether it is proven to be the heaviest."""
    order = sorted(range(len(weights)), key=lambda n: (-weights[n], n))
    weight = [weights[n] for n in order]
    near = [sum(1 << m for m, other in enumerate(order) if apart[n, other]) for n in order]
    best = max(_pick(near, weight, order_) for order_ in _orders(near, weight))
    if len(order) > PART:
        return best, False
    steps = 0

    def bound(left: int) -> float:
        # Rows that all may be the same add only their heaviest: a colouring of the rows left.
        total = 0.0
        while left:
            first = (left & -left).bit_length() - 1
            total += weight[first]
            group = left
            left &= ~(1 << first)
            group &= ~near[first] & ~(1 << first)
            while group:
                other = (group & -group).bit_length() - 1
                left &= ~(1 << other)
                group &= ~near[other] & ~(1 << other)
        return total

    def search(left: int, have: float) -> None:
        nonlocal best, steps
        best = max(best, have)
        while left and steps < STEPS and have + bound(left) > best:
            steps += 1
            first = (left & -left).bit_length() - 1
            left &= ~(1 << first)
            search(left & near[first], have + weight[first])

    search((1 << len(order)) - 1, 0.0)
    return best, steps < STEPS


def _orders(near: Sequence[int], weight: Sequence[float]) -> tuple[list[int], list[int]]:
    """By weight, and by weight times how many others may join."""
    rows = list(range(len(weight)))
    return rows, sorted(rows, key=lambda n: (-weight[n] * (1 + near[n].bit_count()), n))


def _pick(near: Sequence[int], weight: Sequence[float], order: Sequence[int]) -> float:
    left, total = -1, 0.0
    for n in order:
        if left >> n & 1:
            total += weight[n]
            left &= near[n]
    return total


def _greedy(apart: Apart, weights: Sequence[float], order: Iterable[int]) -> float:
    left, total = np.ones(len(weights), dtype=np.bool_), 0.0
    for n in order:
        if left[n]:
            total += weights[n]
            left &= apart.row(n)
    return total
