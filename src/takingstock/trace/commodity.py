"""Commodity: goods that can stand for one another in the record, and so share one custody network.

Goods of different classes do not mix. A vague record ("AK-pattern rifle") ties the classes below it together, because
what it moved may be any of them; the classes then form one commodity (method.md, section 1). A mixed set that is
recorded under a group ("light weapons") is traced as its own class: it says nothing of the types inside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from takingstock.records import Count, ItemGroup, Movement, Unit
from takingstock.trace.holders import plain, sender

GROUPS = frozenset({"weapons", *(group.value for group in ItemGroup)})
"""Ids that name a mixed set and no class (``ammunition`` is recorded so where a source says no more)."""


@dataclass(frozen=True)
class Commodity:
    """``item`` is the broadest class; ``classes`` are all that occur, sorted; ``movements`` are sorted by key,
    ``counts`` by id."""

    item: str
    unit: Unit
    classes: tuple[str, ...]
    movements: tuple[Movement, ...]
    counts: tuple[Count, ...] = ()

    @cached_property
    def sent(self) -> dict[str, list[Movement]]:
        """The movements by the party that sent them."""
        found: dict[str, list[Movement]] = defaultdict(list)
        for movement in self.movements:
            found[plain(sender(movement))].append(movement)
        return dict(found)


def commodities(movements: Iterable[Movement], counts: Iterable[Count] = ()) -> tuple[Commodity, ...]:
    """The movements and opening counts by commodity and unit, sorted by item. The paths of the ids tie classes."""
    moved: dict[tuple[str, Unit], list[Movement]] = {}
    counted: dict[tuple[str, Unit], list[Count]] = {}
    listed, stocks = list(movements), list(counts)
    # A record without a quantity moves nothing in the network, so it ties nothing either.
    moving = {movement.item for movement in listed if movement.quantity.best} | {count.item for count in stocks}
    broadest = roots(moving)
    for movement in listed:
        known = next((path for path in _paths(movement.item) if path in moving and path not in GROUPS), movement.item)
        broadest.setdefault(movement.item, broadest.get(known, known))
    for movement in listed:
        moved.setdefault((broadest[movement.item], movement.quantity.unit), []).append(movement)
    for count in stocks:
        counted.setdefault((broadest[count.item], count.quantity.unit), []).append(count)
    return tuple(
        Commodity(
            item=key[0],
            unit=key[1],
            classes=tuple(sorted({m.item for m in moved.get(key, ())} | {c.item for c in counted.get(key, ())})),
            movements=tuple(sorted(moved.get(key, ()), key=lambda movement: movement.key)),
            counts=tuple(sorted(counted.get(key, ()), key=lambda count: count.id)),
        )
        for key in sorted(moved.keys() | counted.keys())
    )


def roots(classes: Iterable[str]) -> dict[str, str]:
    """For each class the broadest of the given classes that it lies in (itself, if none). A group ties nothing."""
    given = set(classes)
    tying = given - GROUPS
    return {item: next((path for path in _paths(item) if path in tying), item) for item in given}


def _paths(item: str) -> Sequence[str]:
    parts = item.split(".")
    return [".".join(parts[: depth + 1]) for depth in range(len(parts))]
