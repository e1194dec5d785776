"""Compiled passes over stocks in which goods lie in the order of their arrival: fifo and lifo.

A *piece* is a stretch of one movement's goods: movement j, from lo to hi, counted in the order in which they
were taken, births last. Under fifo and lifo a stretch maps to stretches of earlier movements, so that one piece
stands for any number of makers.

Columns are in custody order and movements are named by position; -1 in place of a movement is opening stock.
Births go out as per-movement mass, so that the caller may group them by holder or by date.
Source of the model: Kosyfaki and Mamoulis, ICDE 2022, arXiv 2110.05041; the golden cases pin the inner order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.kernels import ROUNDING, Amounts, Holders, Positions, compiled

Pieces = tuple[Positions, Amounts, Amounts, Positions]
"""Movement, lo, hi, and the index of the piece each was expanded from."""

Numbers = NDArray[np.int32]

Pops = tuple[Numbers, Amounts]
"""The movement by which the popped goods had come, and a pair: where they begin in the movement that popped them
(`BEGIN`), and where they ended in the one they had come by (`END`): begin + a there is end - a here."""

BEGIN, END = 0, 1

Stretches = tuple[Numbers, Amounts]
"""Lines of 16 bytes, read as int32[n, 4] (a movement; a place; nothing) and as float64[n, 2] (nothing; what is left of
the stretch): made by `lines`."""

MOVEMENT, PLACE = 0, 1
LEFT = 1
EMPTY = -2
"""In place of a movement: no stretch."""

SHEAF = 8
"""Lines that lie together, a power of two; the first holds no stretch, but the place of what lies below."""

LAST = SHEAF - 1

MOST = 2**31 - 1
"""Lines and pops that can be numbered."""


def lines(count: int) -> Stretches:
    """Room for so many stretches. Made by numpy, which asks for large pages; what is never written costs no memory."""
    room = np.empty((count, 2))
    return room.view(np.int32), room


def most_lines(movements: int, holders: int) -> int:
    """Lines that `lifo_forward` may need below the stretches on top: all sheaves are full but one for each holder."""
    return SHEAF * (min(movements, holders) + movements // LAST + 1)


@compiled
def by_source(source: Holders, mass: Amounts, holders: int) -> Amounts:
    """Mass of movements summed by source, in the order in which they stand; made for columns that are mostly zero."""
    found = np.zeros(holders, np.float64)
    for i in range(len(mass)):
        if mass[i] != 0.0:
            found[source[i]] += mass[i]
    return found


@compiled
def fifo_index(
    source: Holders, target: Holders, quantity: Amounts, start: Amounts, birth: Amounts
) -> tuple[Amounts, Amounts, Amounts, Amounts]:
    """Where each movement lies in its target's cumulative inflow and in its source's cumulative relay outflow.

    Births do not pass through the source's stock. The opening stock is the first inflow. Returns both
    starting points per movement, and the final cumulative inflow and outflow per holder.
    """
    inflow = start.copy()
    outflow = np.zeros(len(start), np.float64)
    came = np.empty(len(source), np.float64)
    went = np.empty(len(source), np.float64)
    for i in range(len(source)):
        went[i] = outflow[source[i]]
        outflow[source[i]] += quantity[i] - birth[i]
        came[i] = inflow[target[i]]
        inflow[target[i]] += quantity[i]
    return came, went, inflow, outflow


@compiled
def split(lo: float, hi: float, relay: float, resolution: float) -> tuple[float, float]:
    """Of the goods of a movement from lo to hi: how much was born, and where its relayed part ends (lo: none).

    Neither part is smaller than the resolution of the coordinates, or a chain of 1e-16 items would appear.
    """
    if hi - relay <= resolution:
        return 0.0, min(hi, relay)
    if relay - lo <= resolution:
        return hi - lo, lo
    return hi - relay, relay


@compiled
def fifo_stretch(
    holder: int,
    x: float,
    y: float,
    parent: int,
    count: int,
    write: bool,
    start: Amounts,
    first: Positions,
    inflow: Positions,
    came: Amounts,
    quantity: Amounts,
    pieces: Pieces,
) -> tuple[int, float]:
    """The pieces that arrived at a holder between cumulative inflow x and y; returns their running count and
    the mass that was opening stock. Written only if `write` (the first of two rounds counts)."""
    opening = min(y, start[holder]) - x
    # Below the resolution of the coordinate there is nothing but rounding.
    if opening <= ROUNDING * y:
        opening = 0.0
    lower, upper = first[holder], first[holder + 1]
    # Binary search for the last movement that begins at or before x.
    a, b = lower, upper
    while a < b:
        middle = (a + b) // 2
        if came[inflow[middle]] <= x:
            a = middle + 1
        else:
            b = middle
    for k in range(max(a - 1, lower), upper):
        j = inflow[k]
        if came[j] >= y:
            break
        lo = max(0.0, x - came[j])
        hi = min(quantity[j], y - came[j])
        if hi - lo <= ROUNDING * y:
            continue
        if write:
            pieces[0][count] = j
            pieces[1][count] = lo
            pieces[2][count] = hi
            pieces[3][count] = parent
        count += 1
    return count, opening


@compiled
def blank(count: int) -> Pieces:
    """Room for so many pieces."""
    return (
        np.empty(count, np.int64),
        np.empty(count, np.float64),
        np.empty(count, np.float64),
        np.empty(count, np.int64),
    )


@compiled
def longer(pieces: Pieces, count: int) -> Pieces:
    """The same pieces, with room for at least `count`."""
    have = len(pieces[0])
    if count <= have:
        return pieces
    more = blank(max(count, 2 * have))
    more[0][:have] = pieces[0]
    more[1][:have] = pieces[1]
    more[2][:have] = pieces[2]
    more[3][:have] = pieces[3]
    return more


@compiled
def fifo_held(
    holder: int,
    x: float,
    y: float,
    start: Amounts,
    first: Positions,
    inflow: Positions,
    came: Amounts,
    quantity: Amounts,
) -> tuple[Pieces, float]:
    """The pieces of one holder's cumulative inflow between x and y, and the opening stock among it."""
    count, opening = fifo_stretch(holder, x, y, 0, 0, False, start, first, inflow, came, quantity, blank(0))
    pieces = blank(count)
    fifo_stretch(holder, x, y, 0, 0, True, start, first, inflow, came, quantity, pieces)
    return pieces, opening


