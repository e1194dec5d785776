"""The question an investigator asks: where did this holder's arms most likely come from?

Per class, never over classes: what the ledger records as received, where its knowledge of the goods begins (made
there, an opening count, or *unrecorded*), and the chains by which they came: documented ones as their source states
them, inferred ones as the engine computes them, each with its share under every other policy and rule for births.
"""

from __future__ import annotations

from collections import defaultdict

from takingstock.records import DateRange, Ledger, Stage, Trace, Unit
from takingstock.trace.asking import Items, Of, Question, arrives
from takingstock.trace.block import block
from takingstock.trace.commodity import commodities
from takingstock.trace.documented import Documented, documented
from takingstock.trace.holders import Parties, family, plain, receiver, sender
from takingstock.trace.opening import opening_counts


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
    tables: str = "",
    version: str = "",
) -> Trace:
    """Trace what ``holder`` received (or, with ``of="held"``, what is left) up to the end of ``at``.

    ``item`` narrows it to a class and what lies below it. ``join_forces`` assumes that a state issues to its own
    forces whatever they lack; without it, a delivery to "Iraq" and a loss of the Iraqi Army are not connected unless
    a source connects them. Raises UnknownPolicyError for a policy that is not there."""
    _check(policy, births)
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
    )
    traceable = (m for m in movements.values() if m.stage is Stage.DELIVERED and m.quantity.unit is not Unit.TONNES)
    blocks = (
        block(asked, commodity)
        for commodity in commodities(traceable, opening_counts(ledger.counts))
        if item is None or any(taxonomy.is_a(name, item) for name in commodity.classes)
    )
    return Trace(
        holder=holder,
        at=at or DateRange(),
        policy=policy,
        births=births,
        of=of,
        revision=ledger.revision,
        tables=tables,
        version=version,
        items=tuple(found for found in blocks if found is not None),
    )


def _check(policy: str, births: str) -> None:
    """Say what is wrong with the call even where the ledger has nothing to ask it of."""
    from takingstock.trace.network import CustodyNetwork

    CustodyNetwork([], [], [], [], 1, births=births).origins(0, policy)  # type: ignore[arg-type]


def _taken(lots: tuple[Documented, ...]) -> dict[str, float]:
    """What documented lots carry of each movement, in all."""
    taken: dict[str, float] = defaultdict(float)
    for chain in lots:
        for link in chain.links:
            taken[link.key] += chain.carried or 0.0
    return dict(taken)
