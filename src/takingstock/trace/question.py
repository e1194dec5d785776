"""The question an investigator asks: where did this holder's arms most likely come from?

Per class, never over classes: what the ledger records as received, where its knowledge of the goods begins (made
there, an opening count, or *unrecorded*), and the chains by which they came: documented ones as their source states
them, inferred ones as the engine computes them, each with its share under every other policy and rule for births.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from takingstock.records import (
    Basis,
    Chain,
    ChainBasis,
    DateRange,
    ItemClass,
    Lag,
    Ledger,
    Movement,
    Origin,
    OriginKind,
    Quantity,
    Stage,
    Step,
    Trace,
    TraceItem,
    Unit,
)
from takingstock.trace.cautions import cautions, coverage
from takingstock.trace.commodity import Commodity, commodities
from takingstock.trace.custody import MADE, Custody, Parties, arrange, family, receiver, sender
from takingstock.trace.documented import Documented, documented

Of = Literal["received", "held"]
RULES: tuple[str, ...] = ("late", "opening")


class Items(Protocol):
    """What the trace asks of the item taxonomy."""

    def get(self, item: str) -> ItemClass: ...
    def is_a(self, item: str, other: str) -> bool: ...
    def makes(self, state: str, item: str, when: DateRange) -> bool | None: ...
    def production_note(self, item: str, state: str) -> str: ...


@dataclass(frozen=True)
class _Question:
    ledger: Ledger
    items: Items
    parties: Parties
    holder: str
    own: frozenset[str]
    until: date | None
    policy: str
    births: str
    of: Of
    limit: int
    joined: bool
    movements: tuple[Movement, ...]

    def makes(self, party: str, item: str, when: DateRange) -> bool:
        state = self.parties.country(party) if self.parties.has(party) else None
        if state is None and "+" in party:
            state = party
        return bool(state and self.items.makes(state, item, when))


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
    movements = ledger.movements(directory.part_of)
    named = {party for m in movements for party in (sender(m), receiver(m))}
    asked = _Question(
        ledger=ledger,
        items=taxonomy,
        parties=directory,
        holder=holder,
        own=family(holder, named, directory),
        until=at.last if at else None,
        policy=policy,
        births=births,
        of=of,
        limit=chains,
        joined=join_forces,
        movements=movements,
    )
    traceable = (m for m in movements if m.stage is Stage.DELIVERED and m.quantity.unit is not Unit.TONNES)
    blocks = []
    for commodity in commodities(traceable):
        if item is not None and not any(taxonomy.is_a(name, item) for name in commodity.classes):
            continue
        block = _block(asked, commodity)
        if block is not None:
            blocks.append(block)
    return Trace(
        holder=holder,
        at=at or DateRange(),
        policy=policy,
        births=births,
        of=of,
        revision=ledger.revision,
        tables=tables,
        version=version,
        items=tuple(blocks),
    )


def _block(asked: _Question, commodity: Commodity) -> TraceItem | None:
    arrivals = tuple(
        m
        for m in commodity.movements
        if receiver(m) in asked.own
        and sender(m) not in asked.own
        and (asked.until is None or m.when.first is None or m.when.first <= asked.until)
    )
    opening = _opening(asked, commodity)
    if not arrivals and not any(opening.get(party) for party in asked.own):
        return None
    stated = [
        chain for chain in documented(commodity.movements, asked.own) if chain.arrival.key in {m.key for m in arrivals}
    ]
    custody = _custody(asked, commodity, opening, stated)
    network = custody.network(asked.births)
    origins = _origins(asked, custody, network)
    inferred_total = sum(quantity for _, quantity in origins.items())
    known = {chain.label: chain.arrival.quantity.best for chain in stated}
    stated_total = sum(quantity for quantity in known.values() if quantity)
    total = inferred_total + stated_total
    only = len(arrivals) == 1 and len(stated) == 1 and not total
    for chain in stated:
        quantity = 1.0 if only else known[chain.label]
        if quantity:
            kind = _kind(asked, chain.links[0])
            key = (_first_party(chain.links[0]), kind)
            origins[key] = origins.get(key, 0.0) + quantity
    base = total or (1.0 if only else 0.0)
    shown = [_stated(asked, chain, known[chain.label], base, only) for chain in stated]
    inferred = _inferred(asked, custody, network, base, asked.limit) if inferred_total > 0 else []
    ranked = sorted([*shown, *inferred], key=lambda c: (-(c.share if c.share is not None else 2.0), _names(c)))
    listed = tuple(ranked[: asked.limit])
    shares = {key: amount / base for key, amount in origins.items()} if base else {}
    return TraceItem(
        item=commodity.item,
        classes=commodity.classes,
        unit=commodity.unit,
        total=total or None,
        total_range=_range(asked, arrivals),
        coverage=coverage(asked.ledger, commodity.movements),
        cautions=cautions(asked, commodity, custody, arrivals, sorted(shares), listed),
        origins=tuple(
            Origin(party=party, kind=kind, share=share)
            for (party, kind), share in sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        chains=listed,
        remainder=max(0.0, 1.0 - sum(c.share or 0.0 for c in listed)) if base else None,
        unrecorded=sum(s for (_, kind), s in shares.items() if kind is OriginKind.UNRECORDED) if base else None,
        definition=_definition(asked, only, total, commodity.unit),
    )


def _custody(
    asked: _Question, commodity: Commodity, opening: dict[str, float], stated: Sequence[Documented]
) -> Custody:
    # What a source traces into the holder link by link is not mixed with the rest: its arrival is taken out.
    taken = {chain.arrival.key for chain in stated}
    rest = Commodity(
        commodity.item, commodity.unit, commodity.classes, tuple(m for m in commodity.movements if m.key not in taken)
    )
    return arrange(
        rest,
        asked.holder,
        parties=asked.parties,
        opening=opening,
        makes=lambda party, when: asked.makes(party, commodity.item, when),
        until=asked.until,
        joined=asked.joined,
    )


def _opening(asked: _Question, commodity: Commodity) -> dict[str, float]:
    stock: dict[str, float] = defaultdict(float)
    for count in asked.ledger.counts:
        if count.basis is Basis.OPENING and count.item in commodity.classes and count.quantity.unit is commodity.unit:
            stock[count.holder] += count.quantity.best or 0.0
    return dict(stock)


def _origins(asked: _Question, custody: Custody, network: Any) -> dict[tuple[str, OriginKind], float]:
    found: dict[tuple[str, OriginKind], float] = defaultdict(float)
    born = network.origins_by_row(custody.asked, asked.policy, asked.of)
    for row in born.nonzero()[0]:
        movement = custody.movements[custody.parts[row].flow]
        kind = _kind(asked, movement)
        found[(_first_party(movement), kind)] += float(born[row])
    stock = network.origins_by_kind(custody.asked, asked.policy, asked.of).opening
    for number in stock.nonzero()[0]:
        party, amount = custody.holders[number], float(stock[number])
        whole = float(network.opening()[number])
        counted = min(1.0, float(custody.opening[number]) / whole) if whole else 0.0
        if counted > 0:
            found[(party, OriginKind.OPENING)] += amount * counted
        if counted < 1:
            kind = OriginKind.PRODUCED if party in custody.makers else OriginKind.UNRECORDED
            found[(party.removeprefix(MADE), kind)] += amount * (1 - counted)
    return {key: amount for key, amount in found.items() if amount > 1e-12}


def _kind(asked: _Question, movement: Movement) -> OriginKind:
    party = sender(movement)
    country = asked.parties.country(party) if asked.parties.has(party) else None
    stated = movement.made_in is not None and movement.made_in == country
    if party.startswith(MADE) or stated or asked.makes(party, movement.item, movement.when):
        return OriginKind.PRODUCED
    return OriginKind.UNRECORDED


def _first_party(movement: Movement) -> str:
    return sender(movement).removeprefix(MADE)


def _inferred(asked: _Question, custody: Custody, network: Any, base: float, limit: int) -> list[Chain]:
    result = network.chains(custody.asked, asked.policy, limit, asked.of)
    agreement = _agreement(asked, custody, limit, result.total / base)
    chains = []
    for chain in result.chains:
        names = tuple(custody.holders[number] for number in chain.holders)
        steps = [_step(custody, step) for step in chain.steps]
        if names[0].startswith(MADE):
            steps = steps[1:] if len(steps) > 1 else [steps[0].model_copy(update={"from_party": _plain(names[0])})]
        if not steps:
            continue
        first = [custody.movements[custody.parts[row].flow] for row in chain.steps[0].rows]
        kinds = {_kind(asked, movement) for movement in first}
        if chain.origin_kind == "opening":
            counted = custody.opening[chain.holders[0]] > 0
            kinds = {OriginKind.OPENING} if counted else kinds
        kind = OriginKind.UNRECORDED if OriginKind.UNRECORDED in kinds else min(kinds)
        chains.append(
            Chain(
                basis=ChainBasis.INFERRED,
                origin=kind,
                steps=tuple(steps),
                share=chain.quantity / base,
                quantity=chain.quantity,
                diversion=_diversion(steps),
                lag=_lags(steps, ()),
                agreement=tuple((label, shares.get(names, 0.0)) for label, shares in agreement),
                sources=_sources(asked, steps),
                allegations=_allegations(asked, steps),
            )
        )
    return chains


def _agreement(
    asked: _Question, custody: Custody, limit: int, scale: float
) -> list[tuple[str, dict[tuple[str, ...], float]]]:
    """The share of each sequence of holders under every policy and rule for births."""
    from takingstock.trace.policies import POLICIES

    table = []
    for births in RULES:
        network = custody.network(births)
        for policy in POLICIES:
            result = network.chains(custody.asked, policy, max(4 * limit, 40), asked.of)
            shares: dict[tuple[str, ...], float] = defaultdict(float)
            for chain in result.chains:
                shares[tuple(custody.holders[number] for number in chain.holders)] += chain.share * scale
            table.append((f"{policy}, {births} births", dict(shares)))
    return table


def _stated(asked: _Question, chain: Documented, quantity: float | None, base: float, only: bool) -> Chain:
    steps = [_link(movement) for movement in chain.links]
    after = [_link(movement) for movement in chain.after]
    remark = ""
    if only:
        remark = "The only recorded arrival of this class; how many is not recorded."
    elif not quantity:
        remark = "How many came this way is not recorded, so no share can be formed."
    return Chain(
        basis=ChainBasis.DOCUMENTED,
        origin=_kind(asked, chain.links[0]),
        steps=tuple(steps),
        after=tuple(after),
        share=1.0 if only else (quantity / base if quantity and base else None),
        quantity=quantity,
        diversion=_diversion(steps),
        lag=_lags(steps, after),
        sources=_sources(asked, [*steps, *after]),
        allegations=_allegations(asked, [*steps, *after]),
        label=chain.label,
        remark=remark,
    )


def _link(movement: Movement) -> Step:
    return Step(
        from_party=_first_party(movement),
        to_party=receiver(movement),
        via=movement.via,
        mode=movement.mode.value,
        authorised=movement.authorised,
        when=movement.when,
        quantity=movement.quantity,
        movements=(movement.key,),
    )


def _step(custody: Custody, step: Any) -> Step:
    mass: dict[int, float] = defaultdict(float)
    for row, amount in zip(step.rows, step.mass, strict=True):
        mass[custody.parts[row].flow] += float(amount)
    movements = [custody.movements[flow] for flow in sorted(mass, key=lambda flow: (-mass[flow], flow))]
    when = movements[0].when
    for movement in movements[1:]:
        when = when.joined(movement.when)
    authorised = {m.authorised for m in movements}
    return Step(
        from_party=custody.holders[step.source],
        to_party=custody.holders[step.target],
        via=tuple(dict.fromkeys(party for m in movements for party in m.via)),
        mode="+".join(dict.fromkeys(m.mode.value for m in movements)),
        authorised=authorised.pop() if len(authorised) == 1 else None,
        when=when,
        quantity=Quantity.exact(float(step.mass.sum()), custody.commodity.unit),
        movements=tuple(sorted(m.key for m in movements)),
    )


def _diversion(steps: Iterable[Step]) -> int | None:
    diverting = {"capture", "theft-or-leakage", "illicit-purchase"}
    for place, step in enumerate(steps):
        if step.authorised is False or diverting & set(step.mode.split("+")):
            return place
    return None


def _lags(steps: Sequence[Step], after: Sequence[Step]) -> tuple[Lag, ...]:
    def between(event: str, start: DateRange, end: DateRange) -> list[Lag]:
        if start.first and start.last and end.first and end.last and end.last >= start.first:
            return [Lag(event=event, low=max(0, (end.first - start.last).days), high=(end.last - start.first).days)]
        return []

    lags = between("first transfer to arrival", steps[0].when, steps[-1].when) if len(steps) > 1 else []
    for step in after:
        if "recovery" in step.mode.split("+"):
            lags += between("first transfer to recovery", steps[0].when, step.when)
    return tuple(lags)


def _sources(asked: _Question, steps: Iterable[Step]) -> tuple[str, ...]:
    keys = {key for step in steps for key in step.movements}
    return tuple(sorted({source for m in asked.movements if m.key in keys for source in m.sources}))


def _allegations(asked: _Question, steps: Iterable[Step]) -> tuple[str, ...]:
    keys = {key for step in steps for key in step.movements}
    return tuple(
        f"{s.allegation} (status: {s.allegation_status or 'not stated'}; source: {s.source})"
        for s in asked.ledger.statements
        if s.allegation and s.movement in keys
    )


def _range(asked: _Question, arrivals: Iterable[Movement]) -> Quantity:
    """What all statements together leave open: the sum of the least and of the most that any of them says."""
    low, high, unit = 0.0, 0.0, Unit.ITEMS
    unbounded = False
    seen = False
    for movement in arrivals:
        seen = True
        said = [asked.ledger.statement_by_id[key].quantity for key in movement.ruling]
        said = [quantity for quantity in said if quantity.known]
        unit = movement.quantity.unit
        low += min((quantity.low or 0.0 for quantity in said), default=0.0)
        if not said or any(quantity.high is None for quantity in said):
            unbounded = True
        high += max((quantity.high or 0.0 for quantity in said), default=0.0)
    if not seen:
        return Quantity()
    return Quantity(low=low, high=None if unbounded else high, unit=unit)


def _definition(asked: _Question, only: bool, total: float, unit: Unit) -> str:
    if only:
        return "share of the one recorded arrival of this class, whose quantity is not recorded"
    if not total:
        return "no share: no quantity of this class is recorded as received by the holder"
    what = "received by" if asked.of == "received" else "held by"
    return (
        f"share of the {unit.value} of this class recorded as {what} the holder; goods of one class are taken to leave "
        f"a stock by the policy {asked.policy}; arithmetic on the record, not a probability"
    )


def _names(chain: Chain) -> tuple[str, ...]:
    return tuple(step.from_party for step in chain.steps)


def _plain(party: str) -> str:
    return party.removeprefix(MADE)
