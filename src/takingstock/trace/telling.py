"""Telling: chains of the engine, and those that sources state, as records a reader can check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from takingstock.records import Chain, ChainBasis, DateRange, Lag, Movement, OriginKind, PartyKind, Quantity, Step
from takingstock.trace.asking import Question
from takingstock.trace.custody import Custody
from takingstock.trace.documented import Documented
from takingstock.trace.holders import MARK, in_lot, lot, made, plain, receiver, sender

_UNAUTHORISED = {PartyKind.ARMED_GROUP, PartyKind.UNKNOWN}
_DIVERTING = {"capture", "theft-or-leakage", "illicit-purchase"}
Key = tuple[tuple[str, ...], OriginKind]
"""A sequence of holders, the one asked about last, and where the knowledge of its goods begins."""


def told(
    asked: Question, custody: Custody, network: Any, base: float, limit: int
) -> tuple[list[tuple[Key, Chain]], bool]:
    """The largest chains that the engine finds, documented lots left out, and whether the search was certified.

    A chain whose goods began in several kinds of ways is told as several: what was made, what was first seen when
    issued, and what was counted in an opening stock."""
    # Beside those that are told: documented lots and, of what is held, the holder's own opening stock.
    beside = sum(1 for chain in asked.lots if chain.carried) + (asked.of == "held")
    result = network.chains(custody.asked, asked.policy, limit + beside, asked.of)
    found = [chain for chain in result.chains if chain.steps and lot(custody.holders[chain.holders[0]]) is None]
    chains: list[tuple[Key, Chain]] = []
    for chain in found:
        for kind, part in kinds(asked, custody, chain, network):
            steps = _steps(custody, chain, part)
            chains.append(
                (
                    (tuple(custody.holders[number] for number in chain.holders), kind),
                    Chain(
                        basis=ChainBasis.INFERRED,
                        origin=kind,
                        steps=steps,
                        share=part * chain.quantity / base,
                        quantity=part * chain.quantity,
                        diversion=_diversion(asked, steps),
                        lag=_lags(asked, steps, ()),
                        sources=_sources(asked, steps),
                        allegations=_allegations(asked, steps),
                    ),
                )
            )
    return chains, bool(result.exact)


def lot_key(asked: Question, chain: Documented) -> Key:
    """The key of a documented chain, which runs through marked stocks of its own."""
    ends = tuple(in_lot(sender(link), chain.label) for link in chain.links)
    return (*ends, asked.holder), asked.kind(chain.links[0])


def stated(asked: Question, chain: Documented, quantity: float | None, base: float, *, only: bool) -> Chain:
    """A documented chain as its source states it; ``quantity`` of it is in the holder's goods, as far as is known."""
    steps = tuple(_link(movement) for movement in chain.links)
    after = tuple(_link(movement) for movement in chain.after)
    remark = ""
    if only:
        remark = "The only recorded arrival of this class; how many is not recorded."
    elif quantity is None:
        remark = "How many came this way is not recorded, so no share can be formed."
    return Chain(
        basis=ChainBasis.DOCUMENTED,
        origin=asked.kind(chain.links[0]),
        steps=steps,
        after=after,
        share=1.0 if only else (quantity / base if quantity is not None and base else None),
        quantity=quantity,
        diversion=_diversion(asked, steps),
        lag=_lags(asked, steps, after),
        sources=_sources(asked, (*steps, *after)),
        allegations=_allegations(asked, (*steps, *after)),
        label=chain.label,
        remark=remark,
    )


def kinds(
    asked: Question, custody: Custody, chain: Any, network: Any, policy: str | None = None
) -> list[tuple[OriginKind, float]]:
    """The kinds of a chain's origin with their parts of it; ``policy`` is the one it was found by, if not as asked."""
    if not chain.steps:
        return [(OriginKind.OPENING, 1.0)]
    begins = {link.label: asked.kind(link.links[0]) for link in asked.lots}
    if chain.origin_kind != "opening":
        mass: dict[OriginKind, float] = defaultdict(float)
        for row, amount in zip(chain.steps[0].rows, chain.steps[0].mass, strict=True):
            movement = custody.movements[custody.parts[row].flow]
            label = lot(sender(movement))
            mass[begins[label] if label else asked.kind(movement)] += float(amount)
        whole = sum(mass.values())
        return [(kind, amount / whole) for kind, amount in sorted(mass.items()) if amount > 1e-12 * whole]
    share = _counted(asked, custody, chain, network, policy or asked.policy)
    label = lot(custody.holders[chain.holders[0]])
    lacked = begins[label] if label else OriginKind.UNRECORDED
    if not label and any(
        node in custody.makers for node, holder in enumerate(custody.rows.label) if holder == chain.holders[0]
    ):
        lacked = OriginKind.PRODUCED
    return [(kind, part) for kind, part in ((OriginKind.OPENING, share), (lacked, 1 - share)) if part > 1e-12]


