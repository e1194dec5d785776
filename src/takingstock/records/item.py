"""ItemClass: a node of the item taxonomy, from a broad class to a leaf type."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.quantity import Unit


class ItemGroup(StrEnum):
    """The broad groups of the field; every class lies in one."""

    SMALL_ARMS = "small-arms"
    LIGHT_WEAPONS = "light-weapons"
    ATGW = "atgw"
    MANPADS = "manpads"
    ARTILLERY = "artillery"
    ARMOUR = "armour"
    VEHICLES = "vehicles"
    AIRCRAFT = "aircraft"
    NAVAL = "naval"
    AIR_DEFENCE = "air-defence"
    MISSILES = "missiles"
    AMMUNITION = "ammunition"
    MUNITIONS = "munitions"
    CRAFT = "craft-produced"
    COMPONENTS = "components"
    EQUIPMENT = "equipment"


class Production(Record):
    """One state that makes or made a class: when, and whether under licence."""

    state: str
    when: DateRange = DateRange()
    licensed: bool = False


class ItemClass(Record):
    """``id`` is a stable dotted path (``rifle.assault.ak.akm``). ``unroca`` is a UNROCA category (I to VIII),
    ``military_list`` an EU military-list class (ML1 …). ``verified`` is False where only general knowledge supports
    the row; ``source`` says where the row comes from."""

    id: str
    name: str
    group: ItemGroup
    unit: Unit = Unit.ITEMS
    designer: str | None = None
    producers: tuple[Production, ...] = ()
    calibre: str = ""
    unroca: str = ""
    military_list: str = ""
    aliases: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False

    @property
    def parent(self) -> str | None:
        """The path above, or None at a root."""
        return self.id.rpartition(".")[0] or None

    def is_a(self, other: str) -> bool:
        """Whether this class is ``other`` or lies below it."""
        return self.id == other or self.id.startswith(f"{other}.")
