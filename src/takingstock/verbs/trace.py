"""trace: where a holder's arms most likely came from."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from takingstock.records import DateRange, Trace
from takingstock.verbs.desk import at_desk


def trace(
    folder: Path,
    holder: str,
    *,
    item: str | None = None,
    at: str = "",
    policy: str = "proportional",
    births: str = "late",
    of: Literal["received", "held"] = "received",
    chains: int = 10,
    join_forces: bool = False,
) -> Trace:
    """The trace of one holder, per class; see :func:`takingstock.trace.question.trace`.

    Raises NotACaseError, UnknownNameError, BadValueError, UnknownPolicyError."""
    from takingstock import __version__
    from takingstock.reference import tables_version
    from takingstock.trace.question import trace as ask

    when = DateRange.parse(at)
    with at_desk(folder) as desk:
        return ask(
            desk.ledger,
            desk.taxonomy,
            desk.directory,
            desk.party(holder),
            item=desk.item(item) if item else None,
            at=when,
            policy=policy,
            births=births,
            of=of,
            chains=chains,
            join_forces=join_forces,
            tables=tables_version(),
            version=__version__,
        )
