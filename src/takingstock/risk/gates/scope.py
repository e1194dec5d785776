"""Scope, the first gate: whether the Arms Trade Treaty binds the deciding state for this transfer of these goods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from takingstock.records import ApplicationKind, Gate, Outcome, Question
from takingstock.reference.treaties import ATT, standing
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates.asking import Asked, ask, drafted, from_table
from takingstock.risk.gates.goods import Article, article, named
from takingstock.risk.gates.parties import authority

Applies = Literal["yes", "may", "no"]

_NATIONAL = "National law, and policies beside the treaty, may still apply"


@dataclass(frozen=True)
class Scope:
    """``applies``: whether the treaty applies at all; ``arms``: whether goods of Article 2(1) are among them, which
    Article 11 needs; ``open``: what has to be answered first."""

    gate: Gate
    applies: Applies
    arms: Applies
    open: tuple[Question, ...] = ()
    rests_on: tuple[str, ...] = ()


def scope(dossier: Dossier) -> Scope:
    """Every reason is looked at, so that the facts name each that speaks against the treaty's application."""
    parts = [_kind(dossier), _bound(dossier), _goods(dossier), _own_use(dossier)]
    said: set[Applies] = {part.applies for part in parts}
    applies: Applies = "no" if "no" in said else "may" if "may" in said else "yes"
    facts = [fact for part in parts for fact in part.facts]
    rests = [one for part in parts for one in part.rests_on]
    questions = [one for part in parts for one in part.open] if applies == "may" else []
    if applies == "no":
        facts.append(_NATIONAL)
    outcome = {"yes": Outcome.PASSES, "may": Outcome.NEEDS_ANSWER, "no": Outcome.NOT_APPLICABLE}[applies]
    verified = all(part.verified for part in parts)
    gate = drafted("scope", outcome, facts, questions, rests, verified)
    return Scope(gate, applies, _arms(dossier), tuple(questions), tuple(rests))


def under(
    id: str,
    scope: Scope,
    outcome: Outcome,
    facts: Iterable[str],
    questions: Iterable[Question],
    rests_on: Iterable[str],
    verified: bool = True,
) -> Gate:
    """A gate of the treaty itself. Where it is open whether the treaty applies, nothing bars yet; where it does not
    apply, neither do its tests."""
    if scope.applies == "no":
        return drafted(id, Outcome.NOT_APPLICABLE, ("The treaty does not apply (see the first gate)",))
    sound = verified and scope.gate.verified
    if scope.applies == "may" and outcome in {Outcome.BARS, Outcome.NEEDS_ANSWER}:
        first = "Whether the treaty applies is open"
        questions = (*scope.open, *questions)
        return drafted(id, Outcome.NEEDS_ANSWER, (first, *facts), questions, (*scope.rests_on, *rests_on), sound)
    asked = () if outcome in {Outcome.PASSES, Outcome.NOT_APPLICABLE} else questions
    return drafted(id, outcome, facts, asked, (*scope.rests_on, *rests_on), sound)


@dataclass(frozen=True)
class _Part:
    applies: Applies
    facts: tuple[str, ...] = ()
    open: tuple[Question, ...] = ()
    rests_on: tuple[str, ...] = ()
    verified: bool = True


def _answered(asked: Asked, when_yes: Applies, when_no: Applies, *facts: str) -> _Part:
    applies: Applies = "may" if asked.value is None else when_yes if asked.value else when_no
    return _Part(applies, (*facts, *asked.facts), asked.open, asked.rests_on)


def _kind(dossier: Dossier) -> _Part:
    kind = dossier.application.kind
    if kind is ApplicationKind.TECHNICAL_ASSISTANCE:
        return _Part("no", ("Technical assistance is no transfer of goods; what is supplied with it is an export",))
    return _Part("yes", (f"{kind.value.capitalize()} is a transfer in the sense of Article 2(2)",))


def _bound(dossier: Dossier) -> _Part:
    state, when = authority(dossier), dossier.decided
    if state is None:
        return _Part("may", ("The deciding state is not named",), ask(dossier, "scope.authority").open)
    name = dossier.around.party_name(state)
    found = standing(ATT, state, when)
    rests = tuple(row.id for row in found.rows)
    dated = f"on {when}" if when.known else "on a day that is not given"
    told = from_table(found)
    if found.status == "party":
        return _Part("yes", (f"{name} was bound by the treaty {dated}", *told), (), rests, found.verified)
    if found.status == "not a party":
        return _Part("no", (f"{name} was not bound by the treaty {dated}", *told), (), rests, found.verified)
    unclear = "the table has no word on it" if found.status == "unknown" else "the date leaves it open"
    fact = f"Whether {name} was bound by the treaty {dated} is open: {unclear}"
    if when.days != 1 and found.status == "may be":
        # The day decides, and no reply can stand in for it.
        return _Part("may", (fact, *told), ask(dossier, "scope.date").open, rests, found.verified)
    part = _answered(ask(dossier, "scope.membership", state=name), "yes", "no", fact, *told)
    return _Part(part.applies, part.facts, part.open, (*rests, *part.rests_on), found.verified)


def _goods(dossier: Dossier) -> _Part:
    by: dict[Article, list[str]] = {}
    for line in dossier.goods:
        by.setdefault(article(dossier.around, line.item), []).append(line.item)
    facts = tuple(
        f"{', '.join(dict.fromkeys(dossier.around.item_name(item) for item in items))}: {_ARTICLES[one]}"
        for one, items in by.items()
    )
    if "arms" in by or "ammunition" in by:
        return _Part("yes", facts)
    if set(by) == {"outside"}:
        return _Part("no", facts)
    unclear = tuple(line for line in dossier.goods if article(dossier.around, line.item) in {"open", "parts"})
    return _answered(ask(dossier, "scope.goods", goods=named(dossier.around, unclear)), "yes", "no", *facts)


_ARTICLES: dict[Article, str] = {
    "arms": "arms of Article 2(1)",
    "ammunition": "ammunition or munitions of Article 3: Articles 6 and 7 apply, Article 11 does not",
    "parts": "parts of Article 4, where their form makes it possible to assemble the arms: Articles 6 and 7 only",
    "outside": "outside Articles 2 to 4",
    "open": "the class does not say whether it falls under Articles 2 to 4",
}


def _own_use(dossier: Dossier) -> _Part:
    state = authority(dossier)
    if state is None or state != dossier.around.state(dossier.application.end_user):
        return _Part("yes")
    asked = ask(dossier, "scope.own-use", state=dossier.around.party_name(state))
    return _answered(asked, "no", "yes", "The end user is of the deciding state itself")


def _arms(dossier: Dossier) -> Applies:
    found = {article(dossier.around, line.item) for line in dossier.goods}
    return "yes" if "arms" in found else "may" if "open" in found else "no"
