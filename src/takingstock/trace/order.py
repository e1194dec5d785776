"""The order in which movements happened: time, then supply before use, then the record's key.

Invariant: the order depends on row order or on holder numbers only where the caller gave no keys, or keys that
repeat, and then only among movements of one time that supply does not order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def custody_order(
    time: NDArray[np.float64] | NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    quantity: NDArray[np.float64],
    holders: int,
    key: NDArray[np.generic] | None = None,
) -> NDArray[np.int64] | None:
    """Rows in the order in which their goods moved, as int64[movements]; None where they already lie so.

    Among equal times a holder's receipts come before its issues, along the graph: the holders of that time are
    condensed to their strongly connected components, and movements follow the longest supply path to their
    source. Inside a component (a cycle), and among movements that do not supply one another, the key decides;
    without keys, the order of rows, which is then all there is. O(M log M), O(M) for rows that lie in order.

    A movement of quantity zero supplies nothing and so orders nothing.
    """
    if len(time) < 2 or bool(np.all(time[1:] > time[:-1])):
        return None
    # Rows of one time are sorted below by something that tells each from every other.
    in_order = bool(np.all(time[1:] >= time[:-1]))
    by_time = np.arange(len(time), dtype=np.int64) if in_order else _sorted(time)
    sorted_time = time[by_time]
    changes = np.flatnonzero(sorted_time[1:] != sorted_time[:-1]) + 1
    if len(changes) == len(time) - 1:
        return by_time
    bounds = np.concatenate(([0], changes, [len(time)])).astype(np.int64)

    from takingstock.trace import kernels

    rank = kernels.supply_ranks(source[by_time], target[by_time], quantity[by_time], bounds, holders)
    sizes = np.diff(bounds)
    group = np.repeat(np.arange(len(sizes)), sizes)
    # Only rows that share their time need more than the sort by time.
    shared = np.flatnonzero(sizes[group] > 1)
    rows = by_time[shared]
    supply = group[shared] * (int(rank.max()) + 1) + rank[shared]
    by_time[shared] = rows[_sorted_by(supply, rows if key is None else key[rows], rows)]
    return by_time


def _sorted(value: NDArray[Any], before: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Rows sorted by value; equal ones as they stand in `before` (the order of rows, if it is not given).

    Whole numbers that lie close together (years, days, serial keys) are counted, not compared: O(rows).
    """
    if value.dtype.kind in "iu" and len(value) >= LARGE:
        least, most = int(value.min()), int(value.max())
        if most - least < DENSE * len(value) and most <= np.iinfo(np.int64).max:
            from takingstock.trace import kernels

            rows = np.arange(len(value), dtype=np.int64) if before is None else before
            return kernels.counting_order(value.astype(np.int64, copy=False), least, most - least + 1, rows)
    if before is None:
        return np.argsort(value, kind="stable").astype(np.int64, copy=False)
    return before[np.argsort(value[before], kind="stable")]


def key_ranks(key: NDArray[np.generic]) -> NDArray[np.int64]:
    """The rank of each row by its key, distinct, int64[movements]: numbers by value, all else by its text.

    Keys that repeat, which stable keys should not, rank in the order of their rows.
    """
    comparable = key if key.dtype.kind in "iufSU" else key.astype(str)
    by_key = np.argsort(comparable)
    ordered = comparable[by_key]
    if bool(np.any(ordered[1:] == ordered[:-1])):
        by_key = np.argsort(comparable, kind="stable")
    ranks = np.empty(len(key), dtype=np.int64)
    ranks[by_key] = np.arange(len(key))
    return ranks
