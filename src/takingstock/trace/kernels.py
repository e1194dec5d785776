"""Compiled passes over movements in custody order: balances, births, supply ranks, the well-mixed stock.

Every pass takes columns that are already in custody order (see `order`), holders numbered from 0, and reports
movements by their *position* in that order. Nothing here validates; `network` has done so.

Importing this module imports numba, so callers import it inside the function that needs it.

Source of the method: C. Kosyfaki and N. Mamoulis, "Provenance in Temporal Interaction Networks", ICDE 2022,
arXiv 2110.05041, for the forward model; the backward weights are the adjoint of its proportional policy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Holders = NDArray[np.int32]
Positions = NDArray[np.int64]
Amounts = NDArray[np.float64]

F = TypeVar("F", bound=Callable[..., Any])

ROUNDING = 1e-12
"""A stock or a shortfall below this fraction of what it was taken from is rounding, not goods."""


def compiled(function: F) -> F:
    """Compile with numba on first call, and keep the machine code beside the module or in the user's cache; where
    neither can be written, compile anew in each process."""
    # The numpy model of errors spares a test for zero before every division; no pass divides by zero. No pass
    # touches anything of Python, so that others may run beside it.
    options = {"nogil": True, "error_model": "numpy"}
    try:
        return cast(F, numba.njit(cache=True, **options)(function))
    except RuntimeError:
        # A read-only installation and no home: numba finds no place for its cache.
        return cast(F, numba.njit(**options)(function))


@compiled
def take(held: float, quantity: float, lacking: bool) -> tuple[float, float]:
    """What is left of a stock after an issue, and what the stock lacked (0 unless `lacking` is allowed)."""
    # Without branches, which no processor could predict here: three times faster than the obvious code.
    relay = min(held, quantity)
    left = held - relay
    birth = quantity - relay
    # 0.1 + 0.2 - 0.3 must not leave a rifle of 5e-17 that later shows up as a chain of its own.
    left = left if left > ROUNDING * held else 0.0
    birth = birth if lacking and birth > ROUNDING * quantity else 0.0
    return left, birth


@compiled
def take_in(
    source: NDArray[np.integer[Any]],
    target: NDArray[np.integer[Any]],
    time: NDArray[Any],
    quantity: Amounts,
    holders: int,
    sources: Holders,
    targets: Holders,
    amounts: Amounts,
) -> tuple[bool, bool]:
    """Copy the columns of a network into its own, once over each.

    Are all values what they must be, and is each time later than the one before? Where the first is not so, the
    copies are worthless.
    """
    # Plain loops over one column, without jumps: the processor takes several values at a step.
    wrong = 0
    for i in range(len(source)):
        wrong |= (source[i] < 0) | (source[i] >= holders)
        sources[i] = source[i]
    for i in range(len(target)):
        wrong |= (target[i] < 0) | (target[i] >= holders)
        targets[i] = target[i]
    for i in range(len(quantity)):
        # NaN is neither.
        right = (quantity[i] >= 0.0) & (quantity[i] < np.inf)
        wrong |= 1 - right
        amounts[i] = quantity[i]
    late = 0
    for i in range(1, len(time)):
        late |= 1 - (time[i] > time[i - 1])
    return wrong == 0, late == 0


@compiled
def counting_order(value: NDArray[np.int64], least: int, values: int, before: Positions) -> Positions:
    """The rows of `before`, stably sorted by value[row], which is least to least + values - 1. O(rows + values)."""
    first = np.zeros(values + 1, np.int64)
    for i in range(len(value)):
        first[value[i] - least + 1] += 1
    for v in range(values):
        first[v + 1] += first[v]
    order = np.empty(len(before), np.int64)
    for i in range(len(before)):
        v = value[before[i]] - least
        order[first[v]] = before[i]
        first[v] += 1
    return order


@compiled
def scalar_pass(source: Holders, target: Holders, quantity: Amounts, balance: Amounts) -> float:
    """Balances alone, in place, with no provenance; returns the total born. The yardstick of the benchmarks."""
    total = 0.0
    for i in range(len(source)):
        left, birth = take(balance[source[i]], quantity[i], True)
        balance[source[i]] = left
        balance[target[i]] += quantity[i]
        total += birth
    return total


@compiled
def birth_pass(source: Holders, target: Holders, quantity: Amounts, balance: Amounts, birth: Amounts) -> None:
    """Balances in place, and per movement what its source lacked (`birth`, filled)."""
    for i in range(len(source)):
        left, lacked = take(balance[source[i]], quantity[i], True)
        balance[source[i]] = left
        balance[target[i]] += quantity[i]
        birth[i] = lacked


@compiled
def mixed_forward(
    source: Holders,
    target: Holders,
    quantity: Amounts,
    balance: Amounts,
    ratio: Amounts,
    born_share: Amounts,
    lacking: bool,
) -> None:
    """Well-mixed stocks, forward. Balances in place; per movement the share it makes of its target's stock
    just after (`ratio`) and the share of it that was born (`born_share`)."""
    for i in range(len(source)):
        q = quantity[i]
        left, birth = take(balance[source[i]], q, lacking)
        balance[source[i]] = left
        after = balance[target[i]] + q
        balance[target[i]] = after
        ratio[i] = q / (after if after > 0.0 else 1.0)
        born_share[i] = birth / (q if q > 0.0 else 1.0)


@compiled
def mixed_backward(
    source: Holders,
    target: Holders,
    quantity: Amounts,
    ratio: Amounts,
    born_share: Amounts,
    asked: Amounts,
    born: Amounts,
    receiver: int,
) -> None:
    """Well-mixed stocks, backward, per holder.

    `asked` holds the mass asked of each holder's final stock; on return what is left of it is opening stock.
    `born` gains, per holder, the mass born there. With `receiver` >= 0 every movement into that holder from
    another is asked for in full, whether or not it left again.
    """
    for i in range(len(source) - 1, -1, -1):
        w = asked[target[i]]
        if w == 0.0 and target[i] != receiver:
            continue
        m = w * ratio[i]
        asked[target[i]] = w - m
        if target[i] == receiver and source[i] != receiver:
            m += quantity[i]
        new = m * born_share[i]
        born[source[i]] += new
        asked[source[i]] += m - new


@compiled
def mixed_backward_rows(
    source: Holders,
    target: Holders,
    quantity: Amounts,
    ratio: Amounts,
    born_share: Amounts,
    asked: Amounts,
    born: Amounts,
    receiver: int,
) -> None:
    """As `mixed_backward`, but `born` is per movement."""
    for i in range(len(source) - 1, -1, -1):
        s = source[i]
        d = target[i]
        m = asked[d] * ratio[i]
        asked[d] -= m
        if d == receiver and s != receiver:
            m += quantity[i]
        if m == 0.0:
            continue
        new = m * born_share[i]
        born[i] += new
        asked[s] += m - new


@compiled
def linked_forward(
    source: Holders,
    target: Holders,
    out: Amounts,
    into: Amounts,
    balance: Amounts,
    ratio: Amounts,
    birth: Amounts,
    lacking: bool,
) -> None:
    """As `mixed_forward`, where a movement takes `out` of one mixture and adds `into` to the other; the rest of it
    are known goods, which stand apart. `birth` is in items."""
    for i in range(len(source)):
        balance[source[i]], birth[i] = take(balance[source[i]], out[i], lacking)
        after = balance[target[i]] + into[i]
        balance[target[i]] = after
        ratio[i] = into[i] / (after if after > 0.0 else 1.0)


@compiled
def linked_backward_rows(
    source: Holders,
    target: Holders,
    quantity: Amounts,
    ratio: Amounts,
    born_share: Amounts,
    loose_share: Amounts,
    first: Positions,
    receipt: Positions,
    link_share: Amounts,
    asked: Amounts,
    born: Amounts,
    receiver: int,
) -> None:
    """As `mixed_backward_rows`, where `link_share` of a movement came by movement `receipt` (links of movement i:
    first[i]:first[i + 1]) and `loose_share` from its source's mixture."""
    known = np.zeros(len(source), np.float64)
    for i in range(len(source) - 1, -1, -1):
        m = asked[target[i]] * ratio[i]
        asked[target[i]] -= m
        m += known[i]
        if target[i] == receiver and source[i] != receiver:
            m += quantity[i]
        if m == 0.0:
            continue
        born[i] += m * born_share[i]
        asked[source[i]] += m * loose_share[i]
        for k in range(first[i], first[i + 1]):
            known[receipt[k]] += m * link_share[k]


