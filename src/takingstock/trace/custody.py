"""Custody: one commodity's movements as arrays for the engine, with the way back from arrays to records.

A holder asked about stands for its own forces, units and depots too (an army for its divisions, a state for its
army), so what moves between them is no movement. An authority of its own (a regional government, say) and its forces
are not the state's: they are never drawn in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from takingstock.records import DateRange, Mode, Movement, Party, PartyKind
from takingstock.trace.commodity import Commodity
from takingstock.trace.timing import Flow, schedule

SINK = "(lost or destroyed)"
MADE = "made@"
UNKNOWN_FROM = "unknown-supplier"
UNKNOWN_TO = "unknown-recipient"
_OWN = {PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT}


class Parties(Protocol):
    """What the trace asks of a directory of parties."""

    def has(self, party: str) -> bool: ...
    def get(self, party: str) -> Party: ...
    def part_of(self, part: str, whole: str) -> bool: ...
    def country(self, party: str) -> str | None: ...
    def name(self, party: str, lang: str = "en") -> str: ...


def family(holder: str, named: Collection[str], parties: Parties) -> frozenset[str]:
    """The holder and those of the named parties that are its own forces, units or depots, at any depth."""

    def own(party: str) -> bool:
        current = parties.get(party) if parties.has(party) else None
        while current is not None and current.kind in _OWN and current.part_of:
            if current.part_of == holder:
                return True
            current = parties.get(current.part_of) if parties.has(current.part_of) else None
        return False

    return frozenset({holder} | {party for party in named if own(party)})


@dataclass(frozen=True)
class Custody:
    """``holders`` are party ids by their integer; ``parts`` the rows of the network in order, each a part of the
    movement ``movements[parts[i].flow]``; ``asked`` is the integer of the holder asked about."""

    commodity: Commodity
    holders: tuple[str, ...]
    movements: tuple[Movement, ...]
    parts: tuple[Any, ...]
    opening: np.ndarray[Any, np.dtype[np.float64]]
    asked: int
    makers: frozenset[str] = field(default=frozenset())

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

    def network(self, births: str) -> Any:
        """The engine on this commodity."""
        from takingstock.trace.network import CustodyNetwork

        return CustodyNetwork(**self.arrays, holders=len(self.holders), opening=self.opening, births=births)  # type: ignore[arg-type]


_MAKING = {Mode.PRODUCTION, Mode.CRAFT_PRODUCTION}


def sender(movement: Movement) -> str:
    """Who sent it; an unnamed sender is the party *unknown supplier*. What is made comes out of ``made@maker``, a
    holder that never has a stock, so that it is born there and not taken from the maker's stores."""
    if movement.mode in _MAKING:
        return MADE + (movement.from_party or movement.to_party or UNKNOWN_FROM)
    return movement.from_party or UNKNOWN_FROM


def receiver(movement: Movement) -> str:
    """Who received it; what is lost or destroyed leaves the ledger."""
    if movement.mode.ends:
        return SINK
    if movement.mode in _MAKING:
        return movement.to_party or movement.from_party or UNKNOWN_TO
    return movement.to_party or UNKNOWN_TO


def arrange(
    commodity: Commodity,
    holder: str,
    *,
    parties: Parties,
    opening: Mapping[str, float],
    makes: Callable[[str, DateRange], bool],
    until: date | None,
    joined: bool = False,
) -> Custody:
    """The commodity's movements with a known quantity, in order, as seen by the one who asks about ``holder``.

    ``joined``: assume that each state issues to its own forces whatever they lack (an assumption: the record keeps
    them apart)."""
    named = {party for m in commodity.movements for party in (sender(m), receiver(m))} | set(opening) | {holder}
    own = family(holder, named, parties)
    alias = dict.fromkeys(own, holder)
    if joined:
        for party in named - own:
            state = parties.country(party) if parties.has(party) else None
            if state and state != party and party in family(state, named, parties):
                alias[party] = holder if state == holder else state
    seen = [_aliased(m, alias) for m in commodity.movements if m.quantity.best]
    movements = tuple(m for m in seen if sender(m) != receiver(m))
    stock: dict[str, float] = {}
    for party, amount in opening.items():
        stock[alias.get(party, party)] = stock.get(alias.get(party, party), 0.0) + amount
    # By name, so that no result depends on the order in which parties turned up.
    holders = tuple(sorted({sender(m) for m in movements} | {receiver(m) for m in movements} | set(stock) | {holder}))
    index = {party: number for number, party in enumerate(holders)}
    start = np.array([stock.get(party, 0.0) for party in holders], dtype=np.float64)
    makers = frozenset(
        party
        for party in holders
        if party.startswith(MADE) or any(sender(m) == party and makes(party, m.when) for m in movements)
    )
    parts = schedule(
        [Flow(m.key, index[sender(m)], index[receiver(m)], m.quantity.best or 0.0, m.when) for m in movements],
        opening=start.tolist(),
        births={index[party] for party in makers},
        until=until,
    )
    return Custody(commodity, holders, movements, tuple(parts), start, index[holder], makers)


def _aliased(movement: Movement, alias: Mapping[str, str]) -> Movement:
    changed = {
        name: alias[party]
        for name in ("from_party", "to_party")
        if (party := getattr(movement, name)) is not None and alias.get(party, party) != party
    }
    return movement.model_copy(update=changed) if changed else movement
