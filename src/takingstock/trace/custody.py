"""Custody: one commodity's movements as arrays for the engine, with the way back from arrays to records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from takingstock.records import Mode, Movement, Quantity
from takingstock.trace.commodity import Commodity
from takingstock.trace.documented import Documented
from takingstock.trace.holders import MARK, Parties, family, in_lot, lot, made, makes_goods, plain, receiver, sender
from takingstock.trace.timing import Flow, Part, schedule

if TYPE_CHECKING:
    from takingstock.trace.network import CustodyNetwork


@dataclass(frozen=True)
class Custody:
    """``holders`` are named by their integer; ``parts`` are the rows of the network in order, each a part of the
    movement ``movements[part.flow]``; ``asked`` is the integer of the holder asked about; ``circular`` are keys of
    movements that supply one another in a circle at one time."""

    commodity: Commodity
    holders: tuple[str, ...]
    movements: tuple[Movement, ...]
    parts: tuple[Part, ...]
    opening: np.ndarray[Any, np.dtype[np.float64]]
    asked: int
    makers: frozenset[str]
    circular: tuple[str, ...]

    @cached_property
    def arrays(self) -> dict[str, Any]:
        """``source``, ``target`` (int32), ``time`` (int64, the place in the order), ``quantity`` (float64)."""
        index = {holder: number for number, holder in enumerate(self.holders)}
        ends = [(index[sender(m)], index[receiver(m)]) for m in self.movements]
        return {
            "source": np.array([ends[part.flow][0] for part in self.parts], dtype=np.int32),
            "target": np.array([ends[part.flow][1] for part in self.parts], dtype=np.int32),
            "time": np.arange(len(self.parts), dtype=np.int64),
            "quantity": np.array([part.quantity for part in self.parts], dtype=np.float64),
        }

    def network(self, births: str) -> CustodyNetwork:
        """The engine on this commodity."""
        from takingstock.trace.network import CustodyNetwork

        return CustodyNetwork(**self.arrays, holders=len(self.holders), opening=self.opening, births=births)  # type: ignore[arg-type]

    def source_of(self, row: int) -> str:
        """The holder that a row of the network leaves."""
        return sender(self.movements[self.parts[row].flow])


def arrange(
    commodity: Commodity,
    holder: str,
    *,
    parties: Parties,
    opening: Mapping[str, float],
    starts: Callable[[Movement], bool],
    until: date | None,
    joined: bool = False,
    lots: Sequence[Documented] = (),
    taken: Mapping[str, float] | None = None,
) -> Custody:
    """The commodity's movements with a known quantity, in order, as seen by the one who asks about ``holder``.

    ``starts`` says whether goods that start with a movement are made there. ``lots`` are the documented chains that
    arrive in this commodity; ``taken`` is what all lots together carry of each movement, which is left out of the
    mixture. ``joined`` assumes that a state issues to its own forces whatever they lack."""
    named = {party for m in commodity.movements for party in (plain(sender(m)), receiver(m))} | set(opening) | {holder}
    alias = _aliases(holder, named, parties, joined)
    mixed = [_less(m, (taken or {}).get(m.key, 0.0)) for m in commodity.movements]
    seen = [_aliased(m, alias) for m in mixed if m.quantity.best]
    seen += [link for chain in lots if chain.carried for link in _lot(chain, chain.carried, holder)]
    movements = tuple(m for m in seen if sender(m) != receiver(m))
    stock: dict[str, float] = defaultdict(float)
    for party, amount in opening.items():
        stock[alias.get(party, party)] += amount
    # By name, so that no result depends on the order in which parties turned up.
    holders = tuple(sorted({sender(m) for m in movements} | {receiver(m) for m in movements} | set(stock) | {holder}))
    index = {party: number for number, party in enumerate(holders)}
    start = np.array([stock.get(party, 0.0) for party in holders], dtype=np.float64)
    sent: dict[str, list[Movement]] = defaultdict(list)
    for movement in movements:
        sent[sender(movement)].append(movement)
    makers = frozenset(
        party
        for party in holders
        if made(party) or (lot(party) is None and any(starts(m) for m in sent.get(party, ())))
    )
    timed = schedule(
        [Flow(m.key, index[sender(m)], index[receiver(m)], m.quantity.best or 0.0, m.when) for m in movements],
        opening=start.tolist(),
        births={index[party] for party in makers},
        until=until,
    )
    circular = tuple(sorted(movements[flow].key for flow in timed.circular))
    return Custody(commodity, holders, movements, timed.parts, start, index[holder], makers, circular)


def _aliases(holder: str, named: Collection[str], parties: Parties, joined: bool) -> dict[str, str]:
    own = family(holder, named, parties)
    alias = dict.fromkeys(own, holder)
    if not joined:
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


def _lot(chain: Documented, carried: float, holder: str) -> list[Movement]:
    """The links of a documented chain as movements of a lot of its own; the last one into the holder itself."""
    ends = [in_lot(sender(link), chain.label) for link in chain.links]
    return [
        link.model_copy(
            update={
                "key": f"{link.key}{MARK}{chain.label}",
                "mode": Mode.EXPORT if makes_goods(link) else link.mode,
                "from_party": ends[place],
                "to_party": ends[place + 1] if place + 1 < len(ends) else holder,
                "quantity": Quantity.exact(carried, link.quantity.unit),
            }
        )
        for place, link in enumerate(chain.links)
    ]


def _aliased(movement: Movement, alias: Mapping[str, str]) -> Movement:
    changed = {
        name: alias[party]
        for name in ("from_party", "to_party")
        if (party := getattr(movement, name)) is not None and alias.get(party, party) != party
    }
    return movement.model_copy(update=changed) if changed else movement
