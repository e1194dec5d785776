"""Influence for people: what the answer would be without each source that matters, by arithmetic on the record.

Invariant: nothing is compared with a median of draws, because an influence is arithmetic and a median is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from takingstock.records import Influence, OriginKind, Trace, TraceItem, percent
from takingstock.verbs.shapes.figures import amount

MATTERS = 0.05
"""From this change of the answer on, the influence of a source is told."""

_STEP = percent(MATTERS, 0)
_LISTED = 5
_LEAST = 1e-9


def influence_lines(trace: Trace, item: TraceItem) -> Iterator[str]:
    """One line for each effect that sources have when each is left out with all that derives from it, the strongest
    first, and one for all sources without effect."""
    leading = leading_share(trace, item)
    if leading is None or not item.influence:
        return
    effects: dict[str, list[str]] = {}
    for one in item.influence:
        if matters(one, item):
            more = f" and {len(one.sources) - 1} that derive from it" if len(one.sources) > 1 else ""
            effects.setdefault(_effect(trace, item, one, leading), []).append(f"{one.source}{more}")
    for told, sources in list(effects.items())[:_LISTED]:
        yield f"without {'any one of ' if len(sources) > 1 else ''}{', '.join(sources)}: {told}"
    if len(effects) > _LISTED:
        rest = sum(len(sources) for sources in list(effects.values())[_LISTED:])
        yield f"further sources without which the answer would be another: {rest}"
    if not all(matters(one, item) for one in item.influence):
        yield f"no {'other ' if effects else ''}source moves the answer by {_STEP}"


def _effect(trace: Trace, item: TraceItem, one: Influence, leading: float) -> str:
    if gone(one):
        return (
            "nothing of this class would be recorded with a quantity"
            if item.total is not None
            else "this chain would not be recorded"
        )
    total = ""
    if total_changes(one, item):
        total = f"total {amount(one.total) or 'not recorded'} instead of {amount(item.total) or 'not recorded'}"
    if renames(trace, item, one):
        return "same total and same part unrecorded, but another chain, or the same under other names"
    if one.moves < MATTERS and one.leads:
        return f"{total} (by arithmetic on the record)"
    after = "no share" if one.leading is None else _percent(one.leading)
    held = "" if one.leads else ", no longer the largest"
    told = f"leading chain {after} instead of {_percent(leading)} (by arithmetic on the record){held}"
    return f"{told}; {total}" if total else told


def leading_share(trace: Trace, item: TraceItem) -> float | None:
    """The largest share by arithmetic with all sources: what the shares of influence are compared with."""
    shares = [dict(chain.agreement).get(_label(trace), chain.share) for chain in item.chains]
    return max((share for share in shares if share is not None), default=None)


def matters(one: Influence, item: TraceItem) -> bool:
    """Whether the answer, or how much came in all, would be another one without the source."""
    falls = one.leading is not None and not one.leads
    return gone(one) or falls or one.moves >= MATTERS or total_changes(one, item)


def gone(one: Influence) -> bool:
    """Whether no share could be formed without the source, and one can with it."""
    return one.total is None and one.leading is None and one.moves >= MATTERS


def total_changes(one: Influence, item: TraceItem) -> bool:
    """Whether the total without the source is another, by :data:`MATTERS` of the larger."""
    with_all, without = item.total or 0.0, one.total or 0.0
    return abs(with_all - without) > MATTERS * max(with_all, without)


def renames(trace: Trace, item: TraceItem, one: Influence) -> bool:
    """Whether as much would be recorded, and as much of it without an origin, but the leading chain would not be
    among what is told: the same goods by a chain of other holders, or of the same by other names."""
    if gone(one) or one.leads or (one.leading or 0.0) > MATTERS or one.unrecorded is None:
        return False
    lacking = sum(
        dict(chain.agreement).get(_label(trace), chain.share or 0.0)
        for chain in item.chains
        if chain.origin is OriginKind.UNRECORDED
    )
    return not total_changes(one, item) and abs(one.unrecorded - lacking) <= MATTERS


def _label(trace: Trace) -> str:
    return f"{trace.policy}, {trace.births} births"


def _percent(share: float) -> str:
    return percent(max(share, _LEAST), 0)
