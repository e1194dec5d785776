"""How well the experts agree, over closed reviews only."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Agreement


def agreement(folder: Path) -> Agreement:
    """Krippendorff's alpha per class and expert, and the Dawid-Skene consensus. Raises NotACaseError, and
    TakingStockError naming the extra that computes them where it is not installed."""
    from takingstock.case import open_case
    from takingstock.catalogue.agreement import agreement as compute
    from takingstock.reference.items import taxonomy
    from takingstock.verbs.past import past_of

    with open_case(folder) as case:
        ledger = case.ledger()
        return compute(ledger, case.settings.review, taxonomy(), past=past_of(case, ledger))