def _counted(asked: Question, custody: Custody, chain: Any, network: Any, policy: str) -> float:
    """What part of the opening stock that a chain begins with was counted."""
    if custody.rows.plain:
        nodes, mass = np.array([chain.holders[0]]), np.ones(1)
    else:
        along = network.along(chain.holders, policy, asked.of)
        nodes, mass = along.opening_nodes, along.opening_mass
    whole = network.opening(policy)[nodes]
    some = whole > 0.0
    shares = np.minimum(1.0, custody.opening[nodes][some] / whole[some])
    return float((mass[some] * shares).sum() / mass.sum()) if len(mass) else 0.0


def _steps(custody: Custody, chain: Any, part: float) -> tuple[Step, ...]:
    steps = [_step(custody, step, part) for step in chain.steps]
    if made(custody.holders[chain.holders[0]]) and len(steps) > 1:
        # From the maker's bench to its own stock is no change of custody.
        steps = steps[1:]
    return tuple(steps)


def _step(custody: Custody, step: Any, part: float) -> Step:
    mass: dict[int, float] = defaultdict(float)
    for row, amount in zip(step.rows, step.mass, strict=True):
        mass[custody.parts[row].flow] += float(amount)
    movements = [custody.movements[flow] for flow in sorted(mass, key=lambda flow: (-mass[flow], flow))]
    when = movements[0].when
    for movement in movements[1:]:
        when = when.joined(movement.when)
    authorised = {m.authorised for m in movements}
    return Step(
        from_party=plain(custody.holders[step.source]),
        to_party=plain(custody.holders[step.target]),
        via=tuple(dict.fromkeys(party for m in movements for party in m.via)),
        mode="+".join(dict.fromkeys(m.mode.value for m in movements)),
        authorised=authorised.pop() if len(authorised) == 1 else None,
        when=when,
        quantity=Quantity.exact(part * float(step.mass.sum()), custody.commodity.unit),
        movements=tuple(sorted({m.key.partition(MARK)[0] for m in movements})),
    )


def _link(movement: Movement) -> Step:
    return Step(
        from_party=plain(sender(movement)),
        to_party=receiver(movement),
        via=movement.via,
        mode=movement.mode.value,
        authorised=movement.authorised,
        when=movement.when,
        quantity=movement.quantity,
        movements=(movement.key,),
    )


def _diversion(asked: Question, steps: Iterable[Step]) -> int | None:
    """The first step that took goods out of authorised hands; an armed group or an unnamed supplier had none."""
    for place, step in enumerate(steps):
        if step.authorised is False or _DIVERTING & set(step.mode.split("+")):
            giver = asked.parties.get(step.from_party) if asked.parties.has(step.from_party) else None
            return place if giver is not None and giver.kind not in _UNAUTHORISED else None
    return None


def _lags(asked: Question, steps: Sequence[Step], after: Sequence[Step]) -> tuple[Lag, ...]:
    """Days from manufacture, as far as the record has it, and from the first transfer to the arrival and to what
    followed."""

    def between(event: str, start: DateRange, end: DateRange) -> list[Lag]:
        if start.first and start.last and end.first and end.last and end.last >= start.first:
            return [Lag(event=event, low=max(0, (end.first - start.last).days), high=(end.last - start.first).days)]
        return []

    ends = [("arrival", steps[-1].when)] if len(steps) > 1 else []
    ends += [("recovery", step.when) for step in after if "recovery" in step.mode.split("+")]
    beginnings = [("manufacture", _made(asked, steps[0])), ("first transfer", steps[0].when)]
    return tuple(
        lag for to, end in ends for since, start in beginnings for lag in between(f"{since} to {to}", start, end)
    )


def _made(asked: Question, step: Step) -> DateRange:
    """When the goods of a first step were made; unknown unless every movement of it says so."""
    known = [asked.movements[key].made for key in step.movements]
    when = known[0] if known else DateRange()
    for other in known[1:]:
        when = when.joined(other)
    return when


def _sources(asked: Question, steps: Iterable[Step]) -> tuple[str, ...]:
    keys = {key for step in steps for key in step.movements}
    return tuple(sorted({source for key in keys for source in asked.movements[key].sources}))


def _allegations(asked: Question, steps: Iterable[Step]) -> tuple[str, ...]:
    keys = {key for step in steps for key in step.movements}
    return tuple(
        f"{s.allegation} (status: {s.allegation_status or 'not stated'}; source: {s.source})"
        for s in asked.alleging
        if s.movement in keys
    )
