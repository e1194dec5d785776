"""Figures: the numbers of a result as plain values, whole ones as whole numbers, and as text for people."""

from __future__ import annotations

from typing import Any

from takingstock.records import Quantity

Json = dict[str, Any]
Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]


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
