"""takingstock: an evidence-backed ledger of arms movements."""

__version__ = "0.1.0"
