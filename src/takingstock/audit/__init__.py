"""Audit: what the records cannot account for, and what differs between two audits. Kinds: ``docs/audit.md``."""

from takingstock.audit.comparing import Changed, Difference, compared
from takingstock.audit.contradictions import Contradiction, Side, contradictions
from takingstock.audit.doubles import retold
from takingstock.audit.run import KINDS, findings, listed
from takingstock.audit.samples import interval
from takingstock.audit.serials import Listed

__all__ = [
    "KINDS",
    "Changed",
    "Contradiction",
    "Difference",
    "Listed",
    "Side",
    "compared",
    "contradictions",
    "findings",
    "interval",
    "listed",
    "retold",
]
