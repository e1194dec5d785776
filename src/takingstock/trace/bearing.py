"""Bearing: what so many draws can bear to have said of them.

Invariant: nothing is added here. A few draws give no word of likelihood and very few no interval; the medians stay.
"""

from __future__ import annotations

from typing import TypeVar

from takingstock.records import Record, Trace, TraceItem

WORD = 100
"""Draws below which a part of them gets no word of likelihood: it is known to some ten points at best."""

INTERVAL = 20
"""Draws below which their ends are no interval: the middle 90 % leaves out one draw at each end from here on."""

R = TypeVar("R", bound=Record)
_BOUNDS = ("low", "high", "total_low", "total_high", "unrecorded_low", "unrecorded_high")


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
