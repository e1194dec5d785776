"""Exposure: how long how much of a stock stood where it could be lost, and what was lost of it.

A stock-year is one whole stock of a holder for one year, a whole stock being the most that the holder had by its lawful
movements alone, and at least so much that one can speak of a stock. So a depot of 200 rifles and an army of 200,000 say
equally much in a year, and the measure of a stock does not move when a loss is added. Goods stand from the middle of
the range in which they came to the middle of that in which they left. What no record has ever put into the stock cannot
be exposed: then a loss counts, and no time does.

Invariant: an added diversion never raises a stock-year and never lowers a loss, of this holder or another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from takingstock.records import Basis, Count, DateRange, Movement, Unit
from takingstock.reference.surroundings import Surroundings
from takingstock.risk.forecast.modes import DiversionMode, GoodsClass, arrives, diversion, goods_class, holds_lawfully
from takingstock.trace.draws.holding import holds

_YEAR = 365.25
_IN, _OUT = 0, 1
_SMALLEST = {Unit.ROUNDS: 10_000.0, Unit.TONNES: 1.0}
_SMALLEST_ITEMS = {GoodsClass.PORTABLE: 100.0, GoodsClass.AMMUNITION: 100.0, GoodsClass.HEAVY: 10.0}
"""What a stock counts for at least. Where a record follows one rifle through three hands, none of them had a stock of
one rifle: without this, its loss would be the loss of everything. An assumption."""
Key = tuple[str, GoodsClass, str]
"""A stock: holder, class of goods, unit."""


@dataclass(frozen=True)
class Loss:
    """A diversion on record. ``quantity`` None: not recorded; ``chance``: that its record is true, by its grade;
    ``counted``: told by a count of what was lost, not by a movement."""

    holder: str
    goods: GoodsClass
    unit: str
    mode: DiversionMode
    quantity: float | None
    when: DateRange
    chance: float
    receiver: str | None
    sources: tuple[str, ...]
    rests_on: tuple[str, ...]
    counted: bool = False


@dataclass
class _Stock:
    """``flows``: day, in or out, amount, by lawful movements; ``losses``: day, amount."""

    flows: list[tuple[float, int, float]] = field(default_factory=list)
    losses: list[tuple[float, int, float]] = field(default_factory=list)
    openings: list[tuple[float, str, float]] = field(default_factory=list)
    closed: float | None = None


@dataclass(frozen=True)
class Exposure:
    """Of one stock: ``years`` in stock-years, ``whole`` the most there was, in its unit."""

    years: float
    whole: float


@dataclass(frozen=True)
class Exposures:
    """All stocks of lawful holders with their losses, up to ``end``."""

    stocks: dict[Key, Exposure]
    losses: tuple[Loss, ...]
    end: date | None
    undated: int = 0


def exposures(
    around: Surroundings, movements: Iterable[Movement], counts: Iterable[Count], known: date | None
) -> Exposures:
    """From delivered movements and counts. The window ends with the last date of a record that is no diversion, so that
    a late loss does not make the time without losses longer, or with ``known`` if that is earlier: silence after the
    last record is no safe custody."""
    movements, counts = tuple(movements), tuple(counts)
    stocks: dict[Key, _Stock] = defaultdict(_Stock)
    losses: list[Loss] = []
    undated = 0
    last: date | None = None
    for movement in movements:
        mode = diversion(around, movement)
        amount = movement.quantity.best
        chance = holds(movement.grade)
        goods, unit = goods_class(around, movement.item), movement.quantity.unit.value
        day = middle(movement.when)
        if mode is not None:
            giver = movement.from_party or ""
            if amount == 0.0:
                continue
            losses.append(_loss(movement, giver, goods, mode, chance))
            if amount and day is not None:
                stocks[giver, goods, unit].losses.append((day, _OUT, amount * chance))
            continue
        if movement.when.last is not None and (last is None or movement.when.last > last):
            last = movement.when.last
        if not amount:
            continue
        if day is None:
            undated += 1
            continue
        if arrives(around, movement) and movement.to_party:
            stocks[movement.to_party, goods, unit].flows.append((day, _IN, amount * chance))
        if movement.from_party and holds_lawfully(around, movement.from_party):
            stocks[movement.from_party, goods, unit].flows.append((day, _OUT, amount * chance))
    for count in counts:
        losses.extend(_count(around, count, stocks))
        lost = count.basis is Basis.LOST
        if not lost and count.when.last is not None and (last is None or count.when.last > last):
            last = count.when.last
    if last is not None and known is not None:
        last = min(last, known)
    end = float(last.toordinal()) if last else None
    made = {key: _exposure(stock, end, _smallest(key[1], key[2])) for key, stock in stocks.items()}
    return Exposures(made, tuple(losses), last, undated)


def middle(when: DateRange) -> float | None:
    """The day in the middle of a range, as an ordinal; with an open end the one that is known; None without any."""
    if when.first is None and when.last is None:
        return None
    first, last = when.first or when.last, when.last or when.first
    assert first is not None
    assert last is not None
    return (first.toordinal() + last.toordinal()) / 2


def _loss(movement: Movement, giver: str, goods: GoodsClass, mode: DiversionMode, chance: float) -> Loss:
    return Loss(
        holder=giver,
        goods=goods,
        unit=movement.quantity.unit.value,
        mode=mode,
        quantity=movement.quantity.best,
        when=movement.when,
        chance=chance,
        receiver=movement.to_party,
        sources=movement.sources,
        rests_on=movement.statements,
    )


def _count(around: Surroundings, count: Count, stocks: dict[Key, _Stock]) -> tuple[Loss, ...]:
    """What a count adds: an opening stock, the end of a stock, or a loss."""
    if not holds_lawfully(around, count.holder):
        return ()
    goods, unit = goods_class(around, count.item), count.quantity.unit.value
    day, amount, chance = middle(count.when), count.quantity.best, holds(count.grade)
    if count.basis is Basis.OPENING and amount and day is not None:
        stocks[count.holder, goods, unit].openings.append((day, count.item, amount * chance))
    elif count.basis is Basis.CLOSED and day is not None:
        stock = stocks[count.holder, goods, unit]
        stock.closed = day if stock.closed is None else min(stock.closed, day)
    elif count.basis is Basis.LOST and count.quantity.high != 0:
        return (
            Loss(
                holder=count.holder,
                goods=goods,
                unit=unit,
                mode=DiversionMode.THEFT,
                quantity=amount,
                when=count.when,
                chance=chance,
                receiver=None,
                sources=(count.source,),
                rests_on=(count.id,),
                counted=True,
            ),
        )
    return ()


def _smallest(goods: GoodsClass, unit: str) -> float:
    return _SMALLEST.get(Unit(unit), _SMALLEST_ITEMS[goods])


def _exposure(stock: _Stock, end: float | None, smallest: float) -> Exposure:
    """The most that lawful movements alone put into the stock, and the stock-years up to the end."""
    flows = sorted([*stock.flows, *_openings(stock)])
    whole = _walk(flows, None)[1]
    if whole <= 0.0:
        return Exposure(0.0, 0.0)
    whole = max(whole, smallest)
    if end is None:
        return Exposure(0.0, whole)
    last = end if stock.closed is None else min(end, stock.closed)
    # A receipt of the day comes before an issue or a loss of that day.
    held = _walk(sorted([*flows, *stock.losses]), last)[0]
    return Exposure(held / whole / _YEAR, whole)


def _openings(stock: _Stock) -> list[tuple[float, int, float]]:
    """Opening counts as receipts. Of several of one class the largest counts; one dated after a recorded receipt is no
    opening count, since what was received may be in it."""
    first = min((day for day, way, _ in stock.flows if way == _IN), default=None)
    largest: dict[str, tuple[float, float]] = {}
    for day, item, amount in sorted(stock.openings):
        if (first is None or day <= first) and amount > largest.get(item, (0.0, 0.0))[1]:
            largest[item] = day, amount
    return [(day, _IN, amount) for day, amount in largest.values()]


def _walk(flows: list[tuple[float, int, float]], end: float | None) -> tuple[float, float]:
    """Amount times days up to ``end``, and the most there was; what a stock lacks is not taken from it."""
    held = most = area = 0.0
    before: float | None = None
    for day, way, amount in flows:
        if end is not None and day >= end:
            break
        if before is not None:
            area += held * (day - before)
        held = held + amount if way == _IN else max(0.0, held - amount)
        most, before = max(most, held), day
    if end is not None and before is not None:
        area += held * (end - before)
    return area, most
