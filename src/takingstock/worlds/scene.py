"""Scene: the parties of a world, what they make, and the routes along which goods can move.

All are invented: no state or group of the world is named, so that nothing is said of any.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from takingstock.records import Mode, Party, PartyKind

FAMILY = "rifle.assault.ak"
LEAVES = (f"{FAMILY}.ak-47", f"{FAMILY}.akm", f"{FAMILY}.type-56")
SINGLE = "rocket-launcher.rpg-7.rpg-7"
GROUP = "ridge-front"
RIVAL = "river-column"
CARRIER = "blue-anchor-freight"
_WAR = (0.35, 1.0)
_MAKERS = ("Northland", "Southland", "Eastland", "Highland", "Lakeland", "Woodland")
_OWNERS = ("Midland", "Westland", "Coastland", "Farland", "Plainland")


@dataclass(frozen=True)
class Route:
    """A way that goods can go. ``to`` is None for losses. A movement takes ``low`` to ``high`` of what the giver has.
    ``leaf`` is the probability that one class moves, not the mixture of a family. ``window``: the part of the recorded
    time in which it is used, 0 to 1 (before the record it is open). ``authorised`` is None where nothing is said."""

    giver: str
    to: str | None
    mode: Mode
    weight: float
    low: float
    high: float
    leaf: float
    window: tuple[float, float] = (0.0, 1.0)
    authorised: bool | None = None


@dataclass(frozen=True)
class Scene:
    """``makes`` is, per maker, its classes with the mean number made in a year."""

    parties: tuple[Party, ...]
    makes: dict[str, dict[str, float]]
    depots: frozenset[str]
    routes: tuple[Route, ...]


def scene(rng: random.Random, size: int) -> Scene:
    """A scene for about ``size`` movements: more movements, more parties."""
    making = _names(_MAKERS, 4 + size // 150)
    owning = _names(_OWNERS, 3 + max(0, size - 80) // 30)
    makers = [_id(name) for name in making]
    parties = [_state(name) for name in making]
    armies: dict[str, list[str]] = {}
    for name in owning:
        state, army = _id(name), f"{_id(name)}-army"
        depots = [f"{state}-{side}-depot" for side in ("north", "south")]
        armies[army] = depots
        parties.append(_state(name))
        parties.append(_party(army, f"{name} Army", PartyKind.FORCE, state, state))
        for depot, side in zip(depots, ("north", "south"), strict=True):
            parties.append(_party(depot, f"{name} Army {side} depot", PartyKind.DEPOT, army, state))
    parties.append(_party(GROUP, "Ridge Front", PartyKind.ARMED_GROUP))
    parties.append(_party(RIVAL, "River Column", PartyKind.ARMED_GROUP))
    parties.append(_party(CARRIER, "Blue Anchor Freight", PartyKind.COMPANY))
    return Scene(
        parties=tuple(sorted(parties, key=lambda party: party.id)),
        makes=_production(rng, makers),
        depots=frozenset(depot for depots in armies.values() for depot in depots),
        routes=tuple(_routes(rng, makers, armies)),
    )


def _production(rng: random.Random, makers: list[str]) -> dict[str, dict[str, float]]:
    makes: dict[str, dict[str, float]] = {}
    for place, maker in enumerate(makers):
        leaves = [LEAVES[place % len(LEAVES)]]
        if rng.random() < 0.5:
            leaves.append(LEAVES[(place + 1) % len(LEAVES)])
        if place == 0 or rng.random() < 0.5:
            leaves.append(SINGLE)
        makes[maker] = {item: round(rng.lognormvariate(6.7, 0.7)) for item in leaves}
    return makes


def _routes(rng: random.Random, makers: list[str], armies: dict[str, list[str]]) -> list[Route]:
    """Weights are shares of all movements, roughly. An army buys where it happens to, from each maker for some years;
    war comes later, and with it the groups, and a depot falls in one campaign and not all along."""
    found = []
    names = list(armies)
    given = 0.06 / len(names) / (len(names) - 1)
    for army, depots in armies.items():
        suppliers = rng.sample(makers, min(len(makers), rng.randint(2, 3)))
        for maker in suppliers:
            weight = 0.32 / len(armies) / len(suppliers) * rng.uniform(0.5, 1.5)
            found.append(Route(maker, army, Mode.EXPORT, weight, 0.2, 0.7, 1.0, _years(rng, 0.0), True))
        for depot in depots:
            found.append(Route(army, depot, Mode.ISSUE, 0.13 / len(armies), 0.15, 0.5, 0.3))
            found.append(Route(depot, army, Mode.RETURN, 0.02 / len(armies), 0.05, 0.2, 0.3))
            found.append(Route(depot, None, Mode.DESTRUCTION, 0.015 / len(armies), 0.02, 0.1, 0.5))
            found.append(Route(GROUP, army, Mode.RECOVERY, 0.01 / len(armies), 0.05, 0.15, 0.2, _WAR))
        for other in names:
            if other != army:
                found.append(Route(army, other, Mode.RETRANSFER, given, 0.05, 0.3, 0.7, authorised=True))
    host, neighbour = names[0], names[1]
    for army in (host, *names[2:]):
        for depot in armies[army]:
            share = 1.0 if army == host else 0.3 / (len(names) - 2)
            found.append(Route(depot, GROUP, Mode.CAPTURE, 0.05 * share, 0.2, 0.8, 0.0, _years(rng, _WAR[0])))
            found.append(Route(depot, GROUP, Mode.THEFT_OR_LEAKAGE, 0.02 * share, 0.03, 0.15, 0.3, _WAR))
            found.append(Route(depot, RIVAL, Mode.CAPTURE, 0.02 * share, 0.1, 0.5, 0.0, _WAR))
    found.append(Route(neighbour, GROUP, Mode.RETRANSFER, 0.04, 0.05, 0.25, 0.5, _WAR, False))
    found.append(Route(armies[neighbour][0], RIVAL, Mode.THEFT_OR_LEAKAGE, 0.02, 0.1, 0.3, 0.3, _WAR))
    found.append(Route(RIVAL, GROUP, Mode.ILLICIT_PURCHASE, 0.03, 0.1, 0.5, 0.3, _WAR))
    found.append(Route(GROUP, RIVAL, Mode.RETRANSFER, 0.015, 0.05, 0.2, 0.3, _WAR))
    found.append(Route(RIVAL, GROUP, Mode.RETURN, 0.015, 0.1, 0.4, 0.3, _WAR))
    found.append(Route(GROUP, None, Mode.LOSS, 0.03, 0.05, 0.2, 0.0, _WAR))
    return found


def _years(rng: random.Random, start: float) -> tuple[float, float]:
    """A part of the time after ``start``, a quarter to a half of it."""
    length = (1.0 - start) * rng.uniform(0.25, 0.5)
    first = rng.uniform(start, 1.0 - length)
    return first, first + length


def _names(given: tuple[str, ...], count: int) -> list[str]:
    """So many names; where those given do not suffice, numbered ones of the same kind."""
    return [given[n % len(given)] + (f" {n // len(given) + 1}" if n >= len(given) else "") for n in range(count)]


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")


def _state(name: str) -> Party:
    return _party(_id(name), name, PartyKind.STATE)


def _party(id: str, name: str, kind: PartyKind, part_of: str | None = None, country: str | None = None) -> Party:
    return Party(id=id, name=name, kind=kind, part_of=part_of, country=country, source="invented for a synthetic world")
