"""Controls: from the modes that dominate the forecast to measures before, during and after the transfer, with dates.

A mode dominates if it belongs to the fewest modes that make up 80 % of the expected number, or has a fifth of it by
itself. Every measure of the table that acts on such a mode is planned, and every one that the application offers.
Dates follow the time in which the goods are to move: what comes before has to be shown before its first day, what comes
after counts from its last. Where that time is not known, no date is made up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from takingstock.records import (
    Control,
    ControlKind,
    ControlStage,
    DateRange,
    Forecast,
    PlannedControl,
    Standing,
    percent,
)
from takingstock.reference.controls import controls
from takingstock.risk.dossier import Dossier
from takingstock.risk.forecast.mitigation import standing

MOST, ALONE = 0.8, 0.2
YEARS: Final = 5
"""For so long after the delivery repeated measures are planned."""

_WHO: Final = {
    ControlKind.END_USE_CERTIFICATE: "end user",
    ControlKind.NO_RE_EXPORT: "state of the end user",
    ControlKind.AUTHENTICATION: "exporting authority",
    ControlKind.END_USER_VETTING: "exporting authority",
    ControlKind.RESPECT_FOR_LAW: "end user, judged by the exporting authority",
    ControlKind.MARKING_AND_RECORDS: "maker or exporter, and end user",
    ControlKind.PHYSICAL_SECURITY: "end user, inspected by the exporting authority",
    ControlKind.STOCKPILE_ACCOUNTING: "end user",
    ControlKind.TRANSPORT_SECURITY: "exporter and carrier",
    ControlKind.DELIVERY_VERIFICATION: "state of the end user",
    ControlKind.VISITS: "exporting authority",
    ControlKind.STAGED_DELIVERY: "exporter",
    ControlKind.TRAINING: "exporting state and end user",
    ControlKind.LOSS_REPORTING: "end user",
    ControlKind.DISPOSAL: "end user",
}


def plan(dossier: Dossier, forecast: Forecast) -> tuple[PlannedControl, ...]:
    """The measures, before, during and after, each stage in the order of the table."""
    modes = dominating(forecast)
    shares = {one.mode: one.share for one in forecast.modes}
    found = []
    for stage in ControlStage:
        for control in controls():
            stands = standing(dossier, control)
            answers = tuple(mode for mode in modes if mode in {effect.mode for effect in control.effects})
            if control.stage is stage and (answers or stands is not Standing.MISSING):
                found.append(_planned(dossier, control, stands, answers, shares))
    return tuple(found)


def dominating(forecast: Forecast) -> tuple[str, ...]:
    """The modes that dominate, the largest first."""
    found: list[str] = []
    total = 0.0
    for one in sorted(forecast.modes, key=lambda mode: (-mode.share, mode.mode)):
        if total < MOST or one.share >= ALONE:
            found.append(one.mode)
        total += one.share
    return tuple(found)


def due(control: Control, moved: DateRange) -> tuple[DateRange, ...]:
    """When a measure is due, each time a range whose last day is the latest; none where it cannot be dated."""
    if control.stage is ControlStage.BEFORE:
        return (DateRange(last=months_after(moved.first, -control.months)),) if moved.first else ()
    if control.stage is ControlStage.DURING:
        return (moved,) if moved.known else ()
    if moved.last is None:
        return ()
    found = []
    first, months = moved.last, control.months
    while True:
        last = months_after(moved.last, months)
        found.append(DateRange(first=first, last=last))
        first, months = last + timedelta(days=1), months + control.every
        if not control.every or months > 12 * YEARS:
            return tuple(found)


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the last day of that month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _planned(
    dossier: Dossier, control: Control, stands: Standing, answers: tuple[str, ...], shares: dict[str, float]
) -> PlannedControl:
    dates = due(control, dossier.moved)
    return PlannedControl(
        kind=control.kind,
        name=control.name,
        stage=control.stage,
        standing=stands,
        modes=answers,
        effects=control.effects,
        reference=control.reference,
        verified=control.verified,
        due=dates[0] if dates else DateRange(),
        dates=dates if len(dates) > 1 else (),
        who=_WHO[control.kind],
        why=_why(control, stands, answers, shares, dated=bool(dates)),
    )


def _why(control: Control, stands: Standing, answers: tuple[str, ...], shares: dict[str, float], *, dated: bool) -> str:
    parts = [control.says]
    if answers:
        named = ", ".join(f"{mode.replace('-', ' ')} ({percent(shares[mode])} of the forecast)" for mode in answers)
        parts.append(f"It answers {named}.")
    else:
        parts.append(f"It is {stands.value}; the forecast is not dominated by what it acts on.")
    if control.effects and not any(effect.source for effect in control.effects):
        parts.append("How much it takes away is an assumption.")
    if not control.effects:
        parts.append("No effect on the forecast is assumed.")
    if not dated:
        parts.append("No date: when the goods are to move is not known.")
    return " ".join(parts)
