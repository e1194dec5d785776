"""Surroundings: what the tables of parties and items say of one party or one class, as every judgement sees them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from takingstock.records import PartyKind
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import SETS, Taxonomy


@dataclass(frozen=True)
class Surroundings:
    """Read-only. A party or a class that the tables lack is no error: it is unknown."""

    taxonomy: Taxonomy
    directory: Directory

    @cached_property
    def _below(self) -> dict[tuple[str, str], bool]:
        return {}

    @cached_property
    def _states(self) -> dict[str, str | None]:
        return {}

    def is_a(self, item: str, other: str) -> bool:
        """Whether ``item`` is ``other`` or below it; an item that the table lacks is judged by its path."""
        if item == other or item.startswith(f"{other}."):
            return True
        key = item, other
        if key not in self._below:
            known = self.taxonomy.has(item) and self.taxonomy.has(other)
            self._below[key] = known and self.taxonomy.is_a(item, other)
        return self._below[key]

    def akin(self, item: str, other: str) -> bool:
        """Whether one of the two classes is the other or below it, so that both may name the same goods."""
        return self.is_a(item, other) or self.is_a(other, item)

    def kind(self, party: str | None) -> PartyKind:
        """What a party is; unknown where it is not recorded or nobody knows it."""
        return self.directory.get(party).kind if party and self.directory.has(party) else PartyKind.UNKNOWN

    def state(self, party: str | None) -> str | None:
        """The id of the party's home state (a state is its own; joined states stay joined)."""
        if not party:
            return None
        if party not in self._states:
            known = self.directory.has(party)
            home = self.directory.country(party) if known else None
            self._states[party] = home or (party if known and self.kind(party) is PartyKind.STATE else None)
        return self._states[party]

    def group(self, item: str) -> str:
        """The broad group that an item lies in, as its id; empty where the table lacks the item."""
        if self.mixed(item):
            return item
        return self.taxonomy.get(item).group.value if self.taxonomy.has(item) else ""

    def mixed(self, item: str) -> bool:
        """Whether the item is a mixed set (``weapons``, ``small-arms`` …), not a class of the tree."""
        return item in SETS

    def item_name(self, item: str) -> str:
        if self.mixed(item):
            return item.replace("-", " ").capitalize()
        return self.taxonomy.get(item).name if self.taxonomy.has(item) else item

    def party_name(self, party: str) -> str:
        return self.directory.name(party) if self.directory.has(party) else party

    def inside(self, party: str | None, holder: str) -> bool:
        """Whether the party is the holder or a part of it."""
        return party is not None and (party == holder or self.directory.part_of(party, holder))

    def family(self, party: str | None, holder: str) -> bool:
        """Whether the party is the holder, a part of it, or what it is a part of: "Iraq" may mean its army."""
        return party is not None and (self.inside(party, holder) or self.directory.part_of(holder, party))
