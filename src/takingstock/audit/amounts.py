"""Arithmetic on quantities as intervals. Nothing is averaged: a bound stays a bound, a range a range.

A missing lower bound counts as zero and a missing upper bound as unknown, so a result never claims more than its
parts. All functions expect quantities of one unit; the callers see to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, inf

from takingstock.records import Quantity, Unit, percent

Bounds = tuple[float | None, float | None]
"""Lowest and highest possible share; None: no such bound."""


def joint(claims: Iterable[Quantity]) -> Quantity:
    """One figure out of equally good claims (at least one, one unit, ranked).

    The first where they can all be right, in the form it was given; where they contradict each other, the whole
    span from the lowest to the highest."""
    given = list(claims)
    if not contradict(given):
        return given[0]
    low, high = min(q.low or 0.0 for q in given), max(_top(q) for q in given)
    return _quantity(low, high, about=any(q.about for q in given), unit=given[0].unit)


def contradict(claims: Iterable[Quantity]) -> bool:
    """Whether the claims cannot all be right."""
    given = list(claims)
    return max((q.low or 0.0 for q in given), default=0.0) > min(map(_top, given), default=inf)


def total(certain: Iterable[Quantity], possible: Iterable[Quantity] = (), unit: Unit = Unit.ITEMS) -> Quantity:
    """The sum; a *possible* part (one that may or may not belong) adds to the upper bound only.

    Unknown if there is no part with a known quantity."""
    sure = [q for q in certain if q.known]
    maybe = [q for q in possible if q.known]
    if not sure and not maybe:
        return Quantity(unit=unit)
    low, high = fsum(q.low or 0.0 for q in sure), fsum(_top(q) for q in (*sure, *maybe))
    return _quantity(low, high, about=any(q.about for q in (*sure, *maybe)), unit=unit)


def excess(more: Quantity, less: Quantity) -> Quantity:
    """``more − less``, never below zero."""
    low = max(0.0, (more.low or 0.0) - _top(less))
    high = max(0.0, _top(more) - (less.low or 0.0))
    return _quantity(low, high, about=more.about or less.about, unit=more.unit)


def ratio(part: Quantity, whole: Quantity) -> Bounds:
    """Lowest and highest possible ``part / whole`` for independent quantities; None: no such bound."""
    if not part.known or not whole.known:
        return None, None
    low = part.low / whole.high if part.low and whole.high else None
    high = part.high / whole.low if part.high is not None and whole.low else None
    return low, high


def excess_ratio(more: Quantity, less: Quantity) -> Bounds:
    """Lowest and highest possible ``(more − less) / more``: it rises with ``more`` and falls with ``less``."""
    low = max(0.0, 1 - less.high / more.low) if less.high is not None and more.low else None
    high = max(0.0, 1 - (less.low or 0.0) / more.high) if more.high else None
    return low, high


def part_of_whole(part: Quantity, whole: Quantity) -> Bounds:
    """As :func:`ratio` for a part that lies in the whole: never above one, a lowest share of nothing is no bound."""
    low, high = ratio(part, whole)
    return low, None if high is None else min(1.0, high)


def single(bounds: Bounds) -> float | None:
    """The share to print: the one figure, or the one bound that is known; None for a range."""
    low, high = bounds
    if low is not None and high is not None:
        return low if low == high else None
    return low if low is not None else high


def share_words(bounds: Bounds) -> str:
    """``53.5 %``, ``at least 28.6 %``, ``at most 43.3 %``, ``23.4 % to 26.9 %``, ``all`` or nothing."""
    low, high = bounds
    if low is None and high is None:
        return ""
    if low == 1 and high is None:
        return "all or more"
    if low is None or high is None:
        bound = low if low is not None else high
        assert bound is not None
        return f"at {'least' if high is None else 'most'} {_percent(bound)}"
    return _percent(low) if low == high else f"{_percent(low)} to {_percent(high)}"


def portion(part: Quantity, whole: Quantity, share: float | None) -> str:
    """An arithmetic share of one or more, as the figures: ``all of 120``, ``150 of 100, more than recorded``; nothing
    for any other share. That nothing prints 100 % is a rule for estimates (:func:`takingstock.records.percent`)."""
    if share is None or share < 1:
        return ""
    if share == 1 and part.form == whole.form == "exact":
        return f"all of {spoken(whole)}"
    more = part.low is not None and whole.high is not None and part.low > whole.high
    return f"{spoken(part)} of {spoken(whole)}{', more than recorded' if more else ''}"


def of_whole(part: Quantity, whole: Quantity, bounds: Bounds) -> str:
    """The share for a sentence that has both figures: ``all of 120``, ``150.0 %, more than recorded``, ``53.5 %``."""
    share = single(bounds)
    text = share_words(bounds)
    if share == 1 and part.form == whole.form == "exact":
        return portion(part, whole, share)
    more = part.low is not None and whole.high is not None and part.low > whole.high
    return f"{text}, more than recorded" if text and more else text


def in_brackets(bounds: Bounds) -> str:
    """The share behind a figure, `` (53.5 %)``; nothing where there is none or where it says nothing."""
    low, high = bounds
    if high is not None and high >= 1.0 and (low is None or low == high):
        return " (all on record)" if low == high == 1.0 else ""
    text = share_words(bounds)
    return f" ({text})" if text else ""


def span(low: float, high: float, unit: Unit) -> Quantity:
    """From ``low`` to ``high`` (which may be infinite), in the forms that a quantity has."""
    return _quantity(low, high, about=False, unit=unit)


def spoken(quantity: Quantity) -> str:
    """The quantity in words: ``about 110,000``, ``at least 40``, ``up to 52``, ``2,000 to 2,300``."""
    about = "about " if quantity.about else ""
    match quantity.form:
        case "unknown":
            return "an unknown number"
        case "at least":
            return f"at least {about}{_figure(quantity.low)}"
        case "at most":
            return f"up to {about}{_figure(quantity.high)}"
        case "exact":
            return f"{about}{_figure(quantity.low)}"
    return f"{about}{_figure(quantity.low)} to {_figure(quantity.high)}"


def _percent(share: float) -> str:
    # More than the whole is possible between two records, and must not read as "nearly all"; nor must all of it.
    if share == 1:
        return "all"
    return f"{share * 100:,.1f} %" if share > 1 else percent(share)


def _figure(value: float | None) -> str:
    assert value is not None
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"


def _top(quantity: Quantity) -> float:
    return inf if quantity.high is None else quantity.high


def _quantity(low: float, high: float, *, about: bool, unit: Unit) -> Quantity:
    if high == inf:
        return Quantity(low=low or None, unit=unit)
    # No lower bound but an upper one is the form "at most". Only one figure is "about"; a range says so by its width.
    return Quantity(low=low if low or not high else None, high=high, about=about and low == high, unit=unit)
