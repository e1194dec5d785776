"""Known: what of a ledger had been published by a day. For judging the past without what became known later."""

from __future__ import annotations

from datetime import date

from takingstock.records import Ledger, Source

_DATED = ("statements", "counts", "populations", "sightings", "incidents", "figures", "payments", "indicators")
_LATER = ("followups", "adjustments", "requests", "steps", "contacts", "decisions")


def published_by(ledger: Ledger, day: date) -> Ledger:
    """The ledger with only what sources certainly published by ``day`` say. A source without a date of publication, or
    one whose date leaves it open, was not certainly known, and what it says is left out; so is the work of the case
    itself (follow-ups, requests, decisions), which is later than what it is about."""
    known = frozenset(source.id for source in ledger.sources if _by(source, day))
    update: dict[str, object] = dict.fromkeys(_LATER, ())
    for name in _DATED:
        rows = getattr(ledger, name)
        update[name] = tuple(row for row in rows if row.source in known)
    return ledger.model_copy(update=update)


def sources_by(ledger: Ledger, day: date) -> frozenset[str]:
    """Ids of the sources that certainly were published by ``day``: two days with the same ones know the same."""
    return frozenset(source.id for source in ledger.sources if _by(source, day))


def _by(source: Source, day: date) -> bool:
    return source.published.last is not None and source.published.last <= day
