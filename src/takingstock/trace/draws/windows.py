"""On which days a move can take place without more being born than must be, as far as single holders tell.

A record that says "2014" leaves a year. If its goods cannot have reached its source before May, or if its receiver
could not do without them in June, the other months would each add an unrecorded birth; dates are drawn from what is
left. Both conclusions are necessary ones, drawn holder by holder and passed on along the chain: a window never loses a
day that the fewest births need, except where they could as well be born one holder further up (then they are born at
the holder who lacks first, as `timing` has it).

A *pool* is what an issue from a node may be drawn from: the node itself, its holder's stocks of finer classes and of
vaguer ones. Issues are counted at their own node alone, receipts at every pool that they reach; so what must start is
never counted too high, and a window is rather left too wide.

Invariant: sums run in the order of days and keys, never of rows. Moves are numbered by key here, see `orders`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.kernels import compiled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Amounts = NDArray[np.float64]

OPEN = 2**30
"""The day of an end that the record leaves open; the beginning is -OPEN."""

ROUNDS = 6
"""How far conclusions are passed on along a chain."""

SLIGHT = 1e-9
"""A lack below this fraction of what is asked for is rounding."""


@dataclass(frozen=True)
class Pools:
    """Per node n: `issues[first_issue[n]:first_issue[n + 1]]` leave from it, `receipts[...]` reach what they may draw
    on, `opening` is the stock of all that at the start."""

    first_issue: Longs
    issues: Longs
    first_receipt: Longs
    receipts: Longs
    opening: Amounts


def pools(first_row: Longs, source: Ints, target: Ints, label: Ints, opening: Amounts) -> Pools:
    """The pools of all nodes, from the rows of moves that are numbered by key. O(rows × classes of a holder)."""
    nodes, moves = len(label), len(first_row) - 1
    owner = np.repeat(np.arange(moves), np.diff(first_row))
    own = source[first_row[:-1]].astype(np.int64)
    # What each issuing node may draw on, and the other way round.
    drawn = np.unique(source.astype(np.int64) * nodes + own[owner])
    member, pool = drawn // nodes, drawn % nodes
    start = np.searchsorted(member, target)
    count = np.searchsorted(member, target, side="right") - start
    at = np.repeat(start - np.cumsum(count) + count, count) + np.arange(count.sum())
    reached = np.unique(pool[at] * moves + np.repeat(owner, count))
    to, what = reached // max(moves, 1), reached % max(moves, 1)
    # What a holder sends itself brings it nothing.
    other = label[own[what]] != label[to] if len(what) else np.zeros(0, np.bool_)
    to, what = to[other], what[other]
    issues = np.argsort(own, kind="stable")
    stock = np.zeros(nodes)
    np.add.at(stock, pool, opening[member])
    bounds = np.arange(nodes + 1)
    return Pools(np.searchsorted(own[issues], bounds), issues, np.searchsorted(to, bounds), what, stock)


def windows(found: Pools, first: Ints, last: Ints, quantity: Amounts, maker: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The first and last day of each move, int32[moves] each, within those of its record."""
    early, late = first.astype(np.int32), last.astype(np.int32)
    for _ in range(ROUNDS):
        before = early.copy(), late.copy()
        # From the state of the round before, so that it does not matter which holder is looked at first.
        now = _by_day(found, *before)
        births = must_start(found, before[0], last, quantity, maker)
        _narrow(*_columns(now), births, maker, *before, quantity, early, late)
        np.maximum(late, early, out=late)
        if np.array_equal(before[0], early) and np.array_equal(before[1], late):
            break
    return early, late


def must_start(found: Pools, first: Ints, last: Ints, quantity: Amounts, maker: NDArray[np.bool_]) -> Amounts:
    """Per node what must start there whatever the dates: the most by which its issues due by a day exceed its opening
    stock and all receipts that may come by then. No waiting prevents that much. As in `timing`."""
    least = np.zeros(len(maker))
    begin, end = first.astype(np.int32), last.astype(np.int32)
    _least_births(*_columns(_by_day(found, begin, end)), maker, begin, end, quantity, least)
    return least


def _by_day(found: Pools, first: Ints, last: Ints) -> Pools:
    """Issues by last day, receipts by first, equal days by number."""
    nodes = np.arange(len(found.opening))
    sends, comes = (np.repeat(nodes, np.diff(bounds)) for bounds in (found.first_issue, found.first_receipt))
    return replace(
        found,
        issues=found.issues[np.lexsort((found.issues, last[found.issues], sends))],
        receipts=found.receipts[np.lexsort((found.receipts, first[found.receipts], comes))],
    )


def _columns(found: Pools) -> tuple[Longs, Longs, Longs, Longs, Amounts]:
    return found.first_issue, found.issues, found.first_receipt, found.receipts, found.opening


@compiled
def _lacking(issues: Longs, due: Ints, receipts: Longs, first: Ints, quantity: Amounts, held: float) -> float:
    """The most by which issues (sorted by `due`) exceed `held` and receipts (sorted by `first`)."""
    most = 0.0
    sent, came = 0.0, held
    r = 0
    for a in issues:
        while r < len(receipts) and first[receipts[r]] <= due[a]:
            came += quantity[receipts[r]]
            r += 1
        sent += quantity[a]
        if sent - came > most and sent - came > SLIGHT * sent:
            most = sent - came
    return most


@compiled
def _least_births(
    first_issue: Longs,
    issues: Longs,
    first_receipt: Longs,
    receipts: Longs,
    opening: Amounts,
    maker: NDArray[np.bool_],
    first: Ints,
    last: Ints,
    quantity: Amounts,
    least: Amounts,
) -> None:
    for n in range(len(maker)):
        if maker[n] or first_issue[n + 1] == first_issue[n]:
            continue
        sends = issues[first_issue[n] : first_issue[n + 1]]
        comes = receipts[first_receipt[n] : first_receipt[n + 1]]
        least[n] = _lacking(sends, last, comes, first, quantity, opening[n])


@compiled
def _narrow(
    first_issue: Longs,
    issues: Longs,
    first_receipt: Longs,
    receipts: Longs,
    opening: Amounts,
    births: Amounts,
    maker: NDArray[np.bool_],
    first: Ints,
    last: Ints,
    quantity: Amounts,
    early: Ints,
    late: Ints,
) -> None:
    """One round: `early` and `late` narrowed by what `first` and `last` say. `births` are those that the record's last
    days force: a day brought forward for another's sake forces none here."""
    for n in range(len(maker)):
        if maker[n]:
            continue
        sends = issues[first_issue[n] : first_issue[n + 1]]
        comes = receipts[first_receipt[n] : first_receipt[n + 1]]
        came = np.empty(len(comes) + 1)
        came[0] = opening[n] + births[n]
        for r in range(len(comes)):
            came[r + 1] = came[r] + quantity[comes[r]]
        lack = np.empty(len(sends))
        sent, r = 0.0, 0
        for i in range(len(sends)):
            a = sends[i]
            sent += quantity[a]
            while r < len(comes) and first[comes[r]] <= last[a]:
                r += 1
            lack[i] = sent - came[r]
            need = quantity[a] * (1.0 - SLIGHT)
            if came[0] < need <= came[r]:
                k = 0
                while came[k + 1] < need:
                    k += 1
                early[a] = max(early[a], first[comes[k]])
        for b in comes:
            for i in range(len(sends)):
                day = last[sends[i]]
                if day >= late[b] or day >= OPEN:
                    break
                # Without this receipt the issues due by then could not all be met.
                if day >= first[b] and lack[i] + quantity[b] > SLIGHT * (sent + quantity[b]):
                    late[b] = day
                    break
