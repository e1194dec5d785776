"""Assessment: Article 7 of the Arms Trade Treaty. Each risk is asked; what the case holds is put beside the question.

A risk that was found goes on to paragraphs 2 and 3. Only the overriding risk bars, and only the answer of a person
says that there is one: no forecast and no count of incidents does.
"""

from __future__ import annotations

from takingstock.records import Gate, Outcome
from takingstock.reference.gate_rules import rules
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates import history
from takingstock.risk.gates.asking import Asked, ask, drafted
from takingstock.risk.gates.history import Told
from takingstock.risk.gates.parties import exports, known, state_name
from takingstock.risk.gates.scope import Scope, under

RISKS = ("att-7-1-a", "att-7-1-b-i", "att-7-1-b-ii", "att-7-1-b-iii", "att-7-1-b-iv", "att-7-4")
GATES = (*RISKS, "att-7-2", "att-7-3")


def assessment(dossier: Dossier, scope: Scope, barred: bool) -> tuple[Gate, ...]:
    """The gates of Article 7 in its order, paragraph 4 before 2 and 3, which weigh it too. ``barred``: Article 6
    already bars."""
    if scope.applies == "no":
        return tuple(under(id, scope, Outcome.NOT_APPLICABLE, (), (), ()) for id in GATES)
    if not exports(dossier):
        return _not(f"Article 7 is about exports; this is {dossier.application.kind.value}")
    if barred:
        return _not("Article 6 already bars")
    asked = {id: ask(dossier, f"{id}.risk", state=state_name(dossier)) for id in RISKS}
    mitigation = ask(dossier, "att-7-2.mitigation")
    overriding = ask(dossier, "att-7-3.overriding")
    user = dossier.application.end_user
    whole = known(dossier, user)
    told = {"att-7-1-b-i": history.incidents(dossier, user), "att-7-1-a": history.losses(dossier, user)}
    told |= {"att-7-1-b-ii": told["att-7-1-b-i"], "att-7-4": told["att-7-1-b-i"], "att-7-1-b-iii": told["att-7-1-a"]}
    told |= {"att-7-1-b-iv": told["att-7-1-a"]}
    gates = [_risk(dossier, scope, id, one, told[id], overriding, whole) for id, one in asked.items()]
    answered = all(one.value is not None for one in asked.values()) and whole
    found = any(one.value for one in asked.values())
    gates.append(_mitigation(dossier, scope, mitigation, answered, found))
    states = {True: "a risk was found", False: "no risk was found", None: "not answered"}
    facts = [f"{rules()[id].title}: {states[one.value]}" for id, one in asked.items()]
    gates.append(_overriding(scope, overriding, mitigation, answered, found, facts))
    return tuple(gates)


def _not(reason: str) -> tuple[Gate, ...]:
    return tuple(drafted(id, Outcome.NOT_APPLICABLE, (reason,)) for id in GATES)


def _risk(dossier: Dossier, scope: Scope, id: str, asked: Asked, told: Told, overriding: Asked, whole: bool) -> Gate:
    facts = [*(told.facts or (history.none("such event of the end user that was known then"),)), *asked.facts]
    questions = list(asked.open)
    rests = [*told.rests_on, *asked.rests_on]
    outcome = Outcome.NEEDS_ANSWER if asked.value is None else Outcome.PASSES
    if not whole:
        facts = ["The end user is not known, so its risk cannot be assessed", *asked.facts]
        questions = [*ask(dossier, "end-user.who").open, *questions]
        outcome = Outcome.NEEDS_ANSWER
    elif asked.value:
        facts.append("A risk was found: it goes on to paragraphs 2 and 3")
        # Until paragraph 3 is answered, a risk that was found is no pass; then it is decided there.
        outcome = Outcome.NEEDS_ANSWER if overriding.value is None else Outcome.PASSES
        questions += overriding.open
    return under(id, scope, outcome, facts, questions, rests)


def _mitigation(dossier: Dossier, scope: Scope, asked: Asked, answered: bool, found: bool) -> Gate:
    offered = [
        f"{one.control.value}: {'evidenced' if one.evidenced else 'offered only, no evidence'}"
        f"{f' ({one.source}, {one.when})' if one.evidenced else ''}"
        for one in dossier.application.undertakings
    ]
    facts = [*(offered or ["No measure is offered or evidenced in the application"]), *asked.facts]
    if answered and not found:
        return under("att-7-2", scope, Outcome.NOT_APPLICABLE, [*facts, "No risk was found"], (), asked.rests_on)
    if asked.value:
        return under("att-7-2", scope, Outcome.PASSES, facts, (), asked.rests_on)
    return under("att-7-2", scope, Outcome.NEEDS_ANSWER, facts, (asked.question,), asked.rests_on)


def _overriding(scope: Scope, asked: Asked, mitigation: Asked, answered: bool, found: bool, facts: list[str]) -> Gate:
    facts = [*facts, *asked.facts]
    if asked.value:
        return under("att-7-3", scope, Outcome.BARS, facts, (), asked.rests_on)
    if answered and not found:
        return under("att-7-3", scope, Outcome.PASSES, facts, (), asked.rests_on)
    if asked.value is False and answered and mitigation.value:
        return under("att-7-3", scope, Outcome.PASSES, facts, (), asked.rests_on)
    if asked.value is False:
        facts.append("That no overriding risk remains counts only after each risk and its mitigation were considered")
    return under("att-7-3", scope, Outcome.NEEDS_ANSWER, facts, (asked.question,), asked.rests_on)
