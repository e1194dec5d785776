"""Policies: which goods leave a stock first. One dispatch table, one signature.

Invariant: a policy reads one `Flow`, prepares itself once, and answers any number of questions. Positions are in
custody order; `network` translates to the caller's rows.

To add a policy: write a class with the five methods of `Policy` and put it in `POLICIES`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.births import Flow, summed

Amounts = NDArray[np.float64]
Positions = NDArray[np.int64]

NEGLIGIBLE = 1e-15
"""Mass below this share of what is asked for is given up, and counted as given up."""

MOST_PARCELS = 25_000_000
"""Parcels beyond which a by-age policy makes no more room: by then it has some 3 GB."""


class TooManyParcelsError(ValueError):
    """A by-age policy would need more memory than it may take."""


@dataclass(frozen=True, eq=False)
class Entries:
    """Goods on their way into a holder: the movements that brought them, and how much.

    movement: int64[entries], positions. mass: float64[entries], in items. The rest is the policy's own: under
    fifo and lifo the stretch lo..hi of that movement's goods, by age the parcel; up, the entry one step nearer
    to the holder asked about that each was expanded from.
    """

    movement: Positions
    mass: Amounts
    lo: Amounts | None = None
    parcel: Positions | None = None
    up: Positions | None = None

    def __len__(self) -> int:
        return len(self.movement)

    def pick(self, index: NDArray[np.int64]) -> Entries:
        """Some of the entries, in the order given."""
        return Entries(
            self.movement[index],
            self.mass[index],
            None if self.lo is None else self.lo[index],
            None if self.parcel is None else self.parcel[index],
            None if self.up is None else self.up[index],
        )


@dataclass(frozen=True, eq=False)
class Expansion:
    """One step back: what was born in the entries, what was the source's opening stock, what had come to it.

    born, opening: float64[entries expanded], how much of each; dropped: mass given up as negligible.
    """

    born: Amounts
    opening: Amounts
    inflows: Entries
    dropped: float = 0.0


def blank(length: int) -> Amounts:
    """Zeros to be read in no order: written at once, unlike numpy.zeros, so that the system may give large pages."""
    zeros = np.empty(length)
    zeros.fill(0.0)
    return zeros


class Policy(Protocol):
    """What every policy answers. `received`: of all that came in from others, not of what is held at the end."""

    def origins(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        """Mass born at and opening stock of each holder, float64[holders] twice."""

    def births(self, holder: int, received: bool) -> Amounts:
        """Mass born in each movement, float64[movements], by position."""

    def root(self, holder: int, received: bool) -> Expansion:
        """The first step back from the holder asked about; `opening` is its own opening stock, one value per node."""

    def expand(self, head: int, entries: Entries, cut: float, /) -> Expansion:
        """The step back from entries that all came from `head`; mass below `cut` may be given up."""

    def lift(self, head: int, above: Entries, below: Entries, part: Amounts, cut: float, /) -> Amounts:
        """Of a marked part of the entries `below` that went into `head`, what went on in each entry `above`."""


class Proportional:
    """Well mixed: every issue takes of everything in stock, in proportion.

    One forward pass keeps, per movement, the share r that it makes of its target's stock just after, and the
    share b of it that was born. A question is one pass back with the mass w asked of each stock:
    m = w[target] r; w[target] -= m; born[source] += m b; w[source] += m (1 - b). O(movements), exact with cycles.
    """

    def __init__(self, flow: Flow) -> None:
        from takingstock.trace import kernels

        self.flow = flow
        self.balance = flow.start.copy()
        self.ratio, self.born_share = np.empty((2, len(flow.quantity)))
        kernels.mixed_forward(
            flow.source, flow.target, flow.quantity, self.balance, self.ratio, self.born_share, flow.lacking
        )

    def _asked(self, holder: int, received: bool) -> Amounts:
        asked = blank(self.flow.holders)
        if not received:
            asked[holder] = self.balance[holder]
        return asked

    def origins(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        from takingstock.trace import kernels

        flow = self.flow
        asked = self._asked(holder, received)
        born = blank(flow.holders)
        receiver = holder if received else -1
        kernels.mixed_backward(
            flow.source, flow.target, flow.quantity, self.ratio, self.born_share, asked, born, receiver
        )
        return born, asked

    def births(self, holder: int, received: bool) -> Amounts:
        return self._rows(holder, received)[1]

    def _rows(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        from takingstock.trace import kernels

        flow = self.flow
        asked = self._asked(holder, received)
        rows = np.zeros_like(flow.quantity)
        receiver = holder if received else -1
        kernels.mixed_backward_rows(
            flow.source, flow.target, flow.quantity, self.ratio, self.born_share, asked, rows, receiver
        )
        return asked, rows

    def root(self, holder: int, received: bool) -> Expansion:
        none = np.zeros(1)
        if received:
            into = self.flow.received(holder)
            return Expansion(none, none, Entries(into, self.flow.quantity[into]))
        held = self.balance[holder : holder + 1]
        at_the_end = np.array([len(self.flow.quantity)], dtype=np.int64)
        _, opening, inflows, dropped = self._back(holder, at_the_end, held, NEGLIGIBLE * float(held[0]))
        return Expansion(none, np.array([opening]), inflows, dropped)

    def _back(self, head: int, asks: Positions, mass: Amounts, cut: float) -> tuple[Amounts, float, Entries, float]:
        from takingstock.trace import kernels

        used, came, pool, opening, dropped = kernels.mixed_expand(asks, mass, self.flow.into(head), self.ratio, cut)
        return pool, opening, Entries(used, came), dropped

    def expand(self, head: int, entries: Entries, cut: float) -> Expansion:
        from takingstock.trace import kernels

        born = entries.mass * self.born_share[entries.movement]
        relayed = entries.mass - born
        pool, opening, inflows, dropped = self._back(head, entries.movement, relayed, cut)
        if opening <= 0.0:
            return Expansion(born, np.zeros(len(entries)), inflows, dropped)
        nothing = np.empty(0)
        none = np.empty(0, dtype=np.int64)
        old = kernels.mixed_carry(entries.movement, relayed, pool, none, nothing, opening)
        return Expansion(born, old, inflows, dropped)

    def lift(self, head: int, above: Entries, below: Entries, part: Amounts, cut: float) -> Amounts:
        from takingstock.trace import kernels

        relayed = above.mass - above.mass * self.born_share[above.movement]
        pool, _, _, _ = self._back(head, above.movement, relayed, cut)
        return kernels.mixed_carry(above.movement, relayed, pool, below.movement, part, 0.0)


class _Placed(ABC):
    """What fifo, lifo and the by-age policies share: goods keep their place, so a part is followed by index."""

    flow: Flow

    def lift(self, _head: int, above: Entries, below: Entries, part: Amounts, _cut: float, /) -> Amounts:
        assert below.up is not None
        return summed(below.up, part, len(above))

    def births(self, holder: int, received: bool) -> Amounts:
        return self.walk(holder, received)[0]

    def origins(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        from takingstock.trace import stocks

        rows, opening = self.walk(holder, received)
        return stocks.by_source(self.flow.source, rows, self.flow.holders), opening

    @abstractmethod
    def walk(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        """Mass born in each movement, float64[movements], and opening stock of each holder, float64[holders]."""


def _stretches(pieces: tuple[Positions, Amounts, Amounts, Positions]) -> Entries:
    movement, lo, hi, up = pieces
    return Entries(movement, hi - lo, lo=lo, up=up)


class _Stretched(_Placed):
    """Fifo and lifo: the goods of a movement are a line, and a stretch of it was stretches of earlier lines."""

    def root(self, holder: int, received: bool) -> Expansion:
        none = np.zeros(1)
        if received:
            into = self.flow.received(holder)
            return Expansion(
                none, none, Entries(into, self.flow.quantity[into], lo=np.zeros(len(into)), up=np.zeros_like(into))
            )
        entries, opening = self.held(holder)
        return Expansion(none, np.array([opening]), entries)

    def walk(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        root = self.root(holder, received)
        born = np.zeros_like(self.flow.quantity)
        opening = np.zeros(self.flow.holders)
        opening[holder] = root.opening[0]
        lo = root.inflows.lo
        assert lo is not None
        self.follow(root.inflows.movement, lo, lo + root.inflows.mass, born, opening)
        return born, opening

    def expand(self, _head: int, entries: Entries, _cut: float, /) -> Expansion:
        assert entries.lo is not None
        born, opening, pieces = self.back(entries.movement, entries.lo, entries.lo + entries.mass)
        return Expansion(born, opening, _stretches(pieces))

    @abstractmethod
    def held(self, holder: int) -> tuple[Entries, float]:
        """What a holder has at the end, and its own opening stock among it."""

    @abstractmethod
    def back(
        self, movement: Positions, lo: Amounts, hi: Amounts
    ) -> tuple[Amounts, Amounts, tuple[Positions, Amounts, Amounts, Positions]]:
        """One step back from stretches: born, opening, and the stretches they had been."""

    @abstractmethod
    def follow(self, movement: Positions, lo: Amounts, hi: Amounts, born: Amounts, opening: Amounts) -> None:
        """All the way back from stretches; `born` (by movement) and `opening` (by holder) gain."""


class Fifo(_Stretched):
    """First in, first out: what leaves between cumulative outflows x and y came between cumulative inflows x and y.

    An index of two numbers per movement; a step back is a binary search.
    """

    def __init__(self, flow: Flow) -> None:
        from takingstock.trace import stocks

        self.flow = flow
        self.came, self.went, self.inflow, self.outflow = stocks.fifo_index(
            flow.source, flow.target, flow.quantity, flow.start, flow.birth
        )

    def held(self, holder: int) -> tuple[Entries, float]:
        from takingstock.trace import stocks

        flow = self.flow
        first, movement = flow.inflows
        x, y = float(self.outflow[holder]), float(self.inflow[holder])
        pieces, opening = stocks.fifo_held(holder, x, y, flow.start, first, movement, self.came, flow.quantity)
        return _stretches(pieces), opening

    def back(
        self, movement: Positions, lo: Amounts, hi: Amounts
    ) -> tuple[Amounts, Amounts, tuple[Positions, Amounts, Amounts, Positions]]:
        from takingstock.trace import stocks

        flow = self.flow
        first, into = flow.inflows
        return stocks.fifo_expand(
            movement, lo, hi, flow.source, flow.quantity, flow.birth, flow.start, first, into, self.came, self.went
        )

    def follow(self, movement: Positions, lo: Amounts, hi: Amounts, born: Amounts, opening: Amounts) -> None:
        from takingstock.trace import stocks

        flow = self.flow
        first, into = flow.inflows
        stocks.fifo_walk(
            movement,
            lo,
            hi,
            flow.source,
            flow.quantity,
            flow.birth,
            flow.start,
            first,
            into,
            self.came,
            self.went,
            born,
            opening,
        )


class Lifo(_Stretched):
    """Last in, first out: one forward pass records which stretches of its source's stack each movement popped."""

    def __init__(self, flow: Flow) -> None:
        from takingstock.trace import stocks

        self.flow = flow
        movements = len(flow.quantity)
        most, room = 2 * movements + flow.holders, stocks.most_lines(movements, flow.holders)
        if max(most, room) > stocks.MOST:
            raise ValueError(f"{movements:,} movements are too many for lifo; ask about a narrower class or period")
        pops = np.empty(most, np.int32), np.empty((most, 2))
        self.popped = np.empty(movements + 1, np.int32)
        self.top, self.under = stocks.lines(flow.holders), stocks.lines(room)
        count = stocks.lifo_forward(
            flow.source, flow.target, flow.quantity, flow.start, flow.birth, self.top, self.under, self.popped, pops
        )
        self.pops = pops[0][:count], pops[1][:count]

    def held(self, holder: int) -> tuple[Entries, float]:
        from takingstock.trace import stocks

        pieces, opening = stocks.lifo_held(holder, self.top, self.under)
        return _stretches(pieces), opening

    def back(
        self, movement: Positions, lo: Amounts, hi: Amounts
    ) -> tuple[Amounts, Amounts, tuple[Positions, Amounts, Amounts, Positions]]:
        from takingstock.trace import stocks

        flow = self.flow
        return stocks.lifo_expand(movement, lo, hi, flow.quantity, flow.birth, self.popped, self.pops)

    def follow(self, movement: Positions, lo: Amounts, hi: Amounts, born: Amounts, opening: Amounts) -> None:
        from takingstock.trace import stocks

        flow = self.flow
        stocks.lifo_walk(
            movement, lo, hi, flow.source, flow.quantity, flow.birth, self.popped, self.pops, born, opening
        )


