"""Resolver: the names in a row to ids that the case or the reference tables know. Nothing is ever invented here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from takingstock.exchange.grid import bare
from takingstock.records import DateRange, ItemClass, ItemGroup, Naming, Party, Unit, UnknownNameError
from takingstock.reference.taxonomy import fold

if TYPE_CHECKING:
    from takingstock.exchange.cells import Cells
    from takingstock.linkage.namings import Names
    from takingstock.reference.parties import Directory
    from takingstock.reference.taxonomy import Taxonomy

_COUNTED_BOTH_WAYS = {
    ItemGroup.AMMUNITION,
    ItemGroup.MUNITIONS,
    ItemGroup.MISSILES,
    ItemGroup.ATGW,
    ItemGroup.MANPADS,
    ItemGroup.CRAFT,
    ItemGroup.COMPONENTS,
}
"""Groups of which a source may count rounds or items. A rifle is never a round."""


class Resolver:
    """Looks names up and notes a fault where they are unknown. Look-ups are kept, registers repeat themselves.

    ``namings`` are the case's: what a person said that a name means, under this ``usage`` or for everybody, comes
    before the tables. A rule's suggestion is never taken here, as the template says itself what it means."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        directory: Directory,
        sources: Iterable[str] = (),
        populations: Iterable[str] = (),
        namings: Iterable[Naming] = (),
        usage: str = "",
    ) -> None:
        self.taxonomy = taxonomy
        self.directory = directory
        self.sources = set(sources)
        self.populations = set(populations)
        self._usage = usage
        self._namings = tuple(one for one in namings if one.person and not one.withdrawn)
        self._rested: dict[str, None] = {}
        self._party = cache(directory.resolve)
        self._item = cache(self._find_item)

    def party(self, cells: Cells, column: str, when: DateRange = DateRange()) -> str | None:
        """Id of the party in a cell, by id, name or alias at that date; empty is None, unknown a fault."""
        return self._resolve_party(cells, column, cells.word(column), when)

    def parties(self, cells: Cells, column: str, when: DateRange = DateRange()) -> tuple[str, ...]:
        """Ids of the parties in a list cell."""
        found = (self._resolve_party(cells, column, text, when) for text in cells.words(column))
        return tuple(party for party in found if party)

    def holder(self, cells: Cells, when: DateRange = DateRange()) -> str:
        """The party in the column ``holder``, which may not be empty."""
        return (self.party(cells, "holder", when) if cells.needed("holder") else None) or ""

    def item(self, cells: Cells, column: str = "item") -> ItemClass | None:
        """The item class in a cell, by id, name or alias; unknown or empty is a fault."""
        text = bare(cells.needed(column))
        found = self._named_item(text) if text else None
        if isinstance(found, str):
            cells.fault(column, found)
            return None
        return found

    def items(self, cells: Cells, column: str) -> tuple[str, ...]:
        """Ids of the item classes in a list cell."""
        ids = []
        for text in cells.words(column):
            found = self._named_item(text)
            if isinstance(found, str):
                cells.fault(column, found)
            else:
                ids.append(found.id)
        return tuple(ids)

    def source(self, cells: Cells, column: str = "source") -> str:
        """Id of a source that the file or the case has."""
        text = bare(cells.needed(column))
        if text and text not in self.sources:
            near = nearest(text, self.sources)
            hint = f"did you mean {near}?" if near else "add it to the sheet sources"
            cells.fault(column, f"unknown source {text!r}; {hint}")
        return text

    def unit(self, cells: Cells, item: ItemClass | None, population: Unit | None = None) -> Unit:
        """The unit of a row: as given, else that of the class. Rifles are not rounds, and a sighting is counted as its
        population is; tonnes are always possible."""
        given = cells.choice("unit", Unit)
        if item is None:
            return given or population or Unit.ITEMS
        if given is Unit.ROUNDS and item.unit is Unit.ITEMS and item.group not in _COUNTED_BOTH_WAYS:
            cells.fault("unit", f"{item.id} is counted in items, not in rounds; mend the item or the unit")
        elif population and (given or item.unit) is not population:
            cells.fault(
                "unit",
                f"the population is counted in {population.value}, this row in {(given or item.unit).value}; "
                f"they are never mixed: write {population.value} in the column unit if the figure is one",
            )
        return given or item.unit

    def _resolve_party(self, cells: Cells, column: str, text: str, when: DateRange) -> str | None:
        if not text:
            return None
        try:
            decided = self._names.decided_party(text, when, self._usage) if self._names else None
            if decided is None:
                return self._party(text, when).id
            self._rested[decided.id] = None
            if decided.meaning is None:
                cells.fault(column, f"{text!r}: {decided.person} says that it is none we know; see names why")
            return decided.meaning
        except UnknownNameError as error:
            cells.fault(column, error)
            return None

    def rested(self) -> tuple[str, ...]:
        """Ids of the namings that look-ups rested on since this was last asked."""
        ids = tuple(sorted(self._rested))
        self._rested.clear()
        return ids

    @cached_property
    def _names(self) -> Names | None:
        if not self._namings:
            return None
        from takingstock.linkage.namings import Names

        return Names(self.taxonomy, self.directory, self._namings)

    def _named_item(self, text: str) -> ItemClass | str:
        decided = self._names.decided_item(text, self._usage) if self._names else None
        if decided is None:
            return self._item(text)
        self._rested[decided.id] = None
        if decided.meaning is None:
            return f"{text!r}: {decided.person} says that it is none we know; see names why"
        return self._item(decided.meaning)

    @cached_property
    def _arabic(self) -> dict[str, str]:
        """Arabic names of classes to their ids; a name that two classes share names neither."""
        names = [(fold(self.taxonomy.name(one.id, "ar")), one.id) for one in self.taxonomy.all()]
        many = Counter(name for name, _ in names)
        return {name: id for name, id in names if many[name] == 1}

    def _find_item(self, text: str) -> ItemClass | str:
        found = self.taxonomy.find(text)
        if found:
            return found
        if known := self._arabic.get(fold(text)):
            return self.taxonomy.get(known)
        try:
            return self.taxonomy.get(text)
        except UnknownNameError as error:
            return str(error)


def known_directory(extra: Iterable[Party]) -> Directory:
    """The reference directory with the case's own parties."""
    from takingstock.reference.parties import directory

    return directory(tuple(extra))


def known_taxonomy() -> Taxonomy:
    """The shipped taxonomy."""
    from takingstock.reference.items import taxonomy

    return taxonomy()


def nearest(text: str, names: Iterable[str], limit: int = 3) -> str:
    """The names most like ``text``, joined by commas; empty if none is near."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, sorted(names), scorer=fuzz.ratio, limit=limit, score_cutoff=60)
    return ", ".join(name for name, _, _ in found)
