"""Figure: how many parties, as a source publishes it, where the list of them is not given.

"34 states supplied Iraq, 28 of them also Iran" is a figure: it can be set beside what the ledger holds and is never
turned into 34 names. Definitions differ between sources (states or firms, arms or support), so figures are never
merged.
"""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.grade import Grade
from takingstock.records.quantity import Quantity


class FigureKind(StrEnum):
    """What is counted."""

    SUPPLIERS = "suppliers"
    SUPPLIERS_OF_BOTH = "suppliers-of-both"


class Figure(Record):
    """``parties`` are whom it is about (one, or the two sides); ``quantity`` is a number of suppliers, not of items;
    ``definition`` is what the source counts, in its terms."""

    id: str
    source: str
    kind: FigureKind
    parties: tuple[str, ...]
    quantity: Quantity
    when: DateRange = DateRange()
    definition: str = ""
    claimant: str = ""
    locator: str = ""
    grade: Grade = Grade()
    remark: str = ""
