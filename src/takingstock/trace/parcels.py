"""Compiled passes over stocks in which goods keep their age: oldest or newest made first.

A *parcel* is goods of one birth that one movement brought to one holder; a parcel is taken from a parcel.
Movements are named by position in custody order. Kosyfaki and Mamoulis (ICDE 2022, arXiv 2110.05041) call the
two policies least and most recently born.
"""

from __future__ import annotations

import numpy as np

from takingstock.trace.kernels import ROUNDING, Amounts, Holders, Positions, compiled


@compiled
def age_less(a: int, b: int, born: Positions, newest: bool) -> bool:
    """Does parcel a leave before parcel b? Stock of unknown origin is the oldest; equals go by arrival."""
    x = max(born[a], -1)
    y = max(born[b], -1)
    if newest:
        return x > y or (x == y and a > b)
    return x < y or (x == y and a < b)


@compiled
def age_merge(a: int, b: int, left: Positions, right: Positions, born: Positions, newest: bool) -> int:
    """Merge two skew heaps of parcels, from the top down; returns the new root."""
    if a == -1:
        return b
    if b == -1:
        return a
    if age_less(b, a, born, newest):
        a, b = b, a
    root = a
    while True:
        rest = right[a]
        right[a] = left[a]
        if rest == -1:
            left[a] = b
            return root
        if age_less(b, rest, born, newest):
            rest, b = b, rest
        left[a] = rest
        a = rest


@compiled
def age_forward(
    source: Holders,
    target: Holders,
    quantity: Amounts,
    start: Amounts,
    birth: Amounts,
    newest: bool,
    most: int,
) -> tuple[Positions, Positions, Positions, Amounts, Amounts]:
    """Stocks as heaps by birth, forward. A parcel is goods of one birth that one movement brought.

    Returns per parcel: the movement that brought it (-1: opening stock), the parcel it was taken from (-1:
    born in that movement), its birth (a movement; -(h + 1): the opening stock of h), its amount on arrival, and
    what of it has stayed. Five empty columns when it would take more than `most` parcels.
    """
    holders = len(start)
    room = holders + 2 * len(source) + 16
    brought = np.empty(room, np.int64)
    parent = np.empty(room, np.int64)
    born = np.empty(room, np.int64)
    amount = np.empty(room, np.float64)
    stayed = np.empty(room, np.float64)
    left = np.empty(room, np.int64)
    right = np.empty(room, np.int64)
    heap = np.full(holders, -1, np.int64)
    count = 0
    for h in range(holders):
        if start[h] > 0.0:
            brought[count] = -1
            parent[count] = -1
            born[count] = -(h + 1)
            amount[count] = start[h]
            stayed[count] = start[h]
            left[count] = -1
            right[count] = -1
            heap[h] = count
            count += 1
    for i in range(len(source)):
        s = source[i]
        need = quantity[i] - birth[i]
        dust = ROUNDING * need
        begin = count
        while need > dust or birth[i] > 0.0:
            e = heap[s]
            if count == room:
                if count >= most:
                    none = np.empty(0, np.int64)
                    nothing = np.empty(0, np.float64)
                    return none, none, none, nothing, nothing
                room = 2 * room
                brought = np.concatenate((brought, np.empty(room - count, np.int64)))
                parent = np.concatenate((parent, np.empty(room - count, np.int64)))
                born = np.concatenate((born, np.empty(room - count, np.int64)))
                amount = np.concatenate((amount, np.empty(room - count, np.float64)))
                stayed = np.concatenate((stayed, np.empty(room - count, np.float64)))
                left = np.concatenate((left, np.empty(room - count, np.int64)))
                right = np.concatenate((right, np.empty(room - count, np.int64)))
            brought[count] = i
            left[count] = -1
            right[count] = -1
            if need <= dust or e == -1:
                if birth[i] > 0.0:
                    parent[count] = -1
                    born[count] = i
                    amount[count] = birth[i]
                    stayed[count] = birth[i]
                    count += 1
                break
            part = stayed[e] if stayed[e] - need <= ROUNDING * amount[e] else need
            parent[count] = e
            born[count] = born[e]
            amount[count] = part
            stayed[count] = part
            count += 1
            need -= part
            if part == stayed[e]:
                heap[s] = age_merge(left[e], right[e], left, right, born, newest)
                stayed[e] = 0.0
            else:
                stayed[e] -= part
        # Only now, so that a loop onto oneself does not take its own goods twice.
        for e in range(begin, count):
            heap[target[i]] = age_merge(heap[target[i]], e, left, right, born, newest)
    return brought[:count], parent[:count], born[:count], amount[:count], stayed[:count]
