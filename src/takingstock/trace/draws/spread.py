"""Spread: the median and the middle 90 % of what draws gave, and what a share of draws is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.floating[Any]]
LEVEL = 0.90


@dataclass(frozen=True)
class Spread:
    """``low`` to ``high`` hold the middle 90 % of draws."""

    median: float
    low: float
    high: float


def spread(values: Draws) -> Spread | None:
    """Of draws, float[draws]; those that are not a number have no answer and are left out. None where none has one."""
    answered = values[~np.isnan(values)]
    if not len(answered):
        return None
    # Values that draws had: between 0 and 1 there may be nothing.
    levels = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
    low, median, high = np.quantile(answered.astype(np.float64), levels, method="inverted_cdf")
    return Spread(float(median), float(low), float(high))


def shares(parts: Draws, totals: Draws) -> Draws:
    """Parts, float[K, draws], of totals, float[draws]; not a number where a draw has no total."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Draws = np.where(totals > 0.0, parts / np.where(totals > 0.0, totals, 1.0), np.nan)
    return found


def leading(parts: Draws) -> Draws:
    """For each of K parts, float[K, draws], the share of draws in which it is the largest (ties count in equal parts);
    draws in which all are zero are nobody's."""
    if not parts.size:
        return np.zeros(len(parts))
    most = parts.max(axis=0)
    first = (parts >= most * (1 - 1e-9)) & (most > 0.0)
    count = np.maximum(first.sum(axis=0), 1)
    won: Draws = (first / count).mean(axis=1)
    return won
