"""Single: draws one by one through the exact engine, for the policies that do not run in lanes.

Invariant: the same sampled movements as the lanes get; under `proportional` the same answer (a test holds that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from takingstock.records import OriginKind
from takingstock.trace import marked
from takingstock.trace.draws.plan import KINDS
from takingstock.trace.network import CustodyNetwork

if TYPE_CHECKING:
    from takingstock.trace.draws.run import Worker

Lanes = NDArray[np.float64]


def network_of(
    worker: Worker, lane: int
) -> tuple[CustodyNetwork, NDArray[np.int64], NDArray[np.float64], marked.Rows | None]:
    """The network of one lane of a block that was sampled and run, per movement the plan's row and its amount, and
    under the policy ``strict`` what of the known links the draw has room for: one whose goods did not come, or came
    too late, in a draw links as much less there."""
    plan, block = worker.plan, worker.block
    assert worker.order is not None
    first = plan.rows.first_row
    counts = np.diff(first)[worker.order]
    move = np.repeat(worker.order, counts)
    within = np.arange(len(move)) - np.repeat(np.cumsum(counts) - counts, counts)
    row = first[move] + within
    extra = block.extra[move]
    many = np.flatnonzero(extra >= 0)
    amount = worker.quantity[move, lane].copy()
    amount[many] = block.amount[extra[many] + within[many], lane]
    kept = np.flatnonzero(amount > 0.0)
    row = row[kept]
    links = None
    if worker.runner.how.policy == "strict":
        links, _ = marked.place(
            plan.known,
            {
                key: np.concatenate([np.flatnonzero(move[kept] == number) for number in moves])
                for key, moves in plan.linked.items()
            },
            plan.rows.row_source[row],
            plan.rows.row_target[row],
            amount[kept],
        )
    network = CustodyNetwork(
        plan.rows.row_source[row],
        plan.rows.row_target[row],
        np.arange(len(row)),
        amount[kept],
        len(plan.nodes),
        opening=worker.opening[:, lane],
        births=worker.runner.how.births,  # type: ignore[arg-type]
        label=plan.label,
        links=links,
    )
    return network, row, amount[kept], links


def answer(worker: Worker) -> tuple[Lanes, Lanes, Lanes]:
    """As `Worker.answer`, draw by draw."""
    plan, how, grouping, block = worker.plan, worker.runner.how, worker.runner.grouping, worker.block
    assert worker.order is not None
    lanes = block.lanes
    total = np.zeros(lanes)
    mass = np.zeros((len(grouping.channels), len(grouping.groups), lanes))
    values = np.zeros((len(worker.chains), lanes))
    # Only for how each move leaves its classes; that is the same under every policy.
    block.run(worker.order, worker.opening, "late")
    for lane in range(lanes):
        network, row, amount, links = network_of(worker, lane)
        move = plan.rows.first_row.searchsorted(row, side="right") - 1
        # What of each node's opening stock was counted.
        whole = network.opening(how.policy)
        part = np.divide(worker.opening[:, lane], whole, out=np.ones_like(whole), where=whole > 0.0)
        part = np.minimum(part, 1.0)
        for channel, (born, opening) in enumerate(_asked(worker, network, row, amount, links, lane)):
            np.add.at(mass[channel, :, lane], grouping.move_group[move], born)
            np.add.at(mass[channel, :, lane], grouping.node_group, opening * part)
            np.add.at(mass[channel, :, lane], grouping.lack_group, opening * (1.0 - part))
        total[lane] = mass[:, :, lane].sum()
        if links is not None:
            worker.linked[lane] = network.by_links(plan.asked, how.of)
        for place, (sequence, kind) in enumerate(worker.chains):
            found = network.along([plan.number[holder] for holder in sequence], how.policy, how.of)
            if kind is not OriginKind.OPENING:
                wanted = plan.kind[move[found.rows]] == KINDS.index(kind)
                values[place, lane] += float(found.mass[wanted].sum())
            for node, old in zip(found.opening_nodes, found.opening_mass, strict=True):
                if kind is OriginKind.OPENING:
                    values[place, lane] += float(old * part[node])
                elif KINDS[grouping.lack_kind[node]] is kind:
                    values[place, lane] += float(old * (1.0 - part[node]))
    return total, mass, values


def _asked(
    worker: Worker,
    network: CustodyNetwork,
    row: NDArray[np.int64],
    amount: NDArray[np.float64],
    links: marked.Rows | None,
    lane: int,
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Per channel what was born, by row, and what was opening stock, by node."""
    plan, how, grouping = worker.plan, worker.runner.how, worker.runner.grouping
    if how.of == "held" or len(grouping.channels) == 1:
        return [
            (
                network.origins_by_row(plan.asked, how.policy, how.of),
                network.origins_by_kind(plan.asked, how.policy, how.of).opening,
            )
        ]
    # What arrives by a channel passes through a holder of its own, which it leaves at once and whole: that changes
    # nothing under any policy, and can be asked about alone.
    channel = grouping.row_channel[row]
    nodes, channels = len(plan.nodes), len(grouping.channels)
    holders = int(plan.label.max()) + 1
    passed = None
    if links is not None:
        # What came by a channel and goes on as known goods goes on by the second of its two movements.
        second = np.zeros(len(row), dtype=np.int64)
        second[channel >= 0] = len(row) + np.arange(int((channel >= 0).sum()))
        passed = (links[0], np.where(channel[links[1]] >= 0, second[links[1]], links[1]), links[2])
    source, target = plan.rows.row_source[row], plan.rows.row_target[row]
    arrives = np.flatnonzero(channel >= 0)
    place = np.arange(len(row)) * 2
    parted = CustodyNetwork(
        np.concatenate((source, nodes + channel[arrives])),
        np.concatenate((np.where(channel >= 0, nodes + channel, target), target[arrives])),
        np.concatenate((place, place[arrives] + 1)),
        np.concatenate((amount, amount[arrives])),
        nodes + channels,
        opening=np.concatenate((worker.opening[:, lane], np.zeros(channels))),
        births=how.births,  # type: ignore[arg-type]
        label=np.concatenate((plan.label, holders + np.arange(channels))),
        links=passed,
    )
    found = []
    for number in range(channels):
        born = parted.origins_by_row(holders + number, how.policy, "received")
        opening = parted.origins_by_kind(holders + number, how.policy, "received").opening
        found.append((born[: len(row)], opening[:nodes]))
    return found
