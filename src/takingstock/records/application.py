"""Application: a proposed transfer that is to be judged; Assessment: the judgement, with its reasons."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.quantity import Money, Quantity


class ApplicationKind(StrEnum):
    """What is asked for."""

    EXPORT = "export"
    RE_EXPORT = "re-export"
    TRANSIT = "transit"
    BROKERING = "brokering"
    TECHNICAL_ASSISTANCE = "technical-assistance"


class Goods(Record):
    """One line of an application."""

    item: str
    quantity: Quantity
    value: Money | None = None


class Application(Record):
    """The end user goes down to the unit; what is not known stays empty and is asked, never assumed."""

    id: str
    kind: ApplicationKind
    exporter: str
    end_user: str | None = None
    consignee: str | None = None
    brokers: tuple[str, ...] = ()
    route: tuple[str, ...] = ()
    goods: tuple[Goods, ...]
    end_use: str = ""
    period: DateRange = DateRange()


class Outcome(StrEnum):
    """What a gate says. A number never lifts a bar."""

    BARS = "bars"
    NEEDS_ANSWER = "needs an answer"
    PASSES = "passes"
    NOT_APPLICABLE = "not applicable"


class Gate(Record):
    """One legal test with its reference and the facts that were used."""

    id: str
    reference: str
    outcome: Outcome
    facts: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


class Assessment(Record):
    """All gates in order; the decision is a person's."""

    application: str
    gates: tuple[Gate, ...]
