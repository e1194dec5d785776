"""Running: a world from its first year to its last, movement by movement, with every parcel's history.

What is planned (who, to whom, when, which part of a stock) depends on the seed; the mechanism decides which goods go.
A consignment that a source will follow link by link stays together on its way, whatever the mechanism does to stocks.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from takingstock.records import Mode, Quantity
from takingstock.worlds import reporting
from takingstock.worlds.consigning import Consignment, consignment
from takingstock.worlds.knobs import Knobs
from takingstock.worlds.mechanisms import Mechanism, mixed
from takingstock.worlds.parcels import Parcel, Stock, within
from takingstock.worlds.scene import FAMILY, GROUP, RIVAL, SINGLE, Route, Scene

_SINGLE_SHARE = 0.2
"""Of the movements, those of the class that stands alone."""


@dataclass(frozen=True)
class Calendar:
    """``first`` is where the world begins, ``register`` where its record does, ``last`` the end of both, and ``at`` the
    day asked about."""

    first: date
    register: date
    last: date
    at: date


@dataclass(frozen=True)
class Event:
    """A movement that took place. ``said`` is how a source may put its quantity; ``route`` is None for production.
    ``number`` is its place in time. ``label`` and ``link``: the consignment that it moved on, and how many times that
    had moved before."""

    number: int
    route: Route | None
    giver: str | None
    to: str | None
    item: str
    quantity: int
    said: Quantity
    when: date
    mode: Mode
    recorded: bool
    label: str = ""
    link: int = 0


@dataclass(frozen=True)
class Opening:
    """What a holder had of a leaf class on the eve of the register; ``counted`` if that is published."""

    holder: str
    item: str
    quantity: float
    counted: bool


@dataclass
class Course:
    """All that happened, and by commodity what the holder asked about received and held by the day asked about."""

    events: list[Event] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    received: dict[Parcel, float] = field(default_factory=dict)
    held: dict[Parcel, float] = field(default_factory=dict)


def calendar(rng: random.Random, knobs: Knobs) -> Calendar:
    """Five to fifteen recorded years; asked about is the middle of the last one."""
    year = rng.randint(1994, 2006)
    years = rng.randint(5, 15)
    return Calendar(
        first=date(year - knobs.old_years, 1, 1),
        register=date(year, 1, 1),
        last=date(year + years - 1, 12, 31),
        at=date(year + years - 1, 6, 30),
    )


def run(seed: str, scene: Scene, time: Calendar, size: int, mechanism: Mechanism, knobs: Knobs) -> Course:
    """Run a world. ``size`` is how many movements are planned in the recorded years; those of which the giver has too
    little do not take place."""
    return _Run(seed, scene, time, mechanism, knobs).go(size)


@dataclass
class _Consigned:
    """What is on its way from a maker to the group, apart from all stocks."""

    said: Quantity
    quantity: int
    recorded: bool
    goods: list[tuple[Parcel, float]]


_What = Route | tuple[Consignment, int] | None


class _Run:
    def __init__(self, seed: str, scene: Scene, time: Calendar, mechanism: Mechanism, knobs: Knobs) -> None:
        self.seed, self.scene, self.time, self.mechanism, self.knobs = seed, scene, time, mechanism, knobs
        self.stocks: dict[tuple[str, str], Stock] = defaultdict(Stock)
        self.course = Course()
        self.open = False
        self.closed = False
        self.consigned: dict[str, _Consigned] = {}

    def go(self, size: int) -> Course:
        for place, (day, what) in enumerate(self._planned(size)):
            if not self.open and day >= self.time.register:
                self._begin_record()
            if not self.closed and day > self.time.at:
                self._close()
            rng = random.Random(f"{self.seed}/movement {place}")
            if what is None:
                self._produce(day, rng)
            elif isinstance(what, Route):
                self._move(day, what, rng)
            else:
                self._forward(day, *what)
        if not self.closed:
            self._close()
        return self.course

    def _planned(self, size: int) -> list[tuple[date, _What]]:
        rng = random.Random(f"{self.seed}/plan")
        time = self.time
        plan: list[tuple[date, _What]] = [
            (date(year, 1, 1), None) for year in range(time.first.year, time.last.year + 1)
        ]
        span = (time.last - time.register).days
        weights = [route.weight for route in self.scene.routes]
        for route in rng.choices(self.scene.routes, weights, k=size):
            first, last = (time.register + timedelta(days=round(span * part)) for part in route.window)
            plan.append((reporting.day_between(first, last, rng), route))
        peace = [route for route in self.scene.routes if not {GROUP, RIVAL} & {route.giver, route.to}]
        before = round(size * (time.register.year - time.first.year) / (time.last.year - time.register.year + 1) * 0.6)
        for route in rng.choices(peace, [route.weight for route in peace], k=before):
            plan.append((reporting.day_between(time.first, time.register - timedelta(days=1), rng), route))
        several = random.Random(f"{self.seed}/consignments")
        for _ in range(int(size * self.knobs.documented + several.random())):
            sent = consignment(self.scene, time.register, time.last, several)
            plan.extend((day, (sent, link)) for link, day in enumerate(sent.days))
        # Production first in its year; the rest of one day in the order of planning.
        return sorted(plan, key=lambda step: (step[0], step[1] is not None))

    def _produce(self, day: date, rng: random.Random) -> None:
        for maker, classes in self.scene.makes.items():
            for item, mean in classes.items():
                made = max(20, round(mean * rng.uniform(0.5, 1.5)))
                event = self._event(None, None, maker, item, made, Quantity.exact(made), day, Mode.PRODUCTION, False)
                goods = Parcel(item, (maker,), 0, "produced")
                self.stocks[maker, _commodity(item)].put([(goods, float(made))], event.number)

    def _move(self, day: date, route: Route, rng: random.Random) -> None:
        commodity = SINGLE if rng.random() < _SINGLE_SHARE else FAMILY
        stock = self.stocks[route.giver, commodity]
        item, part, leaf = commodity, rng.uniform(route.low, route.high), rng.random() < route.leaf
        unrecorded = rng.random() < self.knobs.missing
        there = stock.by_class()
        chance = rng.random()
        if leaf and there:
            item = _chosen(there, chance)
        has = stock.total(item)
        if part * has < reporting.LEAST:
            return
        said, quantity = reporting.figure(part * has, has + 1e-6, rng, self.knobs)
        recorded = self.open and not unrecorded
        event = self._event(route, route.giver, route.to, item, quantity, said, day, route.mode, recorded)
        pick = self.mechanism.pick(depot=route.giver in self.scene.depots, mode=route.mode)
        taken = stock.take(item, float(quantity), pick, rng)
        if route.to is None:
            return
        goods = [(parcel.moved(route.to, recorded), q) for parcel, q in taken.items()]
        if route.to == GROUP:
            self._arrive(route, goods, event)
        else:
            self._put(route.to, goods, event)

    def _forward(self, day: date, sent: Consignment, link: int) -> None:
        """One link of a consignment. The maker sends it whole, or there is none."""
        route = sent.routes[link]
        if link == 0:
            stock = self.stocks[route.giver, _commodity(sent.item)]
            has = stock.total(sent.item)
            rng = random.Random(f"{self.seed}/consignment {sent.label}")
            if sent.planned > has / 2:
                return
            said, quantity = reporting.figure(sent.planned, has, rng, self.knobs.followed)
            # It is missing as a whole: a source that knows one link knows all.
            recorded = rng.random() >= self.knobs.missing
            goods = list(stock.take(sent.item, float(quantity), mixed, rng).items())
            self.consigned[sent.label] = _Consigned(said, quantity, recorded, goods)
        carried = self.consigned.get(sent.label)
        if carried is None:
            return
        assert route.to is not None
        event = self._event(
            route,
            route.giver,
            route.to,
            sent.item,
            carried.quantity,
            carried.said,
            day,
            route.mode,
            carried.recorded,
            sent.label if carried.recorded else "",
            link,
        )
        carried.goods = [(parcel.moved(route.to, carried.recorded), q) for parcel, q in carried.goods]
        if route.to == GROUP:
            self._arrive(route, carried.goods, event)

    def _arrive(self, route: Route, goods: list[tuple[Parcel, float]], event: Event) -> None:
        """Goods come to the holder asked about."""
        channel = (route.giver, route.mode.value) if event.recorded else ("", "")
        goods = [(parcel._replace(channel=channel, label=event.label), q) for parcel, q in goods]
        if not self.closed:
            for parcel, q in goods:
                self.course.received[parcel] = self.course.received.get(parcel, 0.0) + q
        self._put(GROUP, goods, event)

    def _put(self, holder: str, goods: list[tuple[Parcel, float]], event: Event) -> None:
        stock = self.stocks[holder, _commodity(event.item)]
        stock.put(goods, event.number)
        if self.mechanism.blends:
            stock.blended()

    def _event(
        self,
        route: Route | None,
        giver: str | None,
        to: str | None,
        item: str,
        quantity: int,
        said: Quantity,
        day: date,
        mode: Mode,
        recorded: bool,
        label: str = "",
        link: int = 0,
    ) -> Event:
        number = len(self.course.events)
        event = Event(number, route, giver, to, item, quantity, said, day, mode, recorded, label, link)
        self.course.events.append(event)
        return event

    def _begin_record(self) -> None:
        self.open = True
        for (holder, _), stock in sorted(self.stocks.items()):
            if holder in self.scene.makes or not stock.lots:
                continue
            counted = random.Random(f"{self.seed}/count {holder}").random() < self.knobs.counted
            for item, quantity in stock.by_class().items():
                self.course.openings.append(Opening(holder, item, quantity, counted))
            stock.begin_record("opening" if counted else "unrecorded")

    def _close(self) -> None:
        self.closed = True
        for (holder, _), stock in sorted(self.stocks.items()):
            if holder == GROUP:
                for lot in stock.snapshot():
                    self.course.held[lot.parcel] = self.course.held.get(lot.parcel, 0.0) + lot.quantity


def _commodity(item: str) -> str:
    return FAMILY if within(item, FAMILY) else item


def _chosen(there: dict[str, float], chance: float) -> str:
    """A class, each as likely as its part of the stock."""
    left = chance * sum(there.values())
    for item, quantity in there.items():
        left -= quantity
        if left <= 0:
            return item
    return next(reversed(there))
