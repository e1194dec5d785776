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

Goods do not mix across classes: given the rows of a commodity (`classes`), stocks are kept by node (holder and class),
an issue of a class is met from what that class may be met from and from nothing else, and only receipts of such goods
are waited for or brought forward. Where classes compete for one stock at one time, the finer one is served first,
because the vaguer one can be met from more.

No result depends on the order of rows: what competes is served in proportion. Keys decide only what supply leaves open
within one slot: who comes first in a circle, which of two holders that lack at once is supplied first, and which of two
arrivals at one stock came first (which matters to the policies that go by arrival, fifo and lifo, and to no other).
Which of two equally fine classes is served first from vague goods that may be either is decided by their names; it is
not tried whether bringing forward receipts of one class would have left the vague goods to the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from takingstock.records import DateRange
from takingstock.trace.classes import ClassRows, leave
from takingstock.trace.order import custody_order
from takingstock.trace.outlets import Outlets

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
    """A part of a flow at its place in the order: ``flow`` is the index into the flows given, ``row`` the row that it
    moved on (without rows, the flow)."""

    flow: int
    quantity: float
    row: int


def schedule(
    flows: Sequence[Flow],
    *,
    opening: Sequence[float] | None = None,
    births: Collection[int] = (),
    until: date | None = None,
    rows: ClassRows | None = None,
) -> Schedule:
    """The parts of all flows in the order in which they happen, up to and including the day ``until``.

    ``opening`` is the stock of each holder at the start; ``births`` are holders that make the class, so that what
    they lack is produced there and nothing waits for it. A flow without any date comes last unless its goods are
    needed earlier. Without ``until`` the parts of one flow sum to its quantity; with it, to what of it is taken to have
    moved by then. With ``rows`` (those of the flows as moves) ``opening`` and ``births`` go by node, and each part
    moved on one row. About O(slots × flows in range), plus what supply must be looked for."""
    # By key, so that sums come out alike whatever the order of rows.
    order = sorted(range(len(flows)), key=lambda index: flows[index].key)
    clock = _Clock([flows[index] for index in order], opening or (), set(births), until, Outlets(flows, order, rows))
    clock.run()
    return Schedule(
        tuple(Part(order[flow], amount, row) for flow, row, amount in clock.parts),
        frozenset(order[flow] for flow in clock.circular),
    )


