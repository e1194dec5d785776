"""audit: what the books, counts and recorded movements cannot account for."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Finding
from takingstock.verbs.desk import at_desk


def audit(folder: Path) -> tuple[Finding, ...]:
    """All findings of the case, in a stable order. Raises NotACaseError."""
    from takingstock.audit import findings

    with at_desk(folder) as desk:
        return findings(desk.ledger, desk.taxonomy, desk.directory)
