"""Forecast of one application: probability of any diversion and of a tenth, and how many, at three horizons.

Everything is made of the history of the ledger, the priors and the seed; nothing of names, row order or the clock.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from takingstock.records import Forecast, LicenceKind, ModeShare, PartyKind, percent
from takingstock.risk.dossier import Dossier
from takingstock.risk.forecast import telling
from takingstock.risk.forecast.conflict import Conflict, conflict
from takingstock.risk.forecast.hazards import Evidence, Floats, evidence, history, line, stocks_lost
from takingstock.risk.forecast.horizons import YEARS, estimate, horizons
from takingstock.risk.forecast.lots import goods_of
from takingstock.risk.forecast.mitigation import mitigated
from takingstock.risk.forecast.modes import MODES, GoodsClass
from takingstock.risk.forecast.priors import Priors, shipped
from takingstock.risk.forecast.receivers import receivers
from takingstock.risk.forecast.setting import Setting
from takingstock.risk.forecast.simulation import Lot, any_lost, hazards, outcome
from takingstock.risk.forecast.tornado import tornado


def forecast(
    dossier: Dossier, *, priors: Priors | None = None, seed: int = 0, draws: int = 2000, brief: bool = False
) -> Forecast:
    """The forecast as if no control were in place, with ``mitigated`` for each control and for those that are
    evidenced. ``brief``: without receivers, mitigation and tornado, for many applications at once.

    A value is the mean over draws (the probability that the draws together give, or a number), ``low`` to ``high``
    their middle 90 %. Method: ``docs/forecast.md``."""
    past = history(dossier.background)
    given = priors or shipped()
    chain = line(dossier)
    setting = Setting(dossier, past, given, goods_of(dossier), chain, conflict(dossier), seed, draws)
    found = [bearing(setting, one.goods) for one in setting.goods]
    lots = _lots(setting, found, setting.conflict)
    base = outcome(lots, YEARS, shares=not setting.one_unit)
    modes = _modes(setting, found, lots)
    weight = sum(one.share * one.prior_weight for one in modes)
    rests = tuple(dict.fromkeys([*(id_ for one in modes for id_ in one.rests_on), *setting.conflict.rests_on]))
    return Forecast(
        horizons=horizons(base),
        modes=modes,
        receivers=() if brief else receivers(tuple(setting.classes.values()), chain, modes),
        mitigated=() if brief else mitigated(dossier, lots, YEARS, seed=seed, shares=not setting.one_unit),
        tornado=() if brief else tornado(setting),
        speaks=telling.speaks(setting, modes, weight),
        prior_weight=weight,
        assumptions=_assumptions(setting, found),
        rests_on=rests,
        quantity=sum(one.best or 0.0 for one in setting.goods) if setting.one_unit else None,
        unit=setting.goods[0].unit.value if setting.one_unit else "share",
        seed=seed,
        draws=draws,
    )


def bearing(setting: Setting, goods: GoodsClass) -> Evidence:
    """What bears on the end user; kept, since many applications name the same one."""
    key = setting.priors, goods, setting.chain
    kept = setting.past.kept
    if key not in kept:
        kept[key] = evidence(setting.past.pools[goods], setting.chain, setting.priors.of(goods), setting.priors.alike)
    found: Evidence = kept[key]
    return found


def _lots(setting: Setting, found: Sequence[Evidence], war: Conflict) -> list[Lot]:
    made = []
    for one, bears in zip(setting.goods, found, strict=True):
        rows = setting.priors.of(one.goods)
        hazard = hazards(
            setting.past,
            bears,
            rows,
            setting.priors.alike,
            seed=setting.seed,
            draws=setting.draws,
            worse=war.worse(rows),
        )
        made.append(Lot(hazard=hazard, priors=rows, amount=one.drawn(setting.seed, setting.draws)))
    return made


def _modes(setting: Setting, found: Sequence[Evidence], lots: Sequence[Lot]) -> tuple[ModeShare, ...]:
    span = YEARS[-1]
    shares = np.zeros(len(MODES))
    for lot in lots:
        total = lot.hazard.sum(axis=0)
        lost = -np.expm1(-total * span) * (1.0 if lot.amount is None or not setting.one_unit else lot.amount)
        shares += (lot.hazard / total * lost).mean(axis=1)
    if shares.sum() <= 0.0:
        # Of nothing, nothing is lost; the modes are then as the hazards are.
        shares = sum((lot.hazard.mean(axis=1) for lot in lots), start=np.zeros(len(MODES)))
    shares /= shares.sum()
    average: Floats = np.mean([lot.hazard for lot in lots], axis=0)
    low, high = np.quantile(average, (0.05, 0.95), axis=1)
    pools = setting.classes
    losses = sum(
        (stocks_lost(pool, setting.priors.of(goods)).sum(axis=0) for goods, pool in pools.items()),
        start=np.zeros(len(MODES)),
    )
    years = sum(float(pool.years.sum()) for pool in pools.values())
    weights = np.mean([telling.prior_weights(setting, one, place) for place, one in enumerate(found)], axis=0)
    return tuple(
        ModeShare(
            mode=mode.value,
            share=float(shares[place]),
            hazard=estimate(average[place].mean(), low[place], high[place]),
            losses=float(losses[place]),
            exposure=years,
            prior_weight=float(weights[place]),
            rests_on=telling.rests_on(setting, mode),
        )
        for place, mode in enumerate(MODES)
    )


def _assumptions(setting: Setting, bears: Sequence[Evidence]) -> tuple[str, ...]:
    found = [*telling.priors(setting.priors), *telling.ASSUMPTIONS]
    if not setting.one_unit:
        found.append("How many is not known, or is in several units: the expected number is a share of the goods.")
    if any(one.amounts and any(q.form in {"at least", "at most"} for q in one.amounts) for one in setting.goods):
        found.append("A number that is only bounded is taken at its bound.")
    if setting.dossier.application.licence is LicenceKind.OPEN:
        found.append("An open licence covers several deliveries; all are taken as delivered at the start.")
    if setting.dossier.end_user_kind is PartyKind.ARMED_GROUP:
        found.append(
            "The end user is an armed group: in its hands the goods are already where others forecast that they may "
            "go. The figures are of their going on from there, by the rates of lawful holders."
        )
    if setting.conflict.words:
        factors = ", ".join(
            f"{row.mode.words} ×{row.conflict**setting.conflict.power:.1f}"
            for row in setting.priors.of(setting.goods[0].goods)
        )
        found.append(f"At the destination: {setting.conflict.words}; rates are multiplied by assumption ({factors}).")
    if setting.conflict.missing:
        years = YEARS[-1]
        war = float(any_lost(_lots(setting, bears, Conflict(power=1.0)), (years,)).mean())
        text = setting.conflict.missing
        found.append(
            f"{text[0].upper()}{text[1:]}: the rates stand without the factor of conflict, and with it, that of a war, "
            f"P(any) in {years} years would be {percent(war)}."
        )
    if text := telling.hindsight(setting):
        found.append(text)
    if setting.past.found.undated:
        found.append(
            f"{setting.past.found.undated} movement{'s' if setting.past.found.undated > 1 else ''} without a date "
            "could not be counted into the stocks."
        )
    found.append(telling.window(setting.past.found.end))
    return tuple(found)
