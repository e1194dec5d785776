"""Re-export: the consent of earlier exporters, where the goods came under an undertaking not to pass them on.

Who must consent comes from the application, from where the goods were made and, for a re-export, from the ledger.
A consent counts with its source and if it was given by the day of the authorisation; a refusal bars.
"""

from __future__ import annotations

from takingstock.records import ApplicationKind, Consent, Gate, Outcome, Question
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates import history
from takingstock.risk.gates.asking import Asked, ask, drafted, later, worst
from takingstock.risk.gates.parties import exports


def reexport(dossier: Dossier) -> Gate:
    """Never "not applicable" because nothing was said: an export whose origin is not given asks for it."""
    app = dossier.application
    if not exports(dossier):
        return _elsewhere(dossier)
    home = dossier.around.state(app.exporter)
    shown = _shown(dossier, home)
    named = {state: "named in the application" for state in _named(dossier) if state not in shown}
    told = history.passed_on(dossier, app.exporter)
    facts = [f"Earlier: {fact}" for fact in told.facts]
    rests = list(told.rests_on)
    own = home is not None and all(line.made_in == home for line in dossier.goods) and app.kind is _EXPORT
    origin = ask(dossier, "reexport.origin")
    if not shown and not named:
        if own:
            return drafted("reexport", Outcome.NOT_APPLICABLE, (*facts, "All goods are made in the exporting state"))
        facts += ["No earlier exporter of the goods is known here, and not all are said to be of the state's make"]
        facts += origin.facts
        rests += origin.rests_on
        if origin.value is False:
            return drafted("reexport", Outcome.PASSES, facts, (), rests)
        if origin.value:
            facts.append("Name each state whose consent is needed, under consents")
        return drafted("reexport", Outcome.NEEDS_ANSWER, facts, (origin.question,), rests)
    outcomes: list[Outcome] = []
    questions: list[Question] = []
    for state, why in (shown | named).items():
        outcome, said, asked = _consent(dossier, state)
        facts += [f"{dossier.around.party_name(state)}: {why}", *said]
        rests += [f"consent:{state}", *asked.rests_on]
        alone = len(shown) + len(named) == 1 and not own and origin.value is not False
        if outcome is Outcome.BARS and state in named and not alone:
            # Nothing but the refusal itself shows that this state has a say, and other facts speak against it.
            facts.append("Whether its consent is needed at all is open")
            outcome = Outcome.NEEDS_ANSWER
        outcomes.append(outcome)
        questions += (asked.question,) if outcome is Outcome.NEEDS_ANSWER else ()
    return drafted("reexport", worst(outcomes), facts, questions, rests)


_EXPORT = ApplicationKind.EXPORT


def _shown(dossier: Dossier, home: str | None) -> dict[str, str]:
    """The states that made or delivered the goods, and how that is known."""
    app, around = dossier.application, dossier.around
    found: dict[str, str] = {}
    for line in dossier.goods:
        if line.made_in and line.made_in != home:
            found.setdefault(line.made_in, f"{around.item_name(line.item)} made there")
    if app.kind is ApplicationKind.RE_EXPORT and app.exporter:
        for movement in dossier.background.delivered:
            state = around.state(movement.from_party)
            if not state or state == home or not around.inside(movement.to_party, app.exporter):
                continue
            if any(around.akin(movement.item, line.item) for line in dossier.goods):
                found.setdefault(state, f"delivered such goods to the exporter ({movement.key})")
    return found


def _named(dossier: Dossier) -> tuple[str, ...]:
    """The states that the application names as having a say, by a consent or by a reply."""
    app = dossier.application
    replies = [one.question.removeprefix(_PREFIX) for one in app.replies if one.question.startswith(_PREFIX)]
    return tuple(dict.fromkeys([one.by for one in app.consents] + replies))


_PREFIX = "reexport.consent."


def _consent(dossier: Dossier, state: str) -> tuple[Outcome, list[str], Asked]:
    asked = ask(dossier, "reexport.consent.{by}", by=state, state=dossier.around.party_name(state))
    value, said = _together(dossier, state)
    # A refusal by either outweighs a consent by the other.
    answers = [one for one in (value, asked.value) if one is not None]
    facts = [*said, *asked.facts]
    if False in answers:
        return Outcome.BARS, [*facts, "Consent to the re-export is refused"], asked
    return (Outcome.PASSES if True in answers else Outcome.NEEDS_ANSWER), facts, asked


def _together(dossier: Dossier, state: str) -> tuple[bool | None, list[str]]:
    """What all rows of the state say: a refusal outweighs; one without a source leaves a consent beside it open."""
    consents = [one for one in dossier.application.consents if state in {one.by, dossier.around.state(one.by)}]
    counted = [_counts(dossier, one) for one in consents]
    said = [fact for _, facts in counted for fact in facts]
    values = [value for value, _ in counted if value is not None]
    if False in values:
        return False, said
    if True in values and any(one.given is False and not one.source for one in consents):
        return None, [*said, "The rows of its consent contradict each other"]
    return (True if values else None), said


def _counts(dossier: Dossier, consent: Consent | None) -> tuple[bool | None, list[str]]:
    if consent is None or consent.given is None:
        return None, []
    word = "given" if consent.given else "refused"
    if not consent.source:
        return None, [f"Consent is said to be {word}, without a source: it does not count"]
    if later(consent.when, dossier.decided):
        return None, [f"Consent was {word} only after the authorisation ({consent.when}): it does not count"]
    return consent.given, [f"Consent {word} ({consent.source}{f', {consent.when}' if consent.when.known else ''})"]


def _elsewhere(dossier: Dossier) -> Gate:
    refused = [one for one in dossier.application.consents if one.given is False]
    if not refused:
        said = "Consent to a re-export is for the exporting state to see to"
        return drafted("reexport", Outcome.NOT_APPLICABLE, (said,))
    facts = [f"{dossier.around.party_name(one.by)} has refused its consent ({one.source})" for one in refused]
    asked = [ask(dossier, "reexport.consent.{by}", by=one.by, state=one.by) for one in refused]
    questions = [one.question for one in asked]
    return drafted("reexport", Outcome.NEEDS_ANSWER, facts, questions, [f"consent:{one.by}" for one in refused])