class ByAge(_Placed):
    """Oldest or newest made first, by the movement in which goods were born; opening stock counts as oldest.

    Goods of one birth leave in order of arrival (oldest) or against it (newest). One pass of heaps keeps every
    parcel with its parent: costs the number of parcels moved, which a long history of big transfers multiplies.
    """

    def __init__(self, flow: Flow, newest: bool) -> None:
        from takingstock.trace import parcels

        self.flow = flow
        self.brought, self.parent, self.born, self.amount, self.stayed = parcels.age_forward(
            flow.source, flow.target, flow.quantity, flow.start, flow.birth, newest, MOST_PARCELS
        )
        if len(self.brought) == 0 and (flow.start.any() or flow.quantity.any()):
            raise TooManyParcelsError(
                f"following goods by age takes more than {MOST_PARCELS:,} parcels here; "
                "ask about a narrower class or period, or use proportional, fifo or lifo"
            )

    def _asked(self, holder: int, received: bool) -> tuple[Positions, Amounts]:
        """The parcels asked about, without the holder's own opening stock that never moved."""
        flow = self.flow
        moved = np.flatnonzero(self.brought >= 0)
        by = self.brought[moved]
        if received:
            wanted = moved[(flow.target[by] == holder) & (flow.source[by] != holder)]
            return wanted, self.amount[wanted]
        wanted = moved[(flow.target[by] == holder) & (self.stayed[moved] > 0.0)]
        return wanted, self.stayed[wanted]

    def _own(self, holder: int, received: bool) -> float:
        mine = (self.brought == -1) & (self.born == -(holder + 1))
        return 0.0 if received else float(self.stayed[mine].sum())

    def walk(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        parcel, mass = self._asked(holder, received)
        born = self.born[parcel]
        new = born >= 0
        rows = summed(born[new], mass[new], len(self.flow.quantity))
        opening = summed(-born[~new] - 1, mass[~new], self.flow.holders)
        opening[holder] += self._own(holder, received)
        return rows, opening

    def root(self, holder: int, received: bool) -> Expansion:
        parcel, mass = self._asked(holder, received)
        entries = Entries(self.brought[parcel], mass, parcel=parcel, up=np.zeros_like(parcel))
        return Expansion(np.zeros(1), np.array([self._own(holder, received)]), entries)

    def expand(self, _head: int, entries: Entries, _cut: float, /) -> Expansion:
        assert entries.parcel is not None
        parent = self.parent[entries.parcel]
        new = parent == -1
        old = ~new & (self.brought[parent] == -1)
        on = np.flatnonzero(~new & ~old)
        inflows = Entries(self.brought[parent[on]], entries.mass[on], parcel=parent[on], up=on)
        return Expansion(np.where(new, entries.mass, 0.0), np.where(old, entries.mass, 0.0), inflows)


POLICIES: dict[str, Callable[[Flow], Policy]] = {
    "proportional": Proportional,
    "fifo": Fifo,
    "lifo": Lifo,
    "oldest-made-first": partial(ByAge, newest=False),
    "newest-made-first": partial(ByAge, newest=True),
}
"""The five assumptions, between which a trace is compared."""


def _strict(flow: Flow) -> Policy:
    from takingstock.trace.strict import Strict

    return Strict(flow)


# Apart, because what is known is no further assumption: it takes the rest as `proportional` does.
WITH_LINKS: dict[str, Callable[[Flow], Policy]] = {**POLICIES, "strict": _strict}
"""All policies of a network that has known links: the dispatch table."""
