"""What the rule for transfers says: the relation, the fields compared, the score. Computed on demand, never a row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from takingstock.records import LinkKind, Record, Stage

TRANSFER_RULE = "transfer-1"
SHOWN = 0.0
"""Log-odds (base 2) above which a pair is shown."""


class Relation(StrEnum):
    """What the movements would be: one transfer, stages of one transfer, or a whole and its parts."""

    ONE = "one transfer"
    STAGES = "stages of one transfer"
    PARTS = "a whole and its parts"


class Agreement(Record):
    """One field of two reports: what each gives, how they compare, and the weight of that in bits (0: not stated).
    ``agrees`` is None where they neither agree nor contradict."""

    field: str
    values: tuple[str, str]
    words: str
    agrees: bool | None
    weight: float


class LinkSuggestion(Record):
    """``movements`` are sorted keys as linked: a pair, or with ``ambiguous`` all between which it is open, or with a
    whole and its parts the ``whole`` and all parts. ``score`` is in log-odds (base 2), of the best pair where there are
    several; ``fields`` compare that pair (``between``); ``edge`` is in bits. ``stages`` are those compared."""

    movements: tuple[str, ...]
    relation: Relation
    score: float
    edge: float
    between: tuple[str, str]
    stages: tuple[Stage, Stage]
    fields: tuple[Agreement, ...]
    ambiguous: bool = False
    automatic: bool = False
    whole: str = ""
    rule: str = TRANSFER_RULE

    @property
    def agreeing(self) -> tuple[Agreement, ...]:
        """The fields that agree."""
        return tuple(one for one in self.fields if one.agrees)

    @property
    def conflicting(self) -> tuple[Agreement, ...]:
        """The fields that contradict."""
        return tuple(one for one in self.fields if one.agrees is False)


def linking_id(kind: LinkKind, keys: Iterable[str], by: str, more: Iterable[str] = ()) -> str:
    """An id that is the same for the same decision of the same rule or person."""
    text = "\x1f".join((kind.value, by, *sorted(keys), "", *sorted(more)))
    return f"link-{kind.value}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
