"""Comparing: two reports of transfers, field by field: on which level of ``transfers_weights`` they fall, and why two
can never be one. The score is the prior plus the weights of the levels; what is not stated weighs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import inf

from takingstock.linkage.transfers_weights import FIELDS, LEVELS, PRIOR
from takingstock.records import Stage

_LATEST = 5
"""Years after an authorisation or order within which a delivery may be a stage of it."""
_SHORT = 62
"""Days up to which a date counts as narrow."""
_CLOSE = 0.05


@dataclass(frozen=True, slots=True)
class Side:
    """A party as it is compared: its id, all it belongs to, and the states (or outermost bodies) it is of."""

    id: str
    above: frozenset[str]
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of one movement at one stage. ``members`` are the keys that stand under ``key``; ``low``, ``high``
    bound the quantity, ``wide`` is the same with a rounded figure taken as ± 10 %; ``first`` and ``last`` are days
    since year 1 and ``years`` their years; ``above`` are classes and sets that hold ``item``."""

    key: str
    members: frozenset[str]
    sources: frozenset[str]
    reporters: frozenset[str]
    stage: Stage
    how: str
    supplier: Side | None
    recipient: Side | None
    via: frozenset[str]
    item: str
    above: frozenset[str]
    designation: str
    unit: str
    low: float
    high: float
    best: float | None
    wide: tuple[float, float]
    first: float
    last: float
    years: tuple[float, float]
    origin: str | None
    value: float | None
    currency: str

    @property
    def root(self) -> str:
        """The outermost class of the item."""
        return self.item.partition(".")[0]

    @property
    def dated(self) -> bool:
        """Whether the source gives any date."""
        return self.first > -inf or self.last < inf

    @staticmethod
    def day(number: float) -> date | None:
        """The day of a bound; None for an open end."""
        return date.fromordinal(int(number)) if abs(number) < inf else None

    @property
    def looks(self) -> tuple[object, ...]:
        """All that is compared; reports that look alike cannot be told apart."""
        return tuple(getattr(self, name) for name in _LOOKS)


_LOOKS = tuple(name for name in Report.__slots__ if name not in ("key", "members"))


def barred(a: Report, b: Report) -> str:
    """Why the two can never be one transfer by rule; empty where they may."""
    if a.sources & b.sources:
        return "one source does not report one transfer twice"
    if a.how != b.how:
        return "other kinds of movement"
    if a.stage is not b.stage and Stage.REFUSED in (a.stage, b.stage):
        return "what was refused was not delivered under the same licence"
    if a.best is not None and b.best is not None and a.unit != b.unit:
        return "other units"
    if a.root != b.root and a.item not in b.above and b.item not in a.above:
        return "other classes"
    if a.reporters & b.reporters and not _overlap(a, b):
        return "one state's reports of other years"
    if not _timely(a, b):
        return "other years"
    if not _kin(a.supplier, b.supplier):
        return "other suppliers"
    if not _kin(a.recipient, b.recipient) and not _passes(a, b):
        return "other recipients"
    if not (a.supplier and b.supplier) and not (a.recipient and b.recipient):
        return "no party that both name"
    return ""


def levels(a: Report, b: Report) -> tuple[str | None, ...]:
    """The level of each of :data:`FIELDS`, None where one of the two says nothing; for reports not :func:`barred`."""
    return (
        _quantity(a, b),
        _date(a, b),
        _item(a, b),
        _party(a.supplier, b.supplier),
        _party(a.recipient, b.recipient) or ("intermediate" if a.recipient and b.recipient else None),
        None if a.origin is None or b.origin is None else "same" if a.origin == b.origin else "differ",
        _value(a, b),
    )


def score(found: tuple[str | None, ...]) -> float:
    """Log-odds (base 2) of one transfer, given the levels."""
    return PRIOR + sum(LEVELS[name][level].weight for name, level in zip(FIELDS, found, strict=True) if level)


