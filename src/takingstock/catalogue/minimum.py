"""Minimum: how many distinct items there are at least, whatever the pictures leave open.

Of any sightings that are pairwise certainly different (see ``excluding``; unrelated classes are), the items add up.
The minimum is the heaviest such set: a maximum-weight clique. What can only be the same within one part of the rows is
solved part by part, each exactly up to ``PART`` rows (branch and bound, the weights of the rows left as the bound) or
``STEPS`` steps; beyond, the best of two greedy choices is taken, which is still a true lower bound, and said to be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from takingstock.catalogue.distinct import Same
from takingstock.catalogue.excluding import FAR, Facts, facts
from takingstock.catalogue.overlap import related
from takingstock.reference.taxonomy import Taxonomy

PART = 60
STEPS = 20_000
SMALL = 1500
"""Rows of different facts for which all pairs are looked at."""


def minimum(sets: Sequence[Same], taxonomy: Taxonomy) -> tuple[float, bool]:
    """At least so many items, and whether no higher figure follows from the same rows. No sets: 0."""
    # Rows that state the same exclude each other never: the heaviest stands for all.
    heaviest: dict[Facts, float] = {}
    for same in sets:
        stated = facts(same.kept)
        heaviest[stated] = max(heaviest.get(stated, 0.0), same.minimum)
    rows = sorted(heaviest, key=lambda one: (-heaviest[one], repr(one)))
    if not rows:
        return 0.0, True
    weights = [heaviest[row] for row in rows]
    apart = Apart(rows, taxonomy)
    if len(rows) > SMALL:
        return _greedy(apart, weights), False
    from scipy.sparse.csgraph import connected_components

    matrix = np.array([apart.row(n) for n in range(len(rows))])
    parts, label = connected_components(~matrix, directed=False)
    total, exact = 0.0, True
    for part in range(parts):
        members = np.flatnonzero(label == part)
        found, whole = clique(matrix[np.ix_(members, members)], [weights[n] for n in members])
        total, exact = total + found, exact and whole
    return total, exact


class Apart:
    """Which rows are certainly different: one row of the relation at a time, so that thousands take little memory."""

    def __init__(self, rows: Sequence[Facts], taxonomy: Taxonomy) -> None:
        items = sorted({row.item for row in rows})
        kin = np.array([[related(a, b, taxonomy) for b in items] for a in items], dtype=np.bool_)
        lands = sorted({row.countries for row in rows}, key=sorted)
        fits = np.array([[not a or not b or bool(a & b) for b in lands] for a in lands], dtype=np.bool_)
        marks = sorted({row.serials for row in rows}, key=sorted)
        self._item = np.array([items.index(row.item) for row in rows])
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
            apart |= (self._mark >= 0) & ~np.isin(self._mark, list(sharing))
        if self._day[n]:
            lat, lon = self._spot[n]
            half = np.sin((self._spot[:, 0] - lat) / 2) ** 2
            half += np.cos(lat) * np.cos(self._spot[:, 0]) * np.sin((self._spot[:, 1] - lon) / 2) ** 2
            far = 2 * 6371.0 * np.arcsin(np.minimum(1.0, np.sqrt(half))) > FAR
            apart |= (self._day == self._day[n]) & far
        return apart


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


def _greedy(apart: Apart, weights: Sequence[float]) -> float:
    left, total = np.ones(len(weights), dtype=np.bool_), 0.0
    for n, weight in enumerate(weights):
        if left[n]:
            total += weight
            left &= apart.row(n)
    return total
