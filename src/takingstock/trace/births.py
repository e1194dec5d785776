"""Births: what a source lacked when it issued, either born at that moment or held from the start.

Invariant: a `Flow` is complete and in custody order; every policy reads it and none writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from takingstock.trace.links import Links

BirthRule = Literal["late", "opening"]
BIRTH_RULES: tuple[BirthRule, ...] = ("late", "opening")


def summed(index: NDArray[np.integer], weights: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Weights summed by index, float64[length], in the order in which they stand."""
    return np.bincount(index, weights=weights, minlength=length).astype(np.float64, copy=False)


@dataclass(frozen=True, eq=False)
class Flow:
    """Movements in custody order, with the rule for what is lacking. Positions index these columns.

    source, target: int32[movements]. quantity: float64[movements], in items. opening: float64[holders], the
    stock before the first movement, without the shortfall that births="opening" adds to it. row:
    int64[movements], the caller's row at each position, or None where they are the same. links: what is known of
    single goods, or None; only the policy `strict` reads them. label: int32[holders], which holders (nodes) are one
    to the asker, or None where each is its own.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    quantity: NDArray[np.float64]
    opening: NDArray[np.float64]
    row: NDArray[np.int64] | None
    rule: BirthRule
    links: Links | None = None
    label: NDArray[np.int32] | None = None

    @property
    def holders(self) -> int:
        return len(self.opening)

    @property
    def lacking(self) -> bool:
        """May a source issue what it does not have? Under births="opening" it had it all along."""
        return self.rule == "late"

    @cached_property
    def late_births(self) -> NDArray[np.float64]:
        """Per position, what the source lacked at that moment, float64[movements], under either rule."""
        from takingstock.trace import kernels

        birth = np.empty_like(self.quantity)
        kernels.birth_pass(self.source, self.target, self.quantity, self.opening.copy(), birth)
        return birth

    @cached_property
    def shortfall(self) -> NDArray[np.float64]:
        """Per holder, the sum of what it lacked, float64[holders]: the least stock that explains its issues.

        The sum of late births is exactly that least stock, because each of them brings the balance to zero.
        """
        return summed(self.source, self.late_births, self.holders)

    @cached_property
    def birth(self) -> NDArray[np.float64]:
        """Per position, what is born in that movement under the rule, float64[movements]."""
        return self.late_births if self.lacking else np.zeros_like(self.quantity)

    @cached_property
    def start(self) -> NDArray[np.float64]:
        """The stock each holder starts with under the rule, float64[holders]."""
        return self.opening if self.lacking else self.opening + self.shortfall

    @cached_property
    def balance(self) -> NDArray[np.float64]:
        """What each holder has at the end, float64[holders]; the same under either rule."""
        from takingstock.trace import kernels

        balance = self.opening.copy()
        kernels.scalar_pass(self.source, self.target, self.quantity, balance)
        return balance

    @cached_property
    def inflows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions by target: those into h are `inflows[1][inflows[0][h]:inflows[0][h + 1]]`, rising."""
        from takingstock.trace import kernels

        index: tuple[NDArray[np.int64], NDArray[np.int64]] = kernels.inflow_index(self.target, self.holders)
        return index

    def into(self, holder: int) -> NDArray[np.int64]:
        """Positions of the movements into one holder, rising."""
        first, movement = self.inflows
        into: NDArray[np.int64] = movement[first[holder] : first[holder + 1]]
        return into

    def received(self, holder: int) -> NDArray[np.int64]:
        """Positions of the movements of something into one holder from another, falling."""
        into = self.into(holder)
        some = (self.source[into] != holder) & (self.quantity[into] > 0.0)
        falling: NDArray[np.int64] = into[some][::-1].copy()
        return falling

    def nodes(self, label: int) -> NDArray[np.int64]:
        """The holders of one label, rising."""
        if self.label is None:
            return np.array([label], dtype=np.int64)
        first, node = self._nodes
        of_label: NDArray[np.int64] = node[first[label] : first[label + 1]]
        return of_label

    @cached_property
    def _nodes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        assert self.label is not None
        first = np.concatenate(([0], np.cumsum(np.bincount(self.label)))).astype(np.int64)
        return first, np.argsort(self.label, kind="stable").astype(np.int64, copy=False)

    def senders(self, positions: NDArray[np.int64]) -> NDArray[np.int32]:
        """The labels that the movements at some positions came from."""
        source = self.source[positions]
        return source if self.label is None else self.label[source]

    def by_row(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values by position, laid out by the caller's rows."""
        if self.row is None:
            return values.copy()
        out = np.empty_like(values)
        out[self.row] = values
        return out

    def rows(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """The caller's rows at some positions."""
        return positions.copy() if self.row is None else self.row[positions]