@compiled
def fifo_expand(
    movement: Positions,
    lo: Amounts,
    hi: Amounts,
    source: Holders,
    quantity: Amounts,
    birth: Amounts,
    start: Amounts,
    first: Positions,
    inflow: Positions,
    came: Amounts,
    went: Amounts,
) -> tuple[Amounts, Amounts, Pieces]:
    """One step back from each piece: its born mass, its opening mass, and the pieces its source had."""
    born = np.zeros(len(movement), np.float64)
    opening = np.zeros(len(movement), np.float64)
    pieces = blank(0)
    for write in (False, True):
        count = 0
        for p in range(len(movement)):
            j = movement[p]
            resolution = ROUNDING * (came[j] + quantity[j])
            born[p], end = split(lo[p], hi[p], quantity[j] - birth[j], resolution)
            if end > lo[p]:
                x = went[j] + lo[p]
                y = went[j] + end
                count, opening[p] = fifo_stretch(
                    source[j], x, y, p, count, write, start, first, inflow, came, quantity, pieces
                )
        if not write:
            pieces = blank(count)
    return born, opening, pieces


@compiled
def fifo_walk(
    movement: Positions,
    lo: Amounts,
    hi: Amounts,
    source: Holders,
    quantity: Amounts,
    birth: Amounts,
    start: Amounts,
    first: Positions,
    inflow: Positions,
    came: Amounts,
    went: Amounts,
    born: Amounts,
    opening: Amounts,
) -> None:
    """Walk pieces all the way back; `born` gains per movement, `opening` per holder. Costs the answer's size."""
    stack = blank(max(16, 2 * len(movement)))
    count = len(movement)
    stack[0][:count] = movement
    stack[1][:count] = lo
    stack[2][:count] = hi
    while count > 0:
        count -= 1
        j, u, v = stack[0][count], stack[1][count], stack[2][count]
        new, end = split(u, v, quantity[j] - birth[j], ROUNDING * (came[j] + quantity[j]))
        born[j] += new
        if end <= u:
            continue
        s = source[j]
        x = went[j] + u
        y = went[j] + end
        more, old = fifo_stretch(s, x, y, 0, count, False, start, first, inflow, came, quantity, stack)
        stack = longer(stack, more)
        count, old = fifo_stretch(s, x, y, 0, count, True, start, first, inflow, came, quantity, stack)
        opening[s] += old


