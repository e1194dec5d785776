"""Minimum: how many distinct items there are at least, whatever the pictures leave open.

Of any sightings that are pairwise certainly different (see ``excluding``), the items add up. The minimum is the
heaviest such collection: a maximum-weight clique over the sets of the very same items, each with what holds of all of
its items, and over those sightings of a set that show fewer items of it, each with what it says of these. What can only
be the same within one part of the rows is solved part by part, each exactly up to ``PART`` rows (branch and bound, the
weights of the rows left as the bound) or ``STEPS`` steps; beyond, the best of two greedy choices is taken, which is
still a true X"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from takingstock.catalogue.distinct import Same, least, shown
from takingstock.catalogue.excluding import FAR, Facts, apart, certain, facts, kilometres, related
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
        for row, weight in ((certain(same.facts), same.minimum), *_parts_of(same)):
            heaviest[row] = max(heaviest.get(row, 0.0), weight)
    found, exact = _heaviest(heaviest)
    alone = all(len(same.members) == 1 for same in sets)
    return found, exact and (alone or found >= _at_most(sets))


def _heaviest(heaviest: dict[Facts, float]) -> tuple[float, bool]:
    rows = sorted(heaviest, key=lambda one: (-heaviest[one], _sortable(one)))
    classes = sorted({row.classes for row in rows}, key=sorted)
    label = dict(zip(classes, _parts(_kin(classes)), strict=True))
    kinds: dict[int, list[Facts]] = {}
    for row in rows:
        kinds.setdefault(label[row.classes], []).append(row)
    # Unrelated classes are never the same: their minima add up.
    found = [_of_kin(kin, [heaviest[row] for row in kin]) for kin in kinds.values()]
    return sum(least for least, _ in found), all(exact for _, exact in found)


def _sortable(one: Facts) -> tuple[object, ...]:
    return sorted(one.classes), sorted(one.countries), one.made, sorted(one.serials), sorted(one.seen)


def _parts_of(same: Same) -> list[tuple[Facts, float]]:
    """Sightings that show fewer items than the set has, unless anything in the set contradicts itself."""
    if all(shown(member) >= same.minimum for member in same.members):
        return []
    own = [(facts(member), member) for member in same.members]
    if any(apart(one, other) for (one, _), (other, _) in combinations(own, 2)):
        return []
    few = [(certain(one), least(member)) for one, member in own if shown(member) < same.minimum]
    return [(one, weight) for one, weight in few if not apart(one, same.facts)]


def _at_most(sets: Sequence[Same]) -> float:
    """What the minimum would be if whatever any sighting of a set says held of all its items."""
    if len(sets) > SMALL:
        return float("inf")
    rows = [(n, stated) for n, same in enumerate(sets) for stated in {same.facts, *map(facts, same.members)}]
    relation = Apart([stated for _, stated in rows])
    of = np.array([n for n, _ in rows])
    matrix = np.zeros((len(sets), len(sets)), dtype=np.bool_)
    for row, n in enumerate(of):
        matrix[n, of[relation.row(row)]] = True
    np.fill_diagonal(matrix, False)
    found, exact = _cliques(matrix | matrix.T, [same.minimum for same in sets])
    return found if exact else float("inf")


def _of_kin(rows: Sequence[Facts], weights: Sequence[float]) -> tuple[float, bool]:
    if len(rows) == 1:
        return weights[0], True
    apart = Apart(rows)
    if len(rows) > SMALL:
        serials_first = sorted(range(len(rows)), key=lambda n: not rows[n].marked)
        return max(_greedy(apart, weights, range(len(rows))), _greedy(apart, weights, serials_first)), False
    return _cliques(np.array([apart.row(n) for n in range(len(rows))]), weights)


def _cliques(matrix: Any, weights: Sequence[float]) -> tuple[float, bool]:
    """Part by part: rows of which each is certainly different from all of another part."""
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
        classes = sorted({row.classes for row in rows}, key=sorted)
        lands = sorted({row.countries for row in rows}, key=sorted)
        marks = sorted({row.marked for row in rows}, key=sorted)
        self._kin = _kin(classes)
        self._fits = np.array([[not a or not b or bool(a & b) for b in lands] for a in lands], dtype=np.bool_)
        place = {one: n for n, one in enumerate(classes)}
        self._class = np.array([place[row.classes] for row in rows])
        where = {land: n for n, land in enumerate(lands)}
        self._land = np.array([where[row.countries] for row in rows])
        self._first = np.array([row.made[0].toordinal() for row in rows])
        self._last = np.array([row.made[1].toordinal() for row in rows])
        number = {mark: n for n, mark in enumerate(marks)}
        self._mark = np.array([number[row.marked] if row.marked else -1 for row in rows])
        self._marks = marks
        # Of serials that stand in several sets, which sets share one.
        self._holding: dict[str, set[int]] = {}
        for n, mark in enumerate(marks):
            for serial in mark:
                self._holding.setdefault(serial, set()).add(n)
        seen = [(n, day.toordinal(), spot) for n, row in enumerate(rows) for day, spot in sorted(row.seen)]
        self._seen = [[(day.toordinal(), spot) for day, spot in sorted(row.seen)] for row in rows]
        self._row = np.array([n for n, _, _ in seen], dtype=np.int64)
        self._day = np.array([day for _, day, _ in seen], dtype=np.int64)
        self._spot = np.array([spot for _, _, spot in seen], dtype=float).reshape(-1, 2)

    def row(self, n: int) -> Any:
        """A boolean for each row: certainly different from row ``n``."""
        apart = ~self._kin[self._class[n], self._class] | ~self._fits[self._land[n], self._land]
        apart |= (self._last[n] < self._first) | (self._last < self._first[n])
        if self._mark[n] >= 0:
            sharing = {m for serial in self._marks[self._mark[n]] for m in self._holding[serial]}
            other = self._mark != self._mark[n] if len(sharing) == 1 else ~np.isin(self._mark, list(sharing))
            apart |= (self._mark >= 0) & other
        for day, spot in self._seen[n]:
            then = np.flatnonzero(self._day == day)
            apart[self._row[then[kilometres(self._spot[then], spot) > FAR]]] = True
        apart[n] = False
        return apart


def _kin(classes: Sequence[frozenset[str]]) -> Any:
    """Which classes may be of one item (see ``excluding.related``)."""
    kin = np.eye(len(classes), dtype=np.bool_)
    number = {next(iter(one)): n for n, one in enumerate(classes) if len(one) == 1}
    for n, own in enumerate(classes):
        if own & SETS:
            kin[n, :] = kin[:, n] = True
        elif len(own) > 1:
            near = [any(related(a, b) for a in own for b in other) for other in classes]
            kin[n, near] = kin[near, n] = True
        else:
            parts = next(iter(own)).split(".")
            for depth in range(1, len(parts)):
                wider = number.get(".".join(parts[:depth]))
                if wider is not None:
                    kin[n, wider] = kin[wider, n] = True
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
