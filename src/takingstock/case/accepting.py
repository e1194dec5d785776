"""Accepting: the settings in ``case.toml`` against those that the history has.

The file is for a person to edit, and whoever may edit it could loosen the rule of release, have secrets encrypted to
another key or have more published. So the history says which settings count: what the file says otherwise counts for
nothing until a named person accepts it, which is an event. While a case holds nothing but its opening the file may be
edited freely, and the first write keeps what it says; so does the first write to a case of an earlier version.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from takingstock.case import reading, witness, writing
from takingstock.records import CaseRules, ConflictError, Event, ReviewRule, SettingsChanged

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from takingstock.case.case import Case
    from takingstock.case.settings import Settings

_HOW: Final = 'undo the edit, or accept it: takingstock settings CASE --accept --by NAME --reason "…"'
_KEPT: Final = "the settings of the case, kept in its history from here on"


def settings(connection: Connection, case: Case) -> Settings:
    """The settings to work by. Raises ConflictError for what nobody accepted."""
    if told := unaccepted(connection, case):
        raise ConflictError(f"case.toml was changed and nobody accepted it ({'; '.join(told)}): {_HOW}")
    rules = _known(connection, case)
    rule = case.stated.review
    earlier = _earlier(connection, rules, rule) if len(rules) > 1 else ()
    return case.stated.model_copy(update={"review": rule.model_copy(update={"earlier": earlier})})


def kept_rule(connection: Connection, case: Case) -> ReviewRule:
    """The rule of review that the history has last, knowing the others; the usual one where it has none."""
    rules = _known(connection, case)
    rule = rules[-1][1].review if rules else ReviewRule()
    return rule.model_copy(update={"earlier": _earlier(connection, rules, rule) if len(rules) > 1 else ()})


def unaccepted(connection: Connection, case: Case) -> tuple[str, ...]:
    """Each setting that differs, in words."""
    rules = _known(connection, case)
    if not rules or _fresh(connection):
        return ()
    stated = case.stated.rules(case.folder)
    return tuple(
        f"{name} is {_said(now)}, the history has {_said(then)}" for name, now, then in stated.differences(rules[-1][1])
    )


def guard(connection: Connection, case: Case) -> None:
    """Raises ConflictError before a write where the settings were changed and not accepted, or where the history no
    longer holds the head that the folder remembers: the write would put another in its place."""
    if told := unaccepted(connection, case):
        raise ConflictError(f"case.toml was changed and nobody accepted it ({'; '.join(told)}): {_HOW}")
    noted = witness.remembered(case.folder)
    if noted is None or noted.head == reading.last(connection, str(case.folder)).digest:
        return
    if not reading.holds(connection, noted.head):
        raise ConflictError(
            f"the history does not hold the head that the folder remembers ({witness.FILE}): its end was cut off or "
            "the database was swapped; run takingstock verify, and restore a copy"
        )


def keep(connection: Connection, case: Case, actor: str, now: datetime | None) -> Event | None:
    """After the first write: the event that keeps the settings, where the history has none or opened with others."""
    # As before the write: nothing is remembered of a transaction that may still fail.
    rules, stated = case.rules_kept[1], case.stated.rules(case.folder)
    if rules and rules[-1][1] == stated:
        return None
    return _append(connection, case, stated, actor, _KEPT, now)


def accept(
    connection: Connection, case: Case, given: Settings, actor: str, reason: str, now: datetime | None
) -> Event | None:
    """The event that gives the case these settings; None where it has them."""
    rules, wanted = _known(connection, case), given.rules(case.folder)
    writing.who(actor, reason)
    if rules and rules[-1][1] == wanted:
        return None
    return _append(connection, case, wanted, actor, reason, now)


def _append(
    connection: Connection, case: Case, rules: CaseRules, actor: str, reason: str, now: datetime | None
) -> Event:
    actor, reason = writing.who(actor, reason)
    head = reading.last(connection, str(case.folder))
    return writing.append(connection, head, SettingsChanged(rules=rules), actor, reason, now)


def _known(connection: Connection, case: Case) -> list[tuple[int, CaseRules]]:
    """Every (event, settings) of the history; what was read of it before is not read again."""
    upto, rules = case.rules_kept
    now = reading.last(connection, str(case.folder)).seq
    if now != upto:
        rules = [*rules, *reading.rules(connection, upto)] if now > upto else reading.rules(connection)
        case.rules_kept = now, rules
    return rules


def _fresh(connection: Connection) -> bool:
    """Whether the case holds nothing but its opening."""
    return reading.last(connection, "").seq == 1


def _earlier(connection: Connection, rules: list[tuple[int, CaseRules]], rule: ReviewRule) -> tuple[ReviewRule, ...]:
    """The other rules of review that stood since the first answer, each once."""
    first = reading.first_answer(connection)
    if first is None:
        return ()
    before = [one for seq, one in rules if seq < first][-1:]
    since = [*before, *(one for seq, one in rules if seq >= first)]
    return tuple(one for one in dict.fromkeys(one.review for one in since) if one != rule)


def _said(value: str) -> str:
    return f"{value[:16]}…" if len(value) > 40 else value or "not set"
