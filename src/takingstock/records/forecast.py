"""Forecast: how likely it is that goods of a proposed transfer end in unauthorised hands, with its interval."""

from __future__ import annotations

from takingstock.records.base import Record


class Estimate(Record):
    """The mean over draws (so a probability is the one that all draws together give) and their middle 90 %, widened to
    hold the mean."""

    value: float
    low: float
    high: float


class Horizon(Record):
    """After so many ``years``: the probability that any is diverted, that at least a tenth is, and how many."""

    years: int
    any: Estimate
    tenth: Estimate
    expected: Estimate


class ModeShare(Record):
    """One way of diversion: its hazard per stock-year, and its share of the expected number at the last horizon.
    ``losses`` and ``exposure`` (stock-years) are what the ledger has of it; ``prior_weight`` how much the prior still
    weighs in the hazard (1: nothing was recorded)."""

    mode: str
    share: float
    hazard: Estimate
    losses: float
    exposure: float
    prior_weight: float
    rests_on: tuple[str, ...] = ()


class Receiver(Record):
    """Into whose hands, by what the ledger has of this holder and its like; ``party`` None: not recorded."""

    party: str | None = None
    mode: str
    share: float


class Mitigated(Record):
    """The horizons again with a control as it is offered or evidenced, or with all together."""

    control: str
    horizons: tuple[Horizon, ...]


class Swing(Record):
    """One bar of the tornado: an assumption at its low and high end, and the result (probability of any at
    ``years``) at each."""

    assumption: str
    kind: str
    low: float
    high: float
    at_low: float
    at_high: float
    years: int

    @property
    def width(self) -> float:
        return abs(self.at_high - self.at_low)


class Forecast(Record):
    """``speaks`` says in words whether the ledger's own history or the priors speak; ``tornado`` is widest first,
    priors before all else of equal width. ``assumptions`` are the sentences to print with it."""

    horizons: tuple[Horizon, ...]
    modes: tuple[ModeShare, ...] = ()
    receivers: tuple[Receiver, ...] = ()
    mitigated: tuple[Mitigated, ...] = ()
    tornado: tuple[Swing, ...] = ()
    speaks: str = ""
    prior_weight: float = 1.0
    assumptions: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    quantity: float | None = None
    unit: str = "items"
    seed: int = 0
    draws: int = 0
