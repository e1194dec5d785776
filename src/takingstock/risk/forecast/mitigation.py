"""Mitigation: the forecast again with each control, with those that are evidenced, and with all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from takingstock.records import Control, Effect, Mitigated, Standing
from takingstock.reference.controls import controls
from takingstock.risk.dossier import Dossier
from takingstock.risk.forecast.hazards import Floats
from takingstock.risk.forecast.horizons import horizons
from takingstock.risk.forecast.modes import MODES
from takingstock.risk.forecast.simulation import EFFECT, Lot, outcome, uniforms

EVIDENCED = "all evidenced"
OFFERED = "all offered or evidenced"
EVERY = "all controls"


def standing(dossier: Dossier, control: Control) -> Standing:
    """How a control stands in the application; said to be evidenced without source or date, it is offered."""
    found = dossier.undertaking(control.kind)
    if found is None or found.standing is Standing.MISSING:
        return Standing.MISSING
    return Standing.EVIDENCED if found.evidenced else Standing.OFFERED


def mitigated(
    dossier: Dossier, lots: Sequence[Lot], years: Sequence[int], *, seed: int, shares: bool
) -> tuple[Mitigated, ...]:
    """One for each control of the table that has an effect, then the evidenced, the offered and all together (each set
    only where it is not empty). Effects of several controls multiply: each takes its share of what the others leave."""
    draws = lots[0].hazard.shape[1]
    table = [one for one in controls() if one.effects]
    sets: list[tuple[str, list[Control]]] = [(one.kind.value, [one]) for one in table]
    for name, wanted in ((EVIDENCED, {Standing.EVIDENCED}), (OFFERED, {Standing.OFFERED, Standing.EVIDENCED})):
        if members := [one for one in table if standing(dossier, one) in wanted]:
            sets.append((name, members))
    sets.append((EVERY, table))
    return tuple(
        Mitigated(control=name, horizons=horizons(outcome(lots, years, left(members, seed, draws), shares=shares)))
        for name, members in sets
    )


def left(members: Iterable[Control], seed: int, draws: int) -> Floats:
    """What controls leave of each mode's hazard, ``float[modes, draws]``."""
    made = np.ones((len(MODES), draws))
    order = list(controls())
    for control in members:
        at = uniforms(seed, EFFECT, order.index(control), draws)
        for effect in control.effects:
            made[[mode.value for mode in MODES].index(effect.mode)] *= 1.0 - _drawn(effect, at)
    return made


def _drawn(effect: Effect, at: Floats) -> Floats:
    """A triangular law."""
    width = effect.high - effect.low
    if width == 0.0:
        return np.full(len(at), effect.value)
    edge = (effect.value - effect.low) / width
    rising = effect.low + np.sqrt(at * width * (effect.value - effect.low))
    falling = effect.high - np.sqrt((1.0 - at) * width * (effect.high - effect.value))
    made: Floats = np.where(at < edge, rising, falling)
    return made
