"""The question an investigator asks: where did this holder's arms most likely come from?

Per class, never over classes: what the ledger records as received, where its knowledge of the goods begins (made
there, an opening count, or *unrecorded*), and the chains by which they came: documented ones as their source states
them, inferred ones as the engine computes them, each with its share under every other policy and rule for births.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from takingstock.records import Attribution, BadValueError, DateRange, Ledger, Stage, Trace, TraceItem, Unit
from takingstock.trace import marked
from takingstock.trace.asking import Items, Of, Question, arrives
from takingstock.trace.block import Block, block
from takingstock.trace.commodity import commodities
from takingstock.trace.confidence import confidence
from takingstock.trace.diversion import diversion_points
from takingstock.trace.documented import Documented, documented
from takingstock.trace.holders import Parties, family, plain, receiver, sender
from takingstock.trace.influence import Silence, influence
from takingstock.trace.opening import opening_counts

if TYPE_CHECKING:
    from takingstock.trace.draws.run import Drawn

WORTH_THREADS = 0.5
"""Seconds of estimated work from which a class is drawn on several cores."""


def trace(
    ledger: Ledger,
    taxonomy: Items,
    directory: Parties,
    holder: str,
    *,
    item: str | None = None,
    at: DateRange | None = None,
    policy: str = "proportional",
    births: str = "late",
    of: Of = "received",
    chains: int = 10,
    join_forces: bool = False,
    draws: int = 0,
    seed: int = 1,
    time_limit: float | None = None,
    cores: int | None = None,
    holds: Mapping[str, float] | None = None,
    progress: Callable[[int, int], None] | None = None,
    tables: str = "",
    version: str = "",
) -> Trace:
    """Trace what ``holder`` received (or, with ``of="held"``, what is left) up to the end of ``at``.

    ``item`` narrows it to a class and what lies below it. ``join_forces`` assumes that a state issues to its own
    forces whatever they lack; without it, a delivery to "Iraq" and a loss of the Iraqi Army are not connected unless
    a source connects them.

    ``draws`` is how many draws of the record are made (0: none, shares are arithmetic), from ``seed``; a ``time_limit``
    (seconds) stops them early, and the answer says how many were made; ``cores`` (default: all that may be used) does
    not change the answer; ``holds`` edits what grades are worth ("B2": 0.9); ``progress`` is told (done, all) draws
    over all classes. ``policy`` "strict" holds to the ledger's standing links (``marklinks``) and takes the rest in
    proportion. Raises UnknownPolicyError for a policy that is not there, BadValueError for a number of draws below zero
    and for "strict" where no link stands, TooCostlyError for draws that do not fit into memory."""
    _check(ledger, policy, births, draws)
    movements = {movement.key: movement for movement in ledger.movements(directory.part_of)}
    named = {party for m in movements.values() for party in (plain(sender(m)), receiver(m))}
    own = family(holder, named | {count.holder for count in ledger.counts}, directory)
    home = directory.country(holder) if join_forces and directory.has(holder) else None
    if home and holder in family(home, {holder}, directory):
        own |= {home}
    until = at.last if at else None
    lots = documented(ledger.statements, movements, lambda movement: arrives(movement, own, until))
    asked = Question(
        ledger=ledger,
        items=taxonomy,
        parties=directory,
        holder=holder,
        own=own,
        until=until,
        policy=policy,
        births=births,
        of=of,
        limit=chains,
        joined=join_forces,
        movements=movements,
        lots=lots,
        taken=_taken(lots),
        draws=draws,
        seed=seed,
        holds=holds,
        item=item,
    )
    traceable = (m for m in movements.values() if m.stage is Stage.DELIVERED and m.quantity.unit is not Unit.TONNES)
    blocks = [
        found
        for commodity in commodities(traceable, opening_counts(ledger.counts))
        if item is None or any(taxonomy.is_a(name, item) for name in commodity.classes)
        if (found := block(asked, commodity)) is not None
    ]
    answer = _drawn(asked, blocks, time_limit, cores, progress) if draws else Answer(tuple(b.item for b in blocks))
    return Trace(
        holder=holder,
        at=at or DateRange(),
        policy=policy,
        births=births,
        of=of,
        revision=ledger.revision,
        tables=tables,
        version=version,
        items=_judged(asked, blocks, answer.items),
        draws=answer.draws,
        asked=draws,
        seed=seed if draws else None,
        holds=tuple(sorted((holds or {}).items())) if draws else (),
        attributions=answer.attributions,
    )


@dataclass(frozen=True)
class Answer:
    """``draws`` is how many were made of every class."""

    items: tuple[TraceItem, ...]
    draws: int = 0
    attributions: tuple[Attribution, ...] = ()


def _drawn(
    asked: Question,
    blocks: list[Block],
    time_limit: float | None,
    cores: int | None,
    progress: Callable[[int, int], None] | None,
) -> Answer:
    """Draws of all classes, and what the sightings add to them."""
    from takingstock.trace import drawing
    from takingstock.trace.seen import attributions

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    width = cores or allowed
    began = time.monotonic()
    ready = [drawing.prepare(asked, found, width) for found in blocks]
    costs = [max(one.seconds, 1e-3) if one else 0.0 for one in ready]
    whole, done = asked.draws * sum(one is not None for one in ready), 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        if progress:
            progress(done, whole)

    runs: list[Drawn | None] = []
    for number, one in enumerate(ready):
        deadline = None
        if time_limit is not None and one:
            now = time.monotonic()
            # What is left of the time, by what is left to do.
            deadline = now + max(0.0, began + time_limit - now) * costs[number] / sum(costs[number:])
        # Threads cost more than they bring where there is little to do.
        wide = width if one and one.seconds > WORTH_THREADS else 1
        runs.append(drawing.draw(one, deadline=deadline, cores=wide, progress=told) if one else None)
    made = iter(drawing.cut([run for run in runs if run]))
    level = [next(made) if run else None for run in runs]
    items = tuple(
        drawing.tell(asked, one, run) if one and run else drawing.by_standing(asked, found)
        for found, one, run in zip(blocks, ready, level, strict=True)
    )
    flows = [drawing.inflows(asked, one, run) for one, run in zip(ready, level, strict=True) if one and run]
    found = attributions(asked, flows, asked.seed)
    return Answer(
        tuple(_with_channels(asked, one, found) for one in items),
        min((run.draws for run in level if run), default=asked.draws),
        found,
    )


def _with_channels(asked: Question, item: TraceItem, found: tuple[Attribution, ...]) -> TraceItem:
    """What populations that looked at nothing but this class say of it."""
    own = [
        channel
        for one in found
        if one.items and asked.ledger.population_by_id[one.population].unit is item.unit
        if all(any(asked.items.is_a(seen, name) for name in item.classes) for seen in one.items)
        for channel in one.channels
    ]
    return item.model_copy(update={"attribution": tuple(own)}) if own else item


def _judged(asked: Question, blocks: list[Block], items: tuple[TraceItem, ...]) -> tuple[TraceItem, ...]:
    """The answers with the influence of each source, the points of diversion, and how good their basis is."""
    silence = Silence(asked)
    judged = []
    for found, item in zip(blocks, items, strict=True):
        points = item.diversion_points or diversion_points(item.chains)
        moved = influence(asked, found.commodity, silence)
        whole = item.model_copy(update={"diversion_points": points, "influence": moved})
        level, reasons = confidence(whole, asked.movements, asked.ledger, policy=asked.policy, births=asked.births)
        judged.append(whole.model_copy(update={"confidence": level, "reasons": reasons}))
    return tuple(judged)


def _check(ledger: Ledger, policy: str, births: str, draws: int) -> None:
    """Say what is wrong with the call even where the ledger has nothing to ask it of."""
    from takingstock.trace.network import CustodyNetwork

    if draws < 0:
        raise BadValueError(f"{draws} draws cannot be made; give a number from 0 (none) on, 1000 is usual")
    links = marked.NONE if policy == "strict" else None
    CustodyNetwork([], [], [], [], 1, births=births, links=links).origins(0, policy)  # type: ignore[arg-type]
    if policy == "strict" and not marked.standing(ledger.marklinks):
        raise BadValueError(
            "policy strict holds to serials and lots that a person has linked, and no link stands in this case: see "
            "what is proposed with marks links, write one with marks link, or ask with --policy proportional"
        )


def _taken(lots: tuple[Documented, ...]) -> dict[str, float]:
    """What documented lots carry of each movement, in all."""
    taken: dict[str, float] = defaultdict(float)
    for chain in lots:
        for link in chain.links:
            taken[link.key] += chain.carried or 0.0
    return dict(taken)
