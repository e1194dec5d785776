"""World: a synthetic world whose every movement is known, and the degraded record of it.

The same seed, mechanism, size and table of grades give the same world; worlds of different mechanisms have nothing in
common, whatever their seeds, so that they are trials of their own. Nothing is read or written.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from takingstock.records import BadValueError, Ledger, UnknownNameError
from takingstock.worlds.knobs import HOLDS, Knobs
from takingstock.worlds.mechanisms import MECHANISMS, Mechanism
from takingstock.worlds.parcels import Parcel, within
from takingstock.worlds.recording import Record, record
from takingstock.worlds.running import Course, calendar, run
from takingstock.worlds.scene import FAMILY, GROUP, LEAVES, Scene, scene
from takingstock.worlds.seeing import bias, sightings
from takingstock.worlds.truth import Goods, TrueMovement, Truth, goods

SIZE = 80
SMALLEST, LARGEST = 40, 2000
_ARRIVALS, _CHAINS = 3, 3
"""What the holder asked about must have received for there to be a question."""
_TRIES = 200


@dataclass(frozen=True)
class World:
    """The record as an investigator would have it, and the truth behind it."""

    ledger: Ledger
    truth: Truth


def world(
    seed: int,
    mechanism: str = "well-mixed",
    size: int = SIZE,
    holds: Mapping[str, float] | None = None,
    knobs: Knobs | None = None,
) -> World:
    """A world of about ``size`` movements. ``holds``: the probability that a statement of a grade ("B2") is true, for
    every grade of :data:`~takingstock.worlds.knobs.GRADES`; None takes the worlds' own. ``knobs`` replaces the
    degradation, which the mechanism may still change.

    Raises UnknownNameError for a mechanism that is not there, BadValueError for a size out of bounds or a grade without
    a probability."""
    if mechanism not in MECHANISMS:
        raise UnknownNameError(f"unknown mechanism {mechanism!r}; known are {', '.join(MECHANISMS)}")
    if not SMALLEST <= size <= LARGEST:
        raise BadValueError(f"size {size}: a world has {SMALLEST} to {LARGEST} movements; give a number between them")
    table = dict(HOLDS if holds is None else holds)
    how = MECHANISMS[mechanism]
    turned = how.knobs(knobs or Knobs())
    for attempt in range(_TRIES):
        made = _attempt(f"takingstock world {how.name}/{seed}/{attempt}", size, how, turned, table)
        if made is not None:
            return World(*_told(seed, size, how, turned, table, made))
    raise BadValueError(f"seed {seed} with size {size} makes no world in which the group is armed; take a larger size")


@dataclass(frozen=True)
class _Made:
    stem: str
    scene: Scene
    course: Course
    record: Record
    item: str


def _attempt(stem: str, size: int, how: Mechanism, knobs: Knobs, holds: Mapping[str, float]) -> _Made | None:
    """A world, or None where the holder asked about received too little of anything to ask after."""
    place = scene(random.Random(f"{stem}/scene"), size)
    time = calendar(random.Random(f"{stem}/time"), knobs)
    course = run(stem, place, time, size, how, knobs)
    arrivals = [e for e in course.events if e.to == GROUP and e.recorded and e.when <= time.at]
    if sum(within(e.item, FAMILY) for e in arrivals) < _ARRIVALS:
        return None
    written = record(stem, place, time, course.events, course.openings, holds, knobs, errs=how.errs)
    item = _asked(written, course.received)
    if len({parcel.holders for parcel in course.received if within(parcel.item, item)}) < _CHAINS:
        return None
    return _Made(stem, place, course, written, item)


def _asked(written: Record, received: Mapping[Parcel, float]) -> str:
    """The commodity asked about: the family where a vague record ties its classes, else the class received most."""
    if any(statement.item == FAMILY for statement in written.statements):
        return FAMILY
    return max(LEAVES, key=lambda leaf: sum(q for parcel, q in received.items() if parcel.item == leaf))


def _told(
    seed: int, size: int, how: Mechanism, knobs: Knobs, holds: dict[str, float], made: _Made
) -> tuple[Ledger, Truth]:
    time = calendar(random.Random(f"{made.stem}/time"), knobs)
    weights = bias(made.stem, knobs)
    populations, seen = sightings(made.stem, made.course.held, weights, time, knobs)
    ledger = Ledger(
        title=f"Synthetic world {seed}, {how.name}",
        revision=0,
        head="",
        sources=made.record.sources,
        parties=made.scene.parties,
        statements=made.record.statements,
        counts=made.record.counts,
        populations=populations,
        sightings=seen,
    )
    truth = Truth(
        seed=seed,
        mechanism=how.name,
        keeps=how.keeps,
        size=size,
        knobs={name: float(value) for name, value in asdict(knobs).items()},
        holds=holds,
        holder=GROUP,
        item=made.item,
        at=time.at,
        register_begins=time.register,
        received=_goods(made.course.received, made.item),
        held=_goods(made.course.held, made.item),
        bias=weights,
        movements=tuple(_movements(made)),
        statements=made.record.verdicts,
        counts=made.record.count_verdicts,
        unreliable=made.record.unreliable,
        erred=made.record.erred,
    )
    return ledger, truth


def _goods(amounts: Mapping[Parcel, float], item: str) -> Goods:
    return goods({parcel: quantity for parcel, quantity in amounts.items() if within(parcel.item, item)})


def _movements(made: _Made) -> list[TrueMovement]:
    return [
        TrueMovement(
            key=made.record.keys.get(event.number, f"u{event.number:04d}"),
            item=event.item,
            from_party=event.giver,
            to_party=event.to,
            quantity=float(event.quantity),
            when=event.when,
            mode=event.mode,
            recorded=event.recorded,
        )
        for event in made.course.events
    ]
