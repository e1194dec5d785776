"""Weapons: the bans on anti-personnel mines and cluster munitions, which bind by a state's own membership.

They bind on the day of the authorisation, whoever receives, and forbid to assist as well: brokering, transit and
technical assistance are no way around them. Only the conventions' own exceptions lift them, and they must be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from takingstock.records import ApplicationKind, Gate, Goods, Outcome, Question
from takingstock.reference.surroundings import Surroundings
from takingstock.reference.treaties import APMBC, CCM, NAMES, standing
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates import goods
from takingstock.risk.gates.asking import Asked, ask, drafted, from_table
from takingstock.risk.gates.parties import authority, exports, state_name


@dataclass(frozen=True)
class _Ban:
    id: str
    treaty: str
    weapons: str
    match: Callable[[Surroundings, Goods], goods.Match]


_BANS = (_Ban("apmbc", APMBC, "anti-personnel mines", goods.mine), _Ban("ccm", CCM, "cluster munitions", goods.cluster))


def weapons(dossier: Dossier) -> tuple[Gate, ...]:
    """One gate for each ban, in the order of their conclusion."""
    return tuple(_judged(dossier, ban) for ban in _BANS)


def _judged(dossier: Dossier, ban: _Ban) -> Gate:
    around = dossier.around
    match = [(line, ban.match(around, line)) for line in dossier.goods]
    sure = tuple(line for line, said in match if said == "yes")
    # A reply that they are stands, whatever the class and the applicant's word say.
    perhaps = tuple(line for line, said in match if said == "may") or dossier.goods
    item = ask(dossier, f"{ban.id}.item", goods=goods.named(around, perhaps))
    facts: list[str] = []
    asked: list[Asked] = []
    if sure:
        facts.append(f"{goods.named(around, sure)}: {ban.weapons} by their class")
    elif item.value or any(said == "may" for _, said in match):
        asked.append(item)
        if item.value is False:
            return drafted(ban.id, Outcome.NOT_APPLICABLE, item.facts, (), item.rests_on)
        facts += [f"{goods.named(around, perhaps)}: these may be {ban.weapons}", *item.facts]
    else:
        return drafted(ban.id, Outcome.NOT_APPLICABLE, (f"None of the goods are {ban.weapons}",))
    bound = _bound(dossier, ban)
    facts += bound.facts
    rests = [*bound.rests_on, *(one for each in asked for one in each.rests_on)]
    if bound.value is False and not bound.asked:
        return drafted(ban.id, Outcome.NOT_APPLICABLE, facts, (), rests, bound.verified)
    if bound.value is False:
        return _open(ban, facts, bound, asked, rests)
    if not exports(dossier):
        facts.append(
            "The convention forbids to assist in what it forbids; "
            + ("technical assistance" if dossier.application.kind is ApplicationKind.TECHNICAL_ASSISTANCE else "this")
            + " counts as assistance"
        )
    exception = ask(dossier, f"{ban.id}.exception")
    facts += exception.facts
    rests += exception.rests_on
    if exception.value:
        return drafted(ban.id, Outcome.PASSES, facts, (), rests, bound.verified)
    if not sure and not any(said == "may" for _, said in match):
        facts.append("The class says that they are not, a reply that they are: one of the two is wrong")
        return _open(ban, facts, bound, asked, rests, (item.question,))
    if bound.value and all(one.value for one in asked):
        return drafted(ban.id, Outcome.BARS, facts, exception.open, rests, bound.verified)
    return _open(ban, facts, bound, [*asked, exception], rests)


def _open(
    ban: _Ban, facts: list[str], bound: _Bound, asked: list[Asked], rests: list[str], more: tuple[Question, ...] = ()
) -> Gate:
    questions = [*bound.asked, *more, *(one for each in asked for one in each.open)]
    return drafted(ban.id, Outcome.NEEDS_ANSWER, facts, questions, rests, bound.verified)


@dataclass(frozen=True)
class _Bound:
    """``value``: bound, not bound, or open (None). Questions beside a value are about the day on which goods move."""

    value: bool | None
    facts: tuple[str, ...]
    asked: tuple[Question, ...] = ()
    rests_on: tuple[str, ...] = ()
    verified: bool = True


def _bound(dossier: Dossier, ban: _Ban) -> _Bound:
    state, when = authority(dossier), dossier.decided
    if state is None:
        return _Bound(None, ("The deciding state is not named",), ask(dossier, "scope.authority").open)
    found = standing(ban.treaty, state, when)
    rests = tuple(row.id for row in found.rows)
    told = from_table(found)
    name = state_name(dossier)
    dated = f"on {when}" if when.known else "on a day that is not given"
    if found.status == "party":
        return _Bound(True, (f"{name} was bound by the convention {dated}", *told), (), rests, found.verified)
    if found.status == "not a party":
        fact = f"{name} was not bound by the convention {dated}"
        moved = standing(ban.treaty, state, dossier.moved)
        if moved.status == "party" or (moved.status == "may be" and found.rows != moved.rows):
            asked = ask(dossier, "treaty.later", state=name, treaty=NAMES[ban.treaty])
            said = f"{name} is or may be bound when the goods move ({dossier.moved})"
            return _Bound(False, (fact, said, *told), asked.open, rests, found.verified)
        return _Bound(False, (fact, *told), (), rests, found.verified)
    fact = f"Whether {name} was bound by the convention {dated} is open"
    if when.days != 1 and found.status == "may be":
        return _Bound(None, (fact, *told), ask(dossier, "scope.date").open, rests, found.verified)
    asked = ask(dossier, f"{ban.id}.membership", state=name)
    return _Bound(asked.value, (fact, *told, *asked.facts), asked.open, (*rests, *asked.rests_on), found.verified)
