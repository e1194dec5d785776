"""The order in which movements happened: time, then supply before use, then the record's key.

Invariant: the order depends on row order or on holder numbers only where the caller gave no keys, or keys that
repeat, and then only among movements of one time that supply does not order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 10_000
"""Rows from which it pays to sort with a compiled pass."""

DENSE = 4
"""Whole numbers lie close together when their range is below this many times their count."""


def custody_order(
    time: NDArray[np.float64] | NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    quantity: NDArray[np.float64],
    holders: int,
    key: NDArray[Any] | None = None,
) -> NDArray[np.int64] | None:
    """Rows in the order in which their goods moved, as int64[movements]; None where they already lie so.

    Among equal times a holder's receipts come before its issues, along the graph: the holders of that time are
    condensed to their strongly connected components, and movements follow the longest supply path to their
    source. Inside a component (a cycle), and among movements that do not supply one another, the key decides;
    without keys, the order of rows, which is then all there is. O(M) for rows that lie in order, and where times
    and keys are whole numbers close together; O(M log M) for others.

    A movement of quantity zero supplies nothing and so orders nothing.
    """
    if len(time) < 2 or bool(np.all(time[1:] > time[:-1])):
        return None
    in_order = bool(np.all(time[1:] >= time[:-1]))
    by_time = np.arange(len(time), dtype=np.int64) if in_order else _sorted(time)
    sorted_time = time[by_time]
    changes = np.flatnonzero(sorted_time[1:] != sorted_time[:-1]) + 1
    if len(changes) == len(time) - 1:
        return by_time
    bounds = np.concatenate(([0], changes, [len(time)])).astype(np.int64)

    from takingstock.trace import kernels

    rank = kernels.supply_ranks(source[by_time], target[by_time], quantity[by_time], bounds, holders)
    # Each time has room for its own ranks, so that one dense number says both time and supply.
    ranks = np.maximum.reduceat(rank, bounds[:-1]) + 1
    supply = np.empty_like(rank)
    supply[by_time] = np.repeat(np.cumsum(ranks) - ranks, np.diff(bounds)) + rank
    return _sorted(supply, None if key is None else _sorted(_comparable(key)))


def _comparable(key: NDArray[Any]) -> NDArray[Any]:
    """Keys compare as numbers by value, all else by its text."""
    return key if key.dtype.kind in "iufSU" else key.astype(str)


def _sorted(value: NDArray[Any], before: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Rows sorted by value; equal ones as they stand in `before` (without it, in the order of rows).

    Whole numbers that lie close together (years, days, numbered records) are counted, not compared.
    """
    if len(value) >= LARGE and value.dtype.kind in "iu":
        least, most = int(value.min()), int(value.max())
        if most - least < DENSE * len(value) and most <= np.iinfo(np.int64).max:
            from takingstock.trace import kernels

            rows = np.arange(len(value), dtype=np.int64) if before is None else before
            return kernels.counting_order(value.astype(np.int64, copy=False), least, most - least + 1, rows)
    if before is None:
        return np.argsort(value, kind="stable").astype(np.int64, copy=False)
    return before[np.argsort(value[before], kind="stable")]