@compiled
def lifo_forward(
    source: Holders,
    target: Holders,
    quantity: Amounts,
    start: Amounts,
    birth: Amounts,
    top: Stretches,
    under: Stretches,
    popped: Numbers,
    pops: Pops,
) -> int:
    """Stacks, forward, recording what each movement popped; returns how many pops there were.

    All else is room to fill: `top`, V lines, is the stretch on top of each holder's stack (movement -1: its opening
    stock, `EMPTY`: none), `under` (`most_lines`) the stretches below those; movement i made the pops
    popped[i]:popped[i + 1] (int32[M + 1]) of `pops`. Stretches lose from their end, so that what is left of them
    begins at 0. Each movement pushes one stretch and splits at most one: at most 2 M + V pops.
    """
    # The stretches of a holder lie in sheaves, linked by their first lines. A sheaf that is emptied goes to the next
    # holder in need of one, so that those in use are few, and mostly still in the cache; so are neighbours in them.
    name, left = top
    name_under, left_under = under
    had_come_by, place = pops
    for h in range(len(start)):
        name[h, MOVEMENT] = -1 if start[h] > 0.0 else EMPTY
        name[h, PLACE] = -1
        left[h, LEFT] = start[h]
    free = np.int64(-1)
    fresh = np.int64(0)
    count = 0
    popped[0] = 0
    for i in range(len(source)):
        s = np.uint64(source[i])
        relay = quantity[i] - birth[i]
        offset = 0.0
        j = np.int64(name[s, MOVEMENT])
        k = np.int64(name[s, PLACE])
        size = left[s, LEFT]
        while relay - offset > ROUNDING * relay and j != EMPTY:
            need = relay - offset
            had_come_by[count] = j
            place[count, BEGIN] = offset
            place[count, END] = size
            count += 1
            if size - need > ROUNDING * size:
                size -= need
                break
            offset += size
            if k == -1:
                j = np.int64(EMPTY)
                size = 0.0
            else:
                j = np.int64(name_under[np.uint64(k), MOVEMENT])
                size = left_under[np.uint64(k), LEFT]
                k -= 1
                if k & LAST == 0:
                    below = np.int64(name_under[np.uint64(k), PLACE])
                    name_under[np.uint64(k), PLACE] = free
                    free = k
                    k = below
        name[s, MOVEMENT] = j
        name[s, PLACE] = k
        left[s, LEFT] = size
        popped[i + 1] = count
        if quantity[i] > 0.0:
            d = np.uint64(target[i])
            if name[d, MOVEMENT] != EMPTY:
                k = np.int64(name[d, PLACE])
                # At the end of a sheaf, or -1: nothing lies below.
                if k & LAST == LAST:
                    below = k
                    if free == -1:
                        k = fresh
                        fresh += SHEAF
                    else:
                        k = free
                        free = np.int64(name_under[np.uint64(k), PLACE])
                    name_under[np.uint64(k), PLACE] = below
                k += 1
                name_under[np.uint64(k), MOVEMENT] = name[d, MOVEMENT]
                left_under[np.uint64(k), LEFT] = left[d, LEFT]
                name[d, PLACE] = k
            name[d, MOVEMENT] = i
            left[d, LEFT] = quantity[i]
    return count


