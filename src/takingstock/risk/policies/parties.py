"""Tests about parties: destination, authority, exporter, end user. A party that nobody knows is asked for."""

from __future__ import annotations

from takingstock.records import DateRange, PartyKind
from takingstock.reference.members import bound
from takingstock.reference.treaties import NAMES, standing
from takingstock.risk.policies.matter import Matter
from takingstock.risk.policies.truth import Found, Truth, met, not_met, unknown

_NAMED = {
    "unit": frozenset({PartyKind.UNIT, PartyKind.DEPOT}),
    "force": frozenset({PartyKind.UNIT, PartyKind.DEPOT, PartyKind.FORCE}),
}
# The same ids as the gates', so that nobody is asked twice.
_ASKED = {
    "destination": "end-user.who",
    "end user": "end-user.who",
    "authority": "scope.authority",
    "exporter": "exporter.who",
}


def destination(matter: Matter, wanted: list[str]) -> Found:
    question = "Who is the end user, down to the unit, and to which state do the goods go in the end?"
    return _state(matter, matter.dossier.destination, wanted, "destination", question)


def authority(matter: Matter, wanted: list[str]) -> Found:
    question = "Which state decides on this application?"
    return _state(matter, matter.dossier.authority, wanted, "authority", question)


def authority_member_of(matter: Matter, body: str) -> Found:
    state, decided = matter.dossier.authority, matter.dossier.decided
    if state is None:
        return unknown("the authority is not known", matter.ask("scope.authority", "Which state decides?"))
    fit, name = bound(body, state, decided), matter.name(state)
    if fit == "within":
        return met(f"{name} is a member of the {body}", state)
    if fit is None:
        return not_met(f"{name} is no member of the {body} at {decided or 'any date'}", state)
    question = matter.ask("scope.date", "On which day is the authorisation given?")
    return unknown(f"whether {name} is a member of the {body} depends on the date", question, rests_on=(state,))


def authority_party_to(matter: Matter, treaty: str) -> Found:
    state, decided = matter.dossier.authority, matter.dossier.decided
    if state is None:
        return unknown("the authority is not known", matter.ask("scope.authority", "Which state decides?"))
    found, name = standing(treaty, state, decided), matter.name(state)
    rests_on = tuple(row.id for row in found.rows)
    if found.status == "party":
        return met(f"{name} is a party to the {NAMES[treaty]}", *rests_on)
    if found.status == "not a party":
        return not_met(f"{name} is not bound by the {NAMES[treaty]} at {decided or 'any date'}", *rests_on)
    text = f"Was the {NAMES[treaty]} in force for {name} on the day of the authorisation?"
    question = matter.ask("scope.membership", text)
    return matter.resolved(question, f"whether the {NAMES[treaty]} binds {name} is open", rests_on)


def exporter(matter: Matter, wanted: list[str]) -> Found:
    party = matter.dossier.application.exporter
    state = matter.dossier.around.state(party)
    if party and state in wanted:
        return met(f"the exporter is {matter.name(party)}, of {matter.name(str(state))}", party)
    return _within(matter, party, wanted, "exporter", "Who exports, and from which state?")


def end_user(matter: Matter, wanted: list[str]) -> Found:
    question = "Who is the end user, down to the unit, and to whom does it belong?"
    return _within(matter, matter.dossier.application.end_user, wanted, "end user", question)


def end_user_kind(matter: Matter, wanted: list[str]) -> Found:
    kind, party = matter.dossier.end_user_kind, matter.dossier.application.end_user
    if kind is PartyKind.UNKNOWN:
        return asked_end_user(matter)
    said = f"the end user {matter.name(party or '')} is of the kind {kind.value}"
    return (met if kind.value in wanted else not_met)(said, party or "")


def end_user_named(matter: Matter, depth: str) -> Found:
    kind, party = matter.dossier.end_user_kind, matter.dossier.application.end_user
    if kind is PartyKind.UNKNOWN:
        return asked_end_user(matter)
    said = f"the end user {matter.name(party or '')} is of the kind {kind.value}"
    if kind in _NAMED[depth]:
        return met(said, party or "")
    return not_met(f"{said}, not named down to the {depth}", party or "")


def asked_end_user(matter: Matter) -> Found:
    """The end user has to be found out."""
    name = matter.dossier.application.end_user
    fact = f"neither the case nor the tables know the end user {name!r}" if name else "the end user is not named"
    question = matter.ask("end-user.who", "Who is the end user, down to the unit, and to whom does it belong?")
    return unknown(fact, question)


def _state(matter: Matter, found: str | None, wanted: list[str], role: str, question: str) -> Found:
    asked = matter.ask(_ASKED[role], question)
    if found is None:
        return unknown(f"the {role} is not known", asked)
    parts, said = set(found.split("+")), f"the {role} is {matter.name(found)}"
    shared = parts & set(wanted)
    if shared == parts:
        return met(said, found)
    return unknown(said, asked, rests_on=(found,)) if shared else not_met(said, found)


def _within(matter: Matter, party: str | None, wanted: list[str], role: str, question: str) -> Found:
    around = matter.dossier.around
    asked = matter.ask(_ASKED[role], question)
    if party is None:
        return unknown(f"the {role} is not named", asked)
    said = f"the {role} is {matter.name(party)}"
    for one in wanted:
        if around.inside(party, one):
            return met(said if party == one else f"{said}, a part of {matter.name(one)}", party, one)
    if not around.directory.has(party):
        return unknown(f"neither the case nor the tables know the {role} {party!r}", asked)
    for one in wanted:
        if not around.directory.has(one):
            fact = f"the policy names {one!r}, which neither the case nor the tables know"
            return unknown(fact, matter.ask(f"party.{one}", f"Who is {one!r}? Is the {role} a part of it?"))
        if around.directory.part_of(one, party):
            return unknown(f"{said}, of which {matter.name(one)} is a part", asked, rests_on=(party, one))
    return not_met(said, party)


def in_force(matter: Matter, when: DateRange, what: str) -> Found:
    """Whether a policy or a rule is in force on the day of the authorisation."""
    if not when.known:
        return Found(Truth.MET)
    decided = matter.dossier.decided
    if not when.overlaps(decided):
        return not_met(f"{what} is in force {when}, and the authorisation is of {decided}")
    if decided.known and decided.within(when):
        return Found(Truth.MET)
    said = f"the authorisation is of {decided}" if decided.known else "the day of the authorisation is not known"
    question = matter.ask("scope.date", "On which day is the authorisation given?")
    return unknown(f"{what} is in force {when}, and {said}", question)
