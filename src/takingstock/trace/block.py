"""Block: the answer for one commodity, with its origins, its chains, and what bounds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from takingstock.records import Caution, Chain, Movement, Origin, OriginKind, Quantity, TraceItem, Unit
from takingstock.trace.agreement import ranked
from takingstock.trace.asking import Question
from takingstock.trace.cautions import Facts, cautions, coverage
from takingstock.trace.commodity import Commodity
from takingstock.trace.comparison import Comparison, compare
from takingstock.trace.custody import Custody, arrange
from takingstock.trace.documented import Documented
from takingstock.trace.holders import lot, plain, sender
from takingstock.trace.opening import opening_stock
from takingstock.trace.resting import resting
from takingstock.trace.telling import Key, lot_key, stated, told

_NOTHING = 1e-9
_WIDER = 3
_Origins = dict[tuple[str, OriginKind], float]


@dataclass(frozen=True)
class Block:
    """``item`` is the answer by arithmetic on the record. The rest is what draws go on from: ``chains`` are all found,
    more than are listed; ``base`` is what shares are of, 0 where none can be formed; ``only``: the one arrival has no
    quantity, so that a share is of that arrival."""

    item: TraceItem
    commodity: Commodity
    custody: Custody
    lots: tuple[Documented, ...]
    chains: tuple[tuple[Key, Chain], ...]
    compared: Comparison
    base: float
    only: bool


@dataclass(frozen=True)
class Scene:
    """One commodity as the one who asks sees it, before any policy: what came, what sources trace link by link, what
    was counted (and what must be said of it), and the movements in order."""

    arrivals: tuple[Movement, ...]
    lots: tuple[Documented, ...]
    opening: dict[str, dict[str, float]]
    said: list[Caution]
    custody: Custody


def scene(asked: Question, commodity: Commodity) -> Scene | None:
    """The movements of a commodity, arranged for the holder asked about; None where nothing of it came there."""
    arrivals = tuple(m for m in commodity.movements if asked.arrives(m))
    opening, said = opening_stock(commodity)
    holds = asked.of == "held" and any(opening.get(party) for party in asked.own)
    if not arrivals and not holds:
        return None
    keys = {movement.key for movement in arrivals}
    lots = tuple(chain for chain in asked.lots if chain.arrival.key in keys)
    return Scene(arrivals, lots, opening, said, arrange(asked, commodity, lots, opening))


def block(asked: Question, commodity: Commodity) -> Block | None:
    """What the ledger tells of the holder's goods of one commodity; None where it records none."""
    found = scene(asked, commodity)
    if found is None:
        return None
    arrivals, lots, opening, said, custody = found.arrivals, found.lots, found.opening, found.said, found.custody
    network = custody.network(asked.births)
    origins, by_lot, own_stock = origins_of(asked, custody, network)
    total = sum(origins.values())
    if total <= _NOTHING * max(1.0, float(custody.arrays["quantity"].sum())):
        origins, total = {}, 0.0
    only = not total and len(arrivals) == 1 and len(lots) == 1 and not lots[0].arrival.quantity.best
    if only:
        origins = {(plain(sender(lots[0].links[0])), asked.kind(lots[0].links[0])): 1.0}
    base = total or (1.0 if only else 0.0)
    chains = [
        (lot_key(asked, c), stated(asked, c, by_lot.get(c.label) if c.carried else None, base, only=only)) for c in lots
    ]
    wide = asked.limit * (_WIDER if asked.draws else 1)
    more, exact = told(asked, custody, network, base, wide) if total else ([], True)
    compared = compare(asked, custody, 8 * (asked.limit + len(lots)), base) if more else Comparison({}, {})
    chains = in_order([*chains, *((key, agreeing(compared, key, chain)) for key, chain in more)])
    listed = ranked([chain for _, chain in chains[: asked.limit]], asked.births, asked.of, compared.rivals)
    shares = {key: amount / base for key, amount in origins.items()} if base else {}
    shown = sum(c.share or 0.0 for c in listed) + (own_stock / base if base else 0.0)
    facts = Facts(
        commodity, custody, arrivals, lots, tuple(sorted(shares)), listed, frozenset(opening), tuple(said), exact
    )
    item = TraceItem(
        item=commodity.item,
        classes=commodity.classes,
        unit=commodity.unit,
        total=total or None,
        expected=bool(total) and not all(_surely(asked, movement) for movement in arrivals),
        total_range=_range(asked, arrivals, total),
        coverage=coverage(asked.ledger, commodity.movements),
        cautions=(*resting(asked, custody, network, origins), *cautions(asked, facts)),
        origins=tuple(
            Origin(party=party, kind=kind, share=share)
            for (party, kind), share in sorted(shares.items(), key=lambda pair: (-round(pair[1], 9), pair[0]))
        ),
        chains=listed,
        remainder=max(0.0, 1.0 - shown) if base else None,
        unrecorded=sum(s for (_, kind), s in shares.items() if kind is OriginKind.UNRECORDED) if base else None,
        definition=_definition(asked, only, total, commodity.unit),
    )
    return Block(item, commodity, custody, lots, tuple(chains), compared, base, only)


