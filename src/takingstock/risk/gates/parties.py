"""Parties: who decides, who receives, and how a recipient stands to its government, as far as it is recorded."""

from __future__ import annotations

from typing import Literal

from takingstock.records import ApplicationKind, PartyKind
from takingstock.reference.scope import wholes
from takingstock.reference.surroundings import Surroundings
from takingstock.risk.dossier import Dossier

Standing = Literal["government", "outside", "open"]

_FORCES = frozenset({PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT})
_EXPORTS = frozenset({ApplicationKind.EXPORT, ApplicationKind.RE_EXPORT})


def exports(dossier: Dossier) -> bool:
    """Whether goods leave the state that decides."""
    return dossier.application.kind in _EXPORTS


def authority(dossier: Dossier) -> str | None:
    """The state that decides. Only of an export is it the exporter's where none is named: a state of transit, or a
    broker's, is another."""
    if dossier.application.authority:
        state = dossier.around.state(dossier.application.authority)
        return state or dossier.application.authority
    return dossier.around.state(dossier.application.exporter) if exports(dossier) else None


def deciders(dossier: Dossier) -> tuple[str | None, ...]:
    """The states whose duties the transfer meets, each once: the deciding state and the exporter's. None among them:
    one of the two is not named, or is no state that is known, so its duties are open."""
    around, app = dossier.around, dossier.application
    home = around.state(app.exporter)
    decides = around.state(app.authority) if app.authority else home if exports(dossier) else None
    return tuple(dict.fromkeys((decides, home)))


def undecided(dossier: Dossier) -> str:
    """The key of the question for the state that is open among :func:`deciders`."""
    app, around = dossier.application, dossier.around
    named = around.state(app.authority) if app.authority else around.state(app.exporter) if exports(dossier) else None
    return "exporter.who" if named else "scope.authority"


def state_name(dossier: Dossier) -> str:
    """The deciding state's name, for a sentence."""
    state = authority(dossier)
    return dossier.around.party_name(state) if state else "the deciding state"


def known(dossier: Dossier, party: str | None) -> bool:
    """Whether a party is named and recorded as something; a name that nobody knows is no end user."""
    return dossier.around.kind(party) is not PartyKind.UNKNOWN


def standing(around: Surroundings, party: str) -> Standing:
    """How a party stands to the government of its state: a state and what is recorded as part of one; a group, or a
    force that is recorded as part of nothing; the rest (authorities, companies, units without a force) is open."""
    kinds = [around.kind(one) for one in wholes(around, party)]
    if PartyKind.ARMED_GROUP in kinds:
        return "outside"
    if any(kind not in {PartyKind.STATE, *_FORCES} for kind in kinds):
        return "open"
    if PartyKind.STATE in kinds:
        return "government"
    return "outside" if kinds[-1] is PartyKind.FORCE else "open"