@compiled
def inflow_index(target: Holders, holders: int) -> tuple[Positions, Positions]:
    """Movements by target: those into h are `movement[first[h]:first[h + 1]]`, in custody order."""
    first = np.zeros(holders + 1, np.int64)
    for i in range(len(target)):
        first[target[i] + 1] += 1
    for h in range(holders):
        first[h + 1] += first[h]
    slot = first[:-1].copy()
    movement = np.empty(len(target), np.int64)
    for i in range(len(target)):
        movement[slot[target[i]]] = i
        slot[target[i]] += 1
    return first, movement


@compiled
def mixed_expand(
    asks: Positions, mass: Amounts, inflows: Positions, ratio: Amounts, cut: float
) -> tuple[Positions, Amounts, Amounts, float, float]:
    """One holder's well-mixed stock, backward: from what left it to what had come in.

    asks, mass: positions (falling) at which goods left the holder, and how much. inflows: positions (rising)
    of the movements into it. Returns the inflows used (falling) and their masses; the pool just after each ask
    was added, which `mixed_carry` needs; what remains as opening stock; and the mass given up below `cut`.
    """
    p = np.searchsorted(inflows, asks[0]) - 1
    used = np.empty(p + 1, np.int64)
    came = np.empty(p + 1, np.float64)
    pool = np.zeros(len(asks), np.float64)
    count = 0
    a = 0
    w = 0.0
    dropped = 0.0
    while True:
        # A loop onto oneself at an ask's own position arrives after that ask: strictly later asks only.
        while a < len(asks) and (p < 0 or asks[a] > inflows[p]):
            w += mass[a]
            pool[a] = w
            a += 1
        if p < 0:
            break
        if w <= cut:
            dropped += w
            w = 0.0
            if a == len(asks):
                break
            p = np.searchsorted(inflows[: p + 1], asks[a]) - 1
            continue
        m = w * ratio[inflows[p]]
        if m > 0.0:
            used[count] = inflows[p]
            came[count] = m
            count += 1
        w -= m
        p -= 1
    return used[:count].copy(), came[:count].copy(), pool, w, dropped


