"""Candidate chains, all valued in every draw of a block by one walk back.

Invariant: the value of a chain is what the goods asked for owe to exactly its sequence of holders and its kind of
beginning, summed over every path of moves and classes; the values of all chains there are sum to the total.

The ends of the sequences, read towards the holder asked about, make a trie: its root is that holder, and each position
leads to the next holder on the way there. The mass asked for is kept by position and node (a *slot*), so goods that
came by other ways drop out where they leave the trie, though they leave their slot all the same.

Source of the method: the pass back of `lanes`, with a position added to the state.

Importing this module imports numba, so callers import it inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.births import BirthRule
from takingstock.trace.draws.lanes import Block, Lanes, Of, Rows, Shares
from takingstock.trace.kernels import compiled

PRODUCED, UNRECORDED, OPENING = range(3)
"""Kinds of beginning: made, first seen when issued, counted in opening stock."""

NOWHERE = -1


class Walk:
    """K chains to one holder, laid out over the rows of a network once, to be valued in any number of blocks.

    chains: sequences of labels, the last of each the holder asked about; kinds: PRODUCED, UNRECORDED or OPENING, one
    for each. of: what is asked for, what the holder has at the end, or all that came in from others. move_kind:
    int8[A], PRODUCED or UNRECORDED, of what is born in a move. node_lack_kind: int8[N], the same of shortfall put into
    opening stock. births: as the blocks are run. Raises ValueError for a chain that ends elsewhere, is there twice, or
    has an unknown kind.
    """

    def __init__(
        self,
        rows: Rows,
        asked: int,
        of: Of,
        chains: Sequence[Sequence[int]],
        kinds: Sequence[int],
        move_kind: NDArray[np.int8],
        node_lack_kind: NDArray[np.int8],
        births: BirthRule = "late",
    ) -> None:
        self.chains = len(chains)
        self.late = births == "late"
        label, nearer, depth, ends = _trie(asked, chains, kinds)
        # A position needs slots where goods go on from it, or where they may have begun in stock.
        keeps = np.zeros(len(label), np.bool_)
        keeps[nearer[1:]] = True
        keeps |= (ends[:, OPENING] != NOWHERE) if self.late else (ends != NOWHERE).any(axis=1)
        keeps[0] = of == "held"
        # Slots of one position lie together, one for each node of its holder.
        nodes = np.bincount(rows.label, minlength=max(int(label.max()), int(rows.label.max(initial=0))) + 1)
        by_label = np.argsort(rows.label, kind="stable")
        rank = np.empty(len(rows.label), np.int64)
        rank[by_label] = np.arange(len(by_label)) - np.repeat(np.cumsum(nodes) - nodes, nodes)
        width = np.where(keeps, nodes[label], 0)
        base = np.cumsum(width) - width
        position = np.repeat(np.arange(len(label)), width)
        own = np.cumsum(nodes) - nodes
        self._node = by_label[own[label[position]] + np.arange(len(position)) - base[position]].astype(np.int32)
        self._asked = int(width[0])
        self._counted_ends = ends[position, OPENING]
        self._lack_ends = ends[position, node_lack_kind[self._node]]
        self._entries(rows, of, label, nearer, depth, ends, np.where(keeps, base, NOWHERE), rank, move_kind)
        self._mass: Lanes = np.zeros((len(position), 0))
        self._active = np.zeros(len(position), np.bool_)
        self._scratch: Lanes = np.zeros(0)

    def _entries(
        self,
        rows: Rows,
        of: Of,
        label: NDArray[np.int32],
        nearer: NDArray[np.int64],
        depth: NDArray[np.int64],
        ends: NDArray[np.int32],
        base: NDArray[np.int64],
        rank: NDArray[np.int64],
        move_kind: NDArray[np.int8],
    ) -> None:
        """Lay out what each row does: one entry for every position that the holder of its target has in the trie."""
        sources = rows.label[rows.source]
        targets = rows.label[rows.target]
        holders = max(int(label.max()), int(rows.label.max(initial=0))) + 1
        by_label = np.argsort(label, kind="stable")
        begin = np.searchsorted(label[by_label], targets)
        count = np.searchsorted(label[by_label], targets, side="right") - begin
        row = np.repeat(np.arange(len(targets)), count)
        within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        position = by_label[np.repeat(begin, count) + within]
        # The position that a row leads back to: the one that its source's holder has under this one.
        at = nearer[1:] * holders + label[1:]
        turn = np.argsort(at)
        wanted = position * holders + sources[row]
        place = np.searchsorted(at[turn], wanted)
        onward = np.full(len(row), NOWHERE, np.int64)
        known = np.zeros(len(row), np.bool_)
        if len(at):
            place = np.minimum(place, len(at) - 1)
            known = at[turn][place] == wanted
            onward[known] = turn[place[known]] + 1
        asks = (position == 0) & (sources[row] != targets[row]) & (of == "received")
        goal = np.where(base[position] >= 0, base[position] + rank[rows.target[row]], NOWHERE)
        onto = np.where(known & (base[onward] >= 0), base[onward] + rank[rows.source[row]], NOWHERE)
        move = rows.moves[row]
        bears = (row == rows.first[move]) & self.late
        credit = np.where(known & bears, ends[onward, move_kind[move]], NOWHERE)
        used = ((goal != NOWHERE) | asks) & ~(asks & (onto == NOWHERE) & (credit == NOWHERE))
        # Within a move every target comes before any source, as goods had left all stocks before they arrived: what
        # leads from depth to depth + 1 is done when all of depth + 1 is; rows of one depth from the last to the first.
        turn = np.lexsort((-row, -depth[position], move))
        turn = turn[used[turn]]
        self._begin = np.searchsorted(move[turn], np.arange(len(rows.first)))
        self._row = (row - rows.first[move])[turn].astype(np.int32)
        self._goal, self._onto = goal[turn].astype(np.int32), onto[turn].astype(np.int32)
        self._credit = credit[turn].astype(np.int32)
        self._asks, self._bears = asks[turn], bears[turn]

    def values(self, block: Block) -> Lanes:
        """What came along each chain, float64[K, lanes], in the block's last run."""
        rows = block.rows
        if self._mass.shape[1] != block.lanes:
            self._mass = np.zeros((len(self._node), block.lanes))
            self._scratch = np.zeros(block.lanes)
        self._mass[:] = 0.0
        self._active[:] = False
        # The root's slots come first, where it has any.
        self._mass[: self._asked] = block.balance[self._node[: self._asked]]
        self._active[: self._asked] = True
        value = np.zeros((self.chains, block.lanes))
        walk_pass(
            block.order, rows.first, block.quantity, block.extra, block.amount, block.ratio, block.born, block.placed,
            self._begin, self._row, self._goal, self._onto, self._credit, self._asks, self._bears,
            self._mass, self._active, value, self._scratch,
        )  # fmt: skip
        opening_ends(
            block.counted, block.lack, self._node, self._counted_ends, self._lack_ends, self._mass, self._active, value
        )
        return value


