"""Truth: what a test says (met, not met, cannot be known yet), and how answers are joined (Kleene's strong logic).

What cannot be known never counts as met and never as not met; it carries the question that would settle it. Source of
the tables: Kleene's strong three-valued logic (general knowledge); the laws are tested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from takingstock.records import Question


class Truth(StrEnum):
    """The three answers."""

    MET = "met"
    NOT_MET = "not met"
    OPEN = "cannot be known yet"


@dataclass(frozen=True)
class Found:
    """One answer with the facts that gave it, the questions that are open, and the ids of what it rests on."""

    truth: Truth
    facts: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    rests_on: tuple[str, ...] = ()


def met(fact: str, *rests_on: str) -> Found:
    return Found(Truth.MET, (fact,), rests_on=rests_on)


def not_met(fact: str, *rests_on: str) -> Found:
    return Found(Truth.NOT_MET, (fact,), rests_on=rests_on)


def unknown(fact: str, *questions: Question, rests_on: tuple[str, ...] = ()) -> Found:
    return Found(Truth.OPEN, (fact,), questions, rests_on)


def all_of(founds: Iterable[Found]) -> Found:
    """Not met if one is not met; else open if one is open; else met (also of none)."""
    every = tuple(founds)
    for truth in (Truth.NOT_MET, Truth.OPEN):
        if some := tuple(one for one in every if one.truth is truth):
            return _joined(truth, some)
    return _joined(Truth.MET, every)


def any_of(founds: Iterable[Found]) -> Found:
    """Met if one is met; else open if one is open; else not met (also of none)."""
    every = tuple(founds)
    for truth in (Truth.MET, Truth.OPEN):
        if some := tuple(one for one in every if one.truth is truth):
            return _joined(truth, some)
    return _joined(Truth.NOT_MET, every)


def negated(found: Found) -> Found:
    """Met and not met change places; open stays open."""
    turned = {Truth.MET: Truth.NOT_MET, Truth.NOT_MET: Truth.MET, Truth.OPEN: Truth.OPEN}
    return replace(found, truth=turned[found.truth])


def answered(own: Found, elsewhere: Found) -> Found:
    """The own answer; where there is none, an answer elsewhere may stand for it if it is met. If the own answer says no
    while the other is met, they contradict each other, and that is open: neither wins."""
    if own.truth is Truth.MET:
        return own
    if own.truth is Truth.OPEN:
        return elsewhere if elsewhere.truth is Truth.MET else own
    if elsewhere.truth is not Truth.MET:
        return own
    both = (*own.facts, *elsewhere.facts)
    question = Question(
        id="contradiction." + ".".join(dict.fromkeys((*own.rests_on, *elsewhere.rests_on))),
        text=f"Two answers contradict each other ({'; '.join(both)}). Which one is wrong?",
    )
    return Found(
        Truth.OPEN,
        ("two answers contradict each other: " + "; ".join(both),),
        (question,),
        (*own.rests_on, *elsewhere.rests_on),
    )


def _joined(truth: Truth, some: tuple[Found, ...]) -> Found:
    questions = {question.id: question for one in reversed(some) for question in reversed(one.questions)}
    order = dict.fromkeys(question.id for one in some for question in one.questions)
    return Found(
        truth,
        tuple(dict.fromkeys(fact for one in some for fact in one.facts)),
        tuple(questions[id_] for id_ in order),
        tuple(dict.fromkeys(id_ for one in some for id_ in one.rests_on)),
    )
