"""demo: the bundled case, from its records to a report, with nothing asked."""

from __future__ import annotations

import shutil
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


def demo(out: Path) -> Demonstration:
    """Make ``out/case`` from the bundled records on the arming of Islamic State, and ``out/report.html`` from it.

    A case that is there already is kept and brought up to date. Raises ConflictError where something else is in the
    way."""
    from takingstock.case import create, open_case
    from takingstock.exchange import load
    from takingstock.verbs.audit import audit
    from takingstock.verbs.report import report

    folder = out / "case"
    out.mkdir(parents=True, exist_ok=True)
    with as_file(files("takingstock") / "cases" / "iraq") as bundled:
        if not folder.exists():
            create(folder, "The arming of Islamic State in Iraq").close()
        with open_case(folder) as case:
            imported = load(case, bundled, reader="template", actor="takingstock demo")
        shutil.copyfile(bundled / "case.toml", folder / STORY)
    reports = [
        report(folder, out / "report.html"),
        report(folder, out / "report.ar.html", language="ar"),
    ]
    return Demonstration(
        case=str(folder),
        report=reports[0].report,
        reports=tuple(made.report for made in reports),
        imported=imported,
        findings=audit(folder),
        next=(
            f"takingstock trace {folder} --holder islamic-state",
            f"takingstock arsenal {folder} --holder islamic-state --by country",
            f"takingstock audit {folder}",
        ),
    )
