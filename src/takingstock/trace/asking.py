"""Asking: one question about one holder, with the tables it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, Protocol

from takingstock.records import DateRange, ItemClass, Ledger, Movement, OriginKind, PartyKind, Population, Statement
from takingstock.trace.documented import Documented
from takingstock.trace.holders import Parties, made, plain, receiver, sender
from takingstock.trace.marked import Pair, pairs

Of = Literal["received", "held"]
RULES: tuple[Literal["late", "opening"], ...] = ("late", "opening")


class Items(Protocol):
    """What the trace asks of the item taxonomy."""

    def get(self, item: str) -> ItemClass: ...
    def is_a(self, item: str, other: str) -> bool: ...
    def makes(self, state: str, item: str, when: DateRange) -> bool | None: ...
    def production_note(self, item: str, state: str) -> str: ...


def in_time(movement: Movement, until: date | None) -> bool:
    """Whether the movement can have happened by the day asked about."""
    return until is None or movement.when.first is None or movement.when.first <= until


def arrives(movement: Movement, own: frozenset[str], until: date | None) -> bool:
    """Whether a movement brings goods to one of ``own`` that none of them had, and can have happened by ``until``."""
    return in_time(movement, until) and receiver(movement) in own and sender(movement) not in own


@dataclass(frozen=True)
class Question:
    """``own`` are the holder and its parts; ``movements`` all of the ledger's by key; ``lots`` the documented chains
    that reach the holder in time, and ``taken`` what they carry of each movement. ``draws`` is how many will be made,
    ``holds`` the table of what grades are worth, where it is not the usual one; ``item`` the class the question is
    narrowed to."""

    ledger: Ledger
    items: Items
    parties: Parties
    holder: str
    own: frozenset[str]
    until: date | None
    policy: str
    births: str
    of: Of
    limit: int
    joined: bool
    movements: dict[str, Movement]
    lots: tuple[Documented, ...]
    taken: dict[str, float]
    draws: int = 0
    seed: int = 1
    holds: Mapping[str, float] | None = None
    item: str | None = None

    @cached_property
    def known(self) -> tuple[Pair, ...]:
        """What standing links know of single goods; only the policy ``strict`` holds to it."""
        return pairs(self.ledger.marklinks, self.movements) if self.policy == "strict" else ()

    @cached_property
    def alleging(self) -> tuple[Statement, ...]:
        """The statements that allege something of a party."""
        return tuple(statement for statement in self.ledger.statements if statement.allegation)

    @cached_property
    def populations(self) -> tuple[Population, ...]:
        """The populations of the holder's sightings, by id."""
        return tuple(sorted((p for p in self.ledger.populations if p.holder in self.own), key=lambda p: p.id))

    def seen_before(self, day: date | None) -> int:
        """How many of the holder's populations had been seen whole before a day."""
        ends = [population.when.last for population in self.populations]
        return sum(1 for end in ends if day is not None and end is not None and end < day)

    def arrives(self, movement: Movement) -> bool:
        """Whether the movement brings goods to the holder from elsewhere, or from its own bench, in time."""
        return arrives(movement, self.own, self.until)

    def state(self, party: str) -> str | None:
        """The home state of a party; joined states stand for themselves."""
        home = self.parties.country(party) if self.parties.has(party) else None
        return home or (party if "+" in party else None)

    def makes(self, party: str, item: str, when: DateRange) -> bool:
        """Whether the item table has the party's state making the class at that time."""
        state = self.state(party)
        return bool(state and self.items.makes(state, item, when))

    def kind(self, movement: Movement) -> OriginKind:
        """What goods are that start with a movement: produced, if the table or a source has them made there then."""
        party = plain(sender(movement))
        if self.parties.has(party) and self.parties.get(party).kind is PartyKind.COMPANY and not made(sender(movement)):
            # A company that sends goods may have traded them: only a record of production has it make them.
            return OriginKind.UNRECORDED
        stated = movement.made_in is not None and movement.made_in == self.state(party)
        if made(sender(movement)) or stated or self.makes(party, movement.item, movement.when):
            return OriginKind.PRODUCED
        return OriginKind.UNRECORDED
