"""Conflict: whether the state of the end user is at war, by the table of conflict deaths, and what that does to rates.

A year with at least 25 battle-related deaths is an armed conflict, one with at least 1,000 a war (thresholds of the
Uppsala Conflict Data Program, www.pcr.uu.se/research/ucdp/definitions and scstt.org/tag/war). By how much a war
multiplies each mode's rate is an assumption of the priors; in a lesser conflict it is the square root of that.
"""

from __future__ import annotations

from dataclasses import dataclass

from takingstock.records import IndicatorValue
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.forecast.priors import ModePrior

MEASURE = "ucdp-deaths"
CONFLICT, WAR = 25.0, 1000.0
_KEPT = "forecast conflict"
_STALE = 3
"""A figure that is more years old says nothing of now."""


@dataclass(frozen=True)
class Conflict:
    """``power``: 0 none, 0.5 conflict, 1 war: the power to which a mode's factor is raised. ``missing`` says which
    figure there is not; then the rates stand without the factor, and peace is not known."""

    power: float = 0.0
    words: str = ""
    rests_on: tuple[str, ...] = ()
    missing: str = ""

    def worse(self, priors: tuple[ModePrior, ...]) -> list[float] | None:
        """What each mode's rate is multiplied by; None: nothing."""
        return [row.conflict**self.power for row in priors] if self.power else None


def conflict(dossier: Dossier) -> Conflict:
    """From the last year that ended before the authorisation (or before the goods move, where that has no date)."""
    state = dossier.destination
    when = dossier.decided.first or dossier.moved.first
    if state is None:
        return Conflict(missing="no conflict figure, since the state of the end user is not known")
    if when is None:
        return Conflict(missing="no conflict figure, since neither the authorisation nor the movement has a date")
    dated = [(row.when.last, row) for row in _deaths(dossier.background).get(state, ()) if row.when.last is not None]
    rows = [row for day, row in dated if day < when]
    if not rows:
        return Conflict(missing=f"no conflict figure for {when.year - 1} or before")
    last = max(rows, key=lambda row: (row.when.sort_key, row.id))
    if last.when.last is None or last.when.last.year < when.year - _STALE:
        old = f"the last, {last.value:,.0f} deaths in {last.when}, is too old"
        return Conflict(missing=f"no conflict figure for {when.year - 1}; {old}")
    power = 1.0 if last.value >= WAR else 0.5 if last.value >= CONFLICT else 0.0
    if not power:
        return Conflict()
    kind = "a war" if power == 1.0 else "an armed conflict"
    return Conflict(power, f"{last.value:,.0f} conflict deaths in {last.when}, {kind}", (last.id,))


def _deaths(background: Background) -> dict[str, list[IndicatorValue]]:
    found = background.kept.get(_KEPT)
    if isinstance(found, dict):
        return found
    made: dict[str, list[IndicatorValue]] = {}
    for row in background.indicators:
        if row.measure == MEASURE:
            made.setdefault(row.party, []).append(row)
    background.kept[_KEPT] = made
    return made
