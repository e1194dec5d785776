"""The typed events of a case's history. Each write appends one in the same transaction."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from takingstock.records.base import Record, canonical_json
from takingstock.records.rules import CaseRules


class CaseOpened(Record):
    """The first event of every case. ``rules``: its settings (None: made by a version that did not keep them)."""

    kind: Literal["case-opened"] = "case-opened"
    title: str
    schema_version: str
    rules: CaseRules | None = None


class RowsImported(Record):
    """One bulk import: what was read, and the Merkle root over the rows it added and the rows it retired.

    ``released`` is the day (ISO 8601) on which the publisher released what the file holds, where that is known: what
    the rows say was known from then on, whenever they came into the case."""

    kind: Literal["rows-imported"] = "rows-imported"
    reader: str
    file: str
    file_sha256: str
    read: int
    ledger: int
    review: int
    rejected: int
    added: tuple[tuple[str, int], ...]
    added_root: str
    retired: tuple[tuple[str, int], ...] = ()
    retired_root: str = ""
    released: str = ""


class RowsWritten(Record):
    """Rows written one by one by a person."""

    kind: Literal["rows-written"] = "rows-written"
    added: tuple[tuple[str, int], ...]
    added_root: str
    retired: tuple[tuple[str, int], ...] = ()
    retired_root: str = ""


class EvidenceAdded(RowsWritten):
    """One file taken into the vault, with its collection record and examination. ``evidence`` is its id, the SHA-256
    of the stored bytes (of a secret item: the encrypted ones)."""

    kind: Literal["evidence-added"] = "evidence-added"  # type: ignore[assignment]
    evidence: str


class EvidenceErased(Record):
    """Secret items whose content and envelope were destroyed for good. Their rows and commitments stay."""

    kind: Literal["evidence-erased"] = "evidence-erased"
    erased: tuple[str, ...]


class SettingsChanged(Record):
    """The settings that the case has from here on, accepted by a named person."""

    kind: Literal["settings-changed"] = "settings-changed"
    rules: CaseRules


_Bodies = CaseOpened | RowsImported | RowsWritten | EvidenceAdded | EvidenceErased | SettingsChanged
Body = Annotated[_Bodies, Field(discriminator="kind")]
BODY: TypeAdapter[_Bodies] = TypeAdapter(Body)

GENESIS = "0" * 64


class Event(Record):
    """An event as it stands in the history. ``at`` is UTC, ISO 8601. ``digest`` is the SHA-256 of :func:`sealed`."""

    seq: int
    kind: str
    actor: str
    at: str
    reason: str
    payload: str
    previous: str
    digest: str


def sealed(seq: int, kind: str, actor: str, at: str, reason: str, payload: str, previous: str) -> str:
    """The digest that chains an event to the one before it: SHA-256 over the canonical JSON of all its fields."""
    return hashlib.sha256(canonical_json([seq, kind, actor, at, reason, payload, previous]).encode()).hexdigest()
