"""FollowUp: what is being done about a finding, by whom and until when."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange


class FollowUpStatus(StrEnum):
    """How far the work on a finding has come. *Explained* is not *settled*: the figure may still stand open."""

    OPEN = "open"
    IN_WORK = "in-work"
    EXPLAINED = "explained"
    SETTLED = "settled"
    REFERRED = "referred"
    NOT_PURSUED = "not-pursued"


class FollowUp(Record):
    """``id`` is the id of the finding; a later one revises the earlier, which stays in the history. ``owner`` is who
    has to act, ``person`` who wrote this."""

    id: str
    owner: str
    status: FollowUpStatus
    person: str
    due: DateRange = DateRange()
    note: str = ""
