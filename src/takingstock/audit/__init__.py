"""Audit: what the records cannot account for. Books against receipts, claimed losses against deliveries."""

from takingstock.audit.contradictions import Contradiction, Side, contradictions
from takingstock.audit.run import findings

__all__ = ["Contradiction", "Side", "contradictions", "findings"]
