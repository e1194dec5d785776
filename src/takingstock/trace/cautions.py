"""Cautions: the limits of a trace that must be printed beside its shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from takingstock.records import Caution, Chain, ChainBasis, DateRange, Ledger, Movement, OriginKind, Quantity
from takingstock.trace.commodity import Commodity
from takingstock.trace.custody import UNKNOWN_FROM, Custody, family, receiver, sender


def coverage(ledger: Ledger, movements: Iterable[Movement]) -> tuple[str, ...]:
    """What the sources used cover, one line a source that says so, sorted."""
    used = {source for movement in movements for source in movement.sources}
    lines = []
    for source in ledger.sources:
        if source.id in used and source.coverage is not None:
            period = str(source.coverage.period) or "period not stated"
            note = f" ({source.coverage.note})" if source.coverage.note else ""
            lines.append(f"{source.id}: {period}{note}")
    return tuple(sorted(lines))


def cautions(
    asked: Any,
    commodity: Commodity,
    custody: Custody,
    arrivals: Sequence[Movement],
    origins: Sequence[tuple[str, OriginKind]],
    chains: Sequence[Chain],
) -> tuple[Caution, ...]:
    """What the reader must know, in a stable order: stocks before the record, recipients not broken down, arrivals
    without a quantity, deliveries that may or may not precede an outflow, claims that contradict each other."""
    found: list[Caution] = []
    for party, kind in origins:
        if kind is OriginKind.UNRECORDED and party != UNKNOWN_FROM:
            found.append(_before(asked, commodity, party))
            found.extend(_not_broken_down(asked, commodity, party))
        elif kind is OriginKind.PRODUCED:
            found.extend(_unverified(asked, commodity, party))
    found.extend(_uncounted_stocks(asked, commodity, origins, chains))
    found.extend(_uncounted(arrivals))
    found.extend(_straddling(asked, custody))
    for movement in arrivals:
        for conflict in movement.conflicts:
            said = "; ".join(
                f"{value} ({name})" for name, value in zip(conflict.statements, conflict.values, strict=True)
            )
            found.append(
                Caution(
                    kind="contradiction",
                    item=movement.item,
                    movements=(movement.key,),
                    field=conflict.field,
                    words=f"Statements on {movement.key} contradict each other on {conflict.field}: {said}.",
                )
            )
    return tuple(dict.fromkeys(found))


def _makers(asked: Any, commodity: Commodity, party: str) -> str:
    state = asked.parties.country(party) if asked.parties.has(party) else None
    return "; ".join(filter(None, (asked.items.production_note(item, state or party) for item in commodity.classes)))


def _unverified(asked: Any, commodity: Commodity, party: str) -> Iterable[Caution]:
    stated = any(m.made_in for m in commodity.movements if sender(m) == party)
    note = _makers(asked, commodity, party)
    facts = [fact for fact in note.split("; ") if fact]
    if not stated and facts and all("unverified" in fact for fact in facts):
        yield Caution(
            kind="production-unverified",
            party=party,
            item=commodity.item,
            words=f"That {asked.parties.name(party)} made {commodity.item} rests on the item table alone: {note}.",
        )


def _before(asked: Any, commodity: Commodity, party: str) -> Caution:
    name = asked.parties.name(party)
    item = asked.items.get(commodity.item).name
    note = _makers(asked, commodity, party)
    made = f" The item table has it made there: {note}." if note else ""
    starts = []
    for movement in commodity.movements:
        if sender(movement) != party:
            continue
        for source in movement.sources:
            known = asked.ledger.source_by_id.get(source)
            if known and known.coverage and known.coverage.period.first:
                starts.append((known.coverage.period.first, known))
    if starts:
        first, source = min(starts, key=lambda pair: (pair[0], pair[1].id))
        return Caution(
            kind="before-coverage",
            party=party,
            item=commodity.item,
            source=source.id,
            when=DateRange(first=first),
            words=(
                f"The stock of {name} before {first.year} is not in the records: {source.title} covers the time from "
                f"{first.year}. Where {name} had its {item} from is unknown, not nowhere.{made}"
            ),
        )
    return Caution(
        kind="no-opening-count",
        party=party,
        item=commodity.item,
        words=(
            f"No source gives an opening count or a coverage for {name}: what it held of {item} before its first "
            f"recorded movement is unknown, not zero.{made}"
        ),
    )


def _uncounted_stocks(
    asked: Any, commodity: Commodity, origins: Sequence[tuple[str, OriginKind]], chains: Sequence[Chain]
) -> Iterable[Caution]:
    """Holders that passed goods on and were never counted: what they held before is left out of the shares."""
    said = {party for party, kind in origins if kind is not OriginKind.PRODUCED}
    passed = {step.from_party for chain in chains if chain.basis is ChainBasis.INFERRED for step in chain.steps[1:]}
    open_stocks = sorted(passed - said - {UNKNOWN_FROM})
    if not open_stocks:
        return
    starts = {
        source.coverage.period.first.year
        for movement in commodity.movements
        for name in movement.sources
        if (source := asked.ledger.source_by_id.get(name)) and source.coverage and source.coverage.period.first
    }
    names = ", ".join(asked.parties.name(party) for party in open_stocks)
    before = f" before {min(starts)}" if starts else ""
    yield Caution(
        kind="no-opening-stock",
        party=open_stocks[0],
        parties=tuple(open_stocks),
        item=commodity.item,
        when=DateRange(first=date(min(starts), 1, 1)) if starts else DateRange(),
        words=(
            f"No opening count: what {names} held{before} is unknown, not zero. The shares take it that what was "
            "passed on had come in by a recorded movement wherever one suffices."
        ),
    )


def _not_broken_down(asked: Any, commodity: Commodity, party: str) -> Iterable[Caution]:
    state = asked.parties.country(party) if asked.parties.has(party) else None
    if not state or state == party or party not in family(state, {party}, asked.parties):
        return
    received = sum(m.quantity.best or 0.0 for m in commodity.movements if receiver(m) == state and sender(m) != state)
    if received:
        whole, part = asked.parties.name(state), asked.parties.name(party)
        yield Caution(
            kind="recipient-not-broken-down",
            party=party,
            parties=(party, state),
            item=commodity.item,
            quantity=Quantity.exact(received, commodity.unit),
            words=(
                f"The record has {received:,.0f} delivered to {whole} without saying to which of its forces. No source "
                f"connects them with {part}, so they are not counted as its stock."
            ),
        )


def _uncounted(arrivals: Sequence[Movement]) -> Iterable[Caution]:
    unknown = [m.key for m in arrivals if not m.quantity.best]
    if unknown:
        yield Caution(
            kind="quantity-not-recorded",
            movements=tuple(unknown),
            words=(
                f"{len(unknown)} recorded arrival(s) have no quantity and are not in the total: {', '.join(unknown)}."
            ),
        )


def _straddling(asked: Any, custody: Custody) -> Iterable[Caution]:
    """Deliveries whose date leaves open whether they precede an outflow to the holder asked about."""
    for capture in custody.movements:
        start = capture.when.first
        if receiver(capture) != asked.holder or start is None:
            continue
        for delivery in custody.movements:
            if receiver(delivery) != sender(capture) or not delivery.when.overlaps(capture.when):
                continue
            share = delivery.when.share_before(start)
            if share is not None and 0 < share < 1 and (delivery.when.days or 0) > (capture.when.days or 0):
                yield Caution(
                    kind="date-straddles",
                    item=delivery.item,
                    when=delivery.when,
                    movements=(delivery.key, capture.key),
                    share=share,
                    words=(
                        f"{delivery.key} is dated only {delivery.when}: {100 * share:.0f} % of that time lies before "
                        f"{capture.when} ({capture.key}), so that part of it can have been in the stock."
                    ),
                )
