"""Dossier: one application with everything that its judgement may look at, and nothing that was not known then.

The background is shared by all applications of a run; a dossier adds the application and its own parties.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from takingstock.records import (
    Application,
    ControlKind,
    DateRange,
    Embargo,
    Finding,
    Goods,
    IndicatorValue,
    Ledger,
    Movement,
    Party,
    PartyKind,
    Reply,
    Stage,
    Statement,
    Undertaking,
)
from takingstock.reference.parties import Directory, directory
from takingstock.reference.surroundings import Surroundings
from takingstock.reference.taxonomy import Taxonomy


@dataclass(frozen=True)
class Background:
    """``ledger`` is the case as it was known at ``known`` (None: all that it holds); ``embargoes`` are the shipped
    table and the case's own; ``indicators`` the shipped tables and the case's own; ``findings`` those of the audit."""

    ledger: Ledger
    taxonomy: Taxonomy
    directory: Directory
    embargoes: tuple[Embargo, ...] = ()
    indicators: tuple[IndicatorValue, ...] = ()
    findings: tuple[Finding, ...] = ()
    known: date | None = None
    kept: dict[str, object] = field(default_factory=dict, repr=False, compare=False)
    """What a part of the judgement computes once for all applications, under the name of its module."""

    @cached_property
    def movements(self) -> tuple[Movement, ...]:
        return self.ledger.movements(self.directory.part_of)

    @cached_property
    def delivered(self) -> tuple[Movement, ...]:
        """The movements that moved goods."""
        return tuple(movement for movement in self.movements if movement.stage is Stage.DELIVERED)

    @cached_property
    def refusals(self) -> tuple[Statement, ...]:
        """Statements that a transfer was refused."""
        return tuple(one for one in self.ledger.statements if one.stage is Stage.REFUSED)


@dataclass(frozen=True)
class Dossier:
    """Read-only. A party that is not named, or that nobody knows, has no state and the kind *unknown*."""

    background: Background
    application: Application

    @property
    def ledger(self) -> Ledger:
        return self.background.ledger

    @cached_property
    def around(self) -> Surroundings:
        """What the tables say of parties (the application's own included) and classes."""
        own = self.application.parties
        known = self.background.directory
        if not own:
            return Surroundings(self.background.taxonomy, known)
        return Surroundings(self.background.taxonomy, directory((*self.background.ledger.parties, *own)))

    @cached_property
    def authority(self) -> str | None:
        """The state whose decision it is: the one named, else the exporter's (for brokering, the first broker's)."""
        app = self.application
        if app.authority:
            return app.authority
        return self.around.state(app.exporter)

    @cached_property
    def destination(self) -> str | None:
        """The state of the end user, else of the consignee; joined states stay joined; None: not known."""
        return self.around.state(self.application.end_user) or self.around.state(self.application.consignee)

    @property
    def end_user(self) -> Party | None:
        """The end user, if it is named and known."""
        name = self.application.end_user
        return self.around.directory.get(name) if name and self.around.directory.has(name) else None

    @property
    def end_user_kind(self) -> PartyKind:
        return self.around.kind(self.application.end_user)

    @property
    def decided(self) -> DateRange:
        """The day of the authorisation that is judged; unknown where the application gives none."""
        return self.application.when

    @property
    def moved(self) -> DateRange:
        """When the goods are to move: the period asked for, else from the day of the authorisation."""
        return self.application.period if self.application.period.known else self.application.when

    @property
    def goods(self) -> tuple[Goods, ...]:
        return self.application.goods

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The broad groups of the goods, each once, in their order; empty text: the table lacks the item."""
        return tuple(dict.fromkeys(self.around.group(line.item) for line in self.goods))

    def reply(self, question: str) -> Reply | None:
        """The answer of a person that may decide this question; one that is unknown or unsupported is none."""
        return next((one for one in self.application.replies if one.question == question and one.sound), None)

    def unsound(self, question: str) -> Reply | None:
        """An answer that cannot decide: unknown, or without person, reason or source."""
        return next((one for one in self.application.replies if one.question == question and not one.sound), None)

    def undertaking(self, control: ControlKind) -> Undertaking | None:
        """How a control stands in the application; evidenced before offered."""
        found = [one for one in self.application.undertakings if one.control is control]
        return max(found, key=lambda one: one.evidenced, default=None)

    def evidenced(self, control: ControlKind) -> bool:
        found = self.undertaking(control)
        return found is not None and found.evidenced
