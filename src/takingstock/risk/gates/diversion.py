"""Diversion: Article 11 of the Arms Trade Treaty. It asks and never bars: what it may lead to is not to authorise."""

from __future__ import annotations

from takingstock.records import Gate, Outcome
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates import history
from takingstock.risk.gates.asking import ask, drafted
from takingstock.risk.gates.parties import exports, known
from takingstock.risk.gates.scope import Scope, under


def diversion(dossier: Dossier, scope: Scope) -> Gate:
    """Arms of Article 2(1) only: ammunition and parts are under Articles 6 and 7 alone. The exporting state assesses;
    every state involved takes measures."""
    if scope.applies != "no" and scope.arms == "no":
        return drafted("att-11", Outcome.NOT_APPLICABLE, ("Ammunition and parts are not under Article 11",))
    user = dossier.application.end_user
    asked = [ask(dossier, "att-11.measures")]
    if exports(dossier):
        asked.insert(0, ask(dossier, "att-11.assessed"))
    facts: list[str] = []
    rests: list[str] = []
    for told, what in (
        (history.losses(dossier, user), "loss or capture from the end user"),
        (history.passed_on(dossier, user), "retransfer by the end user without consent"),
    ):
        facts += told.facts or (history.none(what),)
        rests += told.rests_on
    for one in dossier.application.undertakings:
        facts.append(f"{one.control.value}: {'evidenced' if one.evidenced else 'offered only, no evidence'}")
    facts += [fact for one in asked for fact in one.facts]
    rests += [id_ for one in asked for id_ in one.rests_on]
    questions = [one.question for one in asked if not one.value]
    if not known(dossier, user):
        facts.insert(0, "The end user is not known, so diversion cannot be assessed")
        questions = [*ask(dossier, "end-user.who").open, *questions]
    outcome = Outcome.NEEDS_ANSWER if questions else Outcome.PASSES
    return under("att-11", scope, outcome, facts, questions, rests)
