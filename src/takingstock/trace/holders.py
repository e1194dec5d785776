"""Holders: who holds goods in the custody network, as parties and as marked stocks of parties.

A holder asked about stands for its own forces, units and depots too (an army for its divisions, a state for its
army), so what moves between them is no movement. An authority of its own (a regional government, say) and its forces
are not the state's: they are never drawn in.

Some holders of the network are no parties but marked stocks of one: ``party`` + MARK + what marks it. What a party
makes comes out of a stock that is always empty, so that it is born there and not taken from the maker's stores. A lot
that a source traces link by link runs through marked stocks of its own, so that it never mixes with the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from takingstock.records import Mode, Movement, Party, PartyKind

MARK = "\x1f"
SINK = "(lost or destroyed)"
UNKNOWN_FROM = "unknown-supplier"
UNKNOWN_TO = "unknown-recipient"
_MADE = f"{MARK}made"
_LOT = f"{MARK}lot "
_OWN = {PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT}
_MAKING = {Mode.PRODUCTION, Mode.CRAFT_PRODUCTION}


class Parties(Protocol):
    """What the trace asks of a directory of parties."""

    def has(self, party: str) -> bool: ...
    def get(self, party: str) -> Party: ...
    def part_of(self, part: str, whole: str) -> bool: ...
    def country(self, party: str) -> str | None: ...
    def name(self, party: str, lang: str = "en") -> str: ...


def plain(holder: str) -> str:
    """The party of a holder, marked or not."""
    return holder.partition(MARK)[0]


def made(holder: str) -> bool:
    """Whether a holder is where a party's own production comes from."""
    return holder.endswith(_MADE)


def in_lot(holder: str, label: str) -> str:
    """The stock of a holder that holds the lot of the documented chain ``label``."""
    return f"{plain(holder)}{_LOT}{label}"


def lot(holder: str) -> str | None:
    """The label of the documented chain whose lot a marked stock holds, or None."""
    return holder.partition(_LOT)[2] or None


def makes_goods(movement: Movement) -> bool:
    """Whether the movement is the making of the goods."""
    return movement.mode in _MAKING


def sender(movement: Movement) -> str:
    """Who sent it; an unnamed sender is the party *unknown supplier*."""
    if movement.mode in _MAKING:
        return (movement.from_party or movement.to_party or UNKNOWN_FROM) + _MADE
    return movement.from_party or UNKNOWN_FROM


def receiver(movement: Movement) -> str:
    """Who received it; what is lost or destroyed leaves the ledger."""
    if movement.mode.ends:
        return SINK
    if movement.mode in _MAKING:
        return movement.to_party or movement.from_party or UNKNOWN_TO
    return movement.to_party or UNKNOWN_TO


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
