"""Place: where, and how precisely that is known."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from takingstock.records.base import Record


class Precision(StrEnum):
    """How precise a place is. A country says only that it lies somewhere in it."""

    EXACT = "exact"
    VICINITY = "vicinity"
    LOCALITY = "locality"
    COUNTRY = "country"


class Place(Record):
    """WGS 84 degrees, if the position is known at all."""

    name: str
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    precision: Precision = Precision.LOCALITY
