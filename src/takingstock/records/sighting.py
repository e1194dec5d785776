"""Sighting: items observed in somebody's hands, single or reported as an aggregate of a population."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError
from takingstock.records.grade import Grade
from takingstock.records.place import Place, Precision
from takingstock.records.quantity import Quantity, Unit

OWN_POPULATIONS = "own-sightings-"
"""How the ids of the populations begin that are made of the team's own sightings; no source's population has one."""

OWN_NOTE = "Single sightings of this team, released and with evidence"
"""How their notes begin."""


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

    @property
    def misnamed(self) -> str:
        """In words, that the id is one of the team's own sightings although this is a source's population; or empty."""
        if not self.id.startswith(OWN_POPULATIONS) or self.note.startswith(OWN_NOTE):
            return ""
        return (
            f"population {self.id!r}: ids that begin with {OWN_POPULATIONS!r} are made from this team's own sightings; "
            "give the population another id"
        )


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

    @property
    def site(self) -> str | None:
        """The place that it was made at, as a key: case and blanks of the name do not count, positions without a name
        are one where they agree to two decimals (about a kilometre). None where there is none, or only a country."""
        place = self.place
        if place is None or place.precision is Precision.COUNTRY:
            return None
        name = " ".join(place.name.casefold().split())
        if name or place.latitude is None or place.longitude is None:
            return name or None
        # Adding zero: -0.00 is 0.00.
        return f"{round(place.latitude, 2) + 0.0:.2f},{round(place.longitude, 2) + 0.0:.2f}"

    @property
    def aggregate(self) -> bool:
        """Whether it speaks of a population, not of items that somebody saw at a place or in a picture.

        A share always does; a number does if it is more than one and neither evidence, marks, chain nor site are
        given. In a population of the team's own sightings every one is of items."""
        if self.population is None or self.share is not None:
            return self.share is not None
        if self.population.startswith(OWN_POPULATIONS):
            return False
        single = self.evidence or self.marks or self.chain or self.marking_condition or self.site is not None
        return (self.quantity.best or 0) > 1 and not single

    @model_validator(mode="wrap")
    @classmethod
    def _few_enough(cls, value: Any, made: ModelWrapValidatorHandler[Sighting], info: ValidationInfo) -> Sighting:
        row = made(value)
        # What a case holds already (JSON, then a record in a ledger) is read as it stands; nothing new comes in.
        most = None if isinstance(value, Sighting) or info.mode == "json" else row.quantity.high
        if most is not None and row.minimum is not None and row.minimum > most:
            raise BadValueError(f"minimum {row.minimum} is more than the quantity {row.quantity}; mend one of the two")
        return row

    @model_validator(mode="after")
    def _sound(self) -> Sighting:
        if self.share is not None and not self.population:
            raise BadValueError("a share needs the population it is a share of; fill the column population")
        return self
