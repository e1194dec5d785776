"""Tests about what is shown and answered: controls, replies, consents, gates. A promise is no evidence."""

from __future__ import annotations

from takingstock.records import ControlKind, DateRange, Gate, Outcome, Standing
from takingstock.risk.policies.matter import Matter
from takingstock.risk.policies.truth import Found, all_of, met, not_met, unknown


def reply(matter: Matter, wanted: dict[str, str]) -> Found:
    return all_of(_reply(matter, id_, value) for id_, value in sorted(wanted.items()))


def _reply(matter: Matter, id_: str, value: str) -> Found:
    question = matter.ask(id_, f"{id_}: yes or no?")
    found = matter.dossier.reply(id_)
    if found is None:
        unsound = matter.dossier.unsound(id_)
        why = "is not answered"
        if unsound is not None:
            why = "is answered without person, reason or source" if unsound.value.value != "unknown" else "is not known"
        return unknown(f"{question.text} This {why}", question)
    if found.when.known and (told := matter.untimely(found.when)):
        return unknown(f"{question.text} The answer {told}", question)
    source = found.source if found.when.known else f"{found.source}; undated"
    said = f"{question.text} {found.value.value}, says {found.person}: {found.reason} ({source})"
    return (met if found.value.value == value else not_met)(said, f"reply:{id_}")


def evidenced(matter: Matter, controls: list[str]) -> Found:
    return all_of(_control(matter, ControlKind(one), shown=True) for one in controls)


def offered(matter: Matter, controls: list[str]) -> Found:
    return all_of(_control(matter, ControlKind(one), shown=False) for one in controls)


def _control(matter: Matter, control: ControlKind, *, shown: bool) -> Found:
    stands, words = matter.standings.get(control, frozenset()), control.value.replace("-", " ")
    if stands == {Standing.MISSING}:
        return not_met(f"{words} is missing", control.value)
    if shown:
        text = f"What shows, before delivery, that this works: {words}? Since when, and by which source?"
    else:
        text = f"Does the end user undertake this: {words}?"
    question = matter.ask(f"control.{control.value}", text)
    if Standing.MISSING in stands:
        return unknown(f"{words} is said to be missing, and said to be there", question, rests_on=(control.value,))
    if not stands:
        return unknown(f"{words} is not offered", question)
    mine = tuple(one for one in matter.dossier.application.undertakings if one.control is control)
    if not shown:
        late = tuple(matter.untimely(one.when) if one.when.known else "" for one in mine)
        if all(late):
            return unknown(f"{words}: the offer {'; '.join(late)}", question, rests_on=(control.value,))
        return met(f"{words} is offered", control.value)
    if Standing.EVIDENCED not in stands:
        return unknown(f"{words} is offered, not evidenced", question, rests_on=(control.value,))
    told = []
    for one in mine:
        if one.evidenced:
            why = matter.untimely(one.when)
            if not why:
                return met(f"{words} is evidenced since {one.when} ({one.source})", control.value, one.source)
            told.append(why)
    return unknown(f"{words}: the evidence {'; '.join(told)}", question, rests_on=(control.value,))


def consent(matter: Matter, _: str) -> Found:
    question = matter.ask("application.consents", "Which earlier exporters have to consent, and did they?")

    def one(by: str, given: bool | None, when: DateRange) -> Found:
        name = matter.name(by)
        if given and when.known and (told := matter.untimely(when)):
            return unknown(f"{name} consents to the re-export, but the consent {told}", question, rests_on=(by,))
        if given is None:
            return unknown(f"whether {name} consents to the re-export is not known", question, rests_on=(by,))
        return met(f"{name} consents to the re-export", by) if given else not_met(f"{name} does not consent", by)

    found = matter.dossier.application.consents
    if not found:
        return unknown("no consent of an earlier exporter is recorded", question)
    return all_of(one(consent.by, consent.given, consent.when) for consent in found)


def gate(matter: Matter, wanted: dict[str, str]) -> Found:
    return all_of(_gate(matter, prefix, Outcome(outcome)) for prefix, outcome in sorted(wanted.items()))


def _gate(matter: Matter, prefix: str, outcome: Outcome) -> Found:
    found = tuple(one for one in matter.gates if one.id == prefix or one.id.startswith((f"{prefix}.", f"{prefix}-")))
    if not found:
        question = matter.ask(f"gate.{prefix}", f"What does the gate {prefix} say? It was not judged.")
        return unknown(f"the gate {prefix} was not judged", question)
    says = {one.outcome for one in found}
    ids = tuple(one.id for one in found)
    said = "; ".join(f"{one.title}: {one.outcome.value}" for one in found if one.outcome is not Outcome.NOT_APPLICABLE)
    said = said or f"the gates {prefix} do not apply"
    if outcome in {Outcome.BARS, Outcome.NEEDS_ANSWER} and outcome in says:
        return met(_saying(found, outcome), *ids)
    if outcome is Outcome.PASSES and Outcome.BARS in says:
        return not_met(_saying(found, Outcome.BARS), *ids)
    if outcome is Outcome.NOT_APPLICABLE and says & {Outcome.BARS, Outcome.PASSES}:
        return not_met(said, *ids)
    if outcome is not Outcome.NEEDS_ANSWER and Outcome.NEEDS_ANSWER in says:
        questions = tuple(q for one in found if one.outcome is Outcome.NEEDS_ANSWER for q in one.questions)
        return unknown(_saying(found, Outcome.NEEDS_ANSWER), *questions, rests_on=ids)
    if outcome is Outcome.PASSES and says <= {Outcome.PASSES, Outcome.NOT_APPLICABLE} and Outcome.PASSES in says:
        return met(said, *ids)
    if outcome is Outcome.NOT_APPLICABLE and says == {Outcome.NOT_APPLICABLE}:
        return met(said, *ids)
    return not_met(said, *ids)


def _saying(found: tuple[Gate, ...], outcome: Outcome) -> str:
    return "; ".join(f"{one.title}: {one.outcome.value}" for one in found if one.outcome is outcome)
