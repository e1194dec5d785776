"""Bearing: what so many draws can bear to have said of them, and which classes may be the same goods twice.

Invariant: nothing is added here. A few draws give no word of likelihood and very few no interval; the medians stay. The
limits are those of the command line (``verbs.shapes.bearing``); a test holds them together.
"""

from __future__ import annotations

from typing import TypeVar

from takingstock.records import ItemGroup, Record, Trace, TraceItem
from takingstock.report.model import Classes
from takingstock.trace.commodity import GROUPS

WORD = 100
"""Draws below which a part of them gets no word of likelihood."""

INTERVAL = 20
"""Draws below which their ends are no interval."""

R = TypeVar("R", bound=Record)
_BOUNDS = ("low", "high", "total_low", "total_high", "unrecorded_low", "unrecorded_high")
_APART = frozenset({ItemGroup.AMMUNITION, ItemGroup.COMPONENTS, ItemGroup.EQUIPMENT, ItemGroup.MUNITIONS})
_WIDER = {
    "vehicles": frozenset({ItemGroup.VEHICLES, ItemGroup.ARMOUR}),
    "weapons": frozenset(ItemGroup) - _APART,
}


def borne(trace: Trace) -> Trace:
    """The trace as its draws bear it out: without any interval where fewer than :data:`INTERVAL` were made."""
    if not 0 < trace.draws < INTERVAL:
        return trace
    return trace.model_copy(update={"items": tuple(_bare_item(item) for item in trace.items)})


def _bare_item(item: TraceItem) -> TraceItem:
    parts = {
        name: tuple(_bare(part) for part in getattr(item, name)) for name in ("origins", "chains", "diversion_points")
    }
    return _bare(item).model_copy(update=parts)


def _bare(record: R) -> R:
    return record.model_copy(update={name: None for name in _BOUNDS if name in type(record).model_fields})


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
