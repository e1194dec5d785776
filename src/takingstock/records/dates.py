"""DateRange: when something happened, as far as the source says.

A prefix date is not an instant: "2014" is the whole year, and nothing is known about where in it. Comparing two
ranges therefore answers yes, no or *cannot be known*; the plain operators are left undefined on purpose, so that
a sort by accident is an error. Where rows must be listed, ``sort_key`` gives a stable order that claims nothing.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from enum import Enum
from typing import Any

from pydantic import GetCoreSchemaHandler, model_serializer, model_validator
from pydantic_core import CoreSchema

from takingstock.records.base import Record
from takingstock.records.errors import BadValueError

_POINT = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_FORMS = "write 2004, 2004-06, 2004-06-08, 2004..2006, 1995.. or ..2003"


class Order(Enum):
    """What is known of the order of two ranges."""

    BEFORE = "before"
    AFTER = "after"
    SAME = "same"
    UNKNOWN = "unknown"


class DateRange(Record):
    """Days ``first`` to ``last``, both included; ``None`` is an open end. Both open: nothing is known."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(source)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            first, last = _bounds(value)
            return {"first": first, "last": last}
        return value

    @model_validator(mode="after")
    def _in_order(self) -> DateRange:
        if self.first and self.last and self.first > self.last:
            raise BadValueError(f"date range ends before it starts: {self.first}..{self.last}; swap the two dates")
        return self

    @model_serializer
    def _as_text(self) -> str:
        return str(self)

    @classmethod
    def parse(cls, text: str) -> DateRange:
        """Read ``2004``, ``2004-06``, ``2004-06-08``, ``a..b``, ``a..``, ``..b``; empty is unknown.

        Raises BadValueError for an impossible date."""
        first, last = _bounds(text)
        return cls(first=first, last=last)

    @classmethod
    def day(cls, value: date) -> DateRange:
        """One known day."""
        return cls(first=value, last=value)

    @property
    def known(self) -> bool:
        """Whether at least one end is known."""
        return self.first is not None or self.last is not None

    @property
    def days(self) -> int | None:
        """How many days the range spans, or None with an open end."""
        if self.first is None or self.last is None:
            return None
        return (self.last - self.first).days + 1

    @property
    def sort_key(self) -> tuple[str, str]:
        """A stable order for listings (by last possible day, then first): it claims nothing about the truth."""
        return ((self.last or date.max).isoformat(), (self.first or date.min).isoformat())

    def order(self, other: DateRange) -> Order:
        """What is certain: BEFORE, AFTER, SAME (one identical day), else UNKNOWN."""
        if self.last and other.first and self.last < other.first:
            return Order.BEFORE
        if self.first and other.last and self.first > other.last:
            return Order.AFTER
        if self.days == 1 and self == other:
            return Order.SAME
        return Order.UNKNOWN

    def may_precede(self, other: DateRange) -> bool:
        """Whether some day in this range is on or before some day in the other."""
        return self.first is None or other.last is None or self.first <= other.last

    def overlaps(self, other: DateRange) -> bool:
        """Whether a day lies in both."""
        return self.may_precede(other) and other.may_precede(self)

    def within(self, other: DateRange) -> bool:
        """Whether every possible day lies in the other range. An open end lies only within an open end."""
        after = other.first is None or (self.first is not None and self.first >= other.first)
        before = other.last is None or (self.last is not None and self.last <= other.last)
        return after and before

    def share_before(self, day: date) -> float | None:
        """The share of the range's days that lie before ``day`` (each day equally likely), or None if open."""
        if self.first is None or self.last is None:
            return None
        span = (self.last - self.first).days + 1
        return min(1.0, max(0.0, (day - self.first).days / span))

    def joined(self, other: DateRange) -> DateRange:
        """The smallest range that holds both."""
        first = min(self.first, other.first) if self.first and other.first else None
        last = max(self.last, other.last) if self.last and other.last else None
        return DateRange(first=first, last=last)

    def __str__(self) -> str:
        if self.first is None and self.last is None:
            return ""
        if self.first is None:
            whole = self.last is not None and (self.last.month, self.last.day) == (12, 31)
            return f"..{self.last:%Y}" if whole else f"..{self.last}"
        if self.last is None:
            return f"{self.first:%Y}.." if (self.first.month, self.first.day) == (1, 1) else f"{self.first}.."
        if self.first == self.last:
            return self.first.isoformat()
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31):
            if self.first.year == self.last.year:
                return f"{self.first.year:04d}"
            return f"{self.first.year:04d}..{self.last.year:04d}"
        if self.first.day == 1 and self.last + timedelta(days=1) == _month_after(self.first):
            return f"{self.first:%Y-%m}"
        return f"{self.first}..{self.last}"


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _point(text: str) -> tuple[date, date]:
    match = _POINT.match(text)
    if not match:
        raise BadValueError(f"not a date: {text!r}; {_FORMS}")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise BadValueError(f"impossible date: {text!r}; {_FORMS}") from error


def _bounds(text: str) -> tuple[date | None, date | None]:
    text = text.strip()
    if not text or text in {"?", "unknown", "..", ".. .."}:
        return None, None
    if ".." in text:
        left, right = (part.strip() for part in text.split("..", 1))
        first = _point(left)[0] if left else None
        last = _point(right)[1] if right else None
        if first and last and first > last:
            raise BadValueError(f"date range ends before it starts: {text!r}; swap the two dates")
        return first, last
    return _point(text)
