"""Archive: what a case holds about its evidence at one revision. Beside the ledger, since a vault may be large."""

from __future__ import annotations

from functools import cached_property

from takingstock.records.base import Record
from takingstock.records.evidence import Clearance, Collection, Evidence, Examination


class Archive(Record):
    """Read-only; rows are sorted by id. ``erased`` are ids of secret items whose content is gone."""

    revision: int
    evidence: tuple[Evidence, ...] = ()
    collections: tuple[Collection, ...] = ()
    examinations: tuple[Examination, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    erased: tuple[str, ...] = ()

    @cached_property
    def evidence_by_id(self) -> dict[str, Evidence]:
        return {one.id: one for one in self.evidence}

    @cached_property
    def examination_by_id(self) -> dict[str, Examination]:
        return {one.id: one for one in self.examinations}

    @cached_property
    def clearance_by_id(self) -> dict[str, Clearance]:
        return {one.id: one for one in self.clearances}

    @cached_property
    def collections_of(self) -> dict[str, tuple[Collection, ...]]:
        """Evidence id to its collection records, by id."""
        found: dict[str, list[Collection]] = {}
        for one in self.collections:
            found.setdefault(one.evidence, []).append(one)
        return {key: tuple(rows) for key, rows in found.items()}
