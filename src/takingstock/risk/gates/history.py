"""History: what the case holds against an end user and was known at the time. Facts for a person, no verdict.

The scan of the ledger is made once for all applications of a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from takingstock.records import DateRange, FindingKind, Incident, Mode, Stage, Statement
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.gates.asking import later

_SHOWN = 8
_LOSSES = frozenset(
    {
        FindingKind.CLAIMED_CAPTURE,
        FindingKind.LOST_OR_SOLD,
        FindingKind.NOT_IN_BOOKS,
        FindingKind.NOT_COUNTED,
        FindingKind.SERIAL_NOT_SEEN,
        FindingKind.ISSUED_NOT_RECEIVED,
        FindingKind.LOT_SPLIT,
        FindingKind.EXCESS,
    }
)


@dataclass(frozen=True)
class Told:
    """Facts in words, and the ids of the records behind them."""

    facts: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


@dataclass
class _Index:
    incidents: dict[str, list[Incident]] = field(default_factory=lambda: defaultdict(list))
    losses: dict[str, dict[str, list[Statement]]] = field(default_factory=lambda: defaultdict(dict))
    passed_on: dict[str, dict[str, list[Statement]]] = field(default_factory=lambda: defaultdict(dict))


def incidents(dossier: Dossier, party: str | None) -> Told:
    """Incidents alleged of the party, of its parts or of what it is part of."""
    found = {
        one.id: one
        for name, rows in _index(dossier.background).incidents.items()
        if party and dossier.around.family(name, party)
        for one in rows
        if _known(dossier, one.when, one.source)
    }
    facts = [
        f"Incident {one.id}: {one.what}{_dated(one.when)}; alleged of "
        f"{', '.join(dossier.around.party_name(name) for name in one.parties)}, qualified by {one.qualified_by}"
        for one in found.values()
    ]
    return Told(_short(facts), tuple(found))


def losses(dossier: Dossier, party: str | None) -> Told:
    """Recorded captures, thefts, leaks and losses from the party, and what the audit found of it."""
    told = _told(dossier, party, _index(dossier.background).losses, "was lost by")
    found = [
        one
        for one in dossier.background.findings
        if one.kind in _LOSSES and party and dossier.around.family(one.holder, party) and _past(dossier, one.when)
    ]
    facts = [f"Audit finding {one.id}: {one.words}" for one in found]
    return Told(_short((*told.facts, *facts)), (*told.rests_on, *(one.id for one in found)))


def passed_on(dossier: Dossier, party: str | None) -> Told:
    """Retransfers by the party of which a source says that they were not permitted."""
    return _told(dossier, party, _index(dossier.background).passed_on, "was passed on without consent by")


def none(what: str) -> str:
    """The fact that nothing is recorded, which is not that nothing happened."""
    return f"The case records no {what}; no record is no proof that there were none"


def _told(dossier: Dossier, party: str | None, index: dict[str, dict[str, list[Statement]]], verb: str) -> Told:
    facts: list[str] = []
    rests: list[str] = []
    for name, movements in index.items():
        if not party or not dossier.around.family(name, party):
            continue
        for rows in movements.values():
            kept = [one for one in rows if _known(dossier, one.when, one.source)]
            if not kept:
                continue
            how_many = "; ".join(dict.fromkeys(str(one.quantity) for one in kept if one.quantity.known))
            amount = f" ({how_many} {kept[0].quantity.unit.value})" if how_many else ""
            said = f", {len(kept)} statements" if len(kept) > 1 else ""
            facts.append(
                f"{dossier.around.item_name(kept[0].item)}{amount} {verb} {dossier.around.party_name(name)}"
                f"{_dated(kept[0].when)} ({kept[0].mode.value}{said}, {kept[0].id})"
            )
            rests += [one.id for one in kept]
    return Told(_short(facts), tuple(rests))


def _index(background: Background) -> _Index:
    found = background.kept.get(__name__)
    if isinstance(found, _Index):
        return found
    index = _Index()
    for incident in background.ledger.incidents:
        for name in incident.parties:
            index.incidents[name].append(incident)
    for one in background.ledger.statements:
        if one.from_party is None or one.stage is not Stage.DELIVERED:
            continue
        if one.mode.diverts or one.mode is Mode.LOSS:
            index.losses[one.from_party].setdefault(one.movement, []).append(one)
        if one.authorised is False:
            index.passed_on[one.from_party].setdefault(one.movement, []).append(one)
    background.kept[__name__] = index
    return index


def _known(dossier: Dossier, when: DateRange, source: str) -> bool:
    """Whether it had happened and been published by the day of the authorisation, as far as the dates say."""
    origin = dossier.ledger.source_by_id.get(source)
    return _past(dossier, when) and not (origin and later(origin.published, dossier.decided))


def _past(dossier: Dossier, when: DateRange) -> bool:
    return not later(when, dossier.decided)


def _dated(when: DateRange) -> str:
    return f", {when}" if when.known else ""


def _short(facts: Iterable[str]) -> tuple[str, ...]:
    every = tuple(facts)
    rest = len(every) - _SHOWN
    return every if rest <= 0 else (*every[:_SHOWN], f"and {rest} more")
