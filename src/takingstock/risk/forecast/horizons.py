"""Horizons: draws of an outcome as figures with their interval."""

from __future__ import annotations

import numpy as np

from takingstock.records import Estimate, Horizon
from takingstock.risk.forecast.simulation import Outcome

YEARS = (1, 5, 10)


def horizons(found: Outcome) -> tuple[Horizon, ...]:
    """Means and middle 90 % of an outcome."""
    every = np.array([found.any, found.tenth, found.expected])
    value = every.mean(axis=2)
    low, high = np.quantile(every, (0.05, 0.95), axis=2)
    return tuple(
        Horizon(
            years=years,
            **{
                name: estimate(value[row, place], low[row, place], high[row, place])
                for row, name in enumerate(("any", "tenth", "expected"))
            },
        )
        for place, years in enumerate(YEARS)
    )


def estimate(value: float, low: float, high: float) -> Estimate:
    """A mean lies outside the middle 90 % where the law is very skew; the interval is then widened to hold it."""
    return Estimate(value=float(value), low=float(min(low, value)), high=float(max(high, value)))
