"""Adjustment: a correction of what a holder's books say, made by a named person for a stated reason, never silent."""

from __future__ import annotations

from typing import Literal

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.place import Place
from takingstock.records.quantity import Quantity


class Adjustment(Record):
    """``direction`` says whether ``quantity`` is to be added to what the holder should have, or taken off. ``finding``
    is the id of the finding that it answers."""

    id: str
    holder: str
    item: str
    direction: Literal["add", "take-off"]
    quantity: Quantity
    when: DateRange
    person: str
    reason: str
    source: str = ""
    finding: str = ""
    place: Place | None = None
