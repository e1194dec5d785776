"""Count: what a holder is said to have, or to need, at a cut-off date."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError
from takingstock.records.grade import Grade
from takingstock.records.place import Place
from takingstock.records.quantity import Quantity


class Basis(StrEnum):
    """How the figure came about: books are not a count by hand, and neither is a requirement. ``closed``: a stock is
    said to be closed or dissolved; what is still there then has to be explained."""

    BOOKS = "books"
    PHYSICAL = "physical"
    SAMPLE = "sample"
    OPENING = "opening"
    REQUIREMENT = "requirement"
    LOST = "lost"
    CLAIM = "claim"
    CLOSED = "closed"


class SamplingDirection(StrEnum):
    """Book to floor: entries drawn from the books and looked for (finds what is missing). Floor to book: items drawn on
    the floor and looked up (finds what is not in the books)."""

    BOOK_TO_FLOOR = "book-to-floor"
    FLOOR_TO_BOOK = "floor-to-book"


class Sampling(Record):
    """How a sample was drawn: ``drawn`` of ``of`` entries or items, of which ``matched`` were found on the other side.
    ``random``: drawn by chance, without which nothing can be extrapolated; ``strata`` is the plan in words."""

    direction: SamplingDirection
    of: int = Field(ge=1)
    drawn: int = Field(ge=1)
    matched: int = Field(ge=0)
    random: bool = False
    strata: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Sampling:
        if not self.matched <= self.drawn <= self.of:
            raise BadValueError(
                f"a sample of {self.drawn} out of {self.of} with {self.matched} matched does not add up; "
                "matched <= drawn <= of"
            )
        return self


class Count(Record):
    """``when`` is the cut-off date. ``opening`` counts feed the trace as opening stock; a *lost* count is a number
    that an inquiry found lost or illegally sold. ``marks`` are the serials or lots that were counted, one by one.
    ``materiality`` is the difference, in the count's unit, below which its maker does not report."""

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
    marks: tuple[str, ...] = ()
    sampling: Sampling | None = None
    materiality: float | None = Field(default=None, ge=0)
