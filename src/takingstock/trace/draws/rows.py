"""The rows along which all draws move goods, from node to node.

Invariant: every move has at least one row, takes from each node by one row only, and its first row is of tier 1: there
what its sources lack is born. A *node* is a holder with a class of goods; its *label* is the number of the holder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """The network that all draws share, N nodes, A moves, R rows.

    label: int32[N], the holder of each node. first: int64[A + 1]; the rows of move a are first[a]:first[a + 1], at
    least one, their sources all different, the first of tier 1. source, target: int32[R], nodes. tier: int8[R], 1 or 2.
    Raises ValueError where this is not so.
    """

    label: NDArray[np.int32]
    first: NDArray[np.int64]
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    tier: NDArray[np.int8]

    def __post_init__(self) -> None:
        rows, nodes, count = len(self.source), len(self.label), np.diff(self.first)
        if len(self.first) == 0 or self.first[0] != 0 or self.first[-1] != rows or (count < 1).any():
            raise ValueError("first must rise from 0 to the number of rows, at least one row for each move")
        if len(self.target) != rows or len(self.tier) != rows:
            raise ValueError("source, target and tier must be of one length")
        ends = np.concatenate((self.source, self.target))
        if rows and not (ends.min() >= 0 and ends.max() < nodes):
            raise ValueError(f"rows must lead between nodes 0 to {nodes - 1}")
        if not np.isin(self.tier, (1, 2)).all() or (self.tier[self.first[:-1]] != 1).any():
            raise ValueError("tiers are 1 or 2, and the first row of a move is of tier 1")
        pairs = self.moves * np.int64(nodes) + self.source
        if len(np.unique(pairs)) < rows:
            raise ValueError("a move takes from each node by one row only")

    @property
    def moves(self) -> NDArray[np.int64]:
        """The move of each row, int64[R]."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int64), np.diff(self.first))

    def arrivals(self, label: int) -> NDArray[np.int32]:
        """int32[R]: 0 for rows into nodes of a holder from nodes of others, else -1; one channel for all."""
        into = (self.label[self.target] == label) & (self.label[self.source] != label)
        return np.where(into, 0, -1).astype(np.int32)
