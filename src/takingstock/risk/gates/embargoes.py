"""Embargo gates: one for each regime that reaches or may reach the transfer, else one that says what was looked at."""

from __future__ import annotations

from dataclasses import dataclass

from takingstock.records import Gate, Outcome, Question
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates.asking import ask, drafted
from takingstock.risk.gates.embargo import UNITED_NATIONS, Judged, judged
from takingstock.risk.gates.parties import authority, known


@dataclass(frozen=True)
class Embargoes:
    """``gates`` in the order of the table; ``nations`` are the regimes of the United Nations among them; ``unknown``
    are the questions about parties without which no embargo can be ruled out."""

    gates: tuple[Gate, ...]
    nations: tuple[Judged, ...]
    unknown: tuple[Question, ...]
    facts: tuple[str, ...]


def embargoes(dossier: Dossier) -> Embargoes:
    """Every regime, and what cannot be judged while a party is unknown."""
    found, calls = judged(dossier)
    unknown, said = _unknown(dossier, found)
    gates = [_gate(one) for one in found]
    table = dossier.background.embargoes
    bodies = ", ".join(dict.fromkeys(one.body for one in table))
    looked = f"Looked at: {len(table)} records of the table of embargoes ({bodies}); the table may lack an embargo"
    if unknown or not found:
        outcome = Outcome.NEEDS_ANSWER if unknown else Outcome.PASSES
        facts = [*said, *calls]
        if not found:
            facts.append("No embargo of the table reaches the recipient, the goods and the dates")
        gates.append(drafted("embargoes", outcome, (*facts, looked), unknown, ()))
    elif calls:
        gates[-1] = gates[-1].model_copy(update={"facts": (*gates[-1].facts, *calls)})
    return Embargoes(tuple(gates), tuple(o for o in found if o.lead.body == UNITED_NATIONS), unknown, (*said, looked))


def _gate(one: Judged) -> Gate:
    lead = one.lead
    return Gate(
        id=f"embargo.{one.regime}",
        title=f"Arms embargo of the {lead.body}, {lead.territory or lead.target}",
        reference=lead.reference,
        outcome=one.outcome,
        facts=one.facts,
        questions=one.questions,
        source="; ".join(dict.fromkeys(record.source for record in one.records)),
        verified=all(record.verified for record in one.records),
        rests_on=one.rests_on,
    )


def _unknown(dossier: Dossier, found: tuple[Judged, ...]) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    app, around = dossier.application, dossier.around
    questions: list[Question] = []
    facts: list[str] = []
    if not known(dossier, app.end_user):
        facts.append("The end user is not known, so no embargo can be ruled out")
        questions += ask(dossier, "end-user.who").open
    elif around.state(app.end_user) is None and not any(one.lead.target == app.end_user for one in found):
        asked = ask(dossier, "end-user.territory")
        facts += ["The territory in which the end user is, is not recorded", *asked.facts]
        if not asked.value:
            questions.append(asked.question)
    if app.consignee and not known(dossier, app.consignee):
        facts.append("The consignee is not known, so no embargo on it can be ruled out")
        questions += ask(dossier, "consignee.who").open
    if around.state(app.exporter) is None and authority(dossier) is None:
        facts.append("The exporter's state is not known, so no ban on exports from a territory can be ruled out")
        questions += ask(dossier, "exporter.who").open
    elif not known(dossier, app.exporter):
        facts.append("The exporter is not known; the deciding state is taken to be the state of export")
        questions += ask(dossier, "exporter.who").open
    return tuple({one.id: one for one in questions}.values()), tuple(facts)
