"""Policy: rules of a treaty, a regional body, a state or an organisation, as data that a person can read.

A test has three answers: met, not met, and *cannot be known yet*. What cannot be known asks its question; it never
counts as met and never as not met.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from takingstock.records.base import Record
from takingstock.records.control import ControlKind
from takingstock.records.dates import DateRange


class RuleOutcome(StrEnum):
    """What a rule says. None of them approves."""

    REFUSE = "refuse"
    PRESUME_DENIAL = "presume denial"
    EXCEPTION_SHOWN = "exception shown"
    NEEDS_ANSWER = "needs an answer"
    CONSULT = "consult first"
    SUSPEND = "suspend"
    REVOKE = "revoke"
    CONDITIONS = "only with conditions"
    CHECKS = "post-delivery checks"
    PASSES = "passes"
    NOT_APPLICABLE = "not applicable"


class Question(Record):
    """What has to be found out before a gate or a rule can answer; ``id`` is what a reply names."""

    id: str
    text: str
    reference: str = ""


class PolicyRule(Record):
    """One rule: where ``applies`` is met, ``then`` follows, ``unless`` an exception is shown. Both are trees of named
    tests (see docs/policies.md)."""

    id: str
    title: str
    reference: str
    then: RuleOutcome
    applies: dict[str, Any] = Field(default_factory=dict)
    unless: dict[str, Any] = Field(default_factory=dict)
    conditions: tuple[ControlKind, ...] = ()
    questions: tuple[Question, ...] = ()
    when: DateRange = DateRange()
    source: str = ""
    verified: bool = False
    says: str = ""
    titles: tuple[tuple[str, str], ...] = ()


class Policy(Record):
    """``applies`` says for whom the policy speaks at all (the authority, the destination); ``standing`` is law,
    "common position", "national criteria" or "recommendation"; ``digest`` is the SHA-256 of the file and ``text`` what
    stands in it, so that a decision can keep it (not part of the canonical form)."""

    id: str
    title: str
    body: str
    standing: str
    version: str
    source: str
    when: DateRange = DateRange()
    verified: bool = False
    applies: dict[str, Any] = Field(default_factory=dict)
    rules: tuple[PolicyRule, ...]
    titles: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    text: Annotated[str, StringConstraints(strip_whitespace=False)] = Field(default="", repr=False, exclude=True)


class PolicyAnswer(Record):
    """What one rule says of one application, and why. ``rests_on``: ids of the facts used."""

    policy: str
    rule: str
    title: str
    outcome: RuleOutcome
    reason: str
    reference: str = ""
    verified: bool = False
    questions: tuple[Question, ...] = ()
    conditions: tuple[ControlKind, ...] = ()
    facts: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
