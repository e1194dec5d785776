"""Reporting: how a true figure or day becomes what a source says of it.

The figure that a source gives is made first and the truth is drawn from the law that the engine reads into such a
figure; so, over many worlds, the truth lies in a stated range as that law says (method.md, section 5): uniform between
the bounds of a range; triangular about a rounded figure, as wide as half a unit of its last digit or a tenth of it,
whichever is more; an exact figure is exact.
"""

from __future__ import annotations

import calendar
import math
import random
from datetime import date, timedelta

from takingstock.records import DateRange, Mode, Quantity
from takingstock.worlds.knobs import Knobs

LEAST = 10
"""Items below which nothing moves in a world."""


def figure(planned: float, ceiling: float, rng: random.Random, knobs: Knobs) -> tuple[Quantity, int]:
    """What a source says, and the true number, drawn from it. Neither a bound nor the truth is above ``ceiling``."""
    top = math.floor(ceiling)
    whole = max(1, min(round(planned), top))
    form = rng.random()
    if form >= knobs.exact and whole >= LEAST:
        if form < knobs.exact + knobs.ranges:
            low, high = _around(whole, rng)
            high = min(high, top)
            return Quantity(low=low, high=high), rng.randint(low, high)
        about = rounded(whole)
        width = half_width(about)
        if about + width <= top:
            true = min(max(round(rng.triangular(about - width, about + width, about)), 1), top)
            return Quantity.exact(about, about=True), true
    return Quantity.exact(whole), whole


def rounded(value: float) -> int:
    """To one digit that counts where its law stays within a quarter of the figure, else to two."""
    for digits in (1, 2):
        unit = 10 ** max(0, math.floor(math.log10(value)) + 1 - digits)
        found = max(unit, round(value / unit) * unit)
        if digits == 2 or half_width(found) <= found / 4:
            return int(found)
    raise AssertionError


def half_width(about: float) -> float:
    """How far the truth may lie from a rounded figure: half a unit of its last digit that counts, or a tenth."""
    whole = round(about)
    unit = 1
    while whole % (unit * 10) == 0:
        unit *= 10
    return max(unit / 2, about / 10)


def another(true: int, rng: random.Random) -> Quantity:
    """What a second source says of the same true figure: a range that holds it, or the figure itself."""
    if rng.random() < 0.5 or true < LEAST:
        return Quantity.exact(true)
    width = max(2, round(true * rng.uniform(0.1, 0.5)))
    low = max(1, true - rng.randint(0, width))
    return Quantity(low=low, high=low + width)


def wrong(true: int, stated: Quantity, rng: random.Random) -> Quantity:
    """A figure that does not hold the truth, nor overlaps with another one."""
    low = min(stated.low or true, true)
    high = max(stated.high or true, true)
    if stated.about:
        low, high = min(low, low - half_width(low)), max(high, high + half_width(high))
    value = (
        round(high * rng.uniform(1.4, 2.2)) + 1 if rng.random() < 0.6 or low < 4 else round(low / rng.uniform(1.4, 2.2))
    )
    return Quantity.exact(max(1, value))


def dated(day: date, mode: Mode, rng: random.Random, knobs: Knobs) -> DateRange:
    """The year, month or day of a movement, as a source may give it."""
    chance = rng.random()
    if mode is Mode.CAPTURE:
        return DateRange.day(day) if chance < knobs.capture_days else _month(day)
    if chance < knobs.years:
        return DateRange(first=date(day.year, 1, 1), last=date(day.year, 12, 31))
    return _month(day) if chance < knobs.years + knobs.months else DateRange.day(day)


def day_between(first: date, last: date, rng: random.Random) -> date:
    """A day, each as likely as any other, both ends included."""
    return first + timedelta(days=rng.randint(0, (last - first).days))


def _month(day: date) -> DateRange:
    last = calendar.monthrange(day.year, day.month)[1]
    return DateRange(first=day.replace(day=1), last=day.replace(day=last))


def _around(whole: int, rng: random.Random) -> tuple[int, int]:
    width = max(2, round(whole * rng.uniform(0.1, 0.6)))
    low = max(1, whole - rng.randint(0, width))
    return low, max(low + width, whole)
