"""When each part of a movement takes place, where the record gives a range and not a day.

A movement dated "2014" is spread evenly over 2014; the part that lies before a capture on 10 June 2014 can flow into
it, the rest cannot. Supply comes first: an issue that its holder cannot meet yet is put off within its own range; where
it can be put off no longer, receipts that the record allows by then are brought forward, all alike and through as many
holders as it takes; only what is still lacking starts there. So Maker→A, A→B and B→C, all dated "2004", are one chain
and not three unrecorded stocks. An undated movement is brought forward wherever it is needed.

Method: the ends of all ranges cut time into slots. Slot by slot, holders in the order of supply (method.md, sections 1
and 5: dates subject to supply first; this stands for the expectation of that under evenly likely days, without
sampling). What a holder must have sent by some day beyond all it can have received by then must start there; that much
waits for nothing.

No result depends on the order of rows: what competes is served in proportion. Keys decide only what supply leaves open
within one slot: who comes first in a circle, which of two holders that lack at once is supplied first, and which of two
arrivals at one stock came first (which matters to the policies that go by arrival, fifo and lifo, and to no other).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from takingstock.records import DateRange
from takingstock.trace.order import custody_order

_TINY = 1e-9
_ROUNDS = 16


@dataclass(frozen=True)
class Flow:
    """One delivered movement as the engine sees it: holders as integers, ``quantity`` in the unit of its class."""

    key: str
    source: int
    target: int
    quantity: float
    when: DateRange

    @property
    def free(self) -> bool:
        """Whether an end of its range is open, so that it has no days to be spread over."""
        return self.when.first is None or self.when.last is None


@dataclass(frozen=True)
class Schedule:
    """``parts`` in order; ``circular`` are flows that supplied one another in a circle within one slot, where neither
    the dates nor supply say which came first (the keys decide there)."""

    parts: tuple[Part, ...]
    circular: frozenset[int]


@dataclass(frozen=True)
class Part:
    """A part of a flow at its place in the order: ``flow`` is the index into the flows given."""

    flow: int
    quantity: float


def schedule(
    flows: Sequence[Flow],
    *,
    opening: Sequence[float] | None = None,
    births: Collection[int] = (),
    until: date | None = None,
) -> Schedule:
    """The parts of all flows in the order in which they happen, up to and including the day ``until``.

    ``opening`` is the stock of each holder at the start; ``births`` are holders that make the class, so that what
    they lack is produced there and nothing waits for it. A flow without any date comes last unless its goods are
    needed earlier. Without ``until`` the parts of one flow sum to its quantity; with it, to what of it is taken to have
    moved by then. About O(slots × flows in range), plus what supply must be looked for."""
    # By key, so that sums come out alike whatever the order of rows.
    order = sorted(range(len(flows)), key=lambda index: flows[index].key)
    clock = _Clock([flows[index] for index in order], opening or (), set(births), until)
    clock.run()
    return Schedule(
        tuple(Part(order[flow], amount) for flow, amount in clock.parts),
        frozenset(order[flow] for flow in clock.circular),
    )


class _Clock:
    """The state of all stocks as time runs. Flows are numbered in the order of their keys."""

    def __init__(self, flows: list[Flow], opening: Sequence[float], makers: set[int], until: date | None) -> None:
        self.flows = flows
        self.makers = makers
        self.until = until
        self.cuts = _cuts(flows, until)
        self.end = len(self.cuts)
        self.stock: dict[int, float] = defaultdict(float, dict(enumerate(opening)))
        self.left = [flow.quantity for flow in flows]
        self.waiting = [0.0] * len(flows)
        self.scale = [1.0] * len(flows)
        self.first, self.last, self.wished = self._windows()
        if until is not None:
            # What is dated wholly after the day asked about has not happened: it neither moves nor supplies.
            for number, flow in enumerate(flows):
                if flow.when.first is not None and flow.when.first > until:
                    self.left[number] = 0.0
        self.inbound: dict[int, list[int]] = defaultdict(list)
        for number, flow in enumerate(flows):
            self.inbound[flow.target].append(number)
        self.allowance = self._must_start()
        self.parts: list[tuple[int, float]] = []
        self.circular: set[int] = set()
        self._touched: dict[int, int] = {}
        self._received: dict[int, int] = {}
        self._issued: dict[int, int] = {}
        self._latest: dict[int, tuple[int, int]] = {}
        self._slot = 0
        self._holders = 1 + max((max(flow.source, flow.target) for flow in flows), default=0)

    def _must_start(self) -> dict[int, float]:
        """Per holder, what must start there whatever the dates: the most by which its issues that are due by a day
        exceed its opening stock and all receipts that may come by then. No waiting for supply prevents that much."""
        events: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        for number, flow in enumerate(self.flows):
            events[flow.target].append((self.first[number], 0, -self.left[number]))
            events[flow.source].append((self.last[number], 1, self.left[number]))
        least: dict[int, float] = {}
        for holder, found in events.items():
            lacking = -self.stock[holder]
            most = 0.0
            for _, _, change in sorted(found):
                lacking += change
                most = max(most, lacking)
            least[holder] = most
        return least

    def _windows(self) -> tuple[list[int], list[int], list[int]]:
        """Per flow the first and last slot that the record allows, and for a free one the slot it is placed in."""
        slot_of = {day: slot for slot, day in enumerate(self.cuts)}
        first, last, wished = [], [], []
        for flow in self.flows:
            start, stop = flow.when.first, flow.when.last
            first.append(slot_of[start] if start else 0)
            after = stop + timedelta(days=1) if stop and stop < date.max else None
            last.append(slot_of[after] - 1 if after else self.end)
            wished.append(first[-1] if start else last[-1])
        return first, last, wished

    def run(self) -> None:
        """Go through the slots; the last one holds what has no date at all."""
        starts: dict[int, list[int]] = defaultdict(list)
        for number, slot in enumerate(self.first):
            starts[slot].append(number)
        active: list[int] = []
        for slot in range(self.end + 1):
            self._slot = slot
            active += starts[slot]
            if slot < self.end and self.until is not None and self.cuts[slot] > self.until:
                continue
            if slot == self.end and self.until is not None:
                active = [n for n in active if not self.flows[n].when.known]
            active = [n for n in active if self.left[n] > _TINY and self.last[n] >= slot]
            wanting = [n for n in active if self._wants(n, slot) > _TINY]
            for source, numbers in self._groups(wanting):
                self._issue(source, numbers, slot)

    def _wants(self, number: int, slot: int) -> float:
        """What of a flow should move in a slot: its share of the days, and what was put off."""
        if slot >= self.last[number]:
            return self.left[number]
        flow = self.flows[number]
        if flow.free:
            due = flow.quantity if slot == self.wished[number] else 0.0
        else:
            assert flow.when.first
            assert flow.when.last
            days = (self.cuts[slot + 1] - self.cuts[slot]).days
            due = flow.quantity * days / ((flow.when.last - flow.when.first).days + 1)
        return min(self.left[number], due * self.scale[number] + self.waiting[number])

    def _groups(self, numbers: list[int]) -> Iterable[tuple[int, list[int]]]:
        """Flows by source, in the order of supply; within a cycle one by one, as the keys have it."""
        if len(numbers) < 2:
            return [(self.flows[n].source, [n]) for n in numbers]
        ranked = custody_order(
            np.zeros(len(numbers)),
            np.array([self.flows[n].source for n in numbers], dtype=np.int32),
            np.array([self.flows[n].target for n in numbers], dtype=np.int32),
            np.array([self.left[n] for n in numbers]),
            self._holders,
            np.array(numbers),
        )
        ordered = numbers if ranked is None else [numbers[row] for row in ranked]
        if circle := _circle([(self.flows[n].source, self.flows[n].target) for n in ordered]):
            self.circular.update(ordered[place] for place in circle)
            return [(self.flows[n].source, [n]) for n in ordered]
        groups: dict[int, list[int]] = {}
        for number in ordered:
            groups.setdefault(self.flows[number].source, []).append(number)
        return groups.items()

    def _can(self, holder: int) -> float:
        """What a holder can send now without a birth that the dates alone would force."""
        if holder in self.makers:
            return float("inf")
        return self.stock[holder] + self.allowance.get(holder, 0.0)

    def _issue(self, source: int, numbers: list[int], slot: int) -> None:
        wants = {n: self._wants(n, slot) for n in numbers}
        total = sum(wants.values())
        if total > self._can(source) + _TINY:
            self._supply(source, total - self._can(source), slot, free=True)
        urgent = sum(want for n, want in wants.items() if self.last[n] <= slot)
        if urgent > self._can(source) + _TINY:
            self._supply(source, urgent - self._can(source), slot, free=False)
        spare = max(0.0, self._can(source) - urgent)
        later = total - urgent
        share = 1.0 if later <= spare + _TINY else spare / later
        goes = {n: want if self.last[n] <= slot else want * share for n, want in wants.items()}
        stocked = min(1.0, self.stock[source] / moving) if (moving := sum(goes.values())) > _TINY else 1.0
        for number, now in goes.items():
            # What is put off stays due; the days to come keep their own shares.
            self.waiting[number] = wants[number] - now
            self._move(number, now * stocked)
        if stocked < 1.0:
            # What is born comes last, so that the stock is shared by all and not taken by the first.
            for number, now in goes.items():
                self._move(number, now * (1.0 - stocked))

    def _ahead(self, number: int) -> float:
        return self.left[number] - self.waiting[number]

    def _move(self, number: int, amount: float) -> None:
        amount = min(amount, self.left[number])
        if amount <= _TINY:
            return
        flow = self.flows[number]
        relay = min(self.stock[flow.source], amount)
        self.stock[flow.source] -= relay
        if flow.source not in self.makers and amount > relay:
            self.allowance[flow.source] = max(0.0, self.allowance.get(flow.source, 0.0) - (amount - relay))
        self.stock[flow.target] += amount
        self.left[number] -= amount
        last = self._same(number, drawn=relay >= amount - _TINY)
        if last is not None:
            self.parts[last] = (number, self.parts[last][1] + amount)
            return
        last = len(self.parts)
        self._touched[flow.source] = self._touched[flow.target] = last
        self._issued[flow.source] = self._received[flow.target] = last
        self._latest[number] = (self._slot, last)
        self.parts.append((number, amount))

    def _same(self, number: int, *, drawn: bool) -> int | None:
        """The part of a flow that more of it can be added to, or None: nothing else has happened at either holder since
        then; or it lies in this slot, where no days are told apart, all of it is drawn from stock, and since then its
        source has received nothing and its target has issued nothing."""
        flow = self.flows[number]
        slot, last = self._latest.get(number, (-1, -1))
        if last < 0:
            return None
        if self._touched[flow.source] == self._touched[flow.target] == last:
            return last
        apart = self._received.get(flow.source, -1) < last and self._issued.get(flow.target, -1) < last
        return last if drawn and slot == self._slot and apart else None

    def _supply(self, holder: int, lacking: float, slot: int, *, free: bool) -> None:
        """Bring forward receipts of ``holder`` that the record allows by ``slot``: in proportion to what is left of
        them, through the holders behind them, and no more than those can pass on."""
        for _ in range(_ROUNDS):
            asked: dict[int, float] = {holder: lacking}
            order = [holder]
            edges: dict[int, list[tuple[int, float]]] = {}
            done: set[int] = set()
            for here in order:
                done.add(here)
                short = asked[here] - (0.0 if here == holder else self._can(here))
                if short <= _TINY:
                    continue
                open_flows = [
                    n
                    for n in self.inbound[here]
                    if self.left[n] > _TINY
                    and self.first[n] <= slot
                    and (self.flows[n].free or not free)
                    and self.flows[n].source not in done
                ]
                there = sum(self.left[n] for n in open_flows)
                edges[here] = [(n, min(self.left[n], short * self.left[n] / there)) for n in open_flows]
                for number, amount in edges[here]:
                    source = self.flows[number].source
                    if source not in asked:
                        order.append(source)
                    asked[source] = asked.get(source, 0.0) + amount
            got = 0.0
            passes: dict[int, float] = {}
            for here in reversed(order):
                for number, amount in edges.get(here, ()):
                    moved = amount * passes[self.flows[number].source]
                    if moved > _TINY:
                        self._bring_forward(number, moved)
                        got += moved if here == holder else 0.0
                passes[here] = min(1.0, self._can(here) / asked[here]) if asked[here] > _TINY else 1.0
            lacking -= got
            if lacking <= _TINY or got <= _TINY:
                return

    def _bring_forward(self, number: int, amount: float) -> None:
        """Move what was put off first, then what lies ahead, evenly over the days to come."""
        amount = min(amount, self.left[number])
        from_waiting = min(self.waiting[number], amount)
        ahead = self._ahead(number)
        self.waiting[number] -= from_waiting
        if ahead > _TINY:
            self.scale[number] *= max(0.0, (ahead - (amount - from_waiting)) / ahead)
        self._move(number, amount)


def _cuts(flows: Sequence[Flow], until: date | None) -> list[date]:
    days: set[date] = set()
    for flow in flows:
        if flow.when.first:
            days.add(flow.when.first)
        elif flow.when.last:
            # With no beginning to spread from, it is placed on its last day.
            days.add(flow.when.last)
        if flow.when.last and flow.when.last < date.max:
            days.add(flow.when.last + timedelta(days=1))
    if until is not None and until < date.max:
        days.add(until + timedelta(days=1))
    return sorted(days)


def _circle(edges: list[tuple[int, int]]) -> list[int]:
    """The places of the edges on circles of supply or between them: what is left when, again and again, every edge is
    taken away whose source nothing supplies or whose target supplies nothing."""
    left = set(range(len(edges)))
    while left:
        sources = {edges[place][0] for place in left}
        targets = {edges[place][1] for place in left}
        gone = {place for place in left if edges[place][0] not in targets or edges[place][1] not in sources}
        if not gone:
            break
        left -= gone
    return sorted(left)
