"""demo: the bundled case, from its records to a report, with nothing asked."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from takingstock.records import Finding, ImportReport, Record
from takingstock.verbs.report import STORY


class Demonstration(Record):
    """What was made, and what to try next."""

    case: str
    report: str
    reports: tuple[str, ...]
    imported: ImportReport
    findings: tuple[Finding, ...]
    next: tuple[str, ...]


def demo(
    out: Path,
    *,
    draws: int = 1000,
    seed: int = 1,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Demonstration:
    """Make ``out/case`` from the bundled records on the arming of Islamic State, and ``out/report.html`` from it.

    A case that is there already is kept and brought up to date. The draws are made once for both languages of the
    report; see :func:`takingstock.verbs.trace.trace`. Raises ConflictError where something else is in the
    way."""
    from takingstock.case import create, open_case
    from takingstock.exchange import load
    from takingstock.verbs.audit import audit
    from takingstock.verbs.report import publish, write

    folder = out / "case"
    out.mkdir(parents=True, exist_ok=True)
    with as_file(files("takingstock") / "cases" / "iraq") as bundled:
        if not folder.exists():
            create(folder, "The arming of Islamic State in Iraq").close()
        with open_case(folder) as case:
            imported = load(case, bundled, reader="template", actor="takingstock demo")
        shutil.copyfile(bundled / "case.toml", folder / STORY)
    publication = publish(folder, draws=draws, seed=seed, time_limit=time_limit, progress=progress)
    reports = [write(publication, out / "report.html", "en"), write(publication, out / "report.ar.html", "ar")]
    return Demonstration(
        case=str(folder),
        report=reports[0].report,
        reports=tuple(made.report for made in reports),
        imported=imported,
        findings=audit(folder),
        next=(
            f"takingstock trace {shlex.quote(str(folder))} --holder islamic-state",
            f"takingstock arsenal {shlex.quote(str(folder))} --holder islamic-state --by country",
            f"takingstock audit {shlex.quote(str(folder))}",
        ),
    )
