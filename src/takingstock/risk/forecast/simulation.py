"""Simulation: the hazard of each mode, drawn; and what a lot of goods then meets.

Per mode, losses come as events in a Poisson process whose rate is not known, and each takes a share of the goods by a
Beta law that is. Level by level, from all holders of the ledger down to the end user, the rate is Gamma: the ledger's
from the prior, each next one around the one above, both updated by their own losses and years. The law of the share is
an assumption and is never updated: a small loss would else make large ones look less likely, and a loss on record would
lower a forecast.

Random numbers are common: each mode and level has its own fixed uniforms, made of the seed and its place alone and
spread evenly (one in each 1/draws), and a rate is the inverse of its law at them. The rate so rises with every loss and
falls with every year, draw by draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from takingstock.risk.forecast.hazards import Evidence, Floats, History
from takingstock.risk.forecast.modes import MODES
from takingstock.risk.forecast.priors import ModePrior

TENTH = 0.1
_CELLS = 16
_STEPS = 4096
_MOST_KEPT = 4000
RECORDED, QUANTITY, EFFECT = 101, 102, 103
"""Places of random numbers that belong to no level."""


@lru_cache(maxsize=512)
def uniforms(seed: int, place: int, mode: int, draws: int) -> Floats:
    """``draws`` numbers in (0, 1), one in each part of 1/draws, in an order made of seed, place and mode."""
    order = np.random.Generator(np.random.Philox(key=[seed % 2**64, place * 1000 + mode])).permutation(draws)
    made: Floats = (order + 0.5) / draws
    made.setflags(write=False)
    return made


def hazards(
    kept: History,
    found: Evidence,
    priors: Sequence[ModePrior],
    alike: float,
    *,
    seed: int,
    draws: int,
    worse: Sequence[float] | None = None,
) -> Floats:
    """The share of the stock that each mode takes in a year, ``float[modes, draws]``. ``worse`` multiplies what the
    ledger would expect of a state of that kind, by mode."""
    made = np.empty((len(MODES), draws))
    levels = len(found.losses)
    for mode, prior in enumerate(priors):
        part = _recorded(prior, seed, mode, draws)
        shape = prior.shape + float(found.losses[0, mode])
        rate = _gamma(kept, seed, 0, mode, shape, draws) / (
            prior.shape / prior.rate + float(found.years[0, mode]) * part
        )
        for level in range(1, levels):
            if level == 1 and worse is not None:
                rate = rate * worse[mode]
            shape = alike + float(found.losses[level, mode])
            years = float(found.years[level, mode]) * part
            rate = _gamma(kept, seed, level, mode, shape, draws) / (alike / rate + years)
        made[mode] = rate * prior.clustering
    return made


def _recorded(prior: ModePrior, seed: int, mode: int, draws: int) -> Floats:
    """How the recorded part differs from its middle, evenly on a logarithmic scale between its bounds."""
    spread = np.log(prior.recorded_high / prior.recorded_low)
    made: Floats = np.exp((uniforms(seed, RECORDED, mode, draws) - 0.5) * spread)
    return made


def _gamma(kept: History, seed: int, level: int, mode: int, shape: float, draws: int) -> Floats:
    """Standard Gamma numbers by inversion; the costly part, so kept."""
    key = seed, level, mode, draws, shape
    if key not in kept.quantiles:
        from scipy.special import gammaincinv

        if len(kept.quantiles) >= _MOST_KEPT:
            kept.quantiles.clear()
        made: Floats = np.maximum(gammaincinv(shape, uniforms(seed, level, mode, draws)), 1e-300)
        kept.quantiles[key] = made
    return kept.quantiles[key]


@dataclass(frozen=True)
class Lot:
    """Goods of one class: ``amount`` by draw, None where it is not known (then any event takes some of them).
    ``hazard`` by mode and draw."""

    hazard: Floats
    priors: tuple[ModePrior, ...]
    amount: Floats | None


@dataclass(frozen=True)
class Outcome:
    """By horizon and draw. ``expected`` is a number where the amounts are known and of one unit, else a share."""

    any: Floats
    tenth: Floats
    expected: Floats


def any_lost(lots: Sequence[Lot], years: Sequence[int], effect: Floats | None = None) -> Floats:
    """The probability that at least one item is lost within so many years, ``float[horizons, draws]``."""
    total = sum((_hits(lot, effect) for lot in lots), start=np.zeros(lots[0].hazard.shape[1]))
    made: Floats = -np.expm1(-np.multiply.outer(np.asarray(years, dtype=float), total))
    return made


def outcome(lots: Sequence[Lot], years: Sequence[int], effect: Floats | None = None, *, shares: bool) -> Outcome:
    """What is lost within so many years. ``effect`` multiplies the hazards, ``float[modes]`` or ``[modes, draws]``;
    ``shares``: expected is a share of the goods, over all lots alike."""
    given = any_lost(lots, years, effect)
    spans = np.asarray(years, dtype=float)
    kept = np.ones_like(given)
    expected = np.zeros_like(given)
    for lot in lots:
        hazard = _dampened(lot.hazard, effect)
        lost = -np.expm1(-np.multiply.outer(spans, hazard.sum(axis=0)))
        amount = 1.0 / len(lots) if shares or lot.amount is None else lot.amount
        expected += lost * amount
        tenth = _tenth(lot, hazard, spans)
        if lot.amount is not None:
            # A tenth of fewer than ten items is one item.
            own = -np.expm1(-np.multiply.outer(spans, _hits(lot, effect)))
            tenth = np.where(lot.amount * TENTH < 1.0, own, np.minimum(tenth, own))
        kept *= 1.0 - tenth
    return Outcome(given, np.minimum(1.0 - kept, given), expected)


def _dampened(hazard: Floats, effect: Floats | None) -> Floats:
    if effect is None:
        return hazard
    made: Floats = hazard * (effect if effect.ndim == 2 else effect[:, None])
    return made


def _hits(lot: Lot, effect: Floats | None) -> Floats:
    """Events a year that take at least one item of the lot: an event that takes a share takes each item alike."""
    total = np.zeros(lot.hazard.shape[1])
    hazard = _dampened(lot.hazard, effect)
    for mode, prior in enumerate(lot.priors):
        total += hazard[mode] / prior.share * touched(prior, lot.amount)
    return total


def touched(prior: ModePrior, amount: Floats | None) -> Floats | float:
    """The probability that an event takes at least one of so many items."""
    if amount is None:
        return 1.0
    from scipy.special import betaln

    first = prior.share * prior.concentration
    rest = prior.concentration - first
    single = amount[:1] if (amount == amount[0]).all() else amount
    made: Floats = -np.expm1(betaln(first, rest + single) - betaln(first, rest))
    return made


def _tenth(lot: Lot, hazard: Floats, spans: Floats) -> Floats:
    """The probability that a tenth of the lot or more is lost, by H. Panjer's recursion for a sum of random number
    (*ASTIN Bulletin* 12:22, 1981; general knowledge) over the logarithm of what is left of the goods."""
    parts = np.array([_cells(prior.share, prior.concentration) for prior in lot.priors])
    rates = np.array([hazard[mode] / prior.share for mode, prior in enumerate(lot.priors)])
    events = np.multiply.outer(spans, rates)
    steps = np.arange(1, _CELLS)
    # weights[j] = j × the rate of events that take j cells, by horizon and draw.
    weights = np.einsum("hmd,mj->jhd", events, parts[:, 1:] * steps)
    left = np.empty((_CELLS, *events[:, 0].shape))
    left[0] = np.exp(-np.einsum("hmd,m->hd", events, 1.0 - parts[:, 0]))
    for cell in range(1, _CELLS):
        left[cell] = np.einsum("jhd,jhd->hd", weights[:cell], left[cell - 1 :: -1]) / cell
    made: Floats = np.clip(1.0 - left.sum(axis=0), 0.0, 1.0)
    return made


@lru_cache(maxsize=256)
def _cells(share: float, concentration: float) -> Floats:
    """Beta shares in cells of -log(1 - share), each part of a cell split between its ends so that the mean is kept;
    what reaches a tenth of the goods in one event lies in no cell."""
    from scipy.special import betainc

    most = -np.log1p(-TENTH)
    edges = np.linspace(0.0, most, _STEPS + 1)
    inside = betainc(share * concentration, (1.0 - share) * concentration, -np.expm1(-edges))
    mass = np.diff(inside)
    place = (edges[:-1] + edges[1:]) / 2 / most * _CELLS
    below = np.floor(place).astype(np.int64)
    made: Floats = np.bincount(below, mass * (below + 1 - place), _CELLS + 1).astype(np.float64)
    made += np.bincount(below + 1, mass * (place - below), _CELLS + 1)[: _CELLS + 1]
    made.setflags(write=False)
    return made[:_CELLS]
