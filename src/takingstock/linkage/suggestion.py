"""Suggestion: what a rule takes a name to mean, with its score. A row of nothing; what is applied becomes a Naming."""

from __future__ import annotations

from takingstock.records import Record


class Suggestion(Record):
    """``meaning`` is the id of a party or class, ``score`` 0 to 100, ``rule`` the rule's id with its version,
    ``automatic`` whether it may be applied without a person, ``why`` one line for a person."""

    meaning: str
    name: str
    score: float
    rule: str
    automatic: bool = False
    why: str = ""
