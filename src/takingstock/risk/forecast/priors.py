"""Priors: what is assumed of each mode before any record is looked at. They are the user's; ours are assumptions.

No calibrated rate of diversion was found in what is published, so every row is shown with the forecast and varied in
its tornado. A row gives, for a mode and a class of goods: ``low`` to ``high``, 90 % of the belief about the share of
a whole stock that is lost in a year; ``share``, the mean share of the stock that one event takes (``share_low`` to
``share_high`` to vary it in; ``concentration`` of its Beta law: the less, the more an event takes little or all);
``recorded_low`` to ``recorded_high``, which part of such losses records like these would hold; ``conflict``, by how
much the rate is multiplied in a war. The row ``pooling`` says how alike holders are (the shape of the Gamma law by
which a holder's rate lies around that of what it belongs to: 1 is as wide as an exponential law, 4 is half as wide).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from takingstock.records import BadValueError
from takingstock.reference import tables
from takingstock.risk.forecast.modes import DiversionMode, GoodsClass

TABLE = "hazard_priors.csv"
COLUMNS = (
    "mode", "goods", "low", "high", "share", "share_low", "share_high", "concentration", "recorded_low",
    "recorded_high", "conflict", "source",
)  # fmt: skip
POOLING = "pooling"
_WIDEST = 1e6

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class ModePrior:
    """One row. ``mean`` and ``shape`` are those of the Gamma law whose 5 % and 95 % points are ``low`` and ``high``."""

    mode: DiversionMode
    goods: GoodsClass
    low: float
    high: float
    mean: float
    shape: float
    share: float
    share_low: float
    share_high: float
    concentration: float
    recorded_low: float
    recorded_high: float
    conflict: float
    source: str

    @property
    def clustering(self) -> float:
        """The mean share of the event that a lost item was lost in: E[S²]/E[S] of the Beta law. One event of that size
        is worth one independent loss."""
        return (self.share * self.concentration + 1) / (self.concentration + 1)

    @property
    def recorded(self) -> float:
        """The middle of the recorded part (geometric)."""
        return float((self.recorded_low * self.recorded_high) ** 0.5)

    @property
    def rate(self) -> float:
        """Prior mean of independent losses a year."""
        return self.mean / self.clustering


@dataclass(frozen=True)
class Priors:
    """Every mode for every class of goods, and how alike holders are. ``shipped``: these are the package's own;
    ``own``: the rows that are the user's, as "mode goods", and "pooling"."""

    rows: tuple[ModePrior, ...]
    alike: float
    alike_low: float
    alike_high: float
    shipped: bool = False
    own: tuple[str, ...] = ()

    def of(self, goods: GoodsClass) -> tuple[ModePrior, ...]:
        """The rows of one class of goods, in the order of the modes."""
        return tuple(row for mode in DiversionMode for row in self.rows if row.goods is goods and row.mode is mode)


@lru_cache(maxsize=1)
def shipped() -> Priors:
    """The package's own table."""
    return priors_from(tables.read(TABLE), shipped=True)


def version() -> str:
    """SHA-256 (hex) of the package's own table."""
    return tables.digest(TABLE)


