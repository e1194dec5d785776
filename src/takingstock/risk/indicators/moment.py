"""Moment: the day before which an indicator must have ended and been published, and why one is missing without it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from takingstock.records import DateRange
from takingstock.risk.dossier import Dossier

NO_DATE = "the application gives no day of the authorisation; without it nothing can be said to have been known before"
NO_STATE = "neither the end user nor the consignee leads to a state"
SEVERAL = "the destination is one of several states; which one has to be found out first"


def start(dossier: Dossier) -> date | None:
    """The first day on which the authorisation may lie: what counts has ended and was published before it.

    Where the dossier's knowledge ends earlier (``background.known``), that day rules."""
    decided = dossier.decided.first
    known = dossier.background.known
    if decided is None or known is None:
        return decided
    return min(decided, known)


def years_before(day: date, number: int) -> DateRange:
    """The ``number`` whole calendar years before the year of ``day``."""
    return DateRange(first=date(day.year - number, 1, 1), last=date(day.year - 1, 12, 31))


def before(when: DateRange, day: date) -> bool:
    """Whether every day of a range lies before ``day``; a range with an open end does not."""
    return when.last is not None and when.last < day


def missing_place(dossier: Dossier) -> str:
    """Why nothing can be looked up about the destination; empty where it can."""
    if start(dossier) is None:
        return NO_DATE
    if dossier.destination is None:
        return NO_STATE
    return SEVERAL if "+" in dossier.destination else ""


def known_then(dossier: Dossier, sources: Iterable[str], day: date) -> bool:
    """Whether at least one of the sources was published before ``day``. One without a date of publication counts:
    whether it was known is then the judgement of who set the dossier's knowledge."""
    found = dossier.ledger.source_by_id
    dates = [found[name].published if name in found else DateRange() for name in sources]
    return not dates or any(not one.known or before(one, day) for one in dates)
