"""Trace: where a holder's arms most likely came from, one block per class, with what is unrecorded."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.quantity import Quantity, Unit


class OriginKind(StrEnum):
    """Where the ledger's knowledge of goods begins."""

    PRODUCED = "produced"
    UNRECORDED = "unrecorded"
    OPENING = "opening"


class ChainBasis(StrEnum):
    """Documented: a source states the chain link by link. Inferred: the engine computed it."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"


class Origin(Record):
    """A party at which the ledger's knowledge begins, and the share of the holder's goods that lead there."""

    party: str
    kind: OriginKind
    share: float


class Step(Record):
    """One change of custody in a chain; ``movements`` are the keys it sums over."""

    from_party: str
    to_party: str
    via: tuple[str, ...] = ()
    mode: str
    authorised: bool | None = None
    when: DateRange = DateRange()
    quantity: Quantity = Quantity()
    movements: tuple[str, ...] = ()


class Lag(Record):
    """Days between two dated events of a chain; low and high where a date is a range."""

    event: str
    low: int
    high: int


class Caution(Record):
    """A limit of what was computed, in words and as the fields that a report in another language needs.

    ``kind`` names it. ``parties`` are all holders it speaks of (``party`` the first); ``movements`` those it rests
    on (of a delivery and an outflow: in this order); ``field`` is what contradicting statements differ on;
    ``quantity`` what was delivered without a force being named; ``share`` the part of a delivery's time before an
    outflow."""

    kind: str
    words: str
    party: str | None = None
    item: str | None = None
    source: str | None = None
    when: DateRange = DateRange()
    parties: tuple[str, ...] = ()
    movements: tuple[str, ...] = ()
    field: str = ""
    quantity: Quantity = Quantity()
    share: float | None = None


class Chain(Record):
    """``share`` is None where the recorded quantities do not allow one. ``diversion`` is the index of the first step
    that took the goods out of authorised hands. ``agreement`` are shares under the other policies and births.
    ``after`` are the links that a source states beyond the holder asked about (a recovery, say)."""

    basis: ChainBasis
    origin: OriginKind
    steps: tuple[Step, ...]
    after: tuple[Step, ...] = ()
    share: float | None
    quantity: float | None = None
    diversion: int | None = None
    lag: tuple[Lag, ...] = ()
    agreement: tuple[tuple[str, float], ...] = ()
    sources: tuple[str, ...] = ()
    allegations: tuple[str, ...] = ()
    label: str = ""
    remark: str = ""


class TraceItem(Record):
    """One class (or one commodity of classes that vague records tie together): never a total over rounds and rifles.
    ``total`` is what the ledger records as received by the holder; None where no quantity is recorded. ``expected``:
    dates leave open what of it had come by the day asked about, so the total is an expectation and no count."""

    item: str
    classes: tuple[str, ...]
    unit: Unit
    total: float | None
    expected: bool = False
    total_range: Quantity = Quantity()
    coverage: tuple[str, ...]
    cautions: tuple[Caution, ...] = ()
    origins: tuple[Origin, ...]
    chains: tuple[Chain, ...]
    remainder: float | None
    unrecorded: float | None
    definition: str


class Trace(Record):
    """``of``: ``received`` (all that came in up to ``at``) or ``held`` (what is left then)."""

    holder: str
    at: DateRange
    policy: str
    births: str
    of: str
    revision: int
    tables: str
    version: str
    items: tuple[TraceItem, ...]
