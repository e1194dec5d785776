"""Treaties: who was bound when, by row and with its source. What the table does not say is *unknown*, never "no".

A row says that a state is a party (``from`` is when the treaty bound it, a range where that is not certain; ``to`` is
its last day) or that it was none up to ``to``. A row of the state ``*`` says up to which day the list of parties is
complete, so that a state without a row was none. The rules of entry into force are the treaties' own: the ATT binds
ninety days after the deposit and nobody before 24 December 2014 (Article 22); the APMBC and the CCM from the first
day of the sixth month after the deposit and nobody before 1 March 1999 and 1 August 2010 (Articles 17).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from takingstock.records import DateRange, Record
from takingstock.reference import tables

TABLE = "treaties.csv"
ATT = "ATT"
APMBC = "APMBC"
CCM = "CCM"
NAMES = {
    ATT: "Arms Trade Treaty",
    APMBC: "Anti-Personnel Mine Ban Convention",
    CCM: "Convention on Cluster Munitions",
}
EVERY = "*"

Status = Literal["party", "not a party", "may be", "unknown"]


class TreatyRow(Record):
    """One row of the table. ``status`` is "party", "not a party" or "complete" (a statement about the list itself)."""

    treaty: str
    state: str
    status: str
    signed: DateRange = DateRange()
    deposited: DateRange = DateRange()
    since: DateRange = DateRange()
    until: DateRange = DateRange()
    source: str
    verified: bool = False
    note: str = ""

    @property
    def id(self) -> str:
        """What an assessment rests on: ``treaty:ATT:DEU``."""
        return f"treaty:{self.treaty}:{self.state}"

    @property
    def certain(self) -> DateRange:
        """The days on which the row certainly holds."""
        return DateRange(first=self.since.last, last=self.until.last)

    @property
    def possible(self) -> DateRange:
        """The days on which it may hold."""
        return DateRange(first=self.since.first, last=self.until.last)


class Membership(Record):
    """What the table says of one state at one date, and the rows behind it. ``verified``: every row was read."""

    status: Status
    rows: tuple[TreatyRow, ...] = ()

    @property
    def verified(self) -> bool:
        return all(row.verified for row in self.rows)


@lru_cache(maxsize=1)
def rows() -> tuple[TreatyRow, ...]:
    """Every row, in the order of the table."""
    return tuple(
        TreatyRow(
            treaty=row["treaty"],
            state=row["state"],
            status=row["status"],
            signed=DateRange.parse(row["signed"]),
            deposited=DateRange.parse(row["deposited"]),
            since=DateRange.parse(row["from"]),
            until=DateRange.parse(row["to"]),
            source=row["source"],
            verified=row["verified"] == "yes",
            note=row["note"],
        )
        for row in tables.read(TABLE)
    )


@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, str], tuple[TreatyRow, ...]]:
    found: dict[tuple[str, str], list[TreatyRow]] = {}
    for row in rows():
        found.setdefault((row.treaty, row.state), []).append(row)
    return {key: tuple(each) for key, each in found.items()}


def version() -> str:
    """SHA-256 (hex) of the table."""
    return tables.digest(TABLE)


def membership(treaty: str, state: str | None, when: DateRange) -> Status:
    """Whether the treaty bound the state on every day of ``when`` ("party"), on none ("not a party"), perhaps
    ("may be": the date straddles, or the row leaves it open), or "unknown": the table has no word on it."""
    return standing(treaty, state, when).status


def standing(treaty: str, state: str | None, when: DateRange) -> Membership:
    """As :func:`membership`, with the rows. Joined states (``RUS+SUN``) agree or it may be."""
    if state is None:
        return Membership(status="unknown")
    each = [_one(treaty, one, when) for one in state.split("+")]
    said = {one.status for one in each}
    unsure: Status = "unknown" if "unknown" in said else "may be"
    status = each[0].status if len(said) == 1 else unsure
    return Membership(status=status, rows=tuple(row for one in each for row in one.rows))


def _one(treaty: str, state: str, when: DateRange) -> Membership:
    found = _index().get((treaty, state), ())
    complete = _index().get((treaty, EVERY), ())
    party = tuple(row for row in found if row.status == "party")
    if party:
        if any(when.within(row.certain) for row in party):
            return Membership(status="party", rows=party)
        if not any(when.overlaps(row.possible) for row in party):
            return Membership(status="not a party", rows=party)
        return Membership(status="may be", rows=party)
    # The longest word on a state that was no party, or the completeness of the list itself.
    none = sorted((*found, *complete), key=lambda row: not row.verified)
    for row in none:
        if when.within(row.possible):
            return Membership(status="not a party", rows=(row,))
    if any(when.overlaps(row.possible) for row in none) and found:
        return Membership(status="may be", rows=found)
    return Membership(status="unknown", rows=found)
