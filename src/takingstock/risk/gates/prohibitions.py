"""Prohibitions: Article 6 of the Arms Trade Treaty, paragraph by paragraph."""

from __future__ import annotations

from takingstock.records import Gate, Outcome
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates import history
from takingstock.risk.gates.asking import ask, worst
from takingstock.risk.gates.embargoes import Embargoes
from takingstock.risk.gates.parties import known, state_name
from takingstock.risk.gates.scope import Scope, under


def chapter_seven(dossier: Dossier, scope: Scope, found: Embargoes) -> Gate:
    """Article 6(1): the embargoes of the United Nations, and its other measures, which no table here holds."""
    other = ask(dossier, "att-6-1.other")
    facts = [f"{one.regime}: {one.outcome.value}" for one in found.nations]
    if not found.nations:
        facts.append("No embargo of the United Nations in the table reaches the transfer")
    outcomes = [one.outcome for one in found.nations]
    questions = [question for one in found.nations for question in one.questions]
    if found.unknown:
        outcomes.append(Outcome.NEEDS_ANSWER)
        questions += found.unknown
        facts += found.facts[:1]
    outcomes.append(Outcome.NEEDS_ANSWER if other.value is None else Outcome.BARS if other.value else Outcome.PASSES)
    facts += other.facts
    rests = [*(id_ for one in found.nations for id_ in one.rests_on), *other.rests_on]
    verified = all(record.verified for one in found.nations for record in one.records)
    return under("att-6-1", scope, worst(outcomes), facts, [*questions, *other.open], rests, verified)


def obligations(dossier: Dossier, scope: Scope, bans: tuple[Gate, ...]) -> Gate:
    """Article 6(2): the bans on mines and cluster munitions, and other agreements."""
    other = ask(dossier, "att-6-2.other", state=state_name(dossier))
    asked = [gate for gate in bans if gate.outcome is not Outcome.NOT_APPLICABLE]
    facts = [f"{gate.title}: {gate.outcome.value}" for gate in bans]
    outcomes = [gate.outcome for gate in asked]
    outcomes.append(Outcome.NEEDS_ANSWER if other.value is None else Outcome.BARS if other.value else Outcome.PASSES)
    questions = [question for gate in asked for question in gate.questions]
    rests = [*(id_ for gate in asked for id_ in gate.rests_on), *other.rests_on]
    verified = all(gate.verified for gate in asked)
    return under("att-6-2", scope, worst(outcomes), [*facts, *other.facts], [*questions, *other.open], rests, verified)


def knowledge(dossier: Dossier, scope: Scope) -> Gate:
    """Article 6(3): what is known at the time of the authorisation. The case's incidents are put before whoever
    answers; how many there are never answers for them."""
    user = dossier.application.end_user
    asked = ask(dossier, "att-6-3.knowledge", state=state_name(dossier))
    told = history.incidents(dossier, user)
    facts = [*told.facts] if told.facts else [history.none("incident linked to the end user that was known then")]
    questions = list(asked.open)
    if asked.value:
        outcome = Outcome.BARS
    elif not known(dossier, user):
        facts = ["The end user is not known, so nothing can be known of what it would do"]
        questions = [*ask(dossier, "end-user.who").open, *questions]
        outcome = Outcome.NEEDS_ANSWER
    else:
        outcome = Outcome.PASSES if asked.value is False else Outcome.NEEDS_ANSWER
    return under("att-6-3", scope, outcome, [*facts, *asked.facts], questions, [*told.rests_on, *asked.rests_on])
