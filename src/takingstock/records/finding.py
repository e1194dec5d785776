"""Finding: one thing that an audit cannot account for, with the figures it rests on."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.quantity import Quantity


class FindingKind(StrEnum):
    """What does not add up. *Not in the books*, *missing* and *diverted* are different words and stay so."""

    NOT_IN_BOOKS = "not-in-books"
    NOT_COUNTED = "not-counted"
    CLAIMED_CAPTURE = "claimed-capture"
    LOST_OR_SOLD = "lost-or-illegally-sold"
    SENT_MORE_THAN_HELD = "sent-more-than-recorded"


class Finding(Record):
    """``numerator`` of ``denominator`` as the sources give them (either may be a bound); ``share`` is their ratio,
    None where it cannot be formed. ``definition`` says in words what was divided by what; ``rests_on`` are the ids
    of the statements and counts used."""

    id: str
    kind: FindingKind
    holder: str
    item: str
    numerator: Quantity
    denominator: Quantity
    share: float | None
    definition: str
    words: str
    sources: tuple[str, ...]
    rests_on: tuple[str, ...]
    claimants: tuple[str, ...] = ()
    caution: str = ""