def _trie(
    asked: int, chains: Sequence[Sequence[int]], kinds: Sequence[int]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Positions, the root first: label; the position nearer to the holder asked about; depth; and int32[positions, 3],
    the chain of each kind that begins there."""
    child: dict[tuple[int, int], int] = {}
    label, nearer, depth = [asked], [NOWHERE], [0]
    end: dict[tuple[int, int], int] = {}
    for number, (chain, kind) in enumerate(zip(chains, kinds, strict=True)):
        if not chain or chain[-1] != asked:
            raise ValueError(f"chain {number} does not end at the holder asked about, {asked}")
        if kind not in (PRODUCED, UNRECORDED, OPENING):
            raise ValueError(f"chain {number} has kind {kind}: use 0, 1 or 2")
        at = 0
        for holder in reversed(chain[:-1]):
            if (at, holder) not in child:
                child[at, holder] = len(label)
                label.append(holder)
                nearer.append(at)
                depth.append(depth[at] + 1)
            at = child[at, holder]
        if end.setdefault((at, kind), number) != number:
            raise ValueError(f"chain {number} is also chain {end[at, kind]}")
    ends = np.full((len(label), 3), NOWHERE, np.int32)
    for (at, kind), number in end.items():
        ends[at, kind] = number
    return np.array(label, np.int32), np.array(nearer, np.int64), np.array(depth, np.int64), ends


@compiled
def walk_pass(
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    quantity: Lanes,
    extra: NDArray[np.int64],
    amount: Lanes,
    ratio: Shares,
    born: Shares,
    row: int,
    begin: NDArray[np.int64],
    within: NDArray[np.int32],
    goal: NDArray[np.int32],
    onto: NDArray[np.int32],
    credit: NDArray[np.int32],
    asks: NDArray[np.bool_],
    bears: NDArray[np.bool_],
    mass: Lanes,
    active: NDArray[np.bool_],
    value: Lanes,
    moved: Lanes,
) -> None:
    """Backward over slots. mass (float64[slots, lanes]) is what is asked of each, and on return what of it was opening
    stock; value (float64[K, lanes]) gains what was born at the beginning of a chain.

    Entry e of move a, begin[a] to begin[a + 1]: row `within` the move takes mass from slot `goal`, is asked for in full
    (`asks`), bears births (`bears`), whose value goes to chain `credit`, and leads the rest to slot `onto`.
    """
    lanes = quantity.shape[1]
    for p in range(len(order) - 1, -1, -1):
        a = order[p]
        row -= first[a + 1] - first[a]
        for e in range(begin[a], begin[a + 1]):
            d = goal[e]
            if not asks[e] and not active[d]:
                continue
            r = row + within[e]
            s = onto[e]
            v = credit[e]
            if s < 0 and v < 0:
                for k in range(lanes):
                    mass[d, k] -= mass[d, k] * ratio[r, k]
                continue
            if not asks[e]:
                for k in range(lanes):
                    m = mass[d, k] * ratio[r, k]
                    mass[d, k] -= m
                    moved[k] = m
            elif extra[a] < 0:
                for k in range(lanes):
                    moved[k] = quantity[a, k]
            else:
                x = extra[a] + within[e]
                for k in range(lanes):
                    moved[k] = amount[x, k]
            if bears[e]:
                if v >= 0:
                    for k in range(lanes):
                        value[v, k] += moved[k] * born[p, k]
                if s >= 0:
                    for k in range(lanes):
                        mass[s, k] += moved[k] - moved[k] * born[p, k]
            else:
                for k in range(lanes):
                    mass[s, k] += moved[k]
            if s >= 0:
                active[s] = True


@compiled
def opening_ends(
    counted: Lanes,
    lack: Lanes,
    node: NDArray[np.int32],
    counted_ends: NDArray[np.int32],
    lack_ends: NDArray[np.int32],
    mass: Lanes,
    active: NDArray[np.bool_],
    value: Lanes,
) -> None:
    """Add what `walk_pass` left in opening stocks to the chains that begin there: counted stock and shortfall."""
    for i in range(len(node)):
        if not active[i]:
            continue
        n = node[i]
        for k in range(mass.shape[1]):
            m = 0.0
            if len(lack) > 0:
                start = counted[n, k] + lack[n, k]
                m = mass[i, k] * (lack[n, k] / (start if start > 0.0 else 1.0))
                if lack_ends[i] >= 0:
                    value[lack_ends[i], k] += m
            if counted_ends[i] >= 0:
                value[counted_ends[i], k] += mass[i, k] - m