class _Clock:
    """The state of all stocks as time runs. Flows are numbered in the order of their keys."""

    def __init__(
        self, flows: list[Flow], opening: Sequence[float], makers: set[int], until: date | None, nodes: Outlets
    ) -> None:
        self.flows = flows
        self.nodes = nodes
        self.makers = makers
        self.until = until
        self.cuts = _cuts(flows, until)
        self.end = len(self.cuts)
        self.stock = [float(amount) for amount in opening]
        self.stock += [0.0] * (nodes.count - len(self.stock))
        self.left = [flow.quantity for flow in flows]
        self.waiting = [0.0] * len(flows)
        self.scale = [1.0] * len(flows)
        self.first, self.last, self.wished = self._windows()
        if until is not None:
            # What is dated wholly after the day asked about has not happened: it neither moves nor supplies.
            for number, flow in enumerate(flows):
                if flow.when.first is not None and flow.when.first > until:
                    self.left[number] = 0.0
        self.issues: dict[int, list[int]] = defaultdict(list)
        # The first due stands last, so that what is done can be taken off.
        for number in sorted(range(len(flows)), key=lambda n: -self.last[n]):
            self.issues[nodes.outlet[number]].append(number)
        self.coming: dict[int, list[int]] = {}
        self.allowance = self._must_start()
        self.parts: list[tuple[int, int, float]] = []
        self.circular: set[int] = set()
        self._touched: dict[int, int] = {}
        self._received: dict[int, int] = {}
        self._issued: dict[int, int] = {}
        self._latest: dict[int, tuple[int, int]] = {}
        self._slot = 0

    def _must_start(self) -> dict[int, float]:
        """Per node, what must start there whatever the dates: the most by which its issues that are due by a day exceed
        its opening stock and all receipts that may come by then. No waiting for supply prevents that much.

        Issues of finer classes count, because nothing else meets them either; what must start there anyway is told
        there, and here only what must start beside it (two classes wait for vague goods that suffice for one)."""
        nodes = self.nodes
        events: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        for number in range(len(self.flows)):
            arrival, issue = (self.first[number], 0, -self.left[number]), (self.last[number], 1, self.left[number])
            for node in nodes.sources(nodes.inlet[number]):
                events[node].append(arrival)
            for node in (nodes.outlet[number], *nodes.broader[nodes.outlet[number]]):
                events[node].append(issue)
        least: dict[int, float] = {}
        # The finest first.
        for node in sorted(events, key=lambda n: (-len(nodes.names[n][1]), n)):
            lacking = -self._stocked(node)
            most = 0.0
            beside = sum(least.get(n, 0.0) for n in nodes.finer[node])
            for _, _, change in sorted(events[node]):
                lacking += change
                most = max(most, lacking)
            least[node] = max(0.0, most - beside)
        return least

    def _kept(self, outlet: int, due: int) -> float:
        """What issues due before a slot need beyond all that may still come by then: those due later leave it to them,
        be it in stock or what must start there."""
        events = []
        for node in (outlet, *self.nodes.finer[outlet]):
            issues = self.issues[node]
            while issues and self.left[issues[-1]] <= _TINY:
                issues.pop()
            for n in reversed(issues):
                if self.last[n] >= due:
                    break
                if self.left[n] > _TINY:
                    events.append((self.last[n], 1, self.left[n]))
        if not events:
            return 0.0
        coming = [n for n in self.coming.get(outlet, self.nodes.inbound(outlet)) if self.left[n] > _TINY]
        self.coming[outlet] = coming
        events += [(self.first[n], 0, -self.left[n]) for n in coming if self.first[n] < due]
        most = lacking = 0.0
        for _, _, change in sorted(events):
            lacking += change
            most = max(most, lacking)
        return most

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
        """Flows by outlet, in the order of supply; within a cycle one by one, as the keys have it."""
        nodes = self.nodes
        if len(numbers) < 2:
            return [(nodes.outlet[n], [n]) for n in numbers]
        # By key; but of classes the finer first (it has no more suppliers than the broader one).
        kinds = {n: nodes.names[nodes.outlet[n]][1] if nodes.mixed else "" for n in numbers}
        numbers = sorted(numbers, key=lambda n: (-kinds[n].count("."), kinds[n], n))
        edges, flow, own, vertices = nodes.edges(numbers)
        ranked = custody_order(
            np.zeros(len(edges)),
            np.array([source for source, _ in edges], dtype=np.int32),
            np.array([target for _, target in edges], dtype=np.int32),
            np.array([self.left[numbers[place]] for place in flow]),
            vertices,
            np.array(flow),
        )
        place_of = {edge: place for place, edge in enumerate(own)}
        told = range(len(edges)) if ranked is None else ranked.tolist()
        ordered = [numbers[place_of[edge]] for edge in told if edge in place_of]
        if circle := _circle(edges):
            self.circular.update(numbers[place_of[edge]] for edge in circle if edge in place_of)
            return [(nodes.outlet[n], [n]) for n in ordered]
        groups: dict[int, list[int]] = {}
        for number in ordered:
            groups.setdefault(nodes.outlet[number], []).append(number)
        return groups.items()

    def _stocked(self, outlet: int) -> float:
        """What is in stock that an outlet can be met from."""
        return sum(self.stock[node] for node in self.nodes.sources(outlet))

    def _can(self, outlet: int) -> float:
        """What an outlet can send now without a birth that the dates alone would force."""
        if outlet in self.makers:
            return float("inf")
        allowed = sum(self.allowance.get(node, 0.0) for node in (outlet, *self.nodes.broader[outlet]))
        return self._stocked(outlet) + allowed

    def _issue(self, source: int, numbers: list[int], slot: int) -> None:
        wants = {n: self._wants(n, slot) for n in numbers}
        total = sum(wants.values())
        urgent = sum(want for n, want in wants.items() if self.last[n] <= slot)
        due = max(self.last[n] for n in numbers)

        def kept() -> float:
            return max(0.0, self._kept(source, due) - urgent) if due > slot and source not in self.makers else 0.0

        if total > self._can(source) - kept() + _TINY:
            self._supply(source, total - self._can(source) + kept(), slot, free=True)
        if urgent > self._can(source) + _TINY:
            self._supply(source, urgent - self._can(source), slot, free=False)
        spare = max(0.0, self._can(source) - kept() - urgent)
        later = total - urgent
        share = 1.0 if later <= spare + _TINY else spare / later
        goes = {n: want if self.last[n] <= slot else want * share for n, want in wants.items()}
        # Whatever is born comes last, and vague goods after those of the class, so that each stock is shared by all and
        # not taken by the first.
        shares = [1.0]
        if (moving := sum(goes.values())) > _TINY:
            exact = min(1.0, sum(self.stock[n] for n in (source, *self.nodes.finer[source])) / moving)
            vague = min(1.0 - exact, sum(self.stock[n] for n in self.nodes.broader[source]) / moving)
            shares = [exact, vague, 1.0 - exact - vague]
        for number, now in goes.items():
            # What is put off stays due; the days to come keep their own shares.
            self.waiting[number] = wants[number] - now
        for share in shares:
            for number, now in goes.items():
                self._move(number, now * share)

    def _ahead(self, number: int) -> float:
        return self.left[number] - self.waiting[number]

    def _move(self, number: int, amount: float) -> None:
        amount = min(amount, self.left[number])
        if amount <= _TINY:
            return
        self.left[number] -= amount
        nodes = self.nodes
        if nodes.rows is not None and nodes.many[number]:
            for leaving in leave(nodes.rows, nodes.move[number], amount, self.stock):
                if not leaving.drawn:
                    self._started(nodes.outlet[number], leaving.amount)
                source, target = nodes.rows.row_source[leaving.row], nodes.rows.row_target[leaving.row]
                self._record(number, leaving.row, int(source), int(target), leaving.amount, drawn=leaving.drawn)
            return
        source, target = nodes.outlet[number], nodes.inlet[number]
        relay = min(self.stock[source], amount)
        self.stock[source] -= relay
        self.stock[target] += amount
        self._started(source, amount - relay)
        self._record(number, nodes.row[number], source, target, amount, drawn=relay >= amount - _TINY)

    def _started(self, outlet: int, born: float) -> None:
        """Take what was born off what must start there, or beside it."""
        if outlet in self.makers:
            return
        for node in (outlet, *self.nodes.broader[outlet]):
            if born <= 0.0:
                return
            had = self.allowance.get(node, 0.0)
            self.allowance[node] = max(0.0, had - born)
            born -= min(had, born)

    def _record(self, number: int, row: int, source: int, target: int, amount: float, *, drawn: bool) -> None:
        last = self._same(row, source, target, drawn=drawn)
        if last is not None:
            self.parts[last] = (number, row, self.parts[last][2] + amount)
            return
        last = len(self.parts)
        self._touched[source] = self._touched[target] = last
        self._issued[source] = self._received[target] = last
        self._latest[row] = (self._slot, last)
        self.parts.append((number, row, amount))

    def _same(self, row: int, source: int, target: int, *, drawn: bool) -> int | None:
        """The part of a row that more of it can be added to, or None: nothing else has happened at either node since
        then; or it lies in this slot, where no days are told apart, all of it is drawn from stock, and since then its
        source has received nothing and its target has issued nothing."""
        slot, last = self._latest.get(row, (-1, -1))
        if last < 0:
            return None
        if self._touched[source] == self._touched[target] == last:
            return last
        apart = self._received.get(source, -1) < last and self._issued.get(target, -1) < last
        return last if drawn and slot == self._slot and apart else None

    def _supply(self, outlet: int, lacking: float, slot: int, *, free: bool) -> None:
        """Bring forward receipts that ``outlet`` can be met from and that the record allows by ``slot``: in proportion
        to what is left of them, through the holders behind them, and no more than those can pass on."""
        for _ in range(_ROUNDS):
            asked: dict[int, float] = {outlet: lacking}
            order = [outlet]
            edges: dict[int, list[tuple[int, float]]] = {}
            done: set[int] = set()
            for here in order:
                done.add(here)
                short = asked[here] - (0.0 if here == outlet else self._can(here))
                if short <= _TINY:
                    continue
                open_flows = [
                    n
                    for n in self.nodes.inbound(here)
                    if self.left[n] > _TINY
                    and self.first[n] <= slot
                    and (self.flows[n].free or not free)
                    and self.nodes.outlet[n] not in done
                ]
                there = sum(self.left[n] for n in open_flows)
                edges[here] = [(n, min(self.left[n], short * self.left[n] / there)) for n in open_flows]
                for number, amount in edges[here]:
                    source = self.nodes.outlet[number]
                    if source not in asked:
                        order.append(source)
                    asked[source] = asked.get(source, 0.0) + amount
            got = 0.0
            passes: dict[int, float] = {}
            for here in reversed(order):
                for number, amount in edges.get(here, ()):
                    got += self._pass_on(number, amount * passes[self.nodes.outlet[number]], here, outlet)
                passes[here] = min(1.0, self._can(here) / asked[here]) if asked[here] > _TINY else 1.0
            lacking -= got
            if lacking <= _TINY or got <= _TINY:
                return

    def _pass_on(self, number: int, amount: float, here: int, outlet: int) -> float:
        """Bring some of a flow forward on its way to an outlet; how much of it that outlet can be met from."""
        if self.nodes.mixed:
            # Another class may have been met from the same stock meanwhile.
            amount = min(amount, self._can(self.nodes.outlet[number]))
        if amount <= _TINY:
            return 0.0
        before = self._stocked(outlet)
        self._bring_forward(number, amount)
        if here != outlet:
            return 0.0
        return self._stocked(outlet) - before if self.nodes.mixed else amount

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
