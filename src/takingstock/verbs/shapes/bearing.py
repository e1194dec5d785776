"""Bearing: what so many draws can bear to have said of them, and which classes may be the same goods twice.

Invariant: nothing is added here. A few draws give no word of likelihood and very few no interval; the medians stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from takingstock.records import Chain, ItemGroup, Likelihood, OriginKind, TraceItem
from takingstock.trace.bearing import INTERVAL, WORD, borne

__all__ = ["INTERVAL", "WORD", "borne", "likelihood", "opening", "twice"]

_APART = frozenset(group.value for group in (ItemGroup.AMMUNITION, ItemGroup.COMPONENTS, ItemGroup.EQUIPMENT))
_WIDER = {
    ItemGroup.VEHICLES.value: frozenset({ItemGroup.VEHICLES.value, ItemGroup.ARMOUR.value}),
    "weapons": frozenset(group.value for group in ItemGroup) - _APART - {ItemGroup.MUNITIONS.value},
}


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
