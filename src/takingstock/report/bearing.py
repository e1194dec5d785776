"""Bearing: what so many draws can bear to have said of them, and which classes may be the same goods twice.

Invariant: nothing is added here. The limits are those of ``trace.bearing``, on the page as at the command line.
"""

from __future__ import annotations

from takingstock.records import ItemGroup, Trace, TraceItem
from takingstock.report.model import Classes
from takingstock.trace.bearing import INTERVAL, WORD, borne
from takingstock.trace.commodity import GROUPS

__all__ = ["INTERVAL", "WORD", "borne", "never", "nothing_left", "twice"]

_APART = frozenset({ItemGroup.AMMUNITION, ItemGroup.COMPONENTS, ItemGroup.EQUIPMENT, ItemGroup.MUNITIONS})
_WIDER = {
    "vehicles": frozenset({ItemGroup.VEHICLES, ItemGroup.ARMOUR}),
    "weapons": frozenset(ItemGroup) - _APART,
}


def never(trace: Trace, item: TraceItem) -> bool:
    """Whether no draw has any goods of the class, so that its shares are arithmetic after all."""
    none = all(chain.probability == 0.0 for chain in item.chains) and not item.arrived
    return bool(trace.draws and item.chains and item.total is not None and none)


def nothing_left(trace: Trace, item: TraceItem) -> bool:
    """Whether all that came has left again by the record, as against not being counted."""
    unknown = any(caution.kind == "quantity-not-recorded" for caution in item.cautions)
    return trace.of == "held" and item.total is None and not unknown


def twice(taxonomy: Classes, item: TraceItem, trace: Trace) -> tuple[str, ...]:
    """Other classes of the trace that a mixed set ("vehicles") may hold too; empty where the item is no mixed set."""
    if item.item not in GROUPS:
        return ()
    within = _WIDER.get(item.item, frozenset({ItemGroup(item.item)} if item.item in list(ItemGroup) else ()))
    return tuple(
        other.item
        for other in trace.items
        if other.item != item.item
        and other.unit is item.unit
        and taxonomy.has(other.item)
        and taxonomy.get(other.item).group in within
    )