def contradicts(found: tuple[str | None, ...]) -> bool:
    """Whether a field contradicts."""
    return any(level and LEVELS[name][level].agrees is False for name, level in zip(FIELDS, found, strict=True))


STAGES = (Stage.REFUSED, Stage.NEGOTIATED, Stage.NOTIFIED, Stage.AUTHORISED, Stage.ORDERED, Stage.DELIVERED)


def later(a: Stage, b: Stage) -> bool:
    """Whether stage ``a`` comes after ``b``."""
    return STAGES.index(a) > STAGES.index(b)


def _overlap(a: Report, b: Report) -> bool:
    return a.first <= b.last and b.first <= a.last


def _timely(a: Report, b: Report) -> bool:
    if a.stage is b.stage:
        return a.years[0] - b.years[1] <= 1 and b.years[0] - a.years[1] <= 1
    late, early = (a, b) if later(a.stage, b.stage) else (b, a)
    return early.first <= late.last and late.years[0] - early.years[1] <= _LATEST


def _kin(a: Side | None, b: Side | None) -> bool:
    return a is None or b is None or bool(a.states & b.states)


def _passes(a: Report, b: Report) -> bool:
    """Whether the one names as intermediate whom the other names as recipient."""
    return bool((a.recipient and a.recipient.id in b.via) or (b.recipient and b.recipient.id in a.via))


def _quantity(a: Report, b: Report) -> str | None:
    if a.best is None or b.best is None:
        return None
    if a.low == b.low and a.high == b.high < inf:
        return "equal, uncommon" if a.low >= 11 and a.low % 10 else "equal"
    if abs(a.best - b.best) <= _CLOSE * max(a.best, b.best):
        return "close"
    if a.wide[0] <= b.wide[1] and b.wide[0] <= a.wide[1]:
        return "overlap"
    if a.stage is not b.stage:
        late, early = (a, b) if later(a.stage, b.stage) else (b, a)
        return "within" if late.high <= early.high else "differ"
    small, large = (a, b) if a.best < b.best else (b, a)
    briefer = (
        large.first <= small.first
        and small.last <= large.last
        and small.last - small.first < (large.last - large.first)
    )
    narrower = small.item != large.item and large.item in small.above
    return "part" if briefer or narrower else "differ"


def _date(a: Report, b: Report) -> str | None:
    if not (a.dated and b.dated):
        return None
    if a.stage is not b.stage:
        return "in order"
    if not _overlap(a, b):
        return "adjacent"
    if max(a.last - a.first, b.last - b.first) < _SHORT:
        return "same days"
    return "same year" if a.years[0] == a.years[1] == b.years[0] == b.years[1] else "overlap"


def _item(a: Report, b: Report) -> str:
    nested = a.item == b.item or a.item in b.above or b.item in a.above
    if nested and ((a.item == b.item != a.root) or (a.designation and a.designation == b.designation)):
        return "same type"
    if a.item == b.item:
        return "same class"
    if not nested:
        return "family"
    # That a root class or a set holds the other is what made the two comparable: it says next to nothing.
    broad = a if a.item in b.above else b
    return "narrower" if "." in broad.item else "broad"


def _party(a: Side | None, b: Side | None) -> str | None:
    if a is None or b is None:
        return None
    if a.id == b.id:
        return "same"
    # "Russia or the USSR" is met by either.
    if a.id in b.above or b.id in a.above or _one_of(a, b) or _one_of(b, a):
        return "part"
    return "same state" if a.states & b.states else None


def _one_of(a: Side, b: Side) -> bool:
    return len(b.states) > 1 and a.id in b.states


def _value(a: Report, b: Report) -> str | None:
    if a.value is None or b.value is None or a.currency != b.currency:
        return None
    gap, larger = abs(a.value - b.value), max(a.value, b.value)
    return "close" if gap <= _CLOSE * larger else "near" if gap <= 0.5 * larger else "differ"
