"""Indicators: dated figures about the destination, its neighbours and the end user, for one application.

Each is what had ended, and was published, before the day of the authorisation; nothing later is looked at. A missing
value is missing, with words of what was looked for: it is never zero, never an average. None of them decides anything.
"""

from __future__ import annotations

from takingstock.records import Indicator
from takingstock.risk.dossier import Dossier
from takingstock.risk.indicators.embargoed import embargo_history
from takingstock.risk.indicators.ledgered import findings, incidents, refusals, retransfers
from takingstock.risk.indicators.licensed import licensing_history
from takingstock.risk.indicators.nearby import neighbourhood
from takingstock.risk.indicators.published import published
from takingstock.risk.indicators.requirement import excess

__all__ = ["indicators"]


def indicators(dossier: Dossier) -> tuple[Indicator, ...]:
    """Every indicator of one application, always the same ids in the same order (see docs/indicators.md).

    Without a day of authorisation, or where the case was not known then, all are missing and say why."""
    return (
        *published(dossier),
        *neighbourhood(dossier),
        *embargo_history(dossier),
        *incidents(dossier),
        *findings(dossier),
        *retransfers(dossier),
        *excess(dossier),
        *refusals(dossier),
        *licensing_history(dossier),
    )
