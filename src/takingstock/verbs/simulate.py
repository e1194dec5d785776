"""simulate: a synthetic world whose truth is known, as a case to be traced and the truth to judge the trace by."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from takingstock.records import ConflictError, ImportReport, Record


class Simulated(Record):
    """What was made: ``case`` to trace, ``truth`` to compare with, ``records`` the same rows as a folder of CSV files.
    ``holder`` and ``item`` are what to ask about, ``at`` the day up to which."""

    case: str
    truth: str
    records: str
    mechanism: str
    keeps: str | None
    seed: int
    holder: str
    item: str
    at: str
    movements: int
    imported: ImportReport
    next: tuple[str, ...]


def simulate(
    out: Path,
    *,
    seed: int,
    mechanism: str = "well-mixed",
    size: int | None = None,
    holds: Mapping[str, float] | None = None,
    actor: str = "",
) -> Simulated:
    """Make ``out/case``, ``out/truth.json`` and ``out/records`` from a world (:func:`takingstock.worlds.world`).

    The same seed, mechanism, size and version give the same rows and the same truth; the case's history has the time at
    which it was made. ``holds`` is the probability that a statement of each grade is true; None takes the trace's own
    table. Raises ConflictError where
    ``out`` exists and is not empty, UnknownNameError for a mechanism and BadValueError for a size that is not there;
    nothing is written then."""
    from takingstock import __version__
    from takingstock.case import create, open_case
    from takingstock.exchange import load, write_template
    from takingstock.records import canonical_json
    from takingstock.trace.draws.holding import every_grade
    from takingstock.worlds import SIZE, as_json, world

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConflictError(f"{out} exists already and is not empty; name a new folder for the world")
    made = world(seed, mechanism, SIZE if size is None else size, every_grade() if holds is None else holds)
    truth = made.truth
    out.mkdir(parents=True, exist_ok=True)
    records, case = out / "records", out / "case"
    write_template(made.ledger, records)
    create(case, made.ledger.title, actor=actor or "takingstock simulate").close()
    with open_case(case) as opened:
        imported = load(opened, records, reader="template", actor=actor or "takingstock simulate")
    told = out / "truth.json"
    told.write_text(canonical_json({"version": __version__, **as_json(truth)}) + "\n", encoding="utf-8")
    return Simulated(
        case=str(case),
        truth=str(told),
        records=str(records),
        mechanism=truth.mechanism,
        keeps=truth.keeps,
        seed=seed,
        holder=truth.holder,
        item=truth.item,
        at=truth.at.isoformat(),
        movements=len(truth.movements),
        imported=imported,
        next=(
            f"takingstock trace {shlex.quote(str(case))} --holder {truth.holder} --item {truth.item} "
            f"--at {truth.at.isoformat()}",
        ),
    )
