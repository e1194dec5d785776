"""Inflows: what draws of the record know of the ways by which a commodity came to a holder, and the categories in which
a population of sightings can speak of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from takingstock.records import ItemGroup, Unit
from takingstock.trace.asking import Items
from takingstock.trace.commodity import GROUPS
from takingstock.trace.draws.groups import Channel, Finest

Real = NDArray[np.float64]

STATES = 40
"""Assumption: how many states may have made goods of which nobody recorded where they were made."""

Inflow = tuple[str, str]
"""Who it came from, and how."""

Mark = tuple[str | None, str]
"""The country of manufacture, where it is on the record, and what an item would show."""

OTHER = "other"
_NOT_WEAPONS = {ItemGroup.VEHICLES, ItemGroup.COMPONENTS, ItemGroup.EQUIPMENT, ItemGroup.AMMUNITION}


@dataclass(frozen=True, eq=False)
class Inflows:
    """One commodity's inflows in D draws: ``mass`` float64[C, F, D] by channel and finest category; ``lots`` and
    ``importers`` are, per inflow, what its goods would show if their lot or import mark were read, with its part."""

    item: str
    unit: Unit
    channels: tuple[Channel, ...]
    finest: tuple[Finest, ...]
    mass: Real
    lots: dict[Inflow, dict[Mark, float]]
    importers: dict[Inflow, dict[Mark, float]]

    @property
    def makers(self) -> set[str | None]:
        """The states that goods of some inflow were made in, as far as the record has them."""
        some = self.mass.sum(axis=(0, 2)) > 0.0
        return {country for (_, country, _), any_of_it in zip(self.finest, some, strict=True) if any_of_it}

    def until(self, populations: int) -> Inflows:
        """Without the inflows that began after so many of the holder's populations had been seen."""
        kept = np.array([begun <= populations for _, _, begun in self.channels], dtype=np.bool_)
        return replace(self, mass=np.where(kept[:, None, None], self.mass, 0.0))


def covers(items: Items, seen: Sequence[str], item: str) -> bool:
    """Whether a population of these classes looked at goods of a class."""

    def one(wide: str) -> bool:
        if wide == "weapons":
            return items.get(item).group not in _NOT_WEAPONS
        return items.is_a(item, wide) if wide not in GROUPS else items.get(item).group.value == wide

    return any(one(wide) or items.is_a(wide, item) for wide in seen)


@dataclass(frozen=True, eq=False)
class Layout:
    """The categories of one population: class and country, as far as the record has goods from there, with one for all
    other countries.

    ``even`` is how likely each is for goods of which no record tells where they were made: as if :data:`STATES` states
    were alike."""

    items: Items
    classes: tuple[str, ...]
    states: tuple[str, ...]

    @property
    def categories(self) -> list[tuple[str, str]]:
        return [(item, state) for item in self.classes for state in (*self.states, OTHER)]

    def spots(self, item: str, country: str) -> list[int]:
        """The categories that goods of a class and country can be; none for a class that was not looked at."""
        return [
            place
            for place, (seen, state) in enumerate(self.categories)
            if covers(self.items, [seen], item) and state == (country if country in self.states else OTHER)
        ]

    @property
    def even(self) -> Real:
        whole = max(STATES, len(self.states) + 10)
        by_state = [1.0 / whole] * len(self.states) + [1.0 - len(self.states) / whole]
        return np.array(by_state * len(self.classes)) / len(self.classes)