@compiled
def lifo_held(holder: int, top: Stretches, under: Stretches) -> tuple[Pieces, float]:
    """The stretches on one holder's final stack, newest first, and its own opening stock among them."""
    opening = 0.0
    pieces = blank(0)
    for write in (False, True):
        count = 0
        opening = 0.0
        j = np.int64(top[0][holder, MOVEMENT])
        k = np.int64(top[0][holder, PLACE])
        size = top[1][holder, LEFT]
        while j != EMPTY:
            if j == -1:
                opening += size
            else:
                if write:
                    pieces[0][count] = j
                    pieces[1][count] = 0.0
                    pieces[2][count] = size
                    pieces[3][count] = 0
                count += 1
            if k == -1:
                break
            j = np.int64(under[0][k, MOVEMENT])
            size = under[1][k, LEFT]
            k = k - 1 if (k - 1) & LAST else np.int64(under[0][k - 1, PLACE])
        if not write:
            pieces = blank(count)
    return pieces, opening


@compiled
def lifo_stretch(
    j: int,
    u: float,
    v: float,
    relay: float,
    parent: int,
    count: int,
    write: bool,
    popped: Numbers,
    pops: Pops,
    pieces: Pieces,
) -> tuple[int, float]:
    """The pieces that movement j's goods from u to v had been; running count, and the opening mass."""
    opening = 0.0
    lower, upper = popped[j], popped[j + 1]
    a, b = lower, upper
    while a < b:
        middle = (a + b) // 2
        if pops[1][middle, BEGIN] <= u:
            a = middle + 1
        else:
            b = middle
    for r in range(max(a - 1, lower), upper):
        begin = pops[1][r, BEGIN]
        if begin >= v:
            break
        finish = pops[1][r + 1, BEGIN] if r + 1 < upper else relay
        lo = max(u, begin) - begin
        hi = min(v, finish) - begin
        if hi - lo <= ROUNDING * relay:
            continue
        if pops[0][r] == -1:
            opening += hi - lo
            continue
        if write:
            # What came last lay on top and left first: a stack turns its goods around.
            pieces[0][count] = pops[0][r]
            pieces[1][count] = pops[1][r, END] - hi
            pieces[2][count] = pops[1][r, END] - lo
            pieces[3][count] = parent
        count += 1
    return count, opening


@compiled
def lifo_expand(
    movement: Positions,
    lo: Amounts,
    hi: Amounts,
    quantity: Amounts,
    birth: Amounts,
    popped: Numbers,
    pops: Pops,
) -> tuple[Amounts, Amounts, Pieces]:
    """One step back from each piece: its born mass, its opening mass, and the pieces its source had."""
    born = np.zeros(len(movement), np.float64)
    opening = np.zeros(len(movement), np.float64)
    pieces = blank(0)
    for write in (False, True):
        count = 0
        for p in range(len(movement)):
            j = movement[p]
            relay = quantity[j] - birth[j]
            born[p], end = split(lo[p], hi[p], relay, ROUNDING * quantity[j])
            if end > lo[p]:
                count, opening[p] = lifo_stretch(j, lo[p], end, relay, p, count, write, popped, pops, pieces)
        if not write:
            pieces = blank(count)
    return born, opening, pieces


@compiled
def lifo_walk(
    movement: Positions,
    lo: Amounts,
    hi: Amounts,
    source: Holders,
    quantity: Amounts,
    birth: Amounts,
    popped: Numbers,
    pops: Pops,
    born: Amounts,
    opening: Amounts,
) -> None:
    """Walk pieces all the way back; `born` gains per movement, `opening` per holder. Costs the answer's size."""
    stack = blank(max(16, 2 * len(movement)))
    count = len(movement)
    stack[0][:count] = movement
    stack[1][:count] = lo
    stack[2][:count] = hi
    while count > 0:
        count -= 1
        j, u, v = stack[0][count], stack[1][count], stack[2][count]
        relay = quantity[j] - birth[j]
        new, end = split(u, v, relay, ROUNDING * quantity[j])
        born[j] += new
        if end <= u:
            continue
        # A piece for each pop at most.
        more = count + popped[j + 1] - popped[j]
        if more > len(stack[0]):
            stack = longer(stack, more)
        count, old = lifo_stretch(j, u, end, relay, 0, count, True, popped, pops, stack)
        opening[source[j]] += old
