"""Strict: a link known by serial or lot overrides the mixture; all else is proportional.

Known goods stand apart: from the movement that brought them until the one that takes them on they are in no mixture,
so that no other issue can have had them. Each movement is well mixed in itself: if x of the q items of movement j
are known to go on in movement i, they are of j's own composition.

With r and b as in `Proportional`, but over loose goods only, and l = x / q per link of movement i from movement j, the
pass back is: m = w[target] r + c_i; w[target] loses its part; born[source] += m b; c_j += m l for each link;
w[source] gains the rest. O(movements + links), exact.

Because known goods cannot be lent to other issues, more may be lacking, and more be left, than without links: under
`strict` the origins sum to a balance of its own.
"""

from __future__ import annotations

import numpy as np

from takingstock.trace.births import Flow, summed
from takingstock.trace.links import Links
from takingstock.trace.policies import Amounts, Entries, Expansion, Proportional


class Strict(Proportional):
    """Known links first, the rest well mixed."""

    links: Links

    def __init__(self, flow: Flow) -> None:
        from takingstock.trace import kernels

        assert flow.links is not None
        self.flow = flow
        self.links = flow.links
        loose_out = flow.quantity - self.links.into
        loose_in = flow.quantity - self.links.out_of
        self.ratio, self.born_share, birth = np.empty((3, len(flow.quantity)))

        def forward(start: Amounts, lacking: bool) -> None:
            self.balance = start.copy()
            kernels.linked_forward(
                flow.source, flow.target, loose_out, loose_in, self.balance, self.ratio, birth, lacking
            )

        self.start = flow.opening
        forward(self.start, True)
        if not flow.lacking:
            self.start = flow.opening + summed(flow.source, birth, flow.holders)
            forward(self.start, False)
        some = np.where(flow.quantity > 0.0, flow.quantity, 1.0)
        self.born_share = birth / some
        self.loose_share = (loose_out - birth) / some
        self.link_share = self.links.quantity / some[self.links.issue]

    def origins(self, holder: int, received: bool) -> tuple[Amounts, Amounts]:
        asked, rows = self._rows(holder, received)
        return summed(self.flow.source, rows, self.flow.holders), asked

    def unlinked(self, holder: int, received: bool) -> float:
        """How many of a holder's goods came by no link, at any step: what a pass back that drops linked goods finds."""
        asked, rows = self._rows(holder, received, np.zeros_like(self.link_share))
        return float(asked.sum() + rows.sum())

    def _rows(self, holder: int, received: bool, followed: Amounts | None = None) -> tuple[Amounts, Amounts]:
        from takingstock.trace import kernels

        flow = self.flow
        asked = self._asked(holder, received)
        rows = np.zeros_like(flow.quantity)
        kernels.linked_backward_rows(
            flow.source,
            flow.target,
            flow.quantity,
            self.ratio,
            self.born_share,
            self.loose_share,
            self.links.first,
            self.links.receipt,
            self.link_share if followed is None else followed,
            asked,
            rows,
            holder if received else -1,
        )
        return asked, rows

    def expand(self, head: int, entries: Entries, cut: float) -> Expansion:
        from takingstock.trace import kernels

        loose = entries.mass * self.loose_share[entries.movement]
        pool, opening, mixed, dropped = self._back(head, entries.movement, loose, cut)
        nothing, none = np.empty(0), np.empty(0, dtype=np.int64)
        old = (
            kernels.mixed_carry(entries.movement, loose, pool, none, nothing, opening) if opening > 0.0 else 0.0 * loose
        )
        # The links of every entry, one after the other.
        first = self.links.first[entries.movement]
        count = self.links.first[entries.movement + 1] - first
        up = np.repeat(np.arange(len(entries), dtype=np.int64), count)
        link = np.arange(len(up), dtype=np.int64) + np.repeat(first - (np.cumsum(count) - count), count)
        movement = np.concatenate((mixed.movement, self.links.receipt[link]))
        mass = np.concatenate((mixed.mass, entries.mass[up] * self.link_share[link]))
        came = np.concatenate((np.full(len(mixed), -1, dtype=np.int64), up))
        falling = np.argsort(-movement, kind="stable")
        inflows = Entries(movement[falling], mass[falling], up=came[falling])
        return Expansion(entries.mass * self.born_share[entries.movement], old, inflows, dropped)

    def lift(self, head: int, above: Entries, below: Entries, part: Amounts, cut: float) -> Amounts:
        from takingstock.trace import kernels

        assert below.up is not None
        loose = above.mass * self.loose_share[above.movement]
        pool, _, _, _ = self._back(head, above.movement, loose, cut)
        known = below.up >= 0
        carried = kernels.mixed_carry(above.movement, loose, pool, below.movement[~known], part[~known], 0.0)
        linked: Amounts = carried + summed(below.up[known], part[known], len(above))
        return linked
