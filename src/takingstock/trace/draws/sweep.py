"""The compiled passes behind `orders`: days drawn, sorted, and gone through, supply first.

Columns that are read together lie together, as tables of whole numbers with one line per move, row, node or holder (the
names of their columns are in `days`): a step touches one line of memory per thing that it looks at. Moves are numbered
by key, so that no loop depends on the order of rows.

Invariant: the DAY of a slot never changes after sorting; moves only exchange slots.
"""

from __future__ import annotations

import numpy as np

from takingstock.trace.draws.days import (
    ALLOWANCE,
    ANY_FREE,
    BORN,
    BUSY,
    DAY,
    DEADLINE,
    EARLY,
    END,
    FIRST_ROW,
    FREE,
    FREE_FIRST,
    FREE_LAST,
    HEAD,
    IS_TOUCHED,
    LATE,
    MOVE,
    NEXT,
    PLACE,
    RECEIVER,
    ROW_SOURCE,
    ROW_TARGET,
    ROW_TIER,
    ROWS,
    SEEN,
    SENDER,
    SOURCE,
    START,
    STATE,
    STOCK,
    STOP,
    TAIL,
    TARGET,
    TOUCHED,
    Amounts,
    Ints,
    Longs,
    Table,
    Whole,
)
from takingstock.trace.draws.randomness import TURN, Hashes, drawn_bits, sequence_key
from takingstock.trace.draws.windows import OPEN, SLIGHT
from takingstock.trace.kernels import compiled

DEEP, WIDE = 64, 512
"""How long a chain of suppliers, and how many receipts in all, one issue may set in motion: a bound on the time."""

_PENDING, _WAITING, _DONE = 0, 1, 2
_EXCHANGE, _FORWARD = 0, 1
_UNMET, _MET = 0, 1
_LOOKED_AT = 8
_SENT, _TOUCHED, _STAMP = 0, 1, 2


@compiled
def _needs(moves: Table, rows: Table, quantity: Amounts, stocks: Amounts, x: Whole) -> float:
    """What its source lacks for a move beyond what the dates alone let be born there; 0 for rounding."""
    asked = quantity[x]
    own = moves[x, SOURCE]
    lack = asked - stocks[own, STOCK] - stocks[own, ALLOWANCE]
    if moves[x, ROWS] > 1:
        for r in range(moves[x, FIRST_ROW] + 1, moves[x, FIRST_ROW] + moves[x, ROWS]):
            lack -= stocks[rows[r, ROW_SOURCE], STOCK]
    return float(lack) if lack > SLIGHT * asked else 0.0


@compiled
def _send(
    moves: Table,
    rows: Table,
    quantity: Amounts,
    stocks: Amounts,
    marks: Table,
    holders: Table,
    tally: Longs,
    order: Longs,
    x: Whole,
) -> None:
    """Move x goes now; what its source lacks is born in its first row."""
    own = moves[x, SOURCE]
    if moves[x, ROWS] == 1:
        taken = min(quantity[x], stocks[own, STOCK])
        stocks[own, STOCK] -= taken
        stocks[moves[x, TARGET], STOCK] += quantity[x]
        birth = quantity[x] - taken
    else:
        birth = _send_rows(moves, rows, quantity, stocks, x)
    if birth > 0.0:
        stocks[own, ALLOWANCE] = max(0.0, stocks[own, ALLOWANCE] - birth)
        stocks[own, BORN] += birth
    marks[x, STATE] = _DONE
    order[tally[_SENT]] = x
    tally[_SENT] += 1
    receiver = moves[x, RECEIVER]
    if holders[receiver, HEAD] >= 0 and holders[receiver, IS_TOUCHED] == 0:
        holders[receiver, IS_TOUCHED] = 1
        holders[tally[_TOUCHED], TOUCHED] = receiver
        tally[_TOUCHED] += 1


