"""Commodity: goods that can stand for one another in the record, and so share one custody network.

Goods of different classes do not mix. A vague record ("AK-pattern rifle") ties the classes below it together, because
what it moved may be any of them; the classes then form one commodity (method.md, section 1). A mixed set that is
recorded under a group ("light weapons") is traced as its own class: it says nothing of the types inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from takingstock.records import ItemGroup, Movement, Unit

GROUPS = frozenset({"weapons", *(group.value for group in ItemGroup)})
"""Ids that name a mixed set and no class (``ammunition`` is recorded so where a source says no more)."""


@dataclass(frozen=True)
class Commodity:
    """``item`` is the broadest class; ``classes`` are all that occur, sorted; ``movements`` are sorted by key."""

    item: str
    unit: Unit
    classes: tuple[str, ...]
    movements: tuple[Movement, ...]


def commodities(movements: Iterable[Movement]) -> tuple[Commodity, ...]:
    """The movements by commodity and unit, sorted by item. Classes are tied by the paths of their ids."""
    groups: dict[tuple[str, Unit], list[Movement]] = {}
    listed = list(movements)
    broadest = roots({movement.item for movement in listed})
    for movement in listed:
        groups.setdefault((broadest[movement.item], movement.quantity.unit), []).append(movement)
    return tuple(
        Commodity(
            item=item,
            unit=unit,
            classes=tuple(sorted({movement.item for movement in group})),
            movements=tuple(sorted(group, key=lambda movement: movement.key)),
        )
        for (item, unit), group in sorted(groups.items())
    )


def roots(classes: Iterable[str]) -> dict[str, str]:
    """For each class the broadest of the given classes that it lies in (itself, if none). A group ties nothing."""
    given = set(classes)
    tying = given - GROUPS
    return {item: next((path for path in _paths(item) if path in tying), item) for item in given}


def _paths(item: str) -> Sequence[str]:
    parts = item.split(".")
    return [".".join(parts[: depth + 1]) for depth in range(len(parts))]