def priors_from(rows: Iterable[Mapping[str, object]], *, shipped: bool = False) -> Priors:
    """Priors from rows with the columns of :data:`COLUMNS`; rows that a user's table lacks are the shipped ones.

    Raises BadValueError with every fault of the table at once."""
    faults: list[str] = []
    found: dict[tuple[DiversionMode, GoodsClass], ModePrior] = {}
    pooling: tuple[float, float] | None = None
    for number, row in enumerate(rows, 1):
        try:
            if str(row.get("mode", "")).strip() == POOLING:
                pooling = _range(row, "low", "high", most=1e3)
                continue
            made = _row(row)
            if (made.mode, made.goods) in found:
                raise BadValueError(f"{made.mode}, {made.goods} is given twice; keep one row")
            found[made.mode, made.goods] = made
        except BadValueError as error:
            faults.append(f"row {number}: {error}")
    if not faults and not found and pooling is None:
        faults.append("the table has no rows; add at least one, or leave the table away to use the shipped priors")
    if faults:
        raise BadValueError("priors cannot be read: " + "; ".join(faults))
    wanted = [(mode, goods) for goods in GoodsClass for mode in DiversionMode]
    if missing := [pair for pair in wanted if pair not in found] if shipped else []:
        raise BadValueError(f"priors lack {', '.join(' '.join(pair) for pair in missing)}; add a row for each")
    pooled = pooling is not None
    own = None if shipped else _shipped_rows()
    if pooling is None:
        if own is None:
            raise BadValueError(f"priors lack the row {POOLING!r}; add it with its low and high")
        pooling = own.alike_low, own.alike_high
    default = {} if own is None else {(row.mode, row.goods): row for row in own.rows}
    low, high = pooling
    names = tuple(" ".join(pair) for pair in wanted if pair in found) + ((POOLING,) if pooled else ())
    return Priors(
        rows=tuple(found[pair] if pair in found else default[pair] for pair in wanted),
        alike=float((low * high) ** 0.5),
        alike_low=low,
        alike_high=high,
        shipped=shipped,
        own=() if shipped else names,
    )


def _shipped_rows() -> Priors:
    return shipped()


def _row(row: Mapping[str, object]) -> ModePrior:
    mode = _named(row, "mode", DiversionMode)
    goods = _named(row, "goods", GoodsClass)
    low, high = _range(row, "low", "high", most=1.0)
    share_low, share_high = _range(row, "share_low", "share_high", most=0.99)
    recorded_low, recorded_high = _range(row, "recorded_low", "recorded_high", most=1.0)
    share = _number(row, "share", most=0.99)
    if not share_low <= share <= share_high:
        raise BadValueError(f"share {share:g} lies outside {share_low:g} to {share_high:g}; widen the range")
    conflict = _number(row, "conflict", most=100.0)
    if conflict < 1.0:
        raise BadValueError(f"conflict is {conflict:g}; give at least 1, since a war makes no loss rarer")
    shape = _shape(high / low)
    return ModePrior(
        mode=mode,
        goods=goods,
        low=low,
        high=high,
        mean=shape * high / _quantile(shape, 0.95),
        shape=shape,
        share=share,
        share_low=share_low,
        share_high=share_high,
        concentration=_number(row, "concentration", most=1e4),
        recorded_low=recorded_low,
        recorded_high=recorded_high,
        conflict=conflict,
        source=str(row.get("source") or "").strip(),
    )


def _named(row: Mapping[str, object], column: str, kind: type[E]) -> E:
    text = str(row.get(column) or "").strip()
    try:
        return kind(text)
    except ValueError:
        raise BadValueError(f"unknown {column} {text!r}; write one of {', '.join(kind)}") from None


def _number(row: Mapping[str, object], column: str, *, most: float) -> float:
    text = str(row.get(column) if row.get(column) is not None else "").strip()
    try:
        value = float(text)
    except ValueError:
        raise BadValueError(f"{column} is {text!r}, no number; write a figure such as 0.01") from None
    if not 0.0 < value <= most:
        raise BadValueError(f"{column} is {value:g}; give more than 0, at most {most:g}")
    return value


def _range(row: Mapping[str, object], low: str, high: str, *, most: float) -> tuple[float, float]:
    first, last = _number(row, low, most=most), _number(row, high, most=most)
    if first >= last:
        raise BadValueError(f"{low} {first:g} is not below {high} {last:g}; give a range, low first")
    if last / first > _WIDEST:
        raise BadValueError(f"{low} to {high} spans a factor of {last / first:g}; at most {_WIDEST:g} can be used")
    return first, last


def _quantile(shape: float, at: float) -> float:
    from scipy.special import gammaincinv

    return float(gammaincinv(shape, at))


def _shape(ratio: float) -> float:
    """The shape of the Gamma law whose 95 % point is ``ratio`` times its 5 % point, by halving on a logarithmic scale:
    the ratio falls as the shape grows."""
    low, high = 0.05, 1e4
    for _ in range(80):
        middle = (low * high) ** 0.5
        if _quantile(middle, 0.95) > ratio * _quantile(middle, 0.05):
            low = middle
        else:
            high = middle
    return high