def agreeing(compared: Comparison, key: Key, chain: Chain) -> Chain:
    """The chain with its share under each policy and rule for births."""
    return chain.model_copy(update={"agreement": tuple(compared.of(key))})


def in_order(chains: Iterable[tuple[Key, Chain]]) -> list[tuple[Key, Chain]]:
    """The largest first, those without a share before all."""

    def rank(pair: tuple[Key, Chain]) -> tuple[float, list[str]]:
        share = pair[1].share
        return -round(share if share is not None else 2.0, 9), [step.from_party for step in pair[1].steps]

    return sorted(chains, key=rank)


def origins_of(asked: Question, custody: Custody, network: Any) -> tuple[_Origins, dict[str, float], float]:
    """Goods by party and kind of origin, those of each documented lot, and what the holder had from the first on."""
    found: _Origins = defaultdict(float)
    by_lot: dict[str, float] = {chain.label: 0.0 for chain in asked.lots}
    begins = {chain.label: asked.kind(chain.links[0]) for chain in asked.lots}
    born = network.origins_by_row(custody.asked, asked.policy, asked.of)
    for row in born.nonzero()[0]:
        movement = custody.movements[custody.parts[row].flow]
        label = lot(sender(movement))
        found[(plain(sender(movement)), begins[label] if label else asked.kind(movement))] += float(born[row])
        if label:
            by_lot[label] += float(born[row])
    stock = network.origins_by_kind(custody.asked, asked.policy, asked.of).opening
    begun = network.opening(asked.policy)
    for number in stock.nonzero()[0]:
        holder, amount = custody.holder_of(number), float(stock[number])
        whole = float(begun[number])
        counted = min(1.0, float(custody.opening[number]) / whole) if whole else 0.0
        if counted > 0:
            found[(plain(holder), OriginKind.OPENING)] += amount * counted
        if counted < 1:
            label = lot(holder)
            kind = OriginKind.PRODUCED if number in custody.makers else OriginKind.UNRECORDED
            found[(plain(holder), begins[label] if label else kind)] += amount * (1 - counted)
            if label:
                by_lot[label] += amount * (1 - counted)
    # What never left; what left and came back is a chain.
    own = 0.0
    if asked.of == "held" and stock[custody.rows.label == custody.asked].any():
        own = float(network.along([custody.asked], asked.policy, asked.of).opening_mass.sum())
    return {key: amount for key, amount in found.items() if amount > 1e-12}, by_lot, own


def _range(asked: Question, arrivals: tuple[Movement, ...], total: float) -> Quantity:
    """The least and the most that the statements on the arrivals leave open, by the day asked about; the total is
    marked in it. Only for what was received: what is left of it depends on what left."""
    if asked.of != "received" or not any(movement.quantity.known for movement in arrivals):
        return Quantity(unit=arrivals[0].quantity.unit if arrivals else Unit.ITEMS)
    low, high, unbounded = 0.0, 0.0, False
    for movement in arrivals:
        spoken = [asked.ledger.statement_by_id[key] for key in movement.ruling]
        said = [
            s.quantity
            for s in spoken
            if s.quantity.known
            and s.quantity.unit is movement.quantity.unit
            and not movement.item.startswith(f"{s.item}.")
        ]
        surely = _surely(asked, movement)
        # The leading statement's own bounds, widened by those of the others.
        floor = min([movement.quantity.low or 0.0, *(q.low for q in said if q.low is not None)])
        low += floor if surely else 0.0
        unbounded |= movement.quantity.high is None
        high += max([movement.quantity.high or 0.0, *(q.high for q in said if q.high is not None)])
    unit = arrivals[0].quantity.unit
    bounded = Quantity(low=low, high=None if unbounded else high, unit=unit)
    counted = all(_surely(asked, movement) for movement in arrivals)
    inside = counted and total and low - _NOTHING <= total and (unbounded or total <= high + _NOTHING)
    if not inside or (low == high and not unbounded):
        return bounded
    mode = max(total, low) if unbounded else min(max(total, low), high)
    return Quantity(low=low, high=bounded.high, mode=mode, unit=unit)


def _surely(asked: Question, movement: Movement) -> bool:
    """Whether an arrival has certainly happened by the day asked about."""
    return asked.until is None or (movement.when.last is not None and movement.when.last <= asked.until)


def _definition(asked: Question, only: bool, total: float, unit: Unit) -> str:
    if only:
        return "share of the one recorded arrival of this class, whose quantity is not recorded"
    if not total:
        return "no share: no quantity of this class is recorded as received by the holder"
    what = "received by" if asked.of == "received" else "held by"
    return (
        f"share of the {unit.value} of this class recorded as {what} the holder; goods of one class are taken to leave "
        f"a stock by the policy {asked.policy}; arithmetic on the record, not a probability"
    )
