"""Count: what a holder is said to have, or to need, at a cut-off date."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.grade import Grade
from takingstock.records.place import Place
from takingstock.records.quantity import Quantity


class Basis(StrEnum):
    """How the figure came about: books are not a count by hand, and neither is a requirement."""

    BOOKS = "books"
    PHYSICAL = "physical"
    SAMPLE = "sample"
    OPENING = "opening"
    REQUIREMENT = "requirement"
    LOST = "lost"
    CLAIM = "claim"


class Count(Record):
    """``when`` is the cut-off date. ``opening`` counts feed the trace as opening stock; a *lost* count is a number
    that an inquiry found lost or illegally sold."""

    id: str
    source: str
    holder: str
    item: str
    quantity: Quantity
    when: DateRange = DateRange()
    basis: Basis
    place: Place | None = None
    condition: str = ""
    claimant: str = ""
    locator: str = ""
    grade: Grade = Grade()
    remark: str = ""
