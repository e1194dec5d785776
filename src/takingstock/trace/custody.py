"""Custody: one commodity's movements as arrays for the engine, with the way back from arrays to records.

Goods of different classes do not mix: the engine's holders are nodes, a holder's goods of one class each, told by the
holder as their label. A commodity of one class has one node a holder, and no labels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from takingstock.records import Mode, Movement, OriginKind, Quantity
from takingstock.trace import marked
from takingstock.trace.classes import ClassRows, class_rows
from takingstock.trace.commodity import Commodity
from takingstock.trace.documented import Documented
from takingstock.trace.holders import MARK, family, in_lot, lot, made, makes_goods, plain, receiver, sender
from takingstock.trace.timing import Flow, Part, schedule

if TYPE_CHECKING:
    from takingstock.trace.asking import Question
    from takingstock.trace.network import CustodyNetwork


@dataclass(frozen=True)
class Custody:
    """``holders`` are named by their integer, which the engine takes for a question and tells in chains; ``rows`` are
    the nodes of each and the rows of each movement. ``parts`` are the rows of the network in order, each a part of the
    movement ``movements[part.flow]`` on the row ``part.row``; ``opening`` is the stock of each node; ``asked`` is the
    integer of the holder asked about; ``makers`` are the nodes where goods are made; ``circular`` are keys of movements
    that supply one another in a circle at one time. ``known`` are the links due in it, ``links`` what of them its rows
    bear, ``borne`` how much of each; None: links are not asked for."""

    commodity: Commodity
    holders: tuple[str, ...]
    movements: tuple[Movement, ...]
    rows: ClassRows
    parts: tuple[Part, ...]
    opening: np.ndarray[Any, np.dtype[np.float64]]
    asked: int
    makers: frozenset[int]
    circular: tuple[str, ...]
    known: tuple[marked.Pair, ...] = ()
    links: marked.Rows | None = None
    borne: tuple[float, ...] = ()

    @cached_property
    def arrays(self) -> dict[str, Any]:
        """``source``, ``target`` (int32, nodes), ``time`` (int64, the place in the order), ``quantity`` (float64)."""
        row = np.array([part.row for part in self.parts], dtype=np.int64)
        return {
            "source": self.rows.row_source[row],
            "target": self.rows.row_target[row],
            "time": np.arange(len(self.parts), dtype=np.int64),
            "quantity": np.array([part.quantity for part in self.parts], dtype=np.float64),
        }

    def network(self, births: str) -> CustodyNetwork:
        """The engine on this commodity; without labels where every holder is one node."""
        from takingstock.trace.network import CustodyNetwork

        return CustodyNetwork(
            **self.arrays,
            holders=len(self.rows.nodes),
            opening=self.opening,
            births=births,  # type: ignore[arg-type]
            label=None if self.rows.plain else self.rows.label,
            links=self.links,
        )

    def source_of(self, row: int) -> str:
        """The holder that a row of the network leaves."""
        return sender(self.movements[self.parts[row].flow])

    def holder_of(self, node: int) -> str:
        """The holder that a node is of."""
        return self.holders[int(self.rows.label[node])]


def arrange(
    asked: Question, commodity: Commodity, lots: Sequence[Documented], opening: Mapping[str, Mapping[str, float]]
) -> Custody:
    """The commodity's movements with a known quantity, in order, as seen by the one who asks.

    ``lots`` are the documented chains that arrive in this commodity; what all lots carry of each movement is left out
    of the mixture. ``opening`` is the stock of each holder by class."""
    holder = asked.holder
    named = {party for m in commodity.movements for party in (plain(sender(m)), receiver(m))} | set(opening) | {holder}
    alias = aliases(asked, named)
    mixed = [_less(m, asked.taken.get(m.key, 0.0)) for m in commodity.movements]
    seen = [aliased(m, alias) for m in mixed if m.quantity.best]
    seen += [link for chain in lots if chain.carried for link in lot_links(chain, chain.carried, holder)]
    here = {movement.key for movement in commodity.movements}
    pairs = tuple(pair for pair in asked.known if pair.issue in here or pair.receipt in here)
    movements = tuple(m for m in marked.apart(seen, pairs) if sender(m) != receiver(m))
    stock: dict[tuple[str, str], float] = defaultdict(float)
    for party, classes in opening.items():
        for item, amount in classes.items():
            stock[(alias.get(party, party), item)] += amount
    counted = {alias.get(party, party) for party in opening}
    # By name, so that no result depends on the order in which parties turned up.
    holders = tuple(sorted({sender(m) for m in movements} | {receiver(m) for m in movements} | counted | {holder}))
    index = {party: number for number, party in enumerate(holders)}
    flows = [Flow(m.key, index[sender(m)], index[receiver(m)], m.quantity.best or 0.0, m.when) for m in movements]
    known = {party for m in movements for party in (sender(m), receiver(m))} | {party for party, _ in stock}
    rows = class_rows(
        [flow.source for flow in flows],
        [flow.target for flow in flows],
        [movement.item for movement in movements],
        # Every holder has a node, if only to have nothing.
        [(index[p], item) for p, item in stock] + [(index[p], commodity.item) for p in {*counted, holder} - known],
    )
    node = rows.number()
    start = np.zeros(len(rows.nodes))
    for (party, item), amount in stock.items():
        start[node[index[party], item]] = amount
    making = frozenset(node[index[sender(m)], m.item] for m in movements if makes(sender(m), asked.kind(m)))
    timed = schedule(flows, opening=start.tolist(), births=making, until=asked.until, rows=rows)
    circular = tuple(sorted(movements[flow].key for flow in timed.circular))
    custody = Custody(commodity, holders, movements, rows, timed.parts, start, index[holder], making, circular)
    return custody if asked.policy != "strict" else _linked(custody, pairs)


def _linked(custody: Custody, known: Sequence[marked.Pair]) -> Custody:
    """The same with its links, as far as its movements had gone by the day asked about."""
    moved: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    for part in custody.parts:
        moved[plain(custody.movements[part.flow].key)] += part.quantity
    for movement in custody.movements:
        whole[plain(movement.key)] += movement.quantity.best or 0.0
    due = marked.due(known, moved, whole)
    arrays = custody.arrays
    rows = marked.rows_of(due, [custody.movements[part.flow].key for part in custody.parts])
    links, borne = marked.place(due, rows, arrays["source"], arrays["target"], arrays["quantity"])
    return replace(custody, known=due, links=links, borne=borne)


def makes(holder: str, kind: OriginKind) -> bool:
    """Whether nothing waits for supply at a holder whose goods begin so: they are made there, and are no marked lot."""
    return made(holder) or (lot(holder) is None and kind is OriginKind.PRODUCED)


def aliases(asked: Question, named: Collection[str]) -> dict[str, str]:
    """For the one who asks, the party that each party stands for, where it is another."""
    holder, parties = asked.holder, asked.parties
    own = family(holder, named, parties)
    alias = dict.fromkeys(own, holder)
    if not asked.joined:
        return alias
    home = parties.country(holder) if parties.has(holder) else None
    for party in sorted(set(named) - own):
        state = parties.country(party) if parties.has(party) else None
        if state and party in family(state, named, parties):
            # A force that asks stands for what its state received; other forces stand for their states.
            ours = state == home and holder in family(state, {holder}, parties)
            alias[party] = holder if ours and party == state else state
    return alias


def _less(movement: Movement, carried: float) -> Movement:
    if not carried or not movement.quantity.best:
        return movement
    rest = max(0.0, movement.quantity.best - carried)
    return movement.model_copy(update={"quantity": Quantity.exact(rest, movement.quantity.unit)})


def lot_links(chain: Documented, carried: float, holder: str) -> list[Movement]:
    """The links of a documented chain as movements of a lot of its own; the last one into the holder itself."""
    ends = [in_lot(sender(link), chain.label) for link in chain.links]
    return [
        link.model_copy(
            update={
                "key": f"{link.key}{MARK}{chain.label}",
                # A source that states the links says that they are of the same goods, whatever it calls them.
                "item": chain.arrival.item,
                "mode": Mode.EXPORT if makes_goods(link) else link.mode,
                "from_party": ends[place],
                "to_party": ends[place + 1] if place + 1 < len(ends) else holder,
                "quantity": Quantity.exact(carried, link.quantity.unit),
            }
        )
        for place, link in enumerate(chain.links)
    ]


def aliased(movement: Movement, alias: Mapping[str, str]) -> Movement:
    """The movement between the parties that its own stand for."""
    changed = {
        name: alias[party]
        for name in ("from_party", "to_party")
        if (party := getattr(movement, name)) is not None and alias.get(party, party) != party
    }
    return movement.model_copy(update=changed) if changed else movement
