"""One block of draws: the well-mixed stock of `kernels`, many quantities side by side, over holders and classes.

Invariant: in every lane what is asked for is what is told of, to rounding: mass over channels and groups sums to the
total. Lanes never mix, and what a lane holds does not depend on which others stand beside it.

A *node* is a holder with a class of goods. A *move* is one alternative of a movement; it takes goods along *rows*, from
node to node. Of quantity q it takes first from the sources of its rows of tier 1, in proportion to what each has, then
from those of tier 2; what all of them lack is born in its first row. With births="opening" what was so born becomes
opening stock of the first row's source, the block is run again with the same amounts on the same rows, and nothing is
born. (To split anew, now that stocks are larger, would take classes from where they are not: with vague goods tied to
two classes, one class can then lack what lies idle in the other.)

Source of the method: C. Kosyfaki and N. Mamoulis, "Provenance in Temporal Interaction Networks", ICDE 2022,
arXiv 2110.05041, with opening stock and two kinds of birth; the pass back is the adjoint of its proportional policy.

Importing this module imports numba, so callers import it inside the function that needs it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.births import BirthRule
from takingstock.trace.draws.rows import Rows
from takingstock.trace.kernels import ROUNDING, compiled

__all__ = ["Block", "Lanes", "Of", "Rows", "Shares"]

Of = Literal["held", "received"]
Lanes = NDArray[np.float64]
Shares = NDArray[np.float32]


class Block:
    """The buffers of one block of draws, filled anew by each `run`: memory does not depend on the number of draws.

    Write quantities into `quantity` (float64[A, lanes], items, not negative) and run; then ask as often as needed. What
    is handed out as an attribute is the block's own and changes with the next run; answers are the caller's.
    """

    def __init__(self, rows: Rows, lanes: int) -> None:
        moves, count = len(rows.first) - 1, np.diff(rows.first)
        many = count > 1
        self.rows = rows
        self.lanes = lanes
        self.late = True
        self.order: NDArray[np.int64] = np.zeros(0, np.int64)
        self.quantity: Lanes = np.zeros((moves, lanes))
        self.balance: Lanes = np.zeros((len(rows.label), lanes))
        """float64[N, lanes], at the end of the run."""
        self.counted: Lanes = np.zeros_like(self.balance)
        self.lack: Lanes = np.zeros((0, lanes))
        """float64[N, lanes], the shortfall put into opening stock; empty where births are late."""
        # In custody order: row by row, move by move.
        self.placed = 0
        self.ratio: Shares = np.zeros((len(rows.source), lanes), np.float32)
        self.born: Shares = np.zeros((moves, lanes), np.float32)
        # A move of one row carries its quantity; the rows of others have their amounts kept, from `extra` on.
        self.extra = np.where(many, np.cumsum(np.where(many, count, 0)) - count, -1).astype(np.int64)
        self.amount: Lanes = np.zeros((int(count[many].sum()), lanes))
        self._scratch: Lanes = np.zeros((max(2, int(count.max(initial=0))), lanes))
        self._asked: Lanes = np.zeros_like(self.balance)
        self._active = np.zeros(len(rows.label), np.bool_)
        self._nowhere = np.full(len(rows.source), -1, np.int32)

    def run(self, order: NDArray[np.int64], opening: Lanes, births: BirthRule = "late") -> None:
        """Move the goods. order: int64[n], moves as they happened, those left out do not happen; each at most once.
        opening: float64[N] or [N, lanes], counted stocks before the first."""
        rows = self.rows
        self.order = order
        self.late = births == "late"
        self.counted[:] = opening if opening.ndim == 2 else opening[:, None]
        if not self.late and len(self.lack) == 0:
            self.lack = np.zeros_like(self.balance)
        elif self.late:
            self.lack = self.lack[:0]
        self.lack[:] = 0.0
        self.balance[:] = self.counted
        self.placed = late_pass(
            order, rows.first, rows.source, rows.target, rows.tier, self.quantity, self.extra,
            self.balance, self.amount, self.ratio, self.born, self.lack, self._scratch,
        )  # fmt: skip
        if not self.late:
            np.add(self.counted, self.lack, out=self.balance)
            relay_pass(
                order, rows.first, rows.source, rows.target, self.quantity, self.extra,
                self.balance, self.amount, self.ratio,
            )  # fmt: skip

    def held(
        self,
        label: int,
        move_group: NDArray[np.int32],
        node_group: NDArray[np.int32],
        node_lack_group: NDArray[np.int32],
        groups: int,
    ) -> tuple[Lanes, Lanes]:
        """Where what a holder has at the end came from: total float64[lanes], mass float64[1, groups, lanes].

        move_group: int32[A], of what is born in a move. node_group, node_lack_group: int32[N], of a node's counted
        stock, and of the shortfall put into it. All groups are 0 to groups - 1.
        """
        own = self.rows.label == label
        total: Lanes = self.balance[own].sum(axis=0)
        mass = np.zeros((1, groups, self.lanes))
        self._back(own, self._nowhere, 0, move_group, node_group, node_lack_group, total, mass[0])
        return total, mass

    def received(
        self,
        row_channel: NDArray[np.int32],
        move_group: NDArray[np.int32],
        node_group: NDArray[np.int32],
        node_lack_group: NDArray[np.int32],
        channels: int,
        groups: int,
    ) -> tuple[Lanes, Lanes]:
        """Where all that certain rows brought came from: total float64[lanes], mass float64[channels, groups, lanes].

        row_channel: int32[R], the channel, 0 to channels - 1, by which a row is asked for, or -1. Other arguments as in
        `held`. Goods that come back count again.
        """
        total = np.zeros(self.lanes)
        mass = np.zeros((channels, groups, self.lanes))
        none = np.zeros(len(self.balance), np.bool_)
        # One pass for each: together they would read less, but hold the balances asked for of all of them.
        for c in range(channels):
            self._back(none, row_channel, c, move_group, node_group, node_lack_group, total, mass[c])
        return total, mass

    def _back(
        self,
        own: NDArray[np.bool_],
        row_channel: NDArray[np.int32],
        which: int,
        move_group: NDArray[np.int32],
        node_group: NDArray[np.int32],
        node_lack_group: NDArray[np.int32],
        total: Lanes,
        mass: Lanes,
    ) -> None:
        rows, asked, active = self.rows, self._asked, self._active
        asked[:] = 0.0
        asked[own] = self.balance[own]
        active[:] = own
        backward_pass(
            self.order, rows.first, rows.source, rows.target, self.quantity, self.extra, self.amount, self.ratio,
            self.born, self.placed, self.late, row_channel, which, move_group, asked, active, mass, total,
            self._scratch,
        )  # fmt: skip
        opening_groups(self.counted, self.lack, node_group, node_lack_group, asked, active, mass)


# In the kernels every loop over lanes runs along contiguous rows, without jumps, so that the processor takes several
# lanes at a step. Rows are named by index, not sliced out: a slice counts references, which costs more than four lanes.
# An index without sign needs no test for counting from the end.


@compiled
def late_pass(
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    tier: NDArray[np.int8],
    quantity: Lanes,
    extra: NDArray[np.int64],
    balance: Lanes,
    amount: Lanes,
    ratio: Shares,
    born: Shares,
    lack: Lanes,
    scratch: Lanes,
) -> int:
    """Forward: balances in place; per row the share it makes of its target's stock just after (`ratio`) and, where a
    move has several, its `amount`; per move the share of its first row that was born (`born`). With `lack`
    (float64[N, lanes], else empty) births are summed there instead, by the first row's source.

    Ratios and born shares lie in custody order, so that both passes walk along memory; returns how many rows."""
    lanes = quantity.shape[1]
    gather = len(lack) > 0
    row = 0
    for p in range(len(order)):
        a = order[p]
        r = first[a]
        s = np.uint64(source[r])
        if extra[a] < 0:
            d = np.uint64(target[r])
            # As kernels.take, written out for the sake of the lanes.
            if gather:
                for k in range(lanes):
                    q = quantity[a, k]
                    held = balance[s, k]
                    relay = min(held, q)
                    left = held - relay
                    birth = q - relay
                    balance[s, k] = left if left > ROUNDING * held else 0.0
                    lack[s, k] += birth if birth > ROUNDING * q else 0.0
            else:
                for k in range(lanes):
                    q = quantity[a, k]
                    held = balance[s, k]
                    relay = min(held, q)
                    left = held - relay
                    birth = q - relay
                    balance[s, k] = left if left > ROUNDING * held else 0.0
                    birth = birth if birth > ROUNDING * q else 0.0
                    born[p, k] = birth / (q if q > 0.0 else 1.0)
            for k in range(lanes):
                q = quantity[a, k]
                after = balance[d, k] + q
                balance[d, k] = after
                ratio[row, k] = q / (after if after > 0.0 else 1.0)
            row += 1
        else:
            e = extra[a]
            stop = first[a + 1]
            split(r, stop, source, tier, a, quantity, balance, e, amount, scratch)
            for k in range(lanes):
                rest = scratch[0, k]
                main = amount[e, k] + rest
                amount[e, k] = main
                born[p, k] = rest / (main if main > 0.0 else 1.0)
            if gather:
                for k in range(lanes):
                    lack[s, k] += scratch[0, k]
            arrive(r, stop, target, e, amount, balance, row, ratio)
            row += stop - r
    return row


@compiled
def split(
    start: int,
    stop: int,
    source: NDArray[np.int32],
    tier: NDArray[np.int8],
    move: int,
    quantity: Lanes,
    balance: Lanes,
    out: int,
    amount: Lanes,
    scratch: Lanes,
) -> None:
    """Take a move's quantity from the sources of rows start:stop, tier by tier, in proportion within one. What each
    gave is in amount[out:], what all lacked in scratch[0]."""
    lanes = quantity.shape[1]
    for k in range(lanes):
        scratch[0, k] = quantity[move, k]
    for level in range(1, 3):
        for k in range(lanes):
            scratch[1, k] = 0.0
        for r in range(start, stop):
            if tier[r] == level:
                for k in range(lanes):
                    scratch[1, k] += balance[source[r], k]
        for k in range(lanes):
            stock = scratch[1, k]
            rest = scratch[0, k]
            relay = min(rest, stock)
            left = rest - relay
            # Where all is taken the share is exactly 1.
            scratch[1, k] = relay / (stock if stock > 0.0 else 1.0)
            scratch[0, k] = left if left > ROUNDING * quantity[move, k] else 0.0
        for r in range(start, stop):
            if tier[r] == level:
                for k in range(lanes):
                    held = balance[source[r], k]
                    gave = held * scratch[1, k]
                    left = held - gave
                    amount[out + r - start, k] = gave
                    balance[source[r], k] = left if left > ROUNDING * held else 0.0


@compiled
def arrive(
    start: int,
    stop: int,
    target: NDArray[np.int32],
    out: int,
    amount: Lanes,
    balance: Lanes,
    row: int,
    ratio: Shares,
) -> None:
    """Add what rows start:stop of one move carry (amount[out:]) to their targets, one row after the other."""
    for r in range(start, stop):
        for k in range(amount.shape[1]):
            came = amount[out + r - start, k]
            after = balance[target[r], k] + came
            balance[target[r], k] = after
            ratio[row + r - start, k] = came / (after if after > 0.0 else 1.0)


@compiled
def relay_pass(
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    quantity: Lanes,
    extra: NDArray[np.int64],
    balance: Lanes,
    amount: Lanes,
    ratio: Shares,
) -> None:
    """Forward, with every row's amount given and stocks that suffice: balances and ratios. Where rounding left a stock
    a little short the row still brings its amount, as in `kernels.mixed_forward`."""
    lanes = quantity.shape[1]
    row = 0
    for p in range(len(order)):
        a = order[p]
        r = first[a]
        if extra[a] < 0:
            s = np.uint64(source[r])
            d = np.uint64(target[r])
            for k in range(lanes):
                held = balance[s, k]
                left = held - min(held, quantity[a, k])
                balance[s, k] = left if left > ROUNDING * held else 0.0
            for k in range(lanes):
                q = quantity[a, k]
                after = balance[d, k] + q
                balance[d, k] = after
                ratio[row, k] = q / (after if after > 0.0 else 1.0)
            row += 1
        else:
            e = extra[a]
            stop = first[a + 1]
            for i in range(stop - r):
                s = source[r + i]
                for k in range(lanes):
                    held = balance[s, k]
                    left = held - min(held, amount[e + i, k])
                    balance[s, k] = left if left > ROUNDING * held else 0.0
            arrive(r, stop, target, e, amount, balance, row, ratio)
            row += stop - r


@compiled
def backward_pass(
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    quantity: Lanes,
    extra: NDArray[np.int64],
    amount: Lanes,
    ratio: Shares,
    born: Shares,
    row: int,
    late: bool,
    channel: NDArray[np.int32],
    which: int,
    group: NDArray[np.int32],
    asked: Lanes,
    active: NDArray[np.bool_],
    mass: Lanes,
    total: Lanes,
    scratch: Lanes,
) -> None:
    """Backward: asked (float64[N, lanes]) is the mass asked of each final stock, active[n] where there may be any; on
    return it is the part of it that was opening stock. Rows of channel `which` are asked for in full besides, and added
    to `total`. mass (float64[G, lanes]) gains what was born, by the group of its move. row: how many rows there are in
    custody order."""
    lanes = quantity.shape[1]
    for p in range(len(order) - 1, -1, -1):
        a = order[p]
        r = first[a]
        if extra[a] >= 0:
            stop = first[a + 1]
            row -= stop - r
            some = False
            for i in range(r, stop):
                some |= active[target[i]] or channel[i] == which
            if some:
                back_from_targets(
                    r, stop, source, target, extra[a], amount, row, ratio, channel, which, asked, active, total, scratch
                )
                back_to_sources(r, stop, source, p, born, late, group[a], asked, mass, scratch)
            continue
        row -= 1
        d = np.uint64(target[r])
        s = np.uint64(source[r])
        g = np.uint64(group[a])
        if channel[r] != which:
            if not active[d]:
                continue
            active[s] = True
            if late:
                for k in range(lanes):
                    m = asked[d, k] * ratio[row, k]
                    new = m * born[p, k]
                    asked[d, k] -= m
                    mass[g, k] += new
                    asked[s, k] += m - new
            else:
                for k in range(lanes):
                    m = asked[d, k] * ratio[row, k]
                    asked[d, k] -= m
                    asked[s, k] += m
        else:
            back_from_targets(
                r, r + 1, source, target, a, quantity, row, ratio, channel, which, asked, active, total, scratch
            )
            back_to_sources(r, r + 1, source, p, born, late, group[a], asked, mass, scratch)


@compiled
def back_from_targets(
    start: int,
    stop: int,
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    out: int,
    amount: Lanes,
    row: int,
    ratio: Shares,
    channel: NDArray[np.int32],
    which: int,
    asked: Lanes,
    active: NDArray[np.bool_],
    total: Lanes,
    scratch: Lanes,
) -> None:
    """Take what is asked for by rows start:stop of one move (amounts: amount[out:]) out of all their targets, into
    scratch, before any of it goes on: all stocks were drawn on before anything arrived."""
    for i in range(stop - start - 1, -1, -1):
        d = target[start + i]
        active[source[start + i]] = True
        for k in range(amount.shape[1]):
            m = asked[d, k] * ratio[row + i, k]
            asked[d, k] -= m
            scratch[i, k] = m
        if channel[start + i] == which:
            for k in range(amount.shape[1]):
                scratch[i, k] += amount[out + i, k]
                total[k] += amount[out + i, k]


@compiled
def back_to_sources(
    start: int,
    stop: int,
    source: NDArray[np.int32],
    place: int,
    born: Shares,
    late: bool,
    group: int,
    asked: Lanes,
    mass: Lanes,
    scratch: Lanes,
) -> None:
    """Ask the sources of rows start:stop for what `back_from_targets` took; of the first, what was born is told."""
    if late:
        for k in range(born.shape[1]):
            new = scratch[0, k] * born[place, k]
            mass[group, k] += new
            scratch[0, k] -= new
    for i in range(stop - start):
        s = source[start + i]
        for k in range(born.shape[1]):
            asked[s, k] += scratch[i, k]


@compiled
def opening_groups(
    counted: Lanes,
    lack: Lanes,
    group: NDArray[np.int32],
    lack_group: NDArray[np.int32],
    asked: Lanes,
    active: NDArray[np.bool_],
    mass: Lanes,
) -> None:
    """Add what `backward_pass` left in opening stocks to its groups: counted stock and shortfall, in proportion."""
    for n in range(len(asked)):
        if not active[n]:
            continue
        for k in range(asked.shape[1]):
            m = 0.0
            if len(lack) > 0:
                start = counted[n, k] + lack[n, k]
                m = asked[n, k] * (lack[n, k] / (start if start > 0.0 else 1.0))
                mass[lack_group[n], k] += m
            mass[group[n], k] += asked[n, k] - m
