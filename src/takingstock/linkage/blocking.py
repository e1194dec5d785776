"""Blocking: the reports of a ledger, and which pairs of them need comparing at all.

Two reports are compared where they name the same two states (or bodies of them, or an intermediate), or the same one
where the other is not named by one of them. Invariant: no pair that
:func:`takingstock.linkage.comparing.barred` lets pass is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import combinations
from math import inf

from takingstock.linkage.comparing import STAGES, Report, Side, barred
from takingstock.records import (
    DateRange,
    Ledger,
    Linking,
    LinkKind,
    Mode,
    Movement,
    PartyKind,
    Quantity,
    Statement,
    UnknownNameError,
    derive,
)
from takingstock.reference.parties import JOIN, Directory
from takingstock.reference.taxonomy import SETS, Taxonomy, fold

_SUPPLY = "supply"
_HOW = {
    Mode.EXPORT: _SUPPLY,
    Mode.AID: _SUPPLY,
    Mode.RETRANSFER: _SUPPLY,
    Mode.LICENSED_PRODUCTION: _SUPPLY,
    Mode.CAPTURE: "taken",
    Mode.THEFT_OR_LEAKAGE: "taken",
}
"""Modes that reports of one transfer mix up. A loss or a destruction is no transfer and is never linked."""


def reports(ledger: Ledger, directory: Directory, taxonomy: Taxonomy) -> tuple[Report, ...]:
    """What a ledger says of each movement at each stage, sorted by key and stage. ``ledger`` is as linked (see
    :func:`takingstock.linkage.linked.linked`); statements of one movement at one stage are read by the rule of
    :func:`takingstock.records.derive`. What names no party at all is left out: it can be told from nothing."""
    side, above = _sides(directory), _classes(taxonomy)
    groups: dict[str, list[Statement]] = {}
    for statement in ledger.statements:
        if not statement.mode.ends:
            groups.setdefault(statement.movement, []).append(statement)
    members = members_of(ledger)
    found = []
    for key, group in sorted(groups.items()):
        stages: dict[int, list[Statement]] = {}
        for statement in sorted(group, key=lambda s: s.id):
            stages.setdefault(STAGES.index(statement.stage), []).append(statement)
        sources = frozenset(statement.source for statement in group)
        for _, statements in sorted(stages.items()):
            lead: Movement | Statement = statements[0]
            if len(statements) > 1:
                lead = derive(key, statements, ledger.source_by_id, directory.part_of)
            sender, receiver = side(lead.from_party), side(lead.to_party)
            if sender or receiver:
                report = _report(key, lead, statements, sender, receiver, above(lead.item), sources, members(key))
                found.append(report)
    return tuple(found)


def members_of(ledger: Ledger) -> Callable[[str], frozenset[str]]:
    """For a key as linked, all keys that stand under it by standing merges."""
    from takingstock.linkage.linked import merged_keys

    under: dict[str, set[str]] = {}
    for key, kept in merged_keys(ledger.linkings).items():
        under.setdefault(kept, set()).add(key)
    return lambda key: frozenset(under.get(key, ())) | {key}


def kept_apart(linkings: Iterable[Linking]) -> frozenset[tuple[str, str]]:
    """Pairs of keys, sorted, that persons hold apart: by an ``apart``, or by splitting one off the other."""
    pairs = set()
    for one in linkings:
        if one.withdrawn or one.kind is LinkKind.MERGE:
            continue
        keys = one.movements if one.kind is LinkKind.APART else (*one.movements, one.into)
        pairs |= {(min(a, b), max(a, b)) for a, b in combinations(keys, 2)}
    return frozenset(pairs)


def candidates(found: tuple[Report, ...]) -> Iterator[tuple[int, int]]:
    """Index pairs (low, high), each once, of reports that are not barred from being one."""
    seen: set[tuple[int, int]] = set()
    for pair in _near(found):
        if pair not in seen and not barred(found[pair[0]], found[pair[1]]):
            seen.add(pair)
            yield pair


def every(found: tuple[Report, ...]) -> Iterator[tuple[int, int]]:
    """As :func:`candidates`, by trying all: the slow truth that the blocks are tested against."""
    for pair in combinations(range(len(found)), 2):
        if not barred(found[pair[0]], found[pair[1]]):
            yield pair


def block_keys(report: Report) -> tuple[list[str], list[str]]:
    """The keys of the blocks of a report: those of both parties, and those of one, in which only a pair counts of
    which one report lacks the other party."""
    senders = report.supplier.states if report.supplier else frozenset()
    # An intermediate stands beside the recipient, so that who names the one meets who names the other.
    receivers = report.via | (report.recipient.states | {report.recipient.id} if report.recipient else frozenset())
    full = [f"{report.how}|{sender}|{receiver}" for sender in sorted(senders) for receiver in sorted(receivers)]
    half = [f"{report.how}|to|{party}" for party in sorted(receivers)]
    return full, half + [f"{report.how}|from|{party}" for party in sorted(senders)]


def _near(found: tuple[Report, ...]) -> Iterator[tuple[int, int]]:
    """Index pairs (low, high) that share a block, some more than once."""
    full: dict[str, list[int]] = {}
    half: dict[str, tuple[list[int], list[int]]] = {}
    for index, report in enumerate(found):
        both, one = block_keys(report)
        for key in both:
            full.setdefault(key, []).append(index)
        for key in one:
            half.setdefault(key, ([], []))[not (report.supplier and report.recipient)].append(index)
    for indexes in full.values():
        yield from combinations(indexes, 2)
    # Who names both meets here only who names one.
    for known, unknown in half.values():
        yield from combinations(unknown, 2)
        yield from ((min(i, j), max(i, j)) for i in unknown for j in known)


def _report(
    key: str,
    lead: Movement | Statement,
    statements: list[Statement],
    sender: Side | None,
    receiver: Side | None,
    above: frozenset[str],
    sources: frozenset[str],
    members: frozenset[str],
) -> Report:
    low, high, wide = _bounds(lead.quantity)
    first, last, years = _days(lead.when)
    money = next((s.value for s in statements if s.value and s.value.amount.known), None)
    return Report(
        key=key,
        members=members,
        sources=sources,
        reporters=frozenset(s.reporter for s in statements if s.reporter),
        stage=lead.stage,
        how=_HOW.get(lead.mode, lead.mode.value),
        supplier=sender,
        recipient=receiver,
        via=frozenset(lead.via),
        item=lead.item,
        above=above,
        designation=next((text for s in statements if (text := fold(s.designation))), ""),
        unit=lead.quantity.unit.value,
        low=low,
        high=high,
        best=lead.quantity.best,
        wide=wide,
        first=first,
        last=last,
        years=years,
        origin=lead.made_in,
        value=money.amount.best if money else None,
        currency=money.currency if money else "",
    )


def _bounds(quantity: Quantity) -> tuple[float, float, tuple[float, float]]:
    low = quantity.low if quantity.low is not None else 0.0
    high = quantity.high if quantity.high is not None else inf
    return low, high, (low * 0.9, high * 1.1) if quantity.about else (low, high)


def _days(when: DateRange) -> tuple[float, float, tuple[float, float]]:
    first, last = when.first, when.last
    return (
        first.toordinal() if first else -inf,
        last.toordinal() if last else inf,
        (first.year if first else -inf, last.year if last else inf),
    )


def _sides(directory: Directory) -> Callable[[str | None], Side | None]:
    @cache
    def side(id: str | None) -> Side | None:
        if not id:
            return None
        try:
            party = directory.get(id)
        except UnknownNameError:
            return Side(id, frozenset(), frozenset({id}))
        if party.kind is PartyKind.UNKNOWN:
            return None
        above, upper = [], party
        while upper.part_of and upper.part_of not in above and directory.has(upper.part_of):
            above.append(upper.part_of)
            upper = directory.get(upper.part_of)
        if JOIN in party.id:
            return Side(party.id, frozenset(), frozenset(party.id.split(JOIN)))
        # An armed group in a state is not of it.
        own = None if upper.kind is PartyKind.ARMED_GROUP else directory.country(party.id)
        return Side(party.id, frozenset(above), frozenset({own or upper.id}))

    return side


def _classes(taxonomy: Taxonomy) -> Callable[[str], frozenset[str]]:
    @cache
    def above(item: str) -> frozenset[str]:
        parts = item.split(".")
        found = {".".join(parts[:depth]) for depth in range(1, len(parts))}
        if taxonomy.has(item):
            found |= {name for name in SETS if name != item and taxonomy.has(name) and taxonomy.is_a(item, name)}
        return frozenset(found)

    return above
