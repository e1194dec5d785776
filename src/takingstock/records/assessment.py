"""Assessment: gates, policy, forecast, indicators and controls of one application. A person decides."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.control import PlannedControl, Visit
from takingstock.records.dates import DateRange
from takingstock.records.forecast import Forecast
from takingstock.records.indicator import Comparable, Indicator
from takingstock.records.policy import PolicyAnswer, Question


class Outcome(StrEnum):
    """What a gate says. A number never lifts a bar."""

    BARS = "bars"
    NEEDS_ANSWER = "needs an answer"
    PASSES = "passes"
    NOT_APPLICABLE = "not applicable"


class Gate(Record):
    """One legal test. ``facts`` are the sentences it used, ``rests_on`` the ids of records and table rows behind them.
    ``verified``: whether the rule's text was read (False: printed as unverified)."""

    id: str
    title: str
    reference: str
    outcome: Outcome
    facts: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    source: str = ""
    verified: bool = False
    rests_on: tuple[str, ...] = ()


class Recommendation(StrEnum):
    """What an assessment says. It never approves: the decision is a person's."""

    BARRED = "barred"
    PRESUME_DENIAL = "presume denial"
    REFUSE = "refuse"
    MORE_INFORMATION = "more information"
    REFER = "refer to a decision"


class Assessment(Record):
    """``known``: the day whose knowledge was used (unknown: all that the case holds). ``versions``: what it was made
    with (package, policies, tables, seed), so that it can be made again. ``cautions``: what of the application could
    not be used."""

    application: str
    application_digest: str = ""
    recommendation: Recommendation
    because: tuple[str, ...]
    gates: tuple[Gate, ...]
    policy: tuple[PolicyAnswer, ...] = ()
    forecast: Forecast | None = None
    indicators: tuple[Indicator, ...] = ()
    comparable: Comparable | None = None
    controls: tuple[PlannedControl, ...] = ()
    visits: tuple[Visit, ...] = ()
    cautions: tuple[str, ...] = ()
    known: DateRange = DateRange()
    revision: int = 0
    head: str = ""
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """Everything that has to be answered, each question once, in the order of gates and rules."""
        every = [q for gate in self.gates for q in gate.questions] + [q for one in self.policy for q in one.questions]
        return tuple({q.id: q for q in reversed(every)}[id_] for id_ in dict.fromkeys(q.id for q in every))
