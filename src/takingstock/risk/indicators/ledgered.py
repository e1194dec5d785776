"""Ledgered: what the case itself records before the authorisation: incidents, audit findings, unauthorised retransfers,
refusals. Silence of the ledger is missing, not zero: nobody may have looked."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from takingstock.records import DateRange, Finding, Incident, Indicator, Statement
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.indicators.moment import NO_DATE, NO_STATE, known_then, start

REFUSED_YEARS = 3
_UNNAMED = "the end user is not named"


def incidents(dossier: Dossier) -> tuple[Indicator]:
    """Alleged violations whose alleged responsible is the end user, a part of it, or what it is a part of."""
    user = dossier.application.end_user
    frame = Indicator(
        id="incidents",
        name="Alleged violations linked to the end user",
        party=user or "",
        unit="incidents",
        worse="higher",
        source="the case",
    )
    day = start(dossier)
    if day is None or user is None:
        return (_gone(frame, NO_DATE if day is None else _UNNAMED),)
    found = [
        one
        for one in dossier.ledger.incidents
        if any(dossier.around.family(party, user) for party in one.parties) and _fits(dossier, one, day)
    ]
    if not found:
        return (_gone(frame, f"no incident before {day} names {user}, a part of it or what it is a part of"),)
    exact = sum(any(dossier.around.inside(party, user) for party in one.parties) for one in found)
    words = f"{len(found)} alleged, {exact} of them naming the end user or a part of it; qualified by " + ", ".join(
        sorted({one.qualified_by for one in found})
    )
    return (_counted(frame, found, words),)


def findings(dossier: Dossier) -> tuple[Indicator]:
    """Findings of the audit about the end user or a part of it, dated before the authorisation or not dated."""
    user = dossier.application.end_user
    frame = Indicator(
        id="audit-findings",
        name="Audit findings about the end user",
        party=user or "",
        unit="findings",
        worse="higher",
        source="the audit of the case",
    )
    day = start(dossier)
    if day is None or user is None:
        return (_gone(frame, NO_DATE if day is None else _UNNAMED),)
    found = [
        one
        for one in dossier.background.findings
        if dossier.around.inside(one.holder, user)
        and (not one.when.known or _ended(one.when, day))
        and known_then(dossier, one.sources, day)
    ]
    if not found:
        return (_gone(frame, f"the audit has no finding about {user} that lies before {day}"),)
    kinds = sorted({one.kind.value for one in found})
    undated = sum(not one.when.known for one in found)
    words = f"{len(found)}: {', '.join(kinds)}" + (f"; {undated} without a date" if undated else "")
    return (_counted(frame, found, words, tuple(dict.fromkeys(id for one in found for id in one.rests_on))),)


def retransfers(dossier: Dossier) -> tuple[Indicator]:
    """Movements that a source says were not permitted, from the end user, a part of it, or its state."""
    user, state = dossier.application.end_user, dossier.destination
    frame = Indicator(
        id="retransfers",
        name="Earlier retransfers without consent",
        party=user or state or "",
        unit="movements",
        worse="higher",
        source="the case",
    )
    day = start(dossier)
    if day is None or (user is None and state is None):
        return (_gone(frame, NO_DATE if day is None else NO_STATE),)
    found = [
        one
        for one in _unauthorised(dossier.background)
        if _from(dossier, one, user, state) and _fits(dossier, one, day)
    ]
    if not found:
        return (_gone(frame, f"no statement before {day} says that {user or state} passed arms on without consent"),)
    movements = {one.movement for one in found}
    words = f"{len(movements)}, by {len({one.source for one in found})} sources"
    own = sum(user is not None and dossier.around.inside(one.from_party, user) for one in found)
    words += "" if own else "; by the state or another part of it, not by the end user"
    return (_counted(frame, found, words).model_copy(update={"value": float(len(movements))}),)


def refusals(dossier: Dossier) -> tuple[Indicator]:
    """Refusals by other states to the destination in the three years before the authorisation."""
    state, day = dossier.destination, start(dossier)
    frame = Indicator(
        id="refusals",
        name="Refusals by other states to the destination",
        party=state or "",
        unit=f"refusals in {REFUSED_YEARS} years",
        worse="higher",
        source="the case",
    )
    if day is None or state is None:
        return (_gone(frame, NO_DATE if day is None else NO_STATE),)
    since = date(day.year - REFUSED_YEARS, day.month, min(day.day, 28))
    window = DateRange(first=since, last=day)
    found = [
        one
        for party, rows in _refused(dossier.background).items()
        if dossier.around.state(party) == state
        for one in rows
        if one.when.overlaps(window)
        and _fits(dossier, one, day)
        and (one.reporter or dossier.around.state(one.from_party)) != dossier.authority
    ]
    if not found:
        return (_gone(frame, f"the case has no refusal by another state to {state} from {since} to {day}"),)
    by = sorted({one.reporter or dossier.around.state(one.from_party) or "a state not named" for one in found})
    criteria = sorted({name for one in found for name in one.criteria})
    words = f"{len(found)}, by {', '.join(by)}" + (f"; criteria {', '.join(criteria)}" if criteria else "")
    return (_counted(frame, found, words),)


def _unauthorised(background: Background) -> tuple[Statement, ...]:
    key = f"{__name__}.unauthorised"
    if key not in background.kept:
        background.kept[key] = tuple(one for one in background.ledger.statements if one.authorised is False)
    rows: tuple[Statement, ...] = background.kept[key]  # type: ignore[assignment]
    return rows


def _refused(background: Background) -> dict[str, list[Statement]]:
    """The refusals by recipient."""
    key = f"{__name__}.refused"
    if key not in background.kept:
        found: dict[str, list[Statement]] = defaultdict(list)
        for one in background.refusals:
            if one.to_party:
                found[one.to_party].append(one)
        background.kept[key] = dict(found)
    rows: dict[str, list[Statement]] = background.kept[key]  # type: ignore[assignment]
    return rows


def _from(dossier: Dossier, one: Statement, user: str | None, state: str | None) -> bool:
    if user is not None and dossier.around.inside(one.from_party, user):
        return True
    return state is not None and dossier.around.state(one.from_party) == state


def _fits(dossier: Dossier, one: Statement | Incident, day: date) -> bool:
    return _ended(one.when, day) and known_then(dossier, (one.source,), day)


def _ended(when: DateRange, day: date) -> bool:
    return when.last is not None and when.last < day


def _counted(
    frame: Indicator,
    found: list[Incident] | list[Finding] | list[Statement],
    words: str,
    rests_on: tuple[str, ...] | None = None,
) -> Indicator:
    period = found[0].when
    for one in found[1:]:
        period = period.joined(one.when)
    rests = tuple(one.id for one in found) if rests_on is None else rests_on
    return frame.model_copy(update={"value": float(len(found)), "when": period, "words": words, "rests_on": rests})


def _gone(frame: Indicator, why: str) -> Indicator:
    return frame.model_copy(update={"missing": why})
