"""Lots: the goods of an application by class, and how many, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from takingstock.records import Quantity, Unit
from takingstock.risk.dossier import Dossier
from takingstock.risk.forecast.hazards import Floats
from takingstock.risk.forecast.modes import GoodsClass, goods_class
from takingstock.risk.forecast.simulation import QUANTITY, uniforms


@dataclass(frozen=True)
class Goods:
    """Lines of one class and unit together. ``amounts`` None: of some line no number is known."""

    goods: GoodsClass
    unit: Unit
    amounts: tuple[Quantity, ...] | None

    @property
    def varies(self) -> bool:
        return any(one.low is not None and one.high is not None and one.low < one.high for one in self.amounts or ())

    def drawn(self, seed: int, draws: int) -> Floats | None:
        """How many, ``float[draws]``: a range evenly, or towards its most likely value; an open end at its bound."""
        if self.amounts is None:
            return None
        total = np.zeros(draws)
        for number, one in enumerate(self.amounts):
            total += amount(one, uniforms(seed, QUANTITY, number, draws))
        return total

    def bound(self, *, high: bool) -> float:
        """Least or most; an open end at its bound."""
        return sum(_end(one, high=high) for one in self.amounts or ())

    @property
    def best(self) -> float | None:
        return None if self.amounts is None else sum(one.best or 0.0 for one in self.amounts)


def _end(quantity: Quantity, *, high: bool) -> float:
    value = quantity.high if high else quantity.low
    return float(value if value is not None else quantity.best or 0.0)


def amount(quantity: Quantity, at: Floats) -> Floats:
    """A quantity at the given parts of its law (triangular where the range has a most likely value)."""
    low, high = quantity.low, quantity.high
    if low is None or high is None or low == high:
        return np.full(len(at), float(quantity.best or 0.0))
    if quantity.mode is None:
        return low + (high - low) * at
    edge = (quantity.mode - low) / (high - low)
    rising = low + np.sqrt(at * (high - low) * (quantity.mode - low))
    falling = high - np.sqrt((1.0 - at) * (high - low) * (high - quantity.mode))
    return np.where(at < edge, rising, falling)


def goods_of(dossier: Dossier) -> tuple[Goods, ...]:
    """The goods of an application, in the order of their lines. A line of nothing adds nothing; if all are, they stay,
    so that the forecast is of nothing and not of an unknown number."""
    found: dict[tuple[GoodsClass, Unit], list[Quantity]] = {}
    rows = [row for row in dossier.goods if row.quantity.high != 0] or dossier.goods
    for row in rows:
        found.setdefault((goods_class(dossier.around, row.item), row.quantity.unit), []).append(row.quantity)
    return tuple(
        Goods(goods, unit, tuple(amounts) if all(_told(one) for one in amounts) else None)
        for (goods, unit), amounts in found.items()
    )


def _told(quantity: Quantity) -> bool:
    """Whether it says a number; "at least 0" says none."""
    return quantity.best is not None and not (quantity.high is None and not quantity.low)
