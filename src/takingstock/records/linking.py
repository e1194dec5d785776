"""Linking: that reports under several movement keys are about one transfer, or that one statement is about another.

Invariant: statements are never changed. A linking only says under which key they are read; withdrawn, it is as if it
had never been, and both the linking and its withdrawal stay in the history.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import model_validator

from takingstock.records.base import Record
from takingstock.records.errors import BadValueError


class LinkKind(StrEnum):
    """``merge``: the movements are one. ``apart``: they are not, however alike. ``split``: the statements named are
    about a movement of their own. ``parts``: together the movements are what another (``into``) reports as a whole."""

    MERGE = "merge"
    APART = "apart"
    SPLIT = "split"
    PARTS = "parts"


class Linking(Record):
    """``movements`` are the keys merged or kept apart (two or more, sorted), or the parts of the whole ``into``; a
    split names one key and the ``statements`` that leave it for the key ``into``. Exactly one of ``person`` and
    ``rule`` is filled; ``score`` is the rule's, in log-odds (base 2)."""

    id: str
    kind: LinkKind
    movements: tuple[str, ...]
    statements: tuple[str, ...] = ()
    into: str = ""
    person: str = ""
    rule: str = ""
    score: float | None = None
    reason: str
    withdrawn: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Linking:
        if self.kind is LinkKind.SPLIT:
            if len(self.movements) != 1 or not self.statements or not self.into or self.into in self.movements:
                raise BadValueError("a split names one movement, the statements that leave it, and a new key")
        elif len(set(self.movements)) < 2 or list(self.movements) != sorted(set(self.movements)) or self.statements:
            raise BadValueError(f"a {self.kind.value} names two or more different movements, sorted, and no statements")
        if self.kind is LinkKind.PARTS and (not self.into or self.into in self.movements):
            raise BadValueError("parts name the movement that is their whole, and it is none of them")
        if bool(self.person) == bool(self.rule):
            raise BadValueError("a linking is a person's or a rule's; name exactly one of the two")
        return self
