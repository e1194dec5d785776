"""When each part of a movement takes place, where the record gives a range and not a day.

A movement dated "2014" is spread evenly over 2014; the part that lies before a capture on 10 June 2014 can flow into
it, the rest cannot. Supply comes first: where a holder would have to send what it has not received, a receipt whose
range allows it is brought forward, and then the issue is put off within its own range; only what is still lacking
starts there. So Maker→A and A→B, both dated "2004", are one chain, and nothing is called unrecorded for want of a day.

Method: the ranges of all movements cut time into elementary intervals; each movement is split over the intervals that
matter to its two holders in proportion to their days (method.md, sections 1 and 5: dates are sampled subject to supply
first; this is the expectation of that under evenly likely days, without sampling).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from takingstock.records import DateRange
from takingstock.trace.order import custody_order

_TINY = 1e-9


@dataclass(frozen=True)
class Flow:
    """One delivered movement as the engine sees it: holders as integers, ``quantity`` in the unit of its class."""

    key: str
    source: int
    target: int
    quantity: float
    when: DateRange


@dataclass(frozen=True)
class Part:
    """A part of a flow at its place in the order: ``flow`` is the index into the flows given."""

    flow: int
    quantity: float


@dataclass
class _Piece:
    flow: int
    left: float
    slot: int
    later: list[_Piece]


def schedule(
    flows: Sequence[Flow],
    *,
    opening: Sequence[float] | None = None,
    births: Collection[int] = (),
    until: date | None = None,
) -> list[Part]:
    """The parts of all flows in the order in which they happen, up to and including the day ``until``.

    ``opening`` is the stock of each holder at the start; ``births`` are holders that make the class, so that what
    they lack is produced there and nothing waits for it. A flow without any date comes last unless its goods are
    needed earlier. Parts of one flow sum to its quantity (or to the share of it that lies within ``until``)."""
    cuts = _cuts(flows, until)
    pieces = _pieces(flows, cuts, until)
    stock: dict[int, float] = defaultdict(float, dict(enumerate(opening or ())))
    inbound: dict[int, list[_Piece]] = defaultdict(list)
    by_slot: dict[int, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        by_slot[piece.slot].append(piece)
        inbound[flows[piece.flow].target].append(piece)
    for waiting in inbound.values():
        waiting.sort(key=lambda p: (p.slot, flows[p.flow].key))
    makers = set(births)
    parts: list[Part] = []

    def run(piece: _Piece, amount: float) -> None:
        flow = flows[piece.flow]
        stock[flow.source] = max(0.0, stock[flow.source] - amount)
        stock[flow.target] += amount
        piece.left -= amount
        parts.append(Part(piece.flow, amount))

    def supply(holder: int, lacking: float, slot: int, asked: frozenset[int]) -> None:
        """Bring forward receipts of ``holder`` that the record allows by ``slot``."""
        for piece in inbound[holder]:
            if lacking <= _TINY:
                return
            flow = flows[piece.flow]
            if piece.left <= _TINY or flow.source in asked or flow.source == holder or _first_slot(flow, cuts) > slot:
                continue
            amount = min(piece.left, lacking)
            short = amount - stock[flow.source]
            if short > _TINY and flow.source not in makers:
                supply(flow.source, short, slot, asked | {holder})
            run(piece, amount)
            lacking -= amount

    for slot in sorted(by_slot):
        if until is not None and slot < len(cuts) and cuts[slot] > until:
            break
        # Pieces put off into this slot have been appended to it, so it is read again until nothing is left.
        for piece in _in_order(by_slot[slot], flows):
            if piece.left <= _TINY:
                continue
            flow = flows[piece.flow]
            amount = piece.left
            short = amount - stock[flow.source]
            if short > _TINY and flow.source not in makers and flow.source != flow.target:
                supply(flow.source, short, slot, frozenset({flow.source}))
                short = amount - stock[flow.source]
                if short > _TINY and piece.later and inbound[flow.source]:
                    piece.later[0].left += min(short, amount)
                    piece.left -= min(short, amount)
                    amount = piece.left
            if amount > _TINY:
                run(piece, amount)
    return parts


def _cuts(flows: Sequence[Flow], until: date | None) -> list[date]:
    days: set[date] = set()
    for flow in flows:
        first, last = _closed(flow.when)
        if first is not None and last is not None:
            days.add(first)
            if last < date.max:
                days.add(last + timedelta(days=1))
    if until is not None and until < date.max:
        days.add(until + timedelta(days=1))
    return sorted(days)


def _closed(when: DateRange) -> tuple[date | None, date | None]:
    """A half-open range is placed at its known end: there is nothing to spread it over."""
    return when.first or when.last, when.last or when.first


def _first_slot(flow: Flow, cuts: list[date]) -> int:
    """The earliest slot at which the record allows the flow."""
    if flow.when.first is None:
        return -1
    return int(np.searchsorted(np.array(cuts, dtype="datetime64[D]"), np.datetime64(flow.when.first), side="left"))


def _pieces(flows: Sequence[Flow], cuts: list[date], until: date | None) -> list[_Piece]:
    # A flow is split only where a neighbour's dates make a difference to its two holders.
    near: dict[int, set[date]] = defaultdict(set)
    for flow in flows:
        first, last = _closed(flow.when)
        if first is None or last is None:
            continue
        ends = {first} | ({last + timedelta(days=1)} if last < date.max else set())
        near[flow.source] |= ends
        near[flow.target] |= ends
    slot_of = {day: index for index, day in enumerate(cuts)}
    made: list[_Piece] = []
    for index, flow in enumerate(flows):
        first, last = _closed(flow.when)
        if first is None or last is None:
            made.append(_Piece(index, flow.quantity, len(cuts), []))
            continue
        if until is not None and first > until:
            continue
        stop = last + timedelta(days=1) if last < date.max else last
        inner = {day for day in near[flow.source] | near[flow.target] if first < day < stop}
        if until is not None and first < until + timedelta(days=1) < stop:
            inner.add(until + timedelta(days=1))
        edges = [first, *sorted(inner), stop]
        span = (stop - first).days
        own = [
            _Piece(index, flow.quantity * (end - start).days / span, slot_of[start], [])
            for start, end in pairwise(edges)
        ]
        for position, piece in enumerate(own):
            piece.later.extend(own[position + 1 : position + 2])
        made.extend(own)
    return made


def _in_order(pieces: list[_Piece], flows: Sequence[Flow]) -> list[_Piece]:
    order = custody_order(
        np.zeros(len(pieces)),
        np.array([flows[p.flow].source for p in pieces], dtype=np.int32),
        np.array([flows[p.flow].target for p in pieces], dtype=np.int32),
        np.array([p.left for p in pieces]),
        1 + max(max(flow.source, flow.target) for flow in flows),
        np.array([flows[p.flow].key for p in pieces]),
    )
    return pieces if order is None else [pieces[row] for row in order]
