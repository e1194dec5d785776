"""Assigning: of scored pairs, those that together are the likeliest one-to-one linking of two sources' reports.

Between each two (sets of) sources the sum of the log-odds is made as large as it can be with every report linked at
most once (scipy's linear_sum_assignment, after Jonker and Volgenant). How sure a pair is, beside its score: its *edge*,
by how much the sum falls if this pair may not be linked. A small edge means that another assignment is nearly as
likely; then the reports that change places are shown together, and nothing is linked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import DisjointSet
from scipy.optimize import linear_sum_assignment

Scores = Mapping[tuple[int, int], float]
"""(left, right) to log-odds above zero."""

_LARGE = 60
"""Reports on a side beyond which a lower bound stands for the edge; solving once more for each pair would be slow."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A pair, its score, its edge in bits, and the reports (both of its own, and others) among which it is open."""

    left: int
    right: int
    score: float
    edge: float
    rivals: tuple[int, ...] = ()


def assigned(scores: Scores) -> tuple[Assigned, ...]:
    """The assignment between two sources, sorted by pair. Left and right indexes are of one numbering of reports; no
    index is on both sides. Ties fall to the smaller indexes."""
    sets: DisjointSet = DisjointSet()
    for left, right in scores:
        sets.add(left)
        sets.add(right)
        sets.merge(left, right)
    parts: dict[int, dict[tuple[int, int], float]] = {}
    for pair, score in sorted(scores.items()):
        parts.setdefault(sets[pair[0]], {})[pair] = score
    found: list[Assigned] = []
    for part in parts.values():
        found += _one_part(part)
    return tuple(sorted(found, key=lambda one: (one.left, one.right)))


def _one_part(part: dict[tuple[int, int], float]) -> Iterable[Assigned]:
    if len(part) == 1:
        ((left, right), score) = next(iter(part.items()))
        return (Assigned(left, right, score, score),)
    lefts, rights = sorted({left for left, _ in part}), sorted({right for _, right in part})
    matrix = np.zeros((len(lefts), len(rights)))
    rows, columns = ({end: place for place, end in enumerate(ends)} for ends in (lefts, rights))
    for (left, right), score in part.items():
        matrix[rows[left], columns[right]] = score
    best = _solve(matrix)
    total = sum(matrix[cell] for cell in best)
    found = []
    for row, column in sorted(best):
        score = float(matrix[row, column])
        if max(matrix.shape) > _LARGE:
            edge, changed = _by_rivals(matrix, row, column)
        else:
            without = matrix.copy()
            without[row, column] = 0.0
            other = _solve(without)
            edge, changed = float(total - sum(without[cell] for cell in other)), best ^ other
        rivals = {lefts[row], rights[column]} | _linked_to(lefts[row], [(lefts[r], rights[c]) for r, c in changed])
        found.append(Assigned(lefts[row], rights[column], score, edge, tuple(sorted(rivals))))
    return found


def _solve(matrix: np.ndarray) -> set[tuple[int, int]]:
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return {(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if matrix[r, c] > 0}


def _by_rivals(matrix: np.ndarray, row: int, column: int) -> tuple[float, set[tuple[int, int]]]:
    """At most the edge: no assignment without the pair gains more than the best that both its ends have beside it."""
    beside = {(row, int(c)) for c in np.flatnonzero(matrix[row]) if c != column}
    beside_too = {(int(r), column) for r in np.flatnonzero(matrix[:, column]) if r != row}
    lost = sum(max((float(matrix[cell]) for cell in cells), default=0.0) for cells in (beside, beside_too))
    return max(0.0, float(matrix[row, column]) - lost), beside | beside_too | {(row, column)}


def _linked_to(start: int, pairs: list[tuple[int, int]]) -> set[int]:
    """The reports that change places together with the first."""
    found, size = {start}, 0
    while size < len(found):
        size = len(found)
        found |= {end for pair in pairs if found & set(pair) for end in pair}
    return found
