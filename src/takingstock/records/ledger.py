"""Ledger: everything a case holds at one revision, as plain records. What the functional core computes from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from takingstock.records.adjustment import Adjustment
from takingstock.records.base import Record
from takingstock.records.contact import Contact
from takingstock.records.count import Count
from takingstock.records.decision import Decision
from takingstock.records.embargo import Embargo
from takingstock.records.evidence import LikenessJudgement, Verification
from takingstock.records.figure import Figure
from takingstock.records.followup import FollowUp
from takingstock.records.identification import Assignment, Identification, Ruling
from takingstock.records.incident import Incident
from takingstock.records.indicator import IndicatorValue
from takingstock.records.linking import Linking
from takingstock.records.mark_link import MarkLink
from takingstock.records.movement import Movement, PartOf, derive
from takingstock.records.naming import Naming
from takingstock.records.party import Party
from takingstock.records.payment import Payment
from takingstock.records.sighting import Population, Sighting
from takingstock.records.source import Source
from takingstock.records.statement import Statement
from takingstock.records.tracing import RequestStep, TraceRequest


class Ledger(Record):
    """Read-only; rows are sorted by id, so that nothing depends on the order in which they came in."""

    title: str
    revision: int
    head: str
    sources: tuple[Source, ...] = ()
    parties: tuple[Party, ...] = ()
    statements: tuple[Statement, ...] = ()
    counts: tuple[Count, ...] = ()
    populations: tuple[Population, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    incidents: tuple[Incident, ...] = ()
    verifications: tuple[Verification, ...] = ()
    likenesses: tuple[LikenessJudgement, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    identifications: tuple[Identification, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    namings: tuple[Naming, ...] = ()
    linkings: tuple[Linking, ...] = ()
    payments: tuple[Payment, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    requests: tuple[TraceRequest, ...] = ()
    steps: tuple[RequestStep, ...] = ()
    contacts: tuple[Contact, ...] = ()
    embargoes: tuple[Embargo, ...] = ()
    figures: tuple[Figure, ...] = ()
    decisions: tuple[Decision, ...] = ()
    indicators: tuple[IndicatorValue, ...] = ()
    marklinks: tuple[MarkLink, ...] = ()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Ledger:
        """A new ledger with some tables changed; made anew, since a plain copy would keep the old look-ups."""
        del deep
        return Ledger(**({name: getattr(self, name) for name in Ledger.model_fields} | dict(update or {})))

    @cached_property
    def source_by_id(self) -> dict[str, Source]:
        return {source.id: source for source in self.sources}

    @cached_property
    def statement_by_id(self) -> dict[str, Statement]:
        return {statement.id: statement for statement in self.statements}

    @cached_property
    def population_by_id(self) -> dict[str, Population]:
        return {population.id: population for population in self.populations}

    def movements(self, part_of: PartOf) -> tuple[Movement, ...]:
        """The view of every movement, sorted by key."""
        groups: dict[str, list[Statement]] = {}
        for statement in self.statements:
            groups.setdefault(statement.movement, []).append(statement)
        return tuple(derive(key, group, self.source_by_id, part_of) for key, group in sorted(groups.items()))
