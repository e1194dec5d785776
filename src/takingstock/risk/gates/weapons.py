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
from takingstock.risk.gates.parties import deciders, exports, undecided


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
    unsure: tuple[str, ...] = ()
    """The state, where only a person can say whether it was bound."""


def _bound(dossier: Dossier, ban: _Ban) -> _Bound:
    """Bound where the deciding state or the exporter's is; not bound only where neither is."""
    states = deciders(dossier)
    each = [_of_state(dossier, ban, one) for one in states if one]
    facts = [fact for one in each for fact in one.facts]
    rests = [id_ for one in each for id_ in one.rests_on]
    verified = all(one.verified for one in each)
    if any(one.value for one in each):
        # What one state leaves open cannot lift the other's duty.
        sure = all(one.verified for one in each if one.value)
        return _Bound(True, tuple(facts), (), tuple(rests), sure)
    asked = [question for one in each for question in one.asked]
    if None in states:
        facts.append("The deciding state, or the exporter's, is not named or not known")
        asked += ask(dossier, undecided(dossier)).open
        return _Bound(None, tuple(facts), tuple(asked), tuple(rests), verified)
    unsure = [name for one in each for name in one.unsure]
    if unsure:
        # One question for both states, so that a reply about one of them cannot speak for the other.
        member = ask(dossier, f"{ban.id}.membership", state=" or ".join(unsure))
        facts += member.facts
        rests += member.rests_on
        asked += member.open
        value = None if any(one.value is None and not one.unsure for one in each) else member.value
        return _Bound(value, tuple(facts), tuple(asked), tuple(rests), verified)
    value = None if any(one.value is None for one in each) else False
    return _Bound(value, tuple(facts), tuple(asked), tuple(rests), verified)


def _of_state(dossier: Dossier, ban: _Ban, state: str) -> _Bound:
    when = dossier.decided
    found = standing(ban.treaty, state, when)
    rests = tuple(row.id for row in found.rows)
    told = from_table(found)
    name = dossier.around.party_name(state)
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
    return _Bound(None, (fact, *told), (), rests, found.verified, (name,))
