"""Excluding: what makes it certain that two sightings show different items.

Only what cannot be otherwise counts: unrelated classes, different countries or dates of manufacture, different serial
numbers, or one day at two places further apart than an item can travel in it. Silence excludes nothing. A serial
counts where every item of the sighting has its own, since five rifles with one serial read may hold any other rifle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

from takingstock.catalogue.dimensions import states
from takingstock.records import DateRange, Precision, Sighting

FAR = 1000.0
"""Kilometres that an item is taken not to travel within one day: by road it does not; that it flew is not looked at."""

_EARTH = 6371.0
_SERIAL = re.compile(r"^(?:serial(?:\s*(?:number|no\.?))?|s/n|sn)\b\s*[:.=#]*\s*(\S.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """What a sighting states of its items. ``serials``: one for every item, else empty; ``day`` and ``spot`` (degrees)
    only where both are known well enough to exclude another."""

    item: str
    countries: frozenset[str]
    made: tuple[date, date]
    serials: frozenset[str]
    day: date | None
    spot: tuple[float, float] | None


def facts(sighting: Sighting) -> Facts:
    """The facts of a sighting that may exclude another."""
    read = serials(sighting)
    many = max(sighting.quantity.best or 1, sighting.minimum or 1)
    when, place = sighting.when, sighting.place
    day = when.first if when.days == 1 else None
    spot = None
    if day and place and place.precision in {Precision.EXACT, Precision.VICINITY}:
        spot = position(sighting)
    return Facts(
        sighting.item,
        states(sighting.made_in),
        span(sighting.made),
        read if len(read) >= many else frozenset(),
        day if spot else None,
        spot,
    )


def serials(sighting: Sighting) -> frozenset[str]:
    """Serial numbers among the marks: those written ``serial: 12345`` (or ``s/n``); case, blanks and dashes fall away.
    Lot and factory marks are on many items."""
    found = (_SERIAL.match(mark.strip()) for mark in sighting.marks)
    return frozenset(re.sub(r"[\s\-_/]+", "", match[1]).upper() for match in found if match)


def position(sighting: Sighting) -> tuple[float, float] | None:
    """Latitude and longitude of the place, if known."""
    place = sighting.place
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def excluded(a: Facts, b: Facts) -> bool:
    """Whether the two are certainly different, whatever their classes."""
    if a.countries and b.countries and not a.countries & b.countries:
        return True
    if a.made[1] < b.made[0] or b.made[1] < a.made[0]:
        return True
    if a.serials and b.serials and not a.serials & b.serials:
        return True
    return bool(a.spot and b.spot and a.day == b.day and kilometres(a.spot, b.spot) > FAR)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two positions in degrees (haversine on a sphere, within 0.6 %)."""
    lat, other = radians(a[0]), radians(b[0])
    east = sin(radians(b[1] - a[1]) / 2) ** 2
    north = sin((other - lat) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(north + cos(lat) * cos(other) * east)))


def span(when: DateRange) -> tuple[date, date]:
    """The first and last possible day."""
    return when.first or date.min, when.last or date.max
