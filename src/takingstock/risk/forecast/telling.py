"""Telling: whether the ledger's own history or the priors speak, in words with numbers, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import numpy as np

from takingstock.records import ModeShare, percent
from takingstock.risk.forecast.hazards import UNKNOWN, Evidence, Floats, Told
from takingstock.risk.forecast.modes import MODES, DiversionMode
from takingstock.risk.forecast.priors import POOLING, Priors
from takingstock.risk.forecast.setting import Setting

SHIPPED: Final = (
    "No calibrated rate of diversion was found in what is published: the prior rates are assumptions of this package, "
    "and a user may replace them."
)
ASSUMPTIONS: Final = (
    "The main figures are without any control; what each control would change is shown apart.",
    "Losses come as events that take a share of a stock, the goods of this transfer like any others of the holder.",
    "A holder's rate does not change with time, but for the factor of conflict where one is named.",
    "Only a part of all losses is on record; which part is an assumption, varied between its bounds.",
    "A part of a force or of a state is like the whole it belongs to, as far as the pooling says.",
    "The figures are of what has not happened yet and cannot be checked; they never lift a legal bar.",
)
_HISTORY, _PRIOR = 0.35, 0.65
_MOST = 200
_NAMED = 12


def prior_weights(setting: Setting, found: Evidence, place: int) -> Floats:
    """How much of each mode's hazard follows the prior, ``float[modes]``: by which part of itself the mean would rise
    if the prior rate did, level by level, or less where many losses were recorded without any exposure."""
    rows = setting.priors.of(setting.goods[place].goods)
    made = np.ones(len(MODES))
    for mode, row in enumerate(rows):
        rate = row.rate
        shape = row.shape
        for level in range(len(found.losses)):
            own = shape / rate
            losses, years = float(found.losses[level, mode]), float(found.years[level, mode])
            made[mode] *= min(own / (own + years), shape / (shape + losses))
            rate, shape = (shape + losses) / (own + years), setting.priors.alike
    return made


def speaks(setting: Setting, modes: Sequence[ModeShare], weight: float) -> str:
    """One short paragraph."""
    told = tuple(one for pool in setting.classes.values() for one in pool.told)
    years = modes[0].exposure
    if weight >= _PRIOR:
        who = "The priors speak, not the ledger"
    elif weight <= _HISTORY:
        who = "The ledger's own history speaks more than the priors"
    else:
        who = "Priors and the ledger's history speak about equally"
    text = f"{who}: the priors still weigh {percent(weight)} in the hazards."
    if years <= 0.0 and not told:
        return f"{text} The ledger has no stock of such goods that was exposed, and no loss of any."
    counted = _plural(len(told), "recorded loss", "recorded losses")
    text += f" The ledger has {counted} of such goods in {years:,.1f} stock-years"
    if len(setting.chain) > 1 and setting.chain[-1] not in UNKNOWN:
        name = setting.chain[-1]
        inside = [pool.below(name) for pool in setting.pools]
        own = [one for one in told if any(one.loss.holder in part for part in inside)]
        party = setting.dossier.around.party_name(name)
        text += f", {len(own) or 'none'} of them from {party} or its parts{_items(own)}"
    text += "."
    if not told:
        text += " That none is recorded does not mean that none took place."
    if any(one.loss.counted for one in told):
        text += " Where an inquiry's figure and recorded thefts may be the same, the larger counts, not their sum."
    return text


def rests_on(setting: Setting, mode: DiversionMode) -> tuple[str, ...]:
    """The records of losses by the mode: those of the end user's state, or where it has none all of the ledger's; the
    largest, where there are very many."""
    key = "rests", setting.chain[:2], mode, tuple(one.goods for one in setting.goods)
    kept = setting.past.kept
    if key not in kept:
        told = [one for pool in setting.pools for one in pool.told if one.loss.mode is mode]
        if len(setting.chain) > 1:
            inside = frozenset().union(*(pool.below(setting.chain[1]) for pool in setting.pools))
            told = [one for one in told if one.loss.holder in inside] or told
        told.sort(key=lambda one: (-one.share, one.loss.rests_on))
        kept[key] = tuple(dict.fromkeys(id_ for one in told[:_MOST] for id_ in one.loss.rests_on))
    found: tuple[str, ...] = kept[key]
    return found


def priors(given: Priors) -> tuple[str, ...]:
    """Whose the priors are: the caution holds for every row that is still the package's."""
    ours = sum(f"{row.mode} {row.goods}" not in given.own for row in given.rows)
    if not given.own:
        return (SHIPPED,)
    said = [f"The user's own priors: {', '.join(given.own)}."]
    if ours:
        said.insert(0, f"{SHIPPED} {ours} of {len(given.rows)} rows are still the package's.")
    if POOLING not in given.own:
        said.append("How alike holders are is still an assumption of this package.")
    return tuple(said)


def hindsight(setting: Setting) -> str:
    """Losses that are dated wholly after the authorisation, by their records; empty where there are none."""
    decided = setting.dossier.decided.last or setting.dossier.decided.first
    if decided is None:
        return ""
    told = (one.loss for pool in setting.classes.values() for one in pool.told)
    later = [one for one in told if one.when.first is not None and one.when.first > decided]
    if not later:
        return ""
    ids = sorted({id_ for one in later for id_ in one.rests_on})
    named = ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else "")
    counted = _plural(len(later), "loss", "losses")
    return f"It uses {counted} dated after the authorisation ({named}): a forecast made then could not."


def window(end: date | None) -> str:
    """Until when stocks were watched."""
    if end is None:
        return "No dated record of a stock is in the ledger, so no time without losses is known."
    why = "the last dated lawful record or, if earlier, the end of what is known"
    return f"Stocks are taken as watched until {end}: {why}."


def _plural(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else f"no {one if one == many else many}"


def _items(told: Iterable[Told]) -> str:
    found: dict[str, float] = {}
    for one in told:
        if one.loss.quantity:
            found[one.loss.unit] = found.get(one.loss.unit, 0.0) + one.loss.quantity
    return f" ({', '.join(f'{amount:,.0f} {unit}' for unit, amount in sorted(found.items()))})" if found else ""
