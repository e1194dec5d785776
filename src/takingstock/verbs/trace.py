"""trace: where a holder's arms most likely came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from takingstock.records import DateRange, Trace
from takingstock.verbs.desk import at_desk
from takingstock.verbs.estimate import Notice, announce, plainly
from takingstock.verbs.link import tell_doubles


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
    draws: int = 1000,
    seed: int = 1,
    time_limit: float | None = None,
    holds: Mapping[str, float] | None = None,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    notice: Notice = None,
    as_of: str = "",
) -> Trace:
    """The trace of one holder, per class; see :func:`takingstock.trace.question.trace`.

    ``draws`` 0 is arithmetic on the record, without intervals. ``time_limit`` in seconds cuts the draws short: the
    result says how many were made. ``holds`` edits how often statements of a grade are taken to be true ("B2": 0.9);
    the result names what was edited. ``progress`` is told (draws made, draws asked for), over all classes; ``notice``
    is told beforehand what a costly run will take, and of reports that may be one transfer and are not linked.
    ``as_of`` is a day: what was known then, by the releases. ``policy`` "strict" holds to the standing links of
    ``marks link``, and is drawn one draw after the other.
    Raises NotACaseError, UnknownNameError, BadValueError, UnknownPolicyError, TooCostlyError."""
    from takingstock import __version__
    from takingstock.reference import tables_version
    from takingstock.trace.question import trace as ask

    when = DateRange.parse(at)
    with at_desk(folder, as_of=as_of) as desk, plainly():
        announce(desk.ledger, draws, notice)
        tell_doubles(desk, notice)
        found = ask(
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
            draws=draws,
            seed=seed,
            time_limit=time_limit,
            holds=holds,
            cores=cores,
            progress=progress,
            tables=tables_version(),
            version=__version__,
        )
        return found.model_copy(update={"as_of": as_of})
