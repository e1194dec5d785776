"""Sighting: items observed in somebody's hands, single or reported as an aggregate of a population."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError
from takingstock.records.grade import Grade
from takingstock.records.place import Place
from takingstock.records.quantity import Quantity, Unit


class ProvenanceLevel(StrEnum):
    """How well the identity and origin of an item are established, weakest first."""

    IMAGERY = "imagery-only"
    PHYSICAL = "physical-inspection"
    MATCHED = "lot-or-serial-match"
    CONFIRMED = "confirmed-by-exporter"

    @property
    def rank(self) -> int:
        return list(ProvenanceLevel).index(self)


class Design(StrEnum):
    """How a population came together; only a probability sample or a census justifies an interval."""

    PURPOSIVE = "purposive"
    PROBABILITY = "probability-sample"
    CENSUS = "census"
    UNKNOWN = "unknown"


class Population(Record):
    """A set of items that one study looked at. Populations are never merged: rounds with rifles, 2014 with 2017,
    pictures with recoveries. ``sites`` is at how many places they were found: sites, not items, are the sample."""

    id: str
    title: str
    holder: str
    unit: Unit
    size: Quantity = Quantity()
    sites: int | None = Field(default=None, ge=1)
    when: DateRange = DateRange()
    design: Design = Design.UNKNOWN
    level: ProvenanceLevel = ProvenanceLevel.IMAGERY
    territory: tuple[str, ...] = ()
    source: str
    locator: str = ""
    note: str = ""


class Sighting(Record):
    """``share`` (0 to 1) or ``quantity`` of the population, as reported; a single sighting has a quantity only.

    ``made_in`` is the country of manufacture, ``designed_in`` of the design, ``supplied_by`` the last state known to
    have supplied it; ids of states, or two joined by ``+`` where the source does not separate them."""

    id: str
    source: str
    holder: str
    item: str
    population: str | None = None
    quantity: Quantity = Quantity()
    minimum: int | None = Field(default=None, ge=1)
    share: float | None = Field(default=None, ge=0, le=1)
    made_in: str | None = None
    designed_in: str | None = None
    supplied_by: str | None = None
    made: DateRange = DateRange()
    recoverer: str | None = None
    place: Place | None = None
    when: DateRange = DateRange()
    level: ProvenanceLevel = ProvenanceLevel.IMAGERY
    marks: tuple[str, ...] = ()
    marking_condition: str = ""
    evidence: tuple[str, ...] = ()
    known_by: str = ""
    same_as: str | None = None
    chain: str | None = None
    locator: str = ""
    grade: Grade = Grade()
    remark: str = ""

    @model_validator(mode="after")
    def _aggregate(self) -> Sighting:
        if self.share is not None and not self.population:
            raise BadValueError("a share needs the population it is a share of; fill the column population")
        return self
