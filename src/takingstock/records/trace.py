"""Trace: where a holder's arms most likely came from, one block per class, with what is unrecorded."""

from __future__ import annotations

from enum import StrEnum

from takingstock.records.attribution import Attribution, ChannelShare
from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.likelihood import Confidence
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
    """A party at which the ledger's knowledge begins, and the share of the holder's goods that lead there; with draws
    its median, and ``low`` to ``high``, the middle 90 % of draws."""

    party: str
    kind: OriginKind
    share: float
    low: float | None = None
    high: float | None = None


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
    """``share`` is None where the recorded quantities do not allow one; with draws it is the median, and ``low`` to
    ``high`` are the middle 90 % of draws in which any goods of the class came. ``probability`` is the part of all draws
    in which any goods came this way, ``leads`` the part of those in which any came, in which more came this way than by
    any other chain known. ``diversion`` is the index of the first step that took the goods out of authorised hands.
    ``agreement`` are shares under each policy and rule for births, ``ranks`` the place of the chain under each policy
    (1: the largest). ``after`` are the links that a source states beyond the holder asked about (a recovery, say)."""

    basis: ChainBasis
    origin: OriginKind
    steps: tuple[Step, ...]
    after: tuple[Step, ...] = ()
    share: float | None
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    leads: float | None = None
    quantity: float | None = None
    diversion: int | None = None
    lag: tuple[Lag, ...] = ()
    agreement: tuple[tuple[str, float], ...] = ()
    ranks: tuple[tuple[str, int], ...] = ()
    sources: tuple[str, ...] = ()
    allegations: tuple[str, ...] = ()
    label: str = ""
    remark: str = ""


class DiversionPoint(Record):
    """Where goods left authorised hands: the last authorised holder, how, when, and the share of the holder's goods
    that passed there, over the listed chains."""

    party: str
    to_party: str
    mode: str
    when: DateRange
    share: float
    low: float | None = None
    high: float | None = None
    movements: tuple[str, ...] = ()


class Influence(Record):
    """What the answer would be, by arithmetic on the record, without one source and all that derives from it
    (``sources``: it and they).

    ``leading`` is the share of the chain that leads with all sources; None where no share can be formed then.
    ``leads`` says whether that chain would still be the largest. ``moves`` is the change of the answer: half the sum
    of the changes of all origins' shares, or of all chains' if that is more; 0 (nothing) to 1 (another answer
    altogether)."""

    source: str
    sources: tuple[str, ...]
    total: float | None
    leading: float | None
    leads: bool
    unrecorded: float | None
    moves: float
    movements: tuple[str, ...] = ()


class TraceItem(Record):
    """One class (or one commodity of classes that vague records tie together): never a total over rounds and rifles.
    ``total`` is what the ledger records as received by the holder; None where no quantity is recorded. ``expected``:
    dates leave open what of it had come by the day asked about, so the total is an expectation and no count.

    With draws, ``*_low`` to ``*_high`` are the middle 90 % of draws, and shares are medians, of the draws in which any
    goods of the class came: ``arrived`` is the part of the draws that is. ``total`` stays what the record says;
    ``total_drawn`` is the median over all draws. ``confidence`` is how good
    the basis is, with the kinds of its ``reasons``: never to be mixed with likelihood in one sentence."""

    item: str
    classes: tuple[str, ...]
    unit: Unit
    total: float | None
    expected: bool = False
    total_range: Quantity = Quantity()
    total_drawn: float | None = None
    total_low: float | None = None
    total_high: float | None = None
    coverage: tuple[str, ...]
    cautions: tuple[Caution, ...] = ()
    origins: tuple[Origin, ...]
    chains: tuple[Chain, ...]
    remainder: float | None
    unrecorded: float | None
    unrecorded_low: float | None = None
    unrecorded_high: float | None = None
    definition: str
    diversion_points: tuple[DiversionPoint, ...] = ()
    influence: tuple[Influence, ...] = ()
    attribution: tuple[ChannelShare, ...] = ()
    confidence: Confidence | None = None
    reasons: tuple[str, ...] = ()
    arrived: float | None = None


class Trace(Record):
    """``of``: ``received`` (all that came in up to ``at``) or ``held`` (what is left then). ``draws`` is how many were
    made (0: none, shares are arithmetic on the record), ``asked`` how many were asked for: fewer where time ran out.
    ``holds`` are the grades whose worth was edited. ``attributions`` are what the sightings add, one for each
    population. ``as_of`` is the day whose knowledge was asked for (empty: today's)."""

    holder: str
    at: DateRange
    policy: str
    births: str
    of: str
    revision: int
    tables: str
    version: str
    items: tuple[TraceItem, ...]
    draws: int = 0
    asked: int = 0
    seed: int | None = None
    holds: tuple[tuple[str, float], ...] = ()
    attributions: tuple[Attribution, ...] = ()
    as_of: str = ""
