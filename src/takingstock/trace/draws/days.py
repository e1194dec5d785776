"""The days of a block's moves: drawn, and sorted with supply before use; and the tables that `sweep` goes through.

Invariant: moves are numbered by key, and what the key does not decide supply or chance does; never the order of rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.draws.randomness import DATE, Hashes, drawn_bits, sequence_key
from takingstock.trace.draws.windows import OPEN
from takingstock.trace.kernels import compiled, counting_order, supply_ranks

Table = NDArray[np.int32]
Amounts = NDArray[np.float64]
Ints = NDArray[np.int32]
Whole = int | np.integer[Any]
Longs = NDArray[np.int64]

FREE_FIRST, FREE_LAST = 1, 2
"""The record gives no first day, no last day; both bits are set where it gives no date."""

BINS = 1 << 16

# Tables. A move: its window, the last day of its record, which ends are open, its rows, the holders and the nodes of
# its first row.
EARLY, LATE, DEADLINE, FREE, FIRST_ROW, ROWS, SENDER, RECEIVER, SOURCE, TARGET = range(10)
MOVE_COLUMNS = 16
ROW_SOURCE, ROW_TARGET, ROW_TIER = range(3)
# A node: its stretch of `inbound` (moves that bring something there, by first day). START:STOP has those that may come
# by now and mostly have not, STOP:END those that may come later. Its stock; what may be born there without waiting.
START, STOP, END, ANY_FREE = range(4)
NODE_COLUMNS = 4
STOCK, ALLOWANCE, BORN = range(3)
STOCK_COLUMNS = 3
# A holder: its issues that wait, a list through NEXT; marks of the search and of the sorting; TOUCHED is a stack of
# holders that have received something.
HEAD, TAIL, TOUCHED, IS_TOUCHED, BUSY, LEVEL = range(6)
HOLDER_COLUMNS = 6
STATE, PLACE, NEXT, SEEN = range(4)
MARK_COLUMNS = 4
# A slot: the move in it and its day; for sorting, the holders of that move.
MOVE, DAY, FROM, TO = range(4)
SLOT_COLUMNS = 4

_SMALL, _ROUNDS = 48, 8


@compiled
def overlapping(moves: Table, by_early: Longs, holders: int, until: int) -> bool:
    """See `orders.uncertain`."""
    # Per holder the latest day of what began before: all issues, ranged issues, all receipts, ranged receipts.
    reach = np.full((4, holders), -OPEN - 1, np.int64)
    for x in by_early:
        early, late, free = moves[x, EARLY], moves[x, LATE], moves[x, FREE]
        sender, receiver = moves[x, SENDER], moves[x, RECEIVER]
        ranged = early < late
        if free != FREE_FIRST + FREE_LAST:
            if early > until:
                # It is left out, and so is all that its day could put off.
                continue
            if ranged and late > until:
                return True
        # Two of one day each are in order; two receipts mix alike in either order.
        other = 0 if ranged else 1
        if max(reach[other, sender], reach[2 + other, sender], reach[other, receiver]) >= early:
            return True
        reach[0, sender] = max(reach[0, sender], late)
        reach[2, receiver] = max(reach[2, receiver], late)
        if ranged:
            reach[1, sender] = max(reach[1, sender], late)
            reach[3, receiver] = max(reach[3, receiver], late)
    return False


@compiled
def draw_days(
    moves: Table, date_hash: Hashes, least: int, days: int, seed: np.uint64, block: np.uint64, day: Ints
) -> None:
    """A day for each move, counted from `least`; the last number stands for no day at all."""
    for x in range(len(day)):
        first, last, free = np.int64(moves[x, EARLY]), np.int64(moves[x, LATE]), moves[x, FREE]
        if free & FREE_FIRST:
            drawn = last
        elif free & FREE_LAST or first == last:
            drawn = first
        else:
            bits = drawn_bits(sequence_key(seed, date_hash[x], DATE), block) >> np.uint64(32)
            drawn = first + np.int64((bits * np.uint64(last - first + 1)) >> np.uint64(32))
        day[x] = days - 1 if drawn >= OPEN else drawn - least


@compiled
def sort_days(moves: Table, day: Ints, days: int, order: Longs, counts: Ints, holders: Table, slots: Table) -> None:
    """Fill the slots: by day, within a day supply before use, then by key. A counting sort, by digits where days are
    many."""
    n = len(day)
    for x in range(n):
        order[x] = x
    digit = 0
    while digit == 0 or days >> digit > 0:
        bins = min(days >> digit, BINS - 1) + 1
        for k in range(bins + 1):
            counts[k] = 0
        for x in range(n):
            counts[((day[x] >> digit) & (BINS - 1)) + 1] += 1
        for k in range(bins):
            counts[k + 1] += counts[k]
        for i in range(n):
            x = order[i]
            k = (day[x] >> digit) & (BINS - 1)
            slots[counts[k], MOVE] = x
            slots[counts[k], DAY] = day[x]
            slots[counts[k], FROM] = moves[x, SENDER]
            slots[counts[k], TO] = moves[x, RECEIVER]
            counts[k] += 1
        digit += 16
        if days >> digit > 0:
            for i in range(n):
                order[i] = slots[i, MOVE]
    for h in range(len(holders)):
        holders[h, BUSY] = -1
    circles = 0
    start = 0
    while start < n:
        stop = start + 1
        while stop < n and slots[stop, DAY] == slots[start, DAY]:
            stop += 1
        if stop - start > 1:
            for i in range(start, stop):
                holders[slots[i, TO], BUSY] = start
            supplied = False
            for i in range(start, stop):
                supplied |= holders[slots[i, FROM], BUSY] == start
            if supplied and not _rank_day(holders, slots[start:stop]):
                # All groups that are not so simple go through one longer pass; their bounds are kept meanwhile.
                counts[2 * circles], counts[2 * circles + 1] = start, stop
                circles += 1
                if 2 * circles + 2 > BINS:
                    _rank_circles(len(holders), slots, counts, circles)
                    circles = 0
        start = stop
    if circles > 0:
        _rank_circles(len(holders), slots, counts, circles)


@compiled
def _rank_day(holders: Table, group: Table) -> bool:
    """Order one day's moves by the level of their source, as `custody_order` does; False where that takes more than a
    few rounds (a circle, very many moves)."""
    n = len(group)
    if n > _SMALL:
        return False
    for i in range(n):
        holders[group[i, FROM], LEVEL] = 0
        holders[group[i, TO], LEVEL] = 0
    changed, tries = True, 0
    while changed:
        if tries == _ROUNDS:
            return False
        tries += 1
        changed = False
        for i in range(n):
            s, r = group[i, FROM], group[i, TO]
            if s != r and holders[r, LEVEL] <= holders[s, LEVEL]:
                holders[r, LEVEL] = holders[s, LEVEL] + 1
                changed = True
    for i in range(1, n):
        move, source, target, k = group[i, MOVE], group[i, FROM], group[i, TO], i
        own = _rank(holders, source, target)
        while k > 0 and _rank(holders, group[k - 1, FROM], group[k - 1, TO]) > own:
            for column in (MOVE, FROM, TO):
                group[k, column] = group[k - 1, column]
            k -= 1
        group[k, MOVE], group[k, FROM], group[k, TO] = move, source, target
    return True


@compiled
def _rank_circles(holders: int, slots: Table, spans: Ints, groups: int) -> None:
    """The same for groups of slots (spans 2g and 2g + 1 bound group g) by their strongly connected components."""
    bounds = np.zeros(groups + 1, np.int64)
    for g in range(groups):
        bounds[g + 1] = bounds[g] + spans[2 * g + 1] - spans[2 * g]
    n = bounds[groups]
    source, target = np.empty(n, np.int32), np.empty(n, np.int32)
    before = np.empty(n, np.int64)
    for g in range(groups):
        for k in range(bounds[g], bounds[g + 1]):
            slot = slots[spans[2 * g] + k - bounds[g]]
            before[k], source[k], target[k] = slot[MOVE], slot[FROM], slot[TO]
    ranks = supply_ranks(source, target, np.ones(n), bounds, holders)
    # Ranks of one group, below those of the next.
    above = 0
    for g in range(groups):
        most = 0
        for k in range(bounds[g], bounds[g + 1]):
            most = max(most, ranks[k])
            ranks[k] += above
        above += most + 1
    places = counting_order(ranks, 0, above, np.arange(n))
    for g in range(groups):
        for k in range(bounds[g], bounds[g + 1]):
            slots[spans[2 * g] + k - bounds[g], MOVE] = before[places[k]]


@compiled
def _rank(holders: Table, source: Whole, target: Whole) -> int:
    return int(2 * holders[source, LEVEL] + (1 if source != target else 0))