@compiled
def _send_rows(moves: Table, rows: Table, quantity: Amounts, stocks: Amounts, x: Whole) -> float:
    """Its own class and finer ones first, then vaguer ones, in proportion to the stocks; returns what is born."""
    rest = quantity[x]
    first, stop = moves[x, FIRST_ROW], moves[x, FIRST_ROW] + moves[x, ROWS]
    for tier in range(1, 3):
        held = 0.0
        for r in range(first, stop):
            if rows[r, ROW_TIER] == tier:
                held += stocks[rows[r, ROW_SOURCE], STOCK]
        share = min(1.0, rest / held) if held > 0.0 else 0.0
        for r in range(first, stop):
            if rows[r, ROW_TIER] == tier:
                amount = share * stocks[rows[r, ROW_SOURCE], STOCK]
                stocks[rows[r, ROW_SOURCE], STOCK] -= amount
                stocks[rows[r, ROW_TARGET], STOCK] += amount
        rest = max(0.0, rest - share * held)
    stocks[moves[x, TARGET], STOCK] += rest
    return float(rest)


@compiled
def _wait(moves: Table, marks: Table, holders: Table, x: Whole) -> None:
    """Put a move at the end of those that wait at its source."""
    holder = moves[x, SENDER]
    marks[x, STATE] = _WAITING
    marks[x, NEXT] = -1
    if holders[holder, HEAD] < 0:
        holders[holder, HEAD] = x
    else:
        marks[holders[holder, TAIL], NEXT] = x
    holders[holder, TAIL] = x


@compiled
def _wake(
    moves: Table,
    rows: Table,
    quantity: Amounts,
    stocks: Amounts,
    marks: Table,
    holders: Table,
    tally: Longs,
    order: Longs,
) -> None:
    """Send what waited at holders that have received something: the first few in the line, if they can be met now."""
    while tally[_TOUCHED] > 0:
        tally[_TOUCHED] -= 1
        holder = holders[tally[_TOUCHED], TOUCHED]
        holders[holder, IS_TOUCHED] = 0
        before, x, looked = np.int64(-1), np.int64(holders[holder, HEAD]), 0
        while x >= 0 and looked < _LOOKED_AT:
            after = np.int64(marks[x, NEXT])
            if marks[x, STATE] != _DONE and _needs(moves, rows, quantity, stocks, x) == 0.0:
                _send(moves, rows, quantity, stocks, marks, holders, tally, order, x)
            if marks[x, STATE] == _DONE:
                if before < 0:
                    holders[holder, HEAD] = after
                else:
                    marks[before, NEXT] = after
                if after < 0:
                    holders[holder, TAIL] = before
            else:
                before = x
                looked += 1
            x = after


