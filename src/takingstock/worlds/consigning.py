"""Consigning: a consignment from a maker to the group that one source can follow link by link.

Its goods never mix with a holder's others on their way; that is what makes a chain documented and not inferred.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from takingstock.records import Mode
from takingstock.worlds.reporting import day_between
from takingstock.worlds.scene import GROUP, Route, Scene

_ONWARD = frozenset({Mode.EXPORT, Mode.ISSUE})
_LAST = frozenset({Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE, Mode.RETRANSFER})
_USUAL, _SPREAD = 5.3, 0.6
"""Of the logarithm of how many items a consignment has: about 200."""


@dataclass(frozen=True)
class Consignment:
    """``routes`` lead from a maker to the group, ``days`` are rising; ``planned`` items of a leaf class."""

    label: str
    routes: tuple[Route, ...]
    days: tuple[date, ...]
    item: str
    planned: float


def consignment(scene: Scene, first: date, last: date, rng: random.Random) -> Consignment:
    """A consignment that arrives while its last route is in use, sent after ``first``, as likely here as there."""
    arriving = [route for route in scene.routes if route.to == GROUP and route.mode in _LAST]
    route = rng.choices(arriving, [route.weight for route in arriving])[0]
    routes = [route]
    while routes[0].giver not in scene.makes:
        before = [r for r in scene.routes if r.to == routes[0].giver and r.mode in _ONWARD]
        routes.insert(0, rng.choices(before, [r.weight for r in before])[0])
    span = (last - first).days
    opens, closes = (first + timedelta(days=round(span * part)) for part in route.window)
    arrival = day_between(opens, closes, rng)
    earlier = sorted(day_between(first, arrival - timedelta(days=1), rng) for _ in routes[1:])
    return Consignment(
        label=f"consignment {rng.randrange(16**6):06x}",
        routes=tuple(routes),
        days=(*earlier, arrival),
        item=rng.choice(sorted(scene.makes[routes[0].giver])),
        planned=rng.lognormvariate(_USUAL, _SPREAD),
    )
