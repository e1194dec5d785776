"""Figures: the numbers of a result as plain values, whole ones as whole numbers, and as text for people."""

from __future__ import annotations

from typing import Any

from takingstock.records import Quantity, percent

Json = dict[str, Any]
Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]
_LEAST = 1e-9


def quantity_json(quantity: Quantity) -> Json:
    """A quantity with its bounds; ``best`` is the one figure that was computed with."""
    return {
        "best": number(quantity),
        "low": plain(quantity.low),
        "high": plain(quantity.high),
        "text": str(quantity),
        "unit": quantity.unit.value,
    }


def form(quantity: Quantity) -> str:
    """``exact``, ``about`` (rounded by its source), ``range``, ``at least``, ``at most`` or ``unknown``."""
    return "about" if quantity.about else quantity.form


def bounds_json(quantity: Quantity) -> Json:
    """The bounds of a quantity, without a figure in between."""
    return {
        "low": plain(quantity.low),
        "high": plain(quantity.high),
        "text": str(quantity.model_copy(update={"mode": None})),
        "unit": quantity.unit.value,
    }


def number(quantity: Quantity) -> float | int | None:
    """The one figure of a quantity, a whole number where it is one."""
    return plain(quantity.best)


def plain(value: float | None) -> float | int | None:
    """A whole number as an int."""
    return int(value) if value is not None and value == int(value) else value


def amount(value: float | None, *, derived: bool = False) -> str:
    """A number for people, with thousands separators and no decimals; empty where there is none."""
    if value is None:
        return ""
    return f"{'≈' if derived else ''}{value:,.0f}"


def share_text(share: float | None, low: float | None, high: float | None, *, drawn: bool = False) -> str:
    """``98 % (91–99 %)`` with an interval, ``98.0 %`` without, ``no share`` where none can be formed. An interval that
    is narrower than what is printed is left out; ``drawn`` is a median without an interval."""
    if share is None:
        return "no share"
    if low is None or high is None:
        return whole(share) if drawn else percent(share)
    span = span_text(low, high)
    return whole(share) if span == whole(low) else f"{whole(share)} ({span})"


def span_text(low: float, high: float) -> str:
    """An interval of shares in whole per cents, ``61–78 %``, ``<1 – 99 %``; one figure where both ends print alike."""
    first, last = whole(low), whole(high)
    if first == last:
        return first
    dash = " – " if first[0] == "<" or last[0] == ">" else "–"
    return f"{first.removesuffix(' %')}{dash}{last}"


def whole(share: float) -> str:
    """A share of draws in whole per cents: that it came up in no draw is not that it cannot be, so ``<1 %``."""
    return percent(max(share, _LEAST), 0)


def name(party: str) -> str:
    """A party's id; in words where it stands for nobody."""
    return "not recorded" if party == "unknown-supplier" else party
