"""Control: a measure before, during or after a transfer that makes its diversion less likely, and its plan."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange


class ControlKind(StrEnum):
    """The measures of the field (UN and EU end-use controls, MOSAIC, the recommendations of 2015)."""

    END_USE_CERTIFICATE = "end-use-certificate"
    NO_RE_EXPORT = "no-re-export-undertaking"
    AUTHENTICATION = "certificate-authenticated"
    END_USER_VETTING = "end-user-vetting"
    RESPECT_FOR_LAW = "respect-for-law"
    MARKING_AND_RECORDS = "marking-and-records"
    PHYSICAL_SECURITY = "physical-security"
    STOCKPILE_ACCOUNTING = "stockpile-accounting"
    TRANSPORT_SECURITY = "transport-security"
    DELIVERY_VERIFICATION = "delivery-verification"
    VISITS = "on-site-visits"
    STAGED_DELIVERY = "staged-delivery"
    TRAINING = "training"
    LOSS_REPORTING = "loss-reporting"
    DISPOSAL = "disposal-agreement"


class Standing(StrEnum):
    """Whether a control is promised, or shown to work *before* delivery. A promise is no evidence."""

    MISSING = "missing"
    OFFERED = "offered"
    EVIDENCED = "evidenced"


class ControlStage(StrEnum):
    """When it acts."""

    BEFORE = "before-transfer"
    DURING = "during-transfer"
    AFTER = "post-delivery"


class Effect(Record):
    """The share of one mode's hazard that a control takes away: most likely, and the range to vary it in. ``source`` is
    where it is published; empty: an assumption, and printed as one."""

    mode: str
    low: float
    value: float
    high: float
    source: str = ""


class Control(Record):
    """One row of the table of controls. ``reference`` is the standard that describes it; ``verified`` whether that
    text was read."""

    kind: ControlKind
    name: str
    stage: ControlStage
    effects: tuple[Effect, ...] = ()
    reference: str = ""
    source: str = ""
    verified: bool = False
    months: int = 0
    every: int = 0
    says: str = ""


class PlannedControl(Record):
    """A control in the plan of one application: why it is there (the ``modes`` it answers), how it stands, who does it
    and when. ``every``: repeated after so many months."""

    kind: ControlKind
    name: str
    stage: ControlStage
    standing: Standing
    modes: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    reference: str = ""
    verified: bool = False
    due: DateRange = DateRange()
    dates: tuple[DateRange, ...] = ()
    who: str = ""
    why: str = ""


class VisitState(StrEnum):
    """What a post-delivery visit says of a delivery, serial by serial."""

    NOT_DUE = "not due"
    SEEN_ALL = "all seen"
    UNSEEN = "some not seen"
    OVERDUE = "overdue"


class Visit(Record):
    """A visit of the plan against the counts of the case: serials ``delivered``, of them ``seen`` and ``unseen``.
    ``count`` is the id of the count that answers it (None: none does). ``re_opens``: the assessment has to be made
    anew."""

    holder: str
    item: str
    due: DateRange
    state: VisitState
    delivered: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    count: str | None = None
    re_opens: bool = False
    words: str = ""
