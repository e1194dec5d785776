"""Contradicting: another version of a movement, which cannot be true together with the first.

Invariant: the two differ in one thing alone (number, party, date or class), and in that they clash for any reader: no
party is a part of the other, no class lies within the other, no stated year is the same.
"""

from __future__ import annotations

import random
from dataclasses import replace

from takingstock.records import Mode
from takingstock.worlds import reporting
from takingstock.worlds.knobs import Knobs
from takingstock.worlds.running import Calendar, Event
from takingstock.worlds.scene import LEAVES, Route, Scene

FIELDS = ("quantity", "party", "date", "class")


def field(rng: random.Random, knobs: Knobs) -> str | None:
    """In what a further source contradicts the first; None where it agrees."""
    chance = rng.random()
    for name in FIELDS:
        chance -= getattr(knobs, f"clash_{name}")
        if chance < 0:
            return name
    return None


def contradicted(name: str, event: Event, scene: Scene, time: Calendar, rng: random.Random, knobs: Knobs) -> Event:
    """The other version; where nothing else could have been, one with another number."""
    made: Event | None = None
    if name == "party":
        made = _party(event, scene, rng)
    elif name == "date":
        made = _date(event, time, rng)
    elif name == "class":
        made = _class(event, scene, rng)
    if made is not None:
        return made
    said, quantity = reporting.wrong(event.quantity, event.said, rng, knobs)
    return replace(event, said=said, quantity=quantity)


def _party(event: Event, scene: Scene, rng: random.Random) -> Event | None:
    """From another giver, or to another recipient, in the same manner."""
    route = event.route
    assert route is not None
    above = {party.id: party.part_of for party in scene.parties}

    def unrelated(a: str, b: str) -> bool:
        return not (a == b or above.get(a) == b or above.get(b) == a)

    def possible(other: Route) -> bool:
        if other.to is None or route.to is None or (other.mode, other.authorised) != (route.mode, route.authorised):
            return False
        if event.mode is Mode.EXPORT and event.item not in scene.makes[other.giver]:
            return False
        if other.to == route.to:
            return unrelated(other.giver, route.giver)
        return other.giver == route.giver and unrelated(other.to, route.to)

    found = [other for other in scene.routes if possible(other)]
    if not found:
        return None
    other = rng.choice(found)
    return replace(event, route=other, giver=other.giver, to=other.to)


def _date(event: Event, time: Calendar, rng: random.Random) -> Event | None:
    """In another year, up to two before or after."""
    years = [event.when.year + step for step in (-2, -1, 1, 2)]
    years = [year for year in years if time.register.year <= year <= time.last.year]
    if not years:
        return None
    year = rng.choice(years)
    return replace(event, when=event.when.replace(year=year, day=min(event.when.day, 28)))


def _class(event: Event, scene: Scene, rng: random.Random) -> Event | None:
    """Another leaf class of the family; of a maker, one that it makes."""
    made = scene.makes.get(event.giver or "", dict.fromkeys(LEAVES, 0.0))
    others = [leaf for leaf in LEAVES if leaf != event.item and leaf in made]
    if event.item not in LEAVES or not others:
        return None
    return replace(event, item=rng.choice(others))
