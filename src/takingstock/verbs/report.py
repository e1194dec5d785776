"""report: the case as one self-contained page that works offline and prints."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from takingstock.records import BadFileError, Ledger, Record
from takingstock.verbs.desk import Desk, at_desk
from takingstock.verbs.estimate import Notice, announce, plainly

if TYPE_CHECKING:
    from takingstock.report import Publication
    from takingstock.report.evidenced import Evidenced

STORY = "report.toml"
Progress = Callable[[int, int], None] | None


class Published(Record):
    """Where the report was written, and what it was made from; ``draws`` fewer than ``asked`` where time ran out."""

    report: str
    language: str
    holder: str
    revision: int
    size: int
    draws: int = 0
    asked: int = 0


def story(folder: Path) -> dict[str, Any]:
    """The case's ``report.toml`` (title, holder, scope, narrative, highlights), or nothing if it has none.

    Raises BadFileError if it is no TOML."""
    file = Path(folder) / STORY
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFileError(f"{file} is not readable TOML ({error}); mend or remove it") from error


def publish(
    folder: Path,
    *,
    holder: str | None = None,
    language: str = "en",
    draws: int = 1000,
    seed: int = 1,
    time_limit: float | None = None,
    progress: Progress = None,
    notice: Notice = None,
) -> Publication:
    """All that a report on ``holder`` prints, gathered once: pages in several languages are made from one.

    ``draws``, ``seed``, ``time_limit``, ``progress`` and ``notice`` as for :func:`takingstock.verbs.trace.trace`.
    Raises NotACaseError, UnknownNameError, BadFileError, TooCostlyError."""
    from takingstock.reference.parties import directory
    from takingstock.report import build
    from takingstock.verbs.doubles import possible_doubles

    told = story(folder)
    with at_desk(folder) as desk, plainly():
        announce(desk.ledger, draws, notice)
        asked = holder or told.get("holder") or _most_seen(desk.ledger)
        ledger = _printed(folder, desk)
        return build(
            ledger,
            taxonomy=desk.taxonomy,
            directory=directory(ledger.parties),
            holder=desk.party(asked) if asked else "",
            story=told,
            language=language,
            draws=draws,
            seed=seed,
            time_limit=time_limit,
            progress=progress,
            evidenced=_evidenced(folder, desk.ledger.revision),
            doubles=possible_doubles(desk.ledger, desk.directory, desk.taxonomy),
        )


def _printed(folder: Path, desk: Desk) -> Ledger:
    """The ledger as the case's redaction level lets it be printed. No figure rests on what is left out."""
    from takingstock.case import Redaction, open_case
    from takingstock.exchange.publishing import public

    with open_case(folder) as case:
        if case.settings.redaction is Redaction.NONE:
            return desk.ledger
    return public(desk.ledger, desk.directory, printed=True)


def _evidenced(folder: Path, revision: int) -> Evidenced | None:
    """What lies behind the sightings: of the whole ledger, since how far a review has come depends on all of it."""
    from takingstock.case import Redaction, open_case
    from takingstock.catalogue.cautions import files
    from takingstock.catalogue.releasing import counting
    from takingstock.reference.items import taxonomy
    from takingstock.report.evidenced import evidenced
    from takingstock.verbs.past import alike, past_of

    with open_case(folder) as case:
        names = case.settings.redaction is Redaction.NONE
        ledger, archive = case.ledger(revision), case.archive(revision)
        rule, past = case.settings.review, past_of(case, ledger, revision)
        near = alike(case, files(counting(ledger, rule, taxonomy(), past=past)))
        return evidenced(ledger, archive, rule, taxonomy(), names=names, past=past, alike=near)


def render(
    folder: Path,
    *,
    holder: str | None = None,
    language: str = "en",
    draws: int = 1000,
    seed: int = 1,
    time_limit: float | None = None,
    progress: Progress = None,
    notice: Notice = None,
) -> str:
    """The page as text; raises what :func:`publish` raises."""
    from takingstock.report import render as page

    publication = publish(
        folder,
        holder=holder,
        language=language,
        draws=draws,
        seed=seed,
        time_limit=time_limit,
        progress=progress,
        notice=notice,
    )
    return page(publication, language)


def report(
    folder: Path,
    out: Path,
    *,
    holder: str | None = None,
    language: str = "en",
    draws: int = 1000,
    seed: int = 1,
    time_limit: float | None = None,
    progress: Progress = None,
    notice: Notice = None,
) -> Published:
    """Write the report on ``holder`` (default: the one the case's ``report.toml`` names, else the one with the most
    sightings) to ``out``. Raises what :func:`publish` raises, and BadFileError where ``out`` cannot be written."""
    publication = publish(
        folder,
        holder=holder,
        language=language,
        draws=draws,
        seed=seed,
        time_limit=time_limit,
        progress=progress,
        notice=notice,
    )
    return write(publication, out, language)


def write(publication: Publication, out: Path, language: str) -> Published:
    """Write the page in ``language`` to ``out``, whole or not at all. Raises BadFileError."""
    from takingstock.report import render

    data = render(publication, language).encode("utf-8")
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(out)
    except OSError as error:
        raise BadFileError(f"cannot write {out} ({error.strerror}); name another file with --out") from error
    return Published(
        report=str(out),
        language=language,
        holder=publication.holder,
        revision=publication.versions.revision,
        size=len(data),
        draws=publication.trace.draws,
        asked=publication.trace.asked,
    )


def _most_seen(ledger: Any) -> str | None:
    seen: dict[str, int] = {}
    for row in (*ledger.sightings, *ledger.populations):
        seen[row.holder] = seen.get(row.holder, 0) + 1
    return min(seen, key=lambda holder: (-seen[holder], holder)) if seen else None
