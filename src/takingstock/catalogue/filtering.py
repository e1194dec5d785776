"""Filtering: which sightings were made at a place or in a time. Yes, no, or it cannot be told.

A sighting that is too imprecise to tell is neither kept nor silently dropped: it is counted apart. Where a row of a
reported population states no place or date of its own, those of the population stand for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from math import cos, radians

from takingstock.catalogue.excluding import kilometres, position
from takingstock.records import (
    BadValueError,
    DateRange,
    PartyKind,
    Place,
    Population,
    Precision,
    Sighting,
    UnknownNameError,
)
from takingstock.reference.parties import Directory

RADIUS = {Precision.EXACT: 0.0, Precision.VICINITY: 5.0, Precision.LOCALITY: 25.0}
"""Assumption: the true place lies within so many kilometres of the position given."""

_DEGREE = 111.2
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_POINT = rf"{_NUMBER}\s*,\s*{_NUMBER}"
_FORMS = "write a name, a country, LAT,LON..LAT,LON (south-west to north-east) or KM@LAT,LON"


class Told(Enum):
    """The answer of a filter."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


Filter = Callable[[Sighting, Population | None], Told]


def in_time(asked: DateRange) -> Filter:
    """Seen within ``asked``: certainly, certainly not, or it cannot be told."""

    def told(sighting: Sighting, population: Population | None) -> Told:
        when = sighting.when
        if not when.known and population is not None:
            when = population.when
        if when.known and when.within(asked):
            return Told.YES
        return Told.UNKNOWN if when.overlaps(asked) else Told.NO

    return told


def at_place(text: str, directory: Directory) -> Filter:
    """Seen at a named place, in a country, in a box (``LAT,LON..LAT,LON``; a box whose first longitude is the greater
    crosses 180°) or within a distance (``KM@LAT,LON``). Raises BadValueError for an impossible one."""
    text = text.strip()
    if match := re.fullmatch(rf"{_POINT}\s*\.\.\s*{_POINT}", text):
        return _in_box(*(float(part) for part in match.groups()))
    if match := re.fullmatch(rf"(\d+(?:\.\d+)?)\s*(?:km\s*)?@\s*{_POINT}", text, re.IGNORECASE):
        return _near(float(match[1]), (_latitude(float(match[2])), _longitude(float(match[3]))))
    if not re.search(r"[^\W\d_]", text) or "@" in text or ".." in text:
        raise BadValueError(f"not a place: {text!r}; {_FORMS}")
    country = _country(text, directory)
    return _in_country(country, directory) if country else _named(text)


def _near(reach: float, point: tuple[float, float]) -> Filter:
    def told(sighting: Sighting, _: Population | None) -> Told:
        spot, radius = position(sighting), _radius(sighting.place)
        if spot is None or radius is None:
            return Told.UNKNOWN
        distance = kilometres(spot, point)
        if distance + radius <= reach:
            return Told.YES
        return Told.NO if distance - radius > reach else Told.UNKNOWN

    return told


def _in_box(south: float, west: float, north: float, east: float) -> Filter:
    south, north = sorted((_latitude(south), _latitude(north)))
    west, wide = _longitude(west), (_longitude(east) - west) % 360

    def told(sighting: Sighting, _: Population | None) -> Told:
        spot, radius = position(sighting), _radius(sighting.place)
        if spot is None or radius is None:
            return Told.UNKNOWN
        up = radius / _DEGREE
        across = min(180.0, up / max(0.01, cos(radians(spot[0]))))
        right = (spot[1] - west) % 360
        within = south + up <= spot[0] <= north - up and across <= right <= wide - across
        if within or (radius == 0 and south <= spot[0] <= north and right <= wide):
            return Told.YES
        beside = wide + across < right < 360 - across
        return Told.NO if spot[0] < south - up or spot[0] > north + up or beside else Told.UNKNOWN

    return told


def _in_country(country: str, directory: Directory) -> Filter:
    """By the name of the place (``Mosul, Iraq``), else the population's territory; positions are not looked up."""

    known: dict[str, str | None] = {}

    def told(sighting: Sighting, population: Population | None) -> Told:
        name = sighting.place.name.rpartition(",")[2] if sighting.place else ""
        if name not in known:
            known[name] = _country(name, directory)
        found = known[name]
        if found:
            return Told.YES if found == country else Told.NO
        territory = population.territory if population else ()
        if not territory or (country in territory and len(territory) > 1):
            return Told.UNKNOWN
        return Told.YES if country in territory else Told.NO

    return told


def _named(text: str) -> Filter:
    """By name: the words asked for stand in the place's name. Another spelling is another place."""
    asked = _words(text)

    def told(sighting: Sighting, _: Population | None) -> Told:
        place = sighting.place
        if place is None or not place.name.strip() or place.precision is Precision.COUNTRY:
            return Told.UNKNOWN
        return Told.YES if f" {asked} " in f" {_words(place.name)} " else Told.NO

    return told


_LISTED = 8


def unknown_place(text: str, sightings: Iterable[Sighting], directory: Directory) -> str:
    """In words, that no place of the sightings bears the name asked for, and which names there are; empty where one
    does, or where no name was asked for."""
    text = text.strip()
    if "@" in text or ".." in text or _country(text, directory):
        return ""
    asked = f" {_words(text)} "
    names = sorted({s.place.name.strip() for s in sightings if s.place and s.place.name.strip()})
    if any(asked in f" {_words(name)} " for name in names):
        return ""
    listed = "; ".join(names[:_LISTED]) + (f"; and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return f"No recorded place has the name {text!r}; recorded are: {listed or 'none'}."


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _country(text: str, directory: Directory) -> str | None:
    text = text.strip()
    if not text:
        return None
    try:
        found = directory.get(text) if directory.has(text) else directory.resolve(text)
    except UnknownNameError:
        return None
    return found.id if found.kind is PartyKind.STATE else None


def _radius(place: Place | None) -> float | None:
    return RADIUS.get(place.precision) if place else None


def _latitude(value: float) -> float:
    if not -90 <= value <= 90:
        raise BadValueError(f"no latitude {value:g}; {_FORMS}")
    return value


def _longitude(value: float) -> float:
    if not -180 <= value <= 180:
        raise BadValueError(f"no longitude {value:g}; {_FORMS}")
    return value
