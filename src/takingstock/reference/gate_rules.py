"""Gate rules: the legal reference of each gate, and whether its text was read."""

from __future__ import annotations

from functools import lru_cache

from takingstock.records import Record
from takingstock.reference import tables

TABLE = "gate_rules.csv"


class GateRule(Record):
    """One row: ``source`` is where the text was read (or "general knowledge"); ``verified`` whether it was."""

    id: str
    title: str
    reference: str
    source: str
    verified: bool


@lru_cache(maxsize=1)
def rules() -> dict[str, GateRule]:
    """Every rule by its id, in legal order."""
    return {
        row["id"]: GateRule(
            id=row["id"],
            title=row["title"],
            reference=row["reference"],
            source=row["source"],
            verified=row["verified"] == "yes",
        )
        for row in tables.read(TABLE)
    }


def version() -> str:
    """SHA-256 (hex) of the table."""
    return tables.digest(TABLE)
