"""Naming: what a name in somebody's register was taken to mean, by whom or by which rule.

Invariant: one naming for each kind, folded name, usage and period; a naming that is withdrawn stays in the case and
counts no more. What a rule says is marked by the rule's id, so that all it said can be withdrawn at once.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import model_validator

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError


class NameKind(StrEnum):
    """What is named."""

    PARTY = "party"
    ITEM = "item"


class Naming(Record):
    """``meaning`` is the id of a party or class; None: a person says that it is none that we know. ``usage`` is the
    reader or source that uses the name so (empty: everybody). ``when`` bounds it (Russia or USSR). ``fallback`` is the
    broader class that stands again when the naming is withdrawn. Exactly one of ``person`` and ``rule`` is filled;
    ``score`` is the rule's, 0 to 100."""

    id: str
    kind: NameKind
    text: str
    meaning: str | None = None
    usage: str = ""
    when: DateRange = DateRange()
    fallback: str | None = None
    person: str = ""
    rule: str = ""
    score: float | None = None
    reason: str = ""
    withdrawn: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Naming:
        if bool(self.person) == bool(self.rule):
            raise BadValueError("a naming is a person's or a rule's; name exactly one of the two")
        return self
