"""Decision: what a person decided on an application, with the whole assessment as it was then."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.application import Application
from takingstock.records.assessment import Assessment
from takingstock.records.base import Record
from takingstock.records.control import ControlKind
from takingstock.records.dates import DateRange


class DecisionKind(StrEnum):
    """What the person decided."""

    REFUSED = "refused"
    AUTHORISED = "authorised"
    CONDITIONAL = "authorised-with-conditions"
    RETURNED = "returned-for-information"
    SUSPENDED = "suspended"
    REVOKED = "revoked"

    @property
    def lets_goods_move(self) -> bool:
        return self in {DecisionKind.AUTHORISED, DecisionKind.CONDITIONAL}


class Decision(Record):
    """``id`` is the application's; a later decision revises the earlier, which stays in the history. ``policies`` are
    the texts of the policies used (id, text), so that a reprint needs nothing else. ``against``: the person decided
    otherwise than the assessment said, and ``reason`` says why."""

    id: str
    application: Application
    assessment: Assessment
    kind: DecisionKind
    reason: str
    person: str
    decided: DateRange
    conditions: tuple[ControlKind, ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    against: bool = False
