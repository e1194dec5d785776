"""Application: a proposed transfer that is to be judged, with what is offered, what is shown and what is answered.

What is not known stays empty and is asked, never assumed.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import model_validator

from takingstock.records.base import Record
from takingstock.records.control import ControlKind, Standing
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError
from takingstock.records.party import Party
from takingstock.records.quantity import Money, Quantity


class ApplicationKind(StrEnum):
    """What is asked for."""

    EXPORT = "export"
    RE_EXPORT = "re-export"
    TRANSIT = "transit"
    BROKERING = "brokering"
    TECHNICAL_ASSISTANCE = "technical-assistance"


class LicenceKind(StrEnum):
    """Whether the licence names its quantity and recipient (single) or covers several deliveries (open)."""

    SINGLE = "single"
    OPEN = "open"


class Goods(Record):
    """One line of an application. ``designation`` is the applicant's own word for it; ``made_in`` the state of
    manufacture; ``requirement`` is how many the end user says it needs in all."""

    item: str
    quantity: Quantity = Quantity()
    value: Money | None = None
    designation: str = ""
    made_in: str | None = None
    requirement: Quantity = Quantity()


class Undertaking(Record):
    """A control as it stands in this application. *Evidenced* needs to say by what (``source``: the id of a source in
    the case, or words that a person can check) and since when; without both it counts as offered."""

    control: ControlKind
    standing: Standing = Standing.OFFERED
    when: DateRange = DateRange()
    source: str = ""
    person: str = ""
    remark: str = ""

    @property
    def evidenced(self) -> bool:
        told = any(letter.isalnum() for letter in self.source)
        return self.standing is Standing.EVIDENCED and told and self.when.known


class ReplyValue(StrEnum):
    """What was answered; *unknown* is an answer, and leaves the question open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Reply(Record):
    """The answer of a person to a question of a gate or a policy, by the question's id. It counts only with its
    ``person``, its ``reason`` and what it rests on (``source``); ``when`` is since when it was known."""

    question: str
    value: ReplyValue
    reason: str = ""
    source: str = ""
    person: str = ""
    when: DateRange = DateRange()

    @property
    def sound(self) -> bool:
        """Whether it may decide anything: known, and with person, reason and source."""
        told = all(any(letter.isalnum() for letter in text) for text in (self.reason, self.source, self.person))
        return self.value is not ReplyValue.UNKNOWN and told


class Consent(Record):
    """Consent of an earlier exporter (``by``, the id of a state) to a re-export; ``given`` None: not known."""

    by: str
    given: bool | None = None
    when: DateRange = DateRange()
    source: str = ""


class Application(Record):
    """``authority`` is the state whose decision it is (None: the exporter's state); ``end_user`` goes down to the unit;
    ``parties`` are units and companies that neither case nor tables know; ``when`` is the day of the authorisation
    that is judged (its facts are those known then), ``period`` when the goods are to move; ``route`` are the states
    passed; ``policies`` names policies to be judged by beside those that apply by themselves."""

    id: str
    kind: ApplicationKind = ApplicationKind.EXPORT
    licence: LicenceKind = LicenceKind.SINGLE
    authority: str | None = None
    exporter: str | None = None
    end_user: str | None = None
    consignee: str | None = None
    brokers: tuple[str, ...] = ()
    route: tuple[str, ...] = ()
    goods: tuple[Goods, ...] = ()
    end_use: str = ""
    undertakings: tuple[Undertaking, ...] = ()
    replies: tuple[Reply, ...] = ()
    consents: tuple[Consent, ...] = ()
    parties: tuple[Party, ...] = ()
    when: DateRange = DateRange()
    period: DateRange = DateRange()
    policies: tuple[str, ...] = ()
    remark: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Application:
        if not self.goods:
            raise BadValueError(f"application {self.id!r} names no goods; give at least one line with its item")
        asked = [reply.question for reply in self.replies]
        if twice := sorted({name for name in asked if asked.count(name) > 1}):
            raise BadValueError(f"application {self.id!r} answers {', '.join(twice)} twice; keep one answer each")
        return self
