"""Reporting: how a true figure or day becomes what a source says of it.

The figure that a source gives is made first and the truth is drawn from the law that the engine reads into such a
figure; so, over many worlds, the truth lies in a stated range as that law says (method.md, section 5): uniform between
the bounds of a range; triangular about a rounded figure, as wide as half a unit of its last digit or a tenth of it,
whichever is more; above "at least" by an exponential excess, a quarter of the figure on average; below "at most" evenly
from nothing; an exact figure is exact.
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
EXCESS = 0.25
"""By what part of the figure "at least" is exceeded on average."""


def figure(planned: float, ceiling: float, rng: random.Random, knobs: Knobs) -> tuple[Quantity, int]:
    """What a source says, and the true number, drawn from it. Neither a bound nor the truth is above ``ceiling``."""
    top = math.floor(ceiling)
    whole = max(1, min(round(planned), top))
    form = rng.random()
    if form >= knobs.exact and whole >= LEAST:
        form -= knobs.exact
        if form < knobs.ranges:
            low, high = _around(whole, rng)
            high = min(high, top)
            return Quantity(low=low, high=high), rng.randint(low, high)
        form -= knobs.ranges
        if form < knobs.at_least:
            least = max(1, round(whole / (1 + EXCESS)))
            # Where there is room for all but one excess in a hundred and fifty.
            if least * (1 + 5 * EXCESS) <= top:
                return Quantity(low=least), min(round(least + rng.expovariate(1 / (EXCESS * least))), top)
        elif form < knobs.at_least + knobs.at_most and 2 * whole <= top:
            return Quantity(high=2 * whole), rng.randint(1, 2 * whole)
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


def another(true: int, stated: Quantity, rng: random.Random) -> Quantity:
    """What a further source says of the same true figure: the same, the figure itself, or a range that holds it. It
    never excludes what was stated first: of a rounded figure, whose width is not written, it says the same."""
    chance = rng.random()
    if stated.about or chance < 0.3:
        return stated
    if chance < 0.6 or true < LEAST:
        return Quantity.exact(true)
    width = max(2, round(true * rng.uniform(0.1, 0.5)))
    low = max(1, true - rng.randint(0, width))
    return Quantity(low=low, high=low + width)


def wrong(true: int, stated: Quantity, rng: random.Random, knobs: Knobs) -> tuple[Quantity, int]:
    """Another figure and the number behind it, of like form, neither of which can be so together with the first ones.
    As often more as less, where it can be."""
    low, high = _bounds(stated)
    low, high = min(low, true), max(high, true)
    for _ in range(20):
        up = rng.random() < 0.5
        if (up and math.isinf(high)) or (not up and low < 4):
            up = not up
        if (up and math.isinf(high)) or (not up and low < 4):
            break
        factor = rng.uniform(1.4, 2.2)
        planned = high * factor if up else max(1.0, low / factor)
        said, number = figure(planned, 10 * planned, rng, knobs)
        if clash(said, stated) and not low <= number <= high:
            return said, number
    number = max(1, round(low / 2)) if math.isinf(high) or low >= 4 else round(high * 2) + 1
    return Quantity.exact(number), number


def clash(one: Quantity, other: Quantity) -> bool:
    """Whether two figures cannot both be right, as wide as their laws are."""
    (low, high), (least, most) = _bounds(one), _bounds(other)
    return high < least or most < low


def scaled(stated: Quantity, factor: float) -> Quantity:
    """The same form, out by a factor."""
    low, high = (None if end is None else float(max(1, round(end * factor))) for end in (stated.low, stated.high))
    return stated.model_copy(update={"low": low, "high": high})


def _bounds(stated: Quantity) -> tuple[float, float]:
    low, high = stated.low or 0.0, math.inf if stated.high is None else stated.high
    slack = half_width(low) if stated.about else 0.0
    return low - slack, high + slack


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
