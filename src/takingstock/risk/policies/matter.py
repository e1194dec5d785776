"""Matter: everything that a test of a policy may look at for one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar

from takingstock.records import (
    Application,
    ControlKind,
    DateRange,
    Decision,
    DecisionKind,
    Forecast,
    Gate,
    Indicator,
    Order,
    Question,
    Standing,
)
from takingstock.risk.dossier import Dossier
from takingstock.risk.policies.truth import Found, met, not_met, unknown

T = TypeVar("T")


@dataclass(frozen=True)
class Matter:
    """Read-only. ``questions`` are those that the rule gives words to, by id; ``follows``: the rule looks at what came
    after a decision that stands (it suspends, revokes, or asks for a standing decision)."""

    dossier: Dossier
    gates: tuple[Gate, ...] = ()
    forecast: Forecast | None = None
    indicators: tuple[Indicator, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    follows: bool = False

    @cached_property
    def standing(self) -> Decision | None:
        """The decision on this very application that still lets goods move, or is only suspended. The same id on
        other goods or other parties is another application."""
        mine = self.dossier.application
        for one in self.dossier.ledger.decisions:
            if one.id == mine.id:
                stands = one.kind.lets_goods_move or one.kind is DecisionKind.SUSPENDED
                return one if stands and _asked_for(one.application) == _asked_for(mine) else None
        return None

    @cached_property
    def standings(self) -> Mapping[ControlKind, frozenset[Standing]]:
        """How each control stands, all that is said of it; *evidenced* without its source counts as offered."""
        found: dict[ControlKind, set[Standing]] = {}
        for one in self.dossier.application.undertakings:
            known = Standing.EVIDENCED if one.evidenced else Standing.OFFERED
            found.setdefault(one.control, set()).add(Standing.MISSING if one.standing is Standing.MISSING else known)
        return {control: frozenset(some) for control, some in found.items()}

    def ask(self, id_: str, text: str) -> Question:
        """The question of that id, in the words of the rule if it has any."""
        return self.questions.get(id_) or Question(id=id_, text=text)

    def name(self, party: str) -> str:
        return self.dossier.around.party_name(party)

    def resolved(self, question: Question, fact: str, rests_on: tuple[str, ...]) -> Found:
        """A thing that the record leaves open: as a person answered it, else open."""
        reply = self.dossier.reply(question.id)
        if reply is None:
            return unknown(fact, question, rests_on=rests_on)
        if reply.when.known and (told := self.untimely(reply.when)):
            return unknown(f"{fact}; the answer {told}", question, rests_on=rests_on)
        undated = "" if reply.when.known else ", undated"
        words = f"{fact}; {reply.person}{undated} answers {reply.value.value}: {reply.reason} ({reply.source})"
        return (met if reply.value.value == "yes" else not_met)(words, *rests_on, f"reply:{question.id}")

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What is computed once for all applications of a run."""
        store = self.dossier.background.kept
        key = f"policies.{name}"
        if key not in store:
            store[key] = make()
        return store[key]  # type: ignore[return-value]

    def since(self, text: str) -> DateRange:
        """The range from a date on, or from the day after the standing decision; unknown without one."""
        if text != "decision":
            return parsed(text)
        return self.standing.decided if self.standing else DateRange()

    def unknown_then(self, when: DateRange, since: str = "") -> bool:
        """Whether an event lies after the authorisation that is judged, so that it cannot have been known. Where a
        decision stands, a rule of what follows it, or a test ``since`` the decision, looks at what came later."""
        later = self.standing is not None and (self.follows or since == "decision")
        return not later and when.order(self.dossier.decided) is Order.AFTER

    def untimely(self, when: DateRange) -> str:
        """Why an answer or evidence of ``when`` cannot count for the authorisation; empty where it can. It has to lie
        wholly on or before the first day of the authorisation or, where that is not known, before the first delivery.
        A decision that stands changes this only for a rule of what follows it."""
        if self.follows and self.standing is not None:
            return ""
        decided, moved = self.dossier.decided, self.dossier.moved
        if decided.first is not None:
            if when.last is not None and when.last <= decided.first:
                return ""
            if when.order(decided) is Order.AFTER:
                return f"came only after the authorisation ({when})"
        elif moved.first is not None:
            if when.last is not None and when.last < moved.first:
                return ""
            if when.order(moved) is Order.AFTER:
                return f"came only after the delivery ({when})"
        return f"is of {when or 'no date'}: whether that is before the authorisation cannot be known"

    def after(self, when: DateRange, since: str) -> bool | None:
        """Whether ``when`` lies in the range ``since`` (after the decision); None where it cannot be known."""
        start = self.since(since)
        if not start.known:
            return None
        if since == "decision":
            last = start.last
            if when.first and last and when.first > last:
                return True
            return False if when.last and start.first and when.last <= start.first else None
        if not when.overlaps(start):
            return False
        return True if when.known and when.within(start) else None


def _asked_for(application: Application) -> str:
    """The fingerprint without what people add while an authorisation stands (answers, evidence, consents, remarks):
    otherwise one more answer would make a suspension fall silent."""
    empty = {"replies": (), "undertakings": (), "consents": (), "remark": ""}
    return application.model_copy(update=empty).fingerprint()


@lru_cache(maxsize=512)
def parsed(text: str) -> DateRange:
    return DateRange.parse(text)


def years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