@compiled
def _supply(
    moves: Table,
    rows: Table,
    quantity: Amounts,
    date_hash: Hashes,
    nodes: Table,
    stocks: Amounts,
    marks: Table,
    holders: Table,
    inbound: Ints,
    slots: Table,
    stack: Longs,
    tally: Longs,
    order: Longs,
    root: Whole,
    now: Whole,
    only_free: bool,
    seed: np.uint64,
    block: np.uint64,
) -> int:
    """Have the source of `root` supplied now, through as many holders as it takes, depth first.

    Each level of the stack is a move that lacks something, with its place in the list of what its source may receive.
    If that can be done, root has been sent, or put off to the day of a receipt that came in its stead.
    """
    chain, link, limit, row, part, at, left = stack[0], stack[1], stack[2], stack[3], stack[4], stack[5], stack[6]
    tally[_STAMP] += 1
    stamp = tally[_STAMP]
    chain[0], limit[0], row[0], part[0], left[0] = root, moves[root, LATE], -1, 1, 0
    holders[moves[root, SENDER], BUSY] = stamp
    marks[root, SEEN] = stamp
    depth, looked = 1, 0
    while depth > 0:
        d = depth - 1
        x = chain[d]
        if _needs(moves, rows, quantity, stocks, x) == 0.0:
            _send(moves, rows, quantity, stocks, marks, holders, tally, order, x)
            holders[moves[x, SENDER], BUSY] = 0
            depth -= 1
            # All above that exchange take the slot of the one below.
            slot = marks[x, PLACE]
            while depth > 0 and link[depth] == _EXCHANGE:
                x = chain[depth - 1]
                old = marks[x, PLACE]
                marks[x, PLACE] = slot
                slots[slot, MOVE] = x
                slot = old
                holders[moves[x, SENDER], BUSY] = 0
                depth -= 1
            if depth == 0:
                return _MET
            continue
        if left[d] == 0:
            # On to the next list: per row those without a first day, then the others.
            if part[d] == 0 and not (only_free and d == 0):
                part[d] = 1
            else:
                row[d] += 1
                if row[d] == moves[x, ROWS]:
                    holders[moves[x, SENDER], BUSY] = 0
                    depth -= 1
                    continue
                part[d] = 0
                if nodes[rows[moves[x, FIRST_ROW] + row[d], ROW_SOURCE], ANY_FREE] == 0:
                    if only_free and d == 0:
                        continue
                    part[d] = 1
            node = rows[moves[x, FIRST_ROW] + row[d], ROW_SOURCE]
            stop = nodes[node, STOP]
            while stop < nodes[node, END] and moves[inbound[stop], EARLY] <= now:
                stop += 1
            nodes[node, STOP] = stop
            left[d] = stop - nodes[node, START]
            turn = drawn_bits(sequence_key(seed, date_hash[x], TURN), block) >> np.uint64(32)
            at[d] = nodes[node, START] + np.int64((turn * np.uint64(left[d])) >> np.uint64(32))
            continue
        node = rows[moves[x, FIRST_ROW] + row[d], ROW_SOURCE]
        if at[d] >= nodes[node, STOP]:
            at[d] = nodes[node, START]
        b = np.int64(inbound[at[d]])
        left[d] -= 1
        if marks[b, STATE] == _DONE:
            # Done for this block: out of the list, so that it is looked at once only.
            start = nodes[node, START]
            inbound[at[d]] = inbound[start]
            inbound[start] = b
            nodes[node, START] = start + 1
            at[d] = max(at[d], start + 1)
            continue
        at[d] += 1
        free = moves[b, FREE] & FREE_FIRST
        if (part[d] == 0) != (free != 0) or marks[b, SEEN] == stamp or holders[moves[b, SENDER], BUSY] == stamp:
            continue
        looked += 1
        if depth == DEEP or looked > WIDE:
            continue
        exchanged = (
            free == 0
            and marks[b, STATE] == _PENDING
            and marks[x, STATE] == _PENDING
            and slots[marks[b, PLACE], DAY] <= limit[d]
        )
        link[depth] = _EXCHANGE if exchanged else _FORWARD
        chain[depth], row[depth], part[depth], left[depth] = b, -1, 1, 0
        limit[depth] = moves[b, LATE] if exchanged else -OPEN
        marks[b, SEEN] = stamp
        holders[moves[b, SENDER], BUSY] = stamp
        depth += 1
    return _UNMET


@compiled
def _last_resort(
    moves: Table,
    rows: Table,
    quantity: Amounts,
    nodes: Table,
    stocks: Amounts,
    marks: Table,
    holders: Table,
    inbound: Ints,
    tally: Longs,
    order: Longs,
    x: Whole,
    now: Whole,
) -> None:
    """Bring forward receipts that lack something themselves, where that is less than what they make up for."""
    for r in range(moves[x, FIRST_ROW], moves[x, FIRST_ROW] + moves[x, ROWS]):
        node = rows[r, ROW_SOURCE]
        for k in range(nodes[node, START], nodes[node, STOP]):
            lack = _needs(moves, rows, quantity, stocks, x)
            if lack == 0.0:
                return
            b = np.int64(inbound[k])
            if marks[b, STATE] != _DONE and moves[b, EARLY] <= now and moves[b, SENDER] != moves[x, SENDER]:
                cost = _needs(moves, rows, quantity, stocks, b)
                if cost < min(quantity[b], lack) * (1.0 - SLIGHT):
                    _send(moves, rows, quantity, stocks, marks, holders, tally, order, b)


@compiled
def _move(
    moves: Table,
    rows: Table,
    quantity: Amounts,
    date_hash: Hashes,
    nodes: Table,
    stocks: Amounts,
    marks: Table,
    holders: Table,
    inbound: Ints,
    slots: Table,
    stack: Longs,
    tally: Longs,
    order: Longs,
    x: Whole,
    now: Whole,
    urgent: bool,
    seed: np.uint64,
    block: np.uint64,
) -> None:
    """An issue whose day has come: it goes, or its source is supplied, or it waits; if it is urgent it goes anyway."""
    if _needs(moves, rows, quantity, stocks, x) == 0.0:
        _send(moves, rows, quantity, stocks, marks, holders, tally, order, x)
    else:
        # Dated receipts are not brought forward for an issue that can wait for ever.
        only_free = not urgent and (moves[x, FREE] & FREE_LAST) != 0
        if (
            _supply(
                moves,
                rows,
                quantity,
                date_hash,
                nodes,
                stocks,
                marks,
                holders,
                inbound,
                slots,
                stack,
                tally,
                order,
                x,
                now,
                only_free,
                seed,
                block,
            )
            == _UNMET
        ):
            if urgent:
                _last_resort(moves, rows, quantity, nodes, stocks, marks, holders, inbound, tally, order, x, now)
                _send(moves, rows, quantity, stocks, marks, holders, tally, order, x)
            else:
                _wait(moves, marks, holders, x)
    if tally[_TOUCHED] > 0:
        _wake(moves, rows, quantity, stocks, marks, holders, tally, order)


