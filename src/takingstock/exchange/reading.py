"""Reading: what a reader made of a file, before anything is written.

Invariant: every input row ends in exactly one of three places, so ``read == ledger + review + rejected``.
"""

from __future__ import annotations

from dataclasses import dataclass

from takingstock.records import (
    Adjustment,
    Contact,
    Count,
    Embargo,
    Figure,
    FollowUp,
    Incident,
    IndicatorValue,
    Linking,
    MarkLink,
    Naming,
    Party,
    Payment,
    Population,
    Record,
    Rejected,
    RequestStep,
    Sighting,
    Source,
    Statement,
    TraceRequest,
    Verification,
)

TABLES = (
    "sources",
    "parties",
    "statements",
    "counts",
    "populations",
    "sightings",
    "incidents",
    "verifications",
    "payments",
    "adjustments",
    "followups",
    "requests",
    "steps",
    "contacts",
    "namings",
    "linkings",
    "embargoes",
    "figures",
    "indicators",
    "marklinks",
)

Key = tuple[str, str]
"""Table and id of one record."""


@dataclass(frozen=True)
class Reading:
    """The records of a file, and the fate of every row.

    ``taken`` has one entry per row that went to the ledger: the keys of the records that the row made. ``review`` are
    rows that were understood but need a person (kept with the reason, not in the ledger); ``rejected`` rows could not
    be taken. ``gone`` are rows of the case that a later release of the same register does not hold any more.
    ``pending`` are the keys that rows for review and rejected rows would have made, as far as that can be told.
    ``barren`` are the sheets that have rows of which none could be taken. A record that no row made (the register as a
    source) stands in no entry of ``taken``."""

    reader: str
    file: str
    read: int
    taken: tuple[tuple[Key, ...], ...] = ()
    review: tuple[Rejected, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    barren: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    parties: tuple[Party, ...] = ()
    statements: tuple[Statement, ...] = ()
    counts: tuple[Count, ...] = ()
    populations: tuple[Population, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    incidents: tuple[Incident, ...] = ()
    verifications: tuple[Verification, ...] = ()
    payments: tuple[Payment, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    requests: tuple[TraceRequest, ...] = ()
    steps: tuple[RequestStep, ...] = ()
    contacts: tuple[Contact, ...] = ()
    namings: tuple[Naming, ...] = ()
    linkings: tuple[Linking, ...] = ()
    embargoes: tuple[Embargo, ...] = ()
    figures: tuple[Figure, ...] = ()
    indicators: tuple[IndicatorValue, ...] = ()
    marklinks: tuple[MarkLink, ...] = ()
    gone: tuple[Key, ...] = ()
    pending: tuple[Key, ...] = ()

    def __post_init__(self) -> None:
        if self.read != self.ledger + len(self.review) + len(self.rejected):
            raise AssertionError(
                f"rows do not add up: {self.read} read, {self.ledger} to the ledger, "
                f"{len(self.review)} to review, {len(self.rejected)} rejected"
            )

    @property
    def ledger(self) -> int:
        """Number of input rows that went to the ledger."""
        return len(self.taken)

    def rows(self, table: str) -> tuple[Record, ...]:
        """The records of one of :data:`TABLES`, sorted by id."""
        records: tuple[Record, ...] = getattr(self, table)
        return records
