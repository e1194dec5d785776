"""Tornado: each assumption moved to its low and its high end, the rest as it is, and the probability of any diversion
within five years at each. Widest first; of equal width, priors before all else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from takingstock.records import Control, Standing, Swing
from takingstock.records.movement import voice
from takingstock.reference.controls import controls
from takingstock.risk.forecast.conflict import Conflict
from takingstock.risk.forecast.hazards import ROOT, Floats, evidence
from takingstock.risk.forecast.mitigation import standing
from takingstock.risk.forecast.modes import MODES
from takingstock.risk.forecast.priors import ModePrior, Priors
from takingstock.risk.forecast.setting import Setting
from takingstock.risk.forecast.simulation import Lot, any_lost, hazards

YEARS = 5
_DRAWS = 400
_SOURCES = 3
_KINDS = ("prior", "pooling", "clustering", "recorded", "effect", "quantity", "conflict", "source")


def tornado(setting: Setting) -> tuple[Swing, ...]:
    """One bar for each assumption; a source of losses is left out at the low end."""
    swings = [*_rows(setting), *_rest(setting)]
    return tuple(sorted(swings, key=lambda one: (-round(one.width, 6), _KINDS.index(one.kind), one.assumption)))


def _rows(setting: Setting) -> Iterable[Swing]:
    classes = tuple(dict.fromkeys(one.goods for one in setting.goods))
    for row in setting.priors.rows:
        if row.goods not in classes:
            continue
        name = row.mode.words + (f" ({row.goods})" if len(classes) > 1 else "")
        yield _swing("prior", f"prior rate of {name}, share of a stock a year", row.low, row.high, _rate(setting, row))
        yield _swing(
            "clustering",
            f"share of the goods that one event of {name} takes",
            row.share_low,
            row.share_high,
            _share(setting, row),
        )
        yield _swing(
            "recorded",
            f"part of losses by {name} that is on record",
            row.recorded_low,
            row.recorded_high,
            _recorded(setting, row),
        )


def _rest(setting: Setting) -> Iterable[Swing]:
    priors = setting.priors
    yield _swing(
        "pooling",
        "how alike holders are (shape)",
        priors.alike_low,
        priors.alike_high,
        lambda value: _any(setting, replace(priors, alike=value)),
    )
    members = [one for one in controls() if one.effects and standing(setting.dossier, one) is Standing.EVIDENCED]
    if members:
        yield _swing(
            "effect",
            "effect of the evidenced controls, low to high end of their ranges",
            0.0,
            1.0,
            lambda value: _any(setting, priors, effect=_left(members, high=value == 1.0)),
        )
    if setting.one_unit and any(one.varies for one in setting.goods):
        low, high = (sum(one.bound(high=end) for one in setting.goods) for end in (False, True))
        yield _swing(
            "quantity",
            f"number of {setting.goods[0].unit.value}",
            low,
            high,
            lambda value: _any(setting, priors, high=value == high),
        )
    if setting.conflict.missing:
        war = replace(setting, conflict=Conflict(power=1.0))
        most = max(row.conflict for one in setting.goods for row in priors.of(one.goods))
        yield _swing(
            "conflict",
            "factor of conflict, none to the table's",
            1.0,
            most,
            lambda value: _any(setting if value == 1.0 else war, priors),
        )
    for speaker, sources in _speakers(setting):
        known = setting.dossier.ledger.source_by_id
        title = known[speaker].title if speaker in known else speaker
        yield _swing("source", f"losses told by “{title}” alone", 0.0, 1.0, _source(setting, sources))


def _swing(kind: str, assumption: str, low: float, high: float, at: Callable[[float], float]) -> Swing:
    return Swing(assumption=assumption, kind=kind, low=low, high=high, at_low=at(low), at_high=at(high), years=YEARS)


def _rate(setting: Setting, row: ModePrior) -> Callable[[float], float]:
    # The belief is moved as a whole, so that its mean lies at the end of its range.
    return lambda value: _any(setting, _with(setting.priors, row, replace(row, mean=value)))


def _share(setting: Setting, row: ModePrior) -> Callable[[float], float]:
    return lambda value: _any(setting, _with(setting.priors, row, replace(row, share=value)))


def _recorded(setting: Setting, row: ModePrior) -> Callable[[float], float]:
    return lambda value: _any(
        setting, _with(setting.priors, row, replace(row, recorded_low=value, recorded_high=value))
    )


def _source(setting: Setting, sources: Collection[str]) -> Callable[[float], float]:
    return lambda value: _any(setting, setting.priors, without=() if value else sources)


def _with(priors: Priors, old: ModePrior, new: ModePrior) -> Priors:
    return replace(priors, rows=tuple(new if row is old else row for row in priors.rows))


def _any(
    setting: Setting,
    priors: Priors,
    *,
    effect: Floats | None = None,
    high: bool | None = None,
    without: Collection[str] = (),
) -> float:
    draws = min(setting.draws, _DRAWS)
    lots = []
    for one in setting.goods:
        rows = priors.of(one.goods)
        found = evidence(setting.past.pools[one.goods], setting.chain, rows, priors.alike, without)
        hazard = hazards(
            setting.past,
            found,
            rows,
            priors.alike,
            seed=setting.seed,
            draws=draws,
            worse=setting.conflict.worse(rows),
        )
        amount = one.drawn(setting.seed, draws)
        if high is not None and amount is not None:
            amount = np.full(draws, one.bound(high=high))
        lots.append(Lot(hazard, rows, amount))
    return float(any_lost(lots, (YEARS,), effect).mean())


def _left(members: Sequence[Control], *, high: bool) -> Floats:
    made = np.ones(len(MODES))
    names = [mode.value for mode in MODES]
    for control in members:
        for effect in control.effects:
            made[names.index(effect.mode)] *= 1.0 - (effect.high if high else effect.low)
    return made


def _speakers(setting: Setting) -> list[tuple[str, frozenset[str]]]:
    """The voices (a source with those that repeat it) on which most of the losses rest that bear on the end user, those
    of its state first."""
    known = setting.dossier.ledger.source_by_id
    own: dict[str, bool] = defaultdict(bool)
    amount: dict[str, float] = defaultdict(float)
    repeat: dict[str, set[str]] = defaultdict(set)
    near = setting.chain[1] if len(setting.chain) > 1 else ROOT
    for pool in setting.classes.values():
        inside = pool.below(near)
        for one in pool.told:
            voices = {voice(source, known) if source in known else source for source in one.loss.sources}
            if len(voices) == 1:
                (name,) = voices
                own[name] |= one.loss.holder in inside
                amount[name] += max(one.share, 1e-9)
                repeat[name].update(one.loss.sources)
    order = sorted(amount, key=lambda name: (not own[name], -amount[name], name))
    return [(name, frozenset(repeat[name])) for name in order[:_SOURCES]]
