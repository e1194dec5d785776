"""Excluding: what makes it certain that two sightings show different items.

Only what cannot be otherwise counts: unrelated classes, different countries or dates of manufacture, different serial
numbers, or one day at two places further apart than an item can travel in it. Silence excludes nothing. A serial
counts where every item of the sighting has its own, since five rifles with one serial read may hold any other rifle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from takingstock.catalogue.dimensions import states
from takingstock.records import DateRange, Precision, Sighting
from takingstock.records.marking import serial_of
from takingstock.reference.taxonomy import SETS

FAR = 1000.0
"""Kilometres that an item is taken not to travel within one day: by road it does not; that it flew is not looked at."""

Spot = tuple[float, float]
_EARTH = 6371.0


@dataclass(frozen=True)
class Facts:
    """What is stated of items. ``classes``: one, or those that contradict each other; ``serials``: of items that all
    have one, ``many`` the items there are; ``seen``: days and positions (degrees) known well enough to exclude
    another."""

    classes: frozenset[str]
    countries: frozenset[str]
    made: tuple[date, date]
    serials: frozenset[str]
    many: float
    seen: frozenset[tuple[date, Spot]]

    @property
    def marked(self) -> frozenset[str]:
        """The serials, if there are no fewer than items; else none."""
        return self.serials if len(self.serials) >= self.many else frozenset()


def facts(sighting: Sighting) -> Facts:
    """The facts of a sighting that may exclude another."""
    read = serials(sighting)
    many = max(sighting.quantity.best or 1.0, sighting.minimum or 1.0)
    when, place = sighting.when, sighting.place
    seen: frozenset[tuple[date, Spot]] = frozenset()
    if when.first and when.days == 1 and place and place.precision in {Precision.EXACT, Precision.VICINITY}:
        spot = position(sighting)
        seen = frozenset({(when.first, spot)}) if spot else seen
    return Facts(
        frozenset({sighting.item}),
        states(sighting.made_in),
        span(sighting.made),
        read if len(read) >= many else frozenset(),
        many,
        seen,
    )


def both(*stated: Facts) -> Facts:
    """What holds of items of which all of these speak. Where they contradict each other, any may be right."""
    classes = frozenset[str]().union(*(one.classes for one in stated))
    first, last = max(one.made[0] for one in stated), min(one.made[1] for one in stated)
    if first > last:
        first, last = min(one.made[0] for one in stated), max(one.made[1] for one in stated)
    lands = [one.countries for one in stated if one.countries]
    shared = frozenset.intersection(*lands) if lands else frozenset[str]()
    return Facts(
        frozenset(one for one in classes if not any(one != other and above(one, other) for other in classes)),
        shared or frozenset[str]().union(*lands),
        (first, last),
        frozenset[str]().union(*(one.serials for one in stated)),
        max(one.many for one in stated),
        _seen(frozenset[tuple[date, Spot]]().union(*(one.seen for one in stated))),
    )


def _seen(seen: frozenset[tuple[date, Spot]]) -> frozenset[tuple[date, Spot]]:
    """Without the days on which the same items were at two places."""
    if len({day for day, _ in seen}) == len(seen):
        return seen
    return frozenset(
        (day, spot) for day, spot in seen if not any(day == other and _far(spot, at) for other, at in seen)
    )


def either(*stated: Facts) -> Facts:
    """What holds of items of which each of these speaks of a part: what all say, and the serials together."""
    classes = frozenset[str]().union(*(one.classes for one in stated))
    lands, marks = [one.countries for one in stated], [one.serials for one in stated]
    return Facts(
        frozenset(one for one in classes if not any(one != other and above(other, one) for other in classes)),
        frozenset[str]().union(*lands) if all(lands) else frozenset(),
        (min(one.made[0] for one in stated), max(one.made[1] for one in stated)),
        frozenset[str]().union(*marks) if all(marks) else frozenset(),
        max(one.many for one in stated),
        frozenset(),
    )


def certain(one: Facts) -> Facts:
    """Only what may exclude another: facts that are equal then exclude the same."""
    return replace(one, serials=one.marked, many=0.0)


def above(one: str, other: str) -> bool:
    """Whether the class ``one`` is wider than ``other`` or is it; a mixed set is wider than every class."""
    return one == other or other.startswith(f"{one}.") or (one in SETS and other not in SETS)


def related(a: str, b: str) -> bool:
    """Whether one item may be of both classes: one lies in the other, or one is a mixed set."""
    return a in SETS or b in SETS or above(a, b) or above(b, a)


def serials(sighting: Sighting) -> frozenset[str]:
    """Serial numbers among the marks, in the compared form: those written ``serial: 12345`` or ``s/n``. A bare mark
    may be an arsenal's, and lot and factory marks are on many items."""
    return frozenset(serial for mark in sighting.marks if (serial := serial_of(mark)))


def position(sighting: Sighting) -> Spot | None:
    """Latitude and longitude of the place, if known."""
    place = sighting.place
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def apart(a: Facts, b: Facts) -> bool:
    """Whether the two are certainly different items: unrelated classes, or facts that exclude each other."""
    return not any(related(x, y) for x in a.classes for y in b.classes) or excluded(a, b)


def excluded(a: Facts, b: Facts) -> bool:
    """Whether the two are certainly different, whatever their classes."""
    if a.countries and b.countries and not a.countries & b.countries:
        return True
    if a.made[1] < b.made[0] or b.made[1] < a.made[0]:
        return True
    if a.marked and b.marked and not a.marked & b.marked:
        return True
    return any(day == other and _far(x, y) for day, x in a.seen for other, y in b.seen)


def _far(a: Spot, b: Spot) -> bool:
    return a != b and bool(kilometres(a, b) > FAR)


def kilometres(a: Any, b: Any) -> Any:
    """The great-circle distance of positions in degrees (haversine on a sphere, within 0.6 %); the last axis of each
    is latitude, longitude."""
    one, other = np.radians(a), np.radians(b)
    half = np.sin((other - one) / 2) ** 2
    north, east = half[..., 0], half[..., 1]
    inner = north + np.cos(one[..., 0]) * np.cos(other[..., 0]) * east
    return 2 * _EARTH * np.arcsin(np.minimum(1.0, np.sqrt(inner)))


def span(when: DateRange) -> tuple[date, date]:
    """The first and last possible day."""
    return when.first or date.min, when.last or date.max
