"""Telling: chains of the engine, and those that sources state, as records a reader can check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from takingstock.records import Chain, ChainBasis, DateRange, Lag, Movement, OriginKind, Quantity, Step
from takingstock.trace.asking import RULES, Question
from takingstock.trace.custody import Custody
from takingstock.trace.documented import Documented
from takingstock.trace.holders import MARK, lot, made, plain, receiver, sender

_DIVERTING = {"capture", "theft-or-leakage", "illicit-purchase"}
_Key = tuple[tuple[str, ...], bool]
"""A sequence of holders, and whether it starts with stock that was counted."""


def inferred(asked: Question, custody: Custody, network: Any, base: float) -> tuple[list[Chain], bool]:
    """The largest chains that the engine finds, documented lots left out, and whether the search was certified.

    A chain out of a counted opening stock that the rule for births enlarged is told as two: what was counted, and
    what was not."""
    lots = sum(1 for chain in asked.lots if chain.carried)
    result = network.chains(custody.asked, asked.policy, asked.limit + lots, asked.of)
    found = [chain for chain in result.chains if chain.steps and lot(custody.holders[chain.holders[0]]) is None]
    tables = _tables(asked, custody, 8 * (asked.limit + lots), base) if found else {}
    told: list[Chain] = []
    for chain in found:
        for kind, part in _kinds(asked, custody, chain, network):
            steps = _steps(custody, chain, part)
            told.append(
                Chain(
                    basis=ChainBasis.INFERRED,
                    origin=kind,
                    steps=steps,
                    share=part * chain.quantity / base,
                    quantity=part * chain.quantity,
                    diversion=_diversion(steps),
                    lag=_lags(steps, ()),
                    agreement=tuple(_agreement(tables, _key(custody, chain, kind))),
                    sources=_sources(asked, steps),
                    allegations=_allegations(asked, steps),
                )
            )
    return told, bool(result.exact)


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
        diversion=_diversion(steps),
        lag=_lags(steps, after),
        sources=_sources(asked, (*steps, *after)),
        allegations=_allegations(asked, (*steps, *after)),
        label=chain.label,
        remark=remark,
    )


def _key(custody: Custody, chain: Any, kind: OriginKind) -> _Key:
    return tuple(custody.holders[number] for number in chain.holders), kind is OriginKind.OPENING


def _agreement(tables: dict[str, tuple[dict[_Key, float], bool]], key: _Key) -> Iterable[tuple[str, float]]:
    for label, (shares, whole) in tables.items():
        if key in shares or whole:
            yield label, shares.get(key, 0.0)


def _tables(asked: Question, custody: Custody, limit: int, base: float) -> dict[str, tuple[dict[_Key, float], bool]]:
    """The share of each sequence of holders under every policy and rule for births, and whether nothing is left over.
    What a search did not get to has no value: it is not zero."""
    from takingstock.trace.policies import POLICIES, TooManyParcelsError

    tables: dict[str, tuple[dict[_Key, float], bool]] = {}
    for births in RULES:
        network = custody.network(births)
        for policy in POLICIES:
            try:
                result = network.chains(custody.asked, policy, limit, asked.of)
            except TooManyParcelsError:
                continue
            shares: dict[_Key, float] = defaultdict(float)
            for chain in result.chains:
                for kind, part in _kinds(asked, custody, chain, network):
                    shares[_key(custody, chain, kind)] += part * chain.quantity / base
            tables[f"{policy}, {births} births"] = dict(shares), result.exact and result.remainder < 1e-9
    return tables


def _kinds(asked: Question, custody: Custody, chain: Any, network: Any) -> list[tuple[OriginKind, float]]:
    """The kinds of a chain's origin with their parts of it."""
    if not chain.steps:
        return [(OriginKind.OPENING, 1.0)]
    first = [custody.movements[custody.parts[row].flow] for row in chain.steps[0].rows]
    born = OriginKind.PRODUCED if all(asked.kind(m) is OriginKind.PRODUCED for m in first) else OriginKind.UNRECORDED
    if chain.origin_kind != "opening":
        return [(born, 1.0)]
    counted, whole = custody.opening[chain.holders[0]], network.opening()[chain.holders[0]]
    share = min(1.0, float(counted / whole)) if whole else 0.0
    return [(kind, part) for kind, part in ((OriginKind.OPENING, share), (born, 1 - share)) if part > 1e-12]


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


def _diversion(steps: Iterable[Step]) -> int | None:
    for place, step in enumerate(steps):
        if step.authorised is False or _DIVERTING & set(step.mode.split("+")):
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


def _sources(asked: Question, steps: Iterable[Step]) -> tuple[str, ...]:
    keys = {key for step in steps for key in step.movements}
    return tuple(sorted({source for key in keys for source in asked.movements[key].sources}))


def _allegations(asked: Question, steps: Iterable[Step]) -> tuple[str, ...]:
    keys = {key for step in steps for key in step.movements}
    return tuple(
        f"{s.allegation} (status: {s.allegation_status or 'not stated'}; source: {s.source})"
        for s in asked.ledger.statements
        if s.allegation and s.movement in keys
    )
