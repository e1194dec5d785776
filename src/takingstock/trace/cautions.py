"""Cautions: the limits of a trace that must be printed beside its shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from takingstock.records import Caution, Chain, ChainBasis, DateRange, Ledger, Movement, OriginKind, Quantity
from takingstock.trace.asking import Question, in_time
from takingstock.trace.commodity import Commodity
from takingstock.trace.custody import Custody
from takingstock.trace.documented import Documented
from takingstock.trace.holders import MARK, UNKNOWN_FROM, family, plain, receiver, sender


@dataclass(frozen=True)
class Facts:
    """What a block rests on: ``counted`` are holders with an opening count, ``said`` are cautions about such counts,
    ``exact`` whether its search for chains was certified."""

    commodity: Commodity
    custody: Custody
    arrivals: tuple[Movement, ...]
    lots: tuple[Documented, ...]
    origins: tuple[tuple[str, OriginKind], ...]
    chains: tuple[Chain, ...]
    counted: frozenset[str]
    said: tuple[Caution, ...]
    exact: bool


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


def cautions(asked: Question, facts: Facts) -> tuple[Caution, ...]:
    """What the reader must know, in a stable order: stocks before the record, recipients not broken down, classes tied
    together, arrivals without a quantity, dates that leave the order open, claims that contradict each other."""
    found: list[Caution] = []
    commodity = facts.commodity
    for party, kind in facts.origins:
        if kind is OriginKind.UNRECORDED and party != UNKNOWN_FROM:
            found.append(_more(asked, facts, party) if party in facts.counted else _before(asked, commodity, party))
            found.extend(_not_broken_down(asked, commodity, party))
        elif kind is OriginKind.PRODUCED:
            found.extend(_unverified(asked, commodity, party))
    found.extend(_uncounted_stocks(asked, facts))
    found.extend(facts.said)
    found.extend(_tied(asked, commodity))
    found.extend(_uncounted(facts.arrivals))
    found.extend(_across(asked, facts))
    found.extend(_exceeding(facts))
    found.extend(_straddling(asked, facts.custody))
    if facts.custody.circular:
        keys = tuple(sorted({key.partition(MARK)[0] for key in facts.custody.circular}))
        found.append(
            Caution(
                kind="order-open",
                item=commodity.item,
                movements=keys,
                words=(
                    "These movements supply one another in a circle at one time, so which came first is open, and the "
                    f"shares depend on it: {', '.join(keys)}."
                ),
            )
        )
    if not facts.exact:
        found.append(
            Caution(
                kind="search-cut",
                item=commodity.item,
                words="The search for chains stopped at its limit: those shown are right, a larger one may be missing.",
            )
        )
    found.extend(_contradictions(facts.arrivals))
    return tuple(dict.fromkeys(found))


def _contradictions(arrivals: Iterable[Movement]) -> Iterable[Caution]:
    for movement in arrivals:
        for conflict in movement.conflicts:
            said = "; ".join(
                f"{value} ({name})" for name, value in zip(conflict.statements, conflict.values, strict=True)
            )
            yield Caution(
                kind="contradiction",
                item=movement.item,
                movements=(movement.key,),
                field=conflict.field,
                words=f"Statements on {movement.key} contradict each other on {conflict.field}: {said}.",
            )


def _tied(asked: Question, commodity: Commodity) -> Iterable[Caution]:
    if len(commodity.classes) > 1:
        names = ", ".join(asked.items.get(item).name for item in commodity.classes)
        yield Caution(
            kind="tied-classes",
            item=commodity.item,
            words=(
                f"Records that do not narrow it down tie these classes together: {names}. Their goods do not mix, but "
                "a vague record stands for whatever its sender had of the classes that may be meant, in proportion; "
                "the shares are of all of them together."
            ),
        )


def _across(asked: Question, facts: Facts) -> Iterable[Caution]:
    """Arrivals of which it is open whether they came by the day asked about."""
    if asked.until is None:
        return
    undated = [m.key for m in facts.arrivals if not m.when.known]
    if undated:
        yield Caution(
            kind="undated",
            item=facts.commodity.item,
            movements=tuple(undated),
            words=f"Arrivals without any date are counted as if they had come by then: {', '.join(undated)}.",
        )
    across = [
        m
        for m in facts.arrivals
        if m.when.known and m.quantity.best and (m.when.last is None or m.when.last > asked.until)
    ]
    if across:
        amount = sum(m.quantity.best or 0.0 for m in across)
        keys = tuple(m.key for m in across)
        custody = facts.custody
        counted = sum(
            part.quantity
            for part in custody.parts
            if custody.movements[part.flow].key.partition(MARK)[0] in keys
            and receiver(custody.movements[part.flow]) == asked.holder
        )
        yield Caution(
            kind="dated-across-at",
            item=facts.commodity.item,
            movements=keys,
            quantity=Quantity.exact(amount, facts.commodity.unit),
            when=DateRange(last=asked.until),
            share=counted / amount,
            words=(
                f"Of {amount:,.0f} in arrivals that may have come before or after {asked.until}, because their dates "
                f"do not say ({', '.join(keys)}), {counted:,.0f} are taken to have come by then. The total is no count."
            ),
        )


def _exceeding(facts: Facts) -> Iterable[Caution]:
    for chain in facts.lots:
        if chain.shared:
            yield Caution(
                kind="chains-exceed-link",
                item=facts.commodity.item,
                movements=chain.shared,
                words=(
                    f"The stated chains that share {', '.join(chain.shared)} carry more than is recorded of it: each "
                    "is cut down in proportion."
                ),
            )


def _makers(asked: Question, commodity: Commodity, party: str) -> str:
    state = asked.state(party)
    return "; ".join(filter(None, (asked.items.production_note(item, state or party) for item in commodity.classes)))


def _unverified(asked: Question, commodity: Commodity, party: str) -> Iterable[Caution]:
    stated = any(m.made_in for m in commodity.sent.get(party, ()))
    note = _makers(asked, commodity, party)
    facts = [fact for fact in note.split("; ") if fact]
    if not stated and facts and all("unverified" in fact for fact in facts):
        yield Caution(
            kind="production-unverified",
            party=party,
            item=commodity.item,
            words=f"That {asked.parties.name(party)} made {commodity.item} rests on the item table alone: {note}.",
        )


def _before(asked: Question, commodity: Commodity, party: str) -> Caution:
    name = asked.parties.name(party)
    item = asked.items.get(commodity.item).name
    note = _makers(asked, commodity, party)
    made = f" The item table has it made there: {note}." if note else ""
    starts = []
    for movement in commodity.sent.get(party, ()):
        for name_of_source in movement.sources:
            known = asked.ledger.source_by_id.get(name_of_source)
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


def _more(asked: Question, facts: Facts, party: str) -> Caution:
    name = asked.parties.name(party)
    return Caution(
        kind="more-than-counted",
        party=party,
        item=facts.commodity.item,
        words=(
            f"{name} is recorded to have sent more than its opening count and its recorded receipts explain: where the "
            "rest came from is not in the records."
        ),
    )


def _uncounted_stocks(asked: Question, facts: Facts) -> Iterable[Caution]:
    """Holders that passed goods on and were never counted: what they held before is left out of the shares."""
    commodity = facts.commodity
    said = facts.counted | {party for party, kind in facts.origins if kind is not OriginKind.PRODUCED}
    inferred = [chain for chain in facts.chains if chain.basis is ChainBasis.INFERRED]
    passed = {step.from_party for chain in inferred for step in chain.steps[1:]}
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


def _not_broken_down(asked: Question, commodity: Commodity, party: str) -> Iterable[Caution]:
    state = asked.parties.country(party) if asked.parties.has(party) else None
    if not state or state == party or party not in family(state, {party}, asked.parties):
        return
    received = sum(
        m.quantity.best or 0.0 for m in commodity.movements if receiver(m) == state and plain(sender(m)) != state
    )
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
    unknown = [m.key for m in arrivals if m.quantity.best is None]
    if unknown:
        yield Caution(
            kind="quantity-not-recorded",
            movements=tuple(unknown),
            words=(
                f"{len(unknown)} recorded arrival(s) have no quantity and are not in the total: {', '.join(unknown)}."
            ),
        )


def _straddling(asked: Question, custody: Custody) -> Iterable[Caution]:
    """Deliveries whose date leaves open whether they precede an outflow to the holder asked about."""
    received: dict[str, list[Movement]] = defaultdict(list)
    for movement in custody.movements:
        received[receiver(movement)].append(movement)
    for capture in received[asked.holder]:
        end = capture.when.last
        if end is None or not in_time(capture, asked.until):
            continue
        for delivery in received[sender(capture)]:
            if not delivery.when.overlaps(capture.when):
                continue
            # Supply before use: what arrives on the last day of the outflow can still be part of it.
            share = delivery.when.share_before(end + timedelta(days=1)) if end < date.max else None
            if share is not None and 0 < share < 1 and (delivery.when.days or 0) > (capture.when.days or 0):
                yield Caution(
                    kind="date-straddles",
                    item=delivery.item,
                    when=delivery.when,
                    movements=(delivery.key, capture.key),
                    share=share,
                    words=(
                        f"{delivery.key} is dated only {delivery.when}: {100 * share:.0f} % of that time lies up to "
                        f"{capture.when} ({capture.key}), so that part of it can have been in the stock."
                    ),
                )
