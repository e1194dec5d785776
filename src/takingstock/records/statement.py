"""Statement: one source's whole assertion about one change of custody. Immutable; contradictions live side by side."""

from __future__ import annotations

from enum import StrEnum

from pydantic import model_validator

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError
from takingstock.records.grade import Grade
from takingstock.records.place import Place
from takingstock.records.quantity import Money, Quantity
from takingstock.records.sighting import ProvenanceLevel


class Mode(StrEnum):
    """How custody changed."""

    PRODUCTION = "production"
    EXPORT = "export"
    AID = "aid"
    LICENSED_PRODUCTION = "licensed-production"
    RETRANSFER = "retransfer"
    ISSUE = "issue"
    RETURN = "return"
    RECOVERY = "recovery"
    ILLICIT_PURCHASE = "illicit-purchase"
    CAPTURE = "capture"
    THEFT_OR_LEAKAGE = "theft-or-leakage"
    LOSS = "loss"
    DESTRUCTION = "destruction"
    CRAFT_PRODUCTION = "craft-production"

    @property
    def diverts(self) -> bool:
        """Whether the mode by itself takes arms out of authorised hands (a retransfer may, a capture does)."""
        return self in {Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE, Mode.ILLICIT_PURCHASE}

    @property
    def ends(self) -> bool:
        """Whether the goods leave the ledger."""
        return self in {Mode.LOSS, Mode.DESTRUCTION}


class Stage(StrEnum):
    """How far a movement got. Only delivered movements move goods."""

    NEGOTIATED = "negotiated"
    NOTIFIED = "notified"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    ORDERED = "ordered"
    DELIVERED = "delivered"


class Funding(StrEnum):
    """How it was paid for. ``contract``: bought for the recipient under another state's contract."""

    SALE = "sale"
    CONTRACT = "contract"
    AID = "aid"
    BARTER = "barter"
    DONATION = "donation"
    UNKNOWN = "unknown"


class Condition(StrEnum):
    """State of the goods as the source gives it."""

    NEW = "new"
    SECOND_HAND = "second-hand"
    MODERNISED = "second-hand-modernised"
    UNKNOWN = "unknown"


class Statement(Record):
    """What, from whom, to whom, how many, when, where in the source, and its grade.

    ``movement`` is the key of the movement it speaks about. ``from_party`` and ``to_party`` are party ids (None: the
    source does not say). ``via`` are brokers or carriers, never holders. ``chain`` and ``link`` number the links of a
    chain that the source itself states link by link. ``claimant`` is whose figure the source quotes. ``reporter`` is
    the state whose own report this is (exporter or importer). ``criteria`` are those that a refusal cites. ``tiv`` and
    ``tiv_per_unit`` are a register's trend-indicator values in millions: capability, never money. ``level`` is how
    well origin is established. ``namings`` are the rules and persons by whom its names were read. ``authorised``
    is False where the source says that a re-export was not permitted. ``allegation`` is what a source alleges of a
    party, with its status; without one, no malpractice is inferred."""

    id: str
    movement: str
    source: str
    item: str
    from_party: str | None = None
    to_party: str | None = None
    via: tuple[str, ...] = ()
    quantity: Quantity = Quantity()
    when: DateRange = DateRange()
    mode: Mode
    stage: Stage = Stage.DELIVERED
    funding: Funding = Funding.UNKNOWN
    payer: str | None = None
    authorised: bool | None = None
    made_in: str | None = None
    made: DateRange = DateRange()
    condition: Condition = Condition.UNKNOWN
    value: Money | None = None
    marks: tuple[str, ...] = ()
    place: Place | None = None
    chain: str | None = None
    link: int | None = None
    claimant: str = ""
    allegation: str = ""
    allegation_status: str = ""
    designation: str = ""
    locator: str = ""
    grade: Grade = Grade()
    remark: str = ""
    reporter: str | None = None
    criteria: tuple[str, ...] = ()
    tiv: float | None = None
    tiv_per_unit: float | None = None
    level: ProvenanceLevel | None = None
    namings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Statement:
        if self.mode.ends and self.to_party:
            raise BadValueError(
                f"what is a {self.mode.value} has no recipient; leave to empty, or make it a capture or theft"
            )
        making = {Mode.PRODUCTION, Mode.CRAFT_PRODUCTION}
        if self.from_party and self.from_party == self.to_party and self.mode not in making:
            raise BadValueError(f"from and to are both {self.from_party}; a movement needs two holders")
        return self
