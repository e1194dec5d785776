"""Asking: one question put to an application, and the draft of a gate.

Only a sound reply that was known by the day of the authorisation decides; any other is named among the facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.records import DateRange, Gate, Outcome, Question
from takingstock.records.application import ReplyValue
from takingstock.records.dates import Order
from takingstock.reference.gate_rules import rules
from takingstock.reference.treaties import Membership
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates.questions import WORDINGS


@dataclass(frozen=True)
class Asked:
    """``value``: what a sound reply says; None: open."""

    question: Question
    value: bool | None = None
    facts: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Question, ...]:
        return (self.question,) if self.value is None else ()


def ask(dossier: Dossier, key: str, **words: str) -> Asked:
    """Put the question of that key. Raises KeyError for one that is not in the list of questions."""
    wording = WORDINGS[key]
    name = key.format(**words)
    question = Question(id=name, text=wording.text.format(**words), reference=wording.reference.format(**words))
    if wording.field:
        return Asked(question)
    if reply := dossier.reply(name):
        rests = (f"reply:{name}",)
        if later(reply.when, dossier.decided):
            said = f"A reply to {name} became known only after the authorisation ({reply.when}) and does not count"
            return Asked(question, None, (said,), rests)
        said = f"{name}: {reply.value.value}, says {reply.person} ({reply.reason}; {reply.source})"
        return Asked(question, reply.value is ReplyValue.YES, (said,), rests)
    if reply := dossier.unsound(name):
        said = (
            f"The answer to {name} ({reply.value.value}) decides nothing: it needs yes or no, a person, a reason and "
            "what it rests on"
        )
        return Asked(question, None, (said,), (f"reply:{name}",))
    return Asked(question)


def later(when: DateRange, than: DateRange) -> bool:
    """Whether a day is certainly later than another."""
    return when.known and than.known and when.order(than) is Order.AFTER


def from_table(found: Membership) -> tuple[str, ...]:
    """What the table of treaties says, row by row, with its dates and source."""
    facts = []
    for row in found.rows:
        dates = (("signed", row.signed), ("deposited", row.deposited), ("from", row.since), ("to", row.until))
        known = ", ".join(f"{name} {when}" for name, when in dates if when.known)
        word = "list of parties" if row.status == "complete" else row.status
        mark = "" if row.verified else ", unverified"
        note = f"; {row.note}" if row.note else ""
        facts.append(f"Table of treaties, {row.id}: {word}, {known}{note} ({row.source}{mark})")
    return tuple(facts)


def drafted(
    id: str,
    outcome: Outcome,
    facts: Iterable[str] = (),
    questions: Iterable[Question] = (),
    rests_on: Iterable[str] = (),
    verified: bool = True,
) -> Gate:
    """A gate with the reference of its rule. Questions belong to a gate that needs an answer; on one that bars they
    name what could still show an exception. ``verified``: whether the table rows used were read."""
    rule = rules()[id]
    return Gate(
        id=id,
        title=rule.title,
        reference=rule.reference,
        outcome=outcome,
        facts=tuple(dict.fromkeys(facts)),
        questions=tuple({one.id: one for one in questions}.values()),
        source=rule.source,
        verified=rule.verified and verified,
        rests_on=tuple(dict.fromkeys(rests_on)),
    )


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest of several outcomes: bars, needs an answer, passes, not applicable (also of none)."""
    found = set(outcomes)
    return next((one for one in _GRAVEST if one in found), Outcome.NOT_APPLICABLE)


_GRAVEST = (Outcome.BARS, Outcome.NEEDS_ANSWER, Outcome.PASSES, Outcome.NOT_APPLICABLE)
