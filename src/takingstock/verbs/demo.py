"""demo: the bundled case, from its records to a report, with nothing asked; and beside it a small case of evidence.

The pictures are samples with their credits, and show nothing about the bundled case: so they are a case of their own,
taken in, sealed and verified, and nobody is made to say what they show.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from takingstock.records import Finding, ImportReport, Record
from takingstock.verbs.report import STORY
from takingstock.verbs.verify import Verdict

PICTURES = "evidence"
"""The folder of the case of evidence, beside the bundled case."""
KEY = "seal.key"
COLLECTOR = "takingstock demo"


class Sample(Record):
    """A file of the case of evidence, as ``evidence list`` names it."""

    sha256: str
    name: str
    media_type: str
    credentials: str


class Shown(Record):
    """A case of evidence: its files, the checkpoint that seals it, and what verify says of it."""

    case: str
    files: tuple[Sample, ...]
    checkpoint: str
    verdict: Verdict


class Demonstration(Record):
    """What was made, and what to try next."""

    case: str
    report: str
    reports: tuple[str, ...]
    imported: ImportReport
    findings: tuple[Finding, ...]
    evidence: Shown
    next: tuple[str, ...]


def demo(
    out: Path,
    *,
    draws: int = 1000,
    seed: int = 1,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Demonstration:
    """Make ``out/case`` from the bundled records on the arming of Islamic State, and ``out/report.html`` from it; and
    ``out/evidence``, a case of three sample pictures, sealed with the key ``out/seal.key``.

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
    shown = evidence(out)
    return Demonstration(
        case=str(folder),
        report=reports[0].report,
        reports=tuple(made.report for made in reports),
        imported=imported,
        findings=audit(folder),
        evidence=shown,
        next=(
            f"takingstock trace {shlex.quote(str(folder))} --holder islamic-state",
            f"takingstock arsenal {shlex.quote(str(folder))} --holder islamic-state --by country",
            f"takingstock audit {shlex.quote(str(folder))}",
            f"takingstock evidence list {shlex.quote(shown.case)}",
            f"takingstock verify {shlex.quote(shown.case)}",
        ),
    )


def evidence(out: Path) -> Shown:
    """Take the sample pictures into ``out/evidence``, seal and verify. What is there already is kept.

    Raises ConflictError, NotACaseError where something else is in the way."""
    from takingstock.case import create, open_case
    from takingstock.exchange import load
    from takingstock.records import CollectionMethod
    from takingstock.verbs.evidence import add, listing
    from takingstock.verbs.seal import seal
    from takingstock.verbs.verify import verify

    folder = out / PICTURES
    with as_file(files("takingstock") / "cases" / "pictures") as bundled:
        if not folder.exists():
            create(folder, "Three sample pictures").close()
        with open_case(folder) as case:
            load(case, bundled, reader="template", actor=COLLECTOR)
        for picture in sorted(bundled.glob("*.jpg")):
            add(folder, [picture], collector=COLLECTOR, method=CollectionMethod.OTHER, source=picture.stem)
    sealed = seal(folder, key=out / KEY)
    return Shown(
        case=str(folder),
        files=tuple(
            Sample(sha256=one.sha256, name=one.name, media_type=one.media_type, credentials=one.credentials)
            for one in listing(folder).evidence
        ),
        checkpoint=sealed.checkpoint,
        verdict=verify(folder),
    )
