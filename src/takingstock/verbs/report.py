"""report: the case as one self-contained page that works offline and prints."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from takingstock.records import BadFileError, Record
from takingstock.verbs.desk import at_desk

STORY = "report.toml"


class Published(Record):
    """Where the report was written, and what it was made from."""

    report: str
    language: str
    holder: str
    revision: int
    size: int


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


def render(folder: Path, *, holder: str | None = None, language: str = "en") -> tuple[str, str, int]:
    """The page as text, the holder's id and the case's revision."""
    from takingstock.report import build
    from takingstock.report import render as page

    told = story(folder)
    with at_desk(folder) as desk:
        asked = holder or told.get("holder") or _most_seen(desk.ledger)
        party = desk.party(asked) if asked else ""
        publication = build(
            desk.ledger,
            taxonomy=desk.taxonomy,
            directory=desk.directory,
            holder=party,
            story=told,
            language=language,
        )
        return page(publication, language), party, desk.ledger.revision


def report(folder: Path, out: Path, *, holder: str | None = None, language: str = "en") -> Published:
    """Write the report on ``holder`` (default: the one the case's ``report.toml`` names, else the one with the most
    sightings) to ``out``. Raises NotACaseError, UnknownNameError, BadFileError."""
    page, party, revision = render(folder, holder=holder, language=language)
    data = page.encode("utf-8")
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(out)
    except OSError as error:
        raise BadFileError(f"cannot write {out} ({error.strerror}); name another file with --out") from error
    return Published(report=str(out), language=language, holder=party, revision=revision, size=len(data))


def _most_seen(ledger: Any) -> str | None:
    seen: dict[str, int] = {}
    for row in (*ledger.sightings, *ledger.populations):
        seen[row.holder] = seen.get(row.holder, 0) + 1
    return min(seen, key=lambda holder: (-seen[holder], holder)) if seen else None