@compiled
def sweep(
    moves: Table,
    rows: Table,
    due: Ints,
    quantity: Amounts,
    date_hash: Hashes,
    nodes: Table,
    stocks: Amounts,
    marks: Table,
    holders: Table,
    inbound: Ints,
    slots: Table,
    stack: Longs,
    tally: Longs,
    order: Longs,
    least: int,
    days: int,
    until: int,
    seed: np.uint64,
    block: np.uint64,
) -> int:
    """Go through the slots of one block; fills `order` with the moves that happen by `until` and returns their number.
    Time only goes forward, so these are the first ones, and those without any date."""
    n = len(slots)
    for i in range(n):
        slots[i, DAY] = slots[i, DAY] + least if slots[i, DAY] < days - 1 else OPEN
        x = slots[i, MOVE]
        marks[x, PLACE] = i
        marks[x, STATE] = _PENDING
        marks[x, SEEN] = 0
    for h in range(len(holders)):
        holders[h, HEAD] = -1
        holders[h, IS_TOUCHED] = 0
        holders[h, BUSY] = 0
    tally[:] = 0
    d, by_then = 0, n
    for i in range(n):
        x = np.int64(slots[i, MOVE])
        day = np.int64(slots[i, DAY])
        if marks[x, STATE] != _PENDING:
            continue
        while d < n and moves[due[d], DEADLINE] < day:
            late = np.int64(due[d])
            d += 1
            if marks[late, STATE] == _WAITING:
                last = np.int64(moves[late, DEADLINE])
                if last > until:
                    by_then = min(by_then, tally[_SENT])
                _move(
                    moves, rows, quantity, date_hash, nodes, stocks, marks, holders, inbound, slots, stack, tally,
                    order, late, last, True, seed, block,
                )  # fmt: skip
        if day > until:
            by_then = min(by_then, tally[_SENT])
        if marks[x, STATE] != _PENDING:
            continue
        own, receiver, asked = moves[x, SOURCE], moves[x, RECEIVER], quantity[x]
        held, allowed = stocks[own, STOCK], stocks[own, ALLOWANCE]
        if moves[x, ROWS] == 1 and asked - held - allowed <= SLIGHT * asked and holders[receiver, HEAD] < 0:
            # Most moves are as simple as this: what `_send` does, without the call.
            taken = min(asked, held)
            stocks[own, STOCK] = held - taken
            stocks[own, ALLOWANCE] = max(0.0, allowed - (asked - taken))
            stocks[own, BORN] += asked - taken
            stocks[moves[x, TARGET], STOCK] += asked
            marks[x, STATE] = _DONE
            order[tally[_SENT]] = x
            tally[_SENT] += 1
        else:
            urgent = moves[x, DEADLINE] <= day
            _move(
                moves, rows, quantity, date_hash, nodes, stocks, marks, holders, inbound, slots, stack, tally, order,
                x, day, urgent, seed, block,
            )  # fmt: skip
    for k in range(d, n):
        x = np.int64(due[k])
        if marks[x, STATE] == _WAITING:
            last = np.int64(moves[x, DEADLINE])
            if last > until:
                by_then = min(by_then, tally[_SENT])
            _move(
                moves, rows, quantity, date_hash, nodes, stocks, marks, holders, inbound, slots, stack, tally, order,
                x, last, True, seed, block,
            )  # fmt: skip
    happening = min(by_then, tally[_SENT])
    for i in range(happening, tally[_SENT]):
        x = order[i]
        if moves[x, FREE] == FREE_FIRST + FREE_LAST:
            order[happening] = x
            happening += 1
    return int(happening)
