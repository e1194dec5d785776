"""Run: every gate of one application, in legal order. No gate looks at a forecast, so no number lifts a bar."""

from __future__ import annotations

from takingstock.records import Gate, Outcome
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates.assessment import assessment
from takingstock.risk.gates.diversion import diversion
from takingstock.risk.gates.embargoes import embargoes
from takingstock.risk.gates.prohibitions import chapter_seven, knowledge, obligations
from takingstock.risk.gates.reexport import reexport
from takingstock.risk.gates.scope import scope
from takingstock.risk.gates.weapons import weapons


def judge(dossier: Dossier) -> tuple[Gate, ...]:
    """Scope; Article 6(1), (2) and (3); the bans on mines and cluster munitions; embargoes; Article 7; Article 11;
    consents to a re-export. An application without a named end user passes none of those that need one."""
    applies = scope(dossier)
    bans = weapons(dossier)
    under_embargo = embargoes(dossier)
    six = (
        chapter_seven(dossier, applies, under_embargo),
        obligations(dossier, applies, bans),
        knowledge(dossier, applies),
    )
    barred = any(gate.outcome is Outcome.BARS for gate in six)
    return (
        applies.gate,
        *six,
        *bans,
        *under_embargo.gates,
        *assessment(dossier, applies, barred),
        diversion(dossier, applies),
        reexport(dossier),
    )
