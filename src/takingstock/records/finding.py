"""Finding: one thing that an audit cannot account for, with the figures it rests on."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.quantity import Quantity


class FindingKind(StrEnum):
    """What does not add up. *Not in the books*, *missing* and *diverted* are different words and stay so."""

    NOT_IN_BOOKS = "not-in-books"
    NOT_COUNTED = "not-counted"
    CLAIMED_CAPTURE = "claimed-capture"
    LOST_OR_SOLD = "lost-or-illegally-sold"
    SENT_MORE_THAN_HELD = "sent-more-than-recorded"
    BOOKS_AND_COUNT = "books-differ-from-count"
    ISSUED_NOT_RECEIVED = "issued-not-received"
    HELD_BY_NOBODY = "held-by-nobody"
    CLOSED_NOT_EMPTY = "closed-not-empty"
    DUPLICATE_SERIAL = "duplicate-serial"
    SERIAL_NOT_SEEN = "serial-not-seen"
    NO_DATE = "no-date"
    LOT_SPLIT = "lot-over-several-holders"
    EXCESS = "excess-over-requirement"
    IN_EMBARGO = "movement-under-embargo"
    EMBARGO_INFLOW = "inflow-around-embargo"
    NO_FIRST_OWNER = "second-hand-without-first-owner"
    MIRROR_GAP = "mirror-gap"
    PRODUCTION_AND_MARKS = "production-and-marks"


class Severity(StrEnum):
    """How much a finding weighs for whoever has to act; a stated rule gives it, not a feeling."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTE = "note"


class Finding(Record):
    """``numerator`` of ``denominator`` as the sources give them (either may be a bound); ``share`` is their ratio,
    None where it cannot be formed. ``definition`` says in words what was divided by what; ``rests_on`` are the ids
    of the statements and counts used. ``doubles`` are groups of movement keys among them that may be one transfer
    told by several sources: a sum counts each group once at least and all of it at most."""

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
    severity: Severity = Severity.NOTE
    severity_reason: str = ""
    place: str = ""
    when: DateRange = DateRange()
    doubles: tuple[tuple[str, ...], ...] = ()
