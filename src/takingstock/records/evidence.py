"""Evidence: a file in the vault, named by its content; Identification: what one expert says it shows."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.likelihood import Confidence


class Evidence(Record):
    """One distinct file. ``sha256`` (hex) is its name; who collected it, when, from where, and how, is kept."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    name: str
    media_type: str
    size: int = Field(ge=0)
    collected: DateRange = DateRange()
    collector: str = ""
    method: str = ""
    url: str = ""
    secret: bool = False


class Level(StrEnum):
    """How far an identification goes; it stops where the picture stops supporting it."""

    CLASS = "class"
    FAMILY = "family"
    MODEL = "model"
    VARIANT = "variant"
    MAKER = "maker"
    SERIAL = "serial"


class Identification(Record):
    """One expert's opinion on one sighting, tentative until the case's release rule is met."""

    id: str
    sighting: str
    expert: str
    level: Level
    item: str
    made_in: str | None = None
    made: DateRange = DateRange()
    marks: tuple[str, ...] = ()
    confidence: Confidence
    reason: str