@compiled
def mixed_carry(
    asks: Positions, mass: Amounts, pool: Amounts, came: Positions, part: Amounts, opening: float
) -> Amounts:
    """Which of one holder's issues carried a marked part of what had come in.

    The inverse walk of `mixed_expand`: `part` of each inflow in `came` (falling), and `opening` of the opening
    stock, are followed forward through the pool; returns the marked mass that left at each ask.
    """
    out = np.zeros(len(asks), np.float64)
    marked = opening
    k = len(came) - 1
    for a in range(len(asks) - 1, -1, -1):
        while k >= 0 and came[k] < asks[a]:
            marked += part[k]
            k -= 1
        if pool[a] > 0.0:
            out[a] = marked * min(1.0, mass[a] / pool[a])
            marked -= out[a]
    return out


@compiled
def supply_ranks(source: Holders, target: Holders, quantity: Amounts, bounds: Positions, holders: int) -> Positions:
    """Rank of each movement among those of its own time, supply before use.

    Rows lie by time; group g is rows bounds[g]:bounds[g + 1]. Within a group the holders' strongly connected
    components (Tarjan, with an explicit stack) are levelled by the longest path that supplies them; a movement
    ranks by the level of its source, those inside a component before those out of it. Levels do not depend on
    how holders are numbered nor on the order of rows. Movements of nothing supply nothing. O(rows + holders).
    """
    n = len(source)
    rank = np.zeros(n, np.int64)
    head = np.full(holders, -1, np.int64)
    following = np.full(n, -1, np.int64)
    at = np.full(holders, -1, np.int64)
    index = np.full(holders, -1, np.int32)
    low = np.zeros(holders, np.int32)
    component = np.full(holders, -1, np.int32)
    level = np.zeros(holders, np.int32)
    path = np.empty(holders, np.int32)
    pending = np.empty(holders, np.int32)
    finished = np.empty(holders, np.int32)
    for g in range(len(bounds) - 1):
        start, stop = bounds[g], bounds[g + 1]
        if stop - start < 2:
            continue
        for i in range(start, stop):
            for v in (source[i], target[i]):
                head[v] = -1
                index[v] = -1
                component[v] = -1
        for i in range(start, stop):
            if quantity[i] > 0.0:
                following[i] = head[source[i]]
                head[source[i]] = i
        counter = 0
        waiting = 0
        done = 0
        components = 0
        for i in range(start, stop):
            if index[source[i]] != -1:
                continue
            depth = 1
            path[0] = source[i]
            fresh = np.int64(source[i])
            while depth > 0:
                if fresh != -1:
                    index[fresh] = counter
                    low[fresh] = counter
                    counter += 1
                    at[fresh] = head[fresh]
                    pending[waiting] = fresh
                    waiting += 1
                    fresh = np.int64(-1)
                v = path[depth - 1]
                e = at[v]
                if e != -1:
                    at[v] = following[e]
                    u = np.int64(target[e])
                    if index[u] == -1:
                        path[depth] = u
                        depth += 1
                        fresh = u
                    elif component[u] == -1:
                        low[v] = min(low[v], index[u])
                    continue
                depth -= 1
                if depth > 0:
                    low[path[depth - 1]] = min(low[path[depth - 1]], low[v])
                if low[v] == index[v]:
                    level[components] = 0
                    while True:
                        waiting -= 1
                        u = pending[waiting]
                        component[u] = components
                        finished[done] = u
                        done += 1
                        if u == v:
                            break
                    components += 1
        # Components finish after everything they supply: read backwards, suppliers come first.
        for k in range(done - 1, -1, -1):
            v = finished[k]
            e = head[v]
            while e != -1:
                u = target[e]
                if component[u] != component[v]:
                    level[component[u]] = max(level[component[u]], level[component[v]] + 1)
                e = following[e]
        for i in range(start, stop):
            own = component[source[i]]
            rank[i] = 2 * level[own] + (0 if component[target[i]] == own else 1)
    return rank
