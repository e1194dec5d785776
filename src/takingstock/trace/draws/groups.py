"""Groups: what the goods of a draw are told apart by, where they began and by which inflow they came.

Invariant: every move and every node has exactly one group, so that sums over groups are sums over all goods.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takingstock.records import OriginKind
from takingstock.trace.asking import Of, Question
from takingstock.trace.draws.plan import KINDS, Origin, Plan
from takingstock.trace.holders import lot, plain, receiver, sender

Lanes = NDArray[np.float64]
Channel = tuple[str, str, int]
"""Who it came from, how, and after how many of the holder's populations had been seen whole it began at the earliest:
what came later is in none of them."""

Finest = tuple[str, str | None, str]
"""Class, country of manufacture (None: not on the record), and when made, as the record has it ("" where not)."""

Group = tuple[Origin, Finest]


@dataclass(frozen=True, eq=False)
class Grouping:
    """``groups`` are told apart in every block; of each draw ``origins`` and ``channels`` by ``finest`` are kept.

    move_group: int32[moves]; node_group, lack_group: int32[nodes], of counted opening stock and of what a node lacked;
    row_channel: int32[rows], -1 for rows that do not arrive; lack_kind: int8[nodes]."""

    groups: tuple[Group, ...]
    origins: tuple[Origin, ...]
    channels: tuple[Channel, ...]
    finest: tuple[Finest, ...]
    move_group: NDArray[np.int32]
    node_group: NDArray[np.int32]
    lack_group: NDArray[np.int32]
    row_channel: NDArray[np.int32]
    lack_kind: NDArray[np.int8]
    origin_of: NDArray[np.int64]
    finest_of: NDArray[np.int64]

    def sum_origins(self, mass: Lanes, into: Lanes) -> None:
        """Add mass, float64[channels, groups, lanes], up by origin."""
        from takingstock.trace.draws.sums import summed_lanes

        into += summed_lanes(mass.sum(axis=0)[None], self.origin_of, len(self.origins), into.shape[1])[0]

    def sum_channels(self, mass: Lanes, into: Lanes) -> None:
        """Add mass, float64[channels, groups, lanes], up by channel and finest category."""
        from takingstock.trace.draws.sums import summed_lanes

        into += summed_lanes(mass, self.finest_of, len(self.finest), into.shape[2])


def grouping(asked: Question, plan: Plan, of: Of) -> Grouping:
    """The groups of a plan. What is held at the end is not told apart by channel: stocks have mixed by then."""
    states = {label: asked.state(plain(label)) for label in plan.labels}
    starts: list[Group] = []
    for move, origin in zip(plan.moves, plan.origin, strict=True):
        country = move.made_in or (states[sender(move)] if origin[1] is OriginKind.PRODUCED else None)
        starts.append((origin, (move.item, country, str(move.made))))
    counted: list[Group] = []
    lacked: list[Group] = []
    begins = {
        lot(sender(move)): origin[1] for move, origin in zip(reversed(plan.moves), reversed(plan.origin), strict=True)
    }
    for node, (holder, item) in enumerate(plan.nodes):
        party = plain(plan.labels[holder])
        counted.append(((party, OriginKind.OPENING), (item, None, "")))
        made = bool(plan.maker[node])
        kind = OriginKind.PRODUCED if made else OriginKind.UNRECORDED
        if label := lot(plan.labels[holder]):
            kind = begins.get(label, kind)
        country = states[plan.labels[holder]] if kind is OriginKind.PRODUCED else None
        lacked.append(((party, kind), (item, country, "")))
    groups = tuple(sorted({*starts, *counted, *lacked}, key=str))
    number = {group: place for place, group in enumerate(groups)}
    origins = tuple(sorted({group[0] for group in groups}))
    finest = tuple(sorted({group[1] for group in groups}, key=str))
    asker = plan.labels[plan.asked]
    into = {
        place: (plain(sender(move)), move.mode.value, asked.seen_before(move.when.first))
        for place, move in enumerate(plan.moves)
        if receiver(move) == asker
    }
    channels = tuple(sorted(set(into.values()))) if of == "received" else (("", "held", 0),)
    numbered = {channel: place for place, channel in enumerate(channels)}
    origin_number = {origin: place for place, origin in enumerate(origins)}
    finest_number = {fine: place for place, fine in enumerate(finest)}
    by_row = np.repeat(np.arange(len(plan.moves)), np.diff(plan.rows.first_row))
    channel = np.array(
        [numbered[into[place]] if of == "received" and place in into else -1 for place in range(len(plan.moves))],
        dtype=np.int32,
    )
    return Grouping(
        groups=groups,
        origins=origins,
        channels=channels,
        finest=finest,
        move_group=np.array([number[group] for group in starts], dtype=np.int32),
        node_group=np.array([number[group] for group in counted], dtype=np.int32),
        lack_group=np.array([number[group] for group in lacked], dtype=np.int32),
        row_channel=channel[by_row].astype(np.int32),
        lack_kind=np.array([KINDS.index(group[0][1]) for group in lacked], dtype=np.int8),
        origin_of=np.array([origin_number[group[0]] for group in groups], dtype=np.int64),
        finest_of=np.array([finest_number[group[1]] for group in groups], dtype=np.int64),
    )
