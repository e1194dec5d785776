"""Bearing: what so many draws can bear to have said of them, and which classes may be the same goods twice.

Invariant: nothing is added here. A few draws give no word of likelihood and very few no interval; the medians stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from takingstock.records import Chain, ItemGroup, Likelihood, OriginKind, Record, Trace, TraceItem

WORD = 100
"""Draws below which a part of them gets no word of likelihood: it is known to some ten points at best."""

INTERVAL = 20
"""Draws below which their ends are no interval: the middle 90 % leaves out one draw at each end from here on."""

R = TypeVar("R", bound=Record)
_BOUNDS = ("low", "high", "total_low", "total_high", "unrecorded_low", "unrecorded_high")
_APART = frozenset(group.value for group in (ItemGroup.AMMUNITION, ItemGroup.COMPONENTS, ItemGroup.EQUIPMENT))
_WIDER = {
    ItemGroup.VEHICLES.value: frozenset({ItemGroup.VEHICLES.value, ItemGroup.ARMOUR.value}),
    "weapons": frozenset(group.value for group in ItemGroup) - _APART - {ItemGroup.MUNITIONS.value},
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


def likelihood(chain: Chain, draws: int) -> Likelihood | None:
    """The ICD 203 word for the event that any goods came by this chain at all; None without draws, or with so few that
    it would say more than they do."""
    return None if chain.probability is None or draws < WORD else Likelihood.of(chain.probability)


def opening(item: TraceItem) -> list[tuple[str, float, float | None, float | None]]:
    """Party, share, low and high of each counted opening stock that goods lead back to: their own origin is on no
    record either."""
    return [(o.party, o.share, o.low, o.high) for o in item.origins if o.kind is OriginKind.OPENING and o.share > 0]


def twice(item: TraceItem, others: Iterable[TraceItem]) -> tuple[str, ...]:
    """Other classes of the trace that a mixed set ("vehicles") may hold too, so that the same goods stand in both;
    empty where the item is no mixed set."""
    from takingstock.trace.commodity import GROUPS

    if item.item not in GROUPS:
        return ()
    within = _WIDER.get(item.item, frozenset({item.item}))
    return tuple(o.item for o in others if o.item != item.item and o.unit is item.unit and _group(o.item) in within)


@cache
def _group(item: str) -> str:
    from takingstock.reference.items import taxonomy

    known = taxonomy()
    return known.get(item).group.value if known.has(item) else item.partition(".")[0]
