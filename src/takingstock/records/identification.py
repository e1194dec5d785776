"""Identification: what one expert says a sighting shows, and Ruling: what the team decided on it.

Experts identify independently and blind: nobody sees another's identification of a sighting while it is open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field, model_validator

from takingstock.records.base import Record, canonical_json
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError
from takingstock.records.likelihood import Confidence


class Level(StrEnum):
    """How far an identification goes; it stops where the picture stops supporting it."""

    CLASS = "class"
    FAMILY = "family"
    MODEL = "model"
    VARIANT = "variant"
    MAKER = "maker"
    SERIAL = "serial"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class MarkCondition(StrEnum):
    """What became of a mark."""

    PRESENT = "present"
    REMOVED = "removed"
    OVERSTAMPED = "overstamped"
    ILLEGIBLE = "illegible"


class Mark(Record):
    """A mark as read (empty where it was removed), and its condition; ``kind``: serial, lot, factory, import, other."""

    text: str = ""
    kind: str = "other"
    condition: MarkCondition = MarkCondition.PRESENT


class Activation(StrEnum):
    """Is a craft-produced device set off by its victim? Decides which treaty speaks of it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Craft(Record):
    """A craft-produced item, as far as arms control needs it and no further: the item it was made from (a class),
    victim-activated or not, the treaty category. No technical detail is held."""

    base_item: str | None = None
    victim_activated: Activation = Activation.UNKNOWN
    treaty_category: str = ""


class Identification(Record):
    """One expert's opinion on one sighting, tentative until the case's release rule is met. ``item`` is a class of the
    taxonomy at (or above) ``level``; ``maker`` a party, state or factory in words; ``made_in`` ids of states, joined
    with + where they cannot be separated. One expert has one standing identification of a sighting. ``salt``: random,
    so that nobody who sees the history can confirm a guess of an answer that is still closed. ``seen``: the digest of
    the files it was given for (:func:`shown`); empty in answers of earlier versions."""

    id: str
    sighting: str
    expert: str = Field(min_length=1)
    level: Level
    item: str
    made_in: str | None = None
    maker: str = ""
    made: DateRange = DateRange()
    serial: str = ""
    marks: tuple[Mark, ...] = ()
    craft: Craft | None = None
    confidence: Confidence
    reason: str = Field(min_length=1)
    salt: str = ""
    seen: str = ""

    @model_validator(mode="after")
    def _supported(self) -> Identification:
        if self.level is Level.SERIAL and not self.serial:
            raise BadValueError("level serial needs the serial number; fill it in, or choose level maker")
        return self


def shown(evidence: Iterable[str]) -> str:
    """SHA-256 (hex) of what an expert is asked about: a set of files, by their ids."""
    return hashlib.sha256(canonical_json(sorted(set(evidence))).encode()).hexdigest()


class Assignment(Record):
    """A sighting put to an expert; while one has not answered, its identifications stay closed to all."""

    id: str
    sighting: str
    expert: str = Field(min_length=1)
    withdrawn: bool = False


class RulingKind(StrEnum):
    """A decision on a sighting. ``close``: the review ends with the identifications that are in. ``reopen``: what was
    decided before counts no more, and the review is open until somebody closes it."""

    CLOSE = "close"
    REOPEN = "reopen"
    ADJUDICATE = "adjudicate"
    RELEASE = "release"
    WITHDRAW = "withdraw"


class Ruling(Record):
    """A decision on one sighting, by whom and why; later ones (``number``) stand over earlier ones. An adjudication
    says what stands; a release says under which rule (``rule``), at which level, on whose identifications
    (``experts``) and who dissented (``dissent``). ``passed_over`` are experts whom a closing did not wait for;
    ``seen`` is the fingerprint of the sighting it was given for, empty in rulings of earlier versions."""

    id: str
    sighting: str
    number: int = Field(ge=1)
    kind: RulingKind
    person: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    level: Level | None = None
    item: str | None = None
    made_in: str | None = None
    maker: str = ""
    made: DateRange = DateRange()
    serial: str = ""
    rule: str = ""
    experts: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    seen: str = ""


class ReviewState(StrEnum):
    """How far a sighting has come."""

    COLLECTED = "collected"
    VERIFIED = "verified"
    IN_REVIEW = "in-review"
    AGREED = "agreed"
    DISPUTED = "disputed"
    ADJUDICATED = "adjudicated"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class ReviewRule(Record):
    """What a case asks for: so many people for each aspect of the source, so many independent experts at the released
    level; ``experts_named`` (empty: anybody) are those who may identify. ``earlier`` are other rules that stood since
    the first answer of the case: a review that is open under one of them stays open, so that a looser rule shows
    nobody what was answered under a stricter one."""

    people: int = Field(default=2, ge=1)
    experts: int = Field(default=2, ge=1)
    experts_named: tuple[str, ...] = ()
    earlier: tuple[ReviewRule, ...] = Field(default=(), exclude=True)

    @property
    def words(self) -> str:
        return f"{self.people} people on the source, {self.experts} independent experts at the released level"
