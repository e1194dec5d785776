"""Build: gather from a ledger everything that a report prints. Pure: no file, no clock; equal input, equal output."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from takingstock import __version__
from takingstock.records import (
    Arsenal,
    BadFileError,
    DateRange,
    Embargo,
    Ledger,
    Mode,
    Movement,
    Stage,
    UnknownNameError,
)
from takingstock.report.context import diverts
from takingstock.report.language import messages
from takingstock.report.model import Names, Paragraph, Publication, Translations, Versions

if TYPE_CHECKING:
    from takingstock.reference.parties import Directory
    from takingstock.reference.taxonomy import Taxonomy
    from takingstock.report.evidenced import Evidenced

_KEYS = (("country", "manufactured"), ("country", "designed"), ("country", "supplied"), ("class", "manufactured"))
_TERRITORIES = 2
_WORDED = re.compile(r"(title|scope|text|heading)_([a-z]{2,3})")


def build(
    ledger: Ledger,
    *,
    holder: str,
    story: Mapping[str, Any] | None = None,
    title: str = "",
    scope: str = "",
    narrative: Iterable[Paragraph | str] = (),
    highlights: Iterable[Paragraph | str] = (),
    language: str = "en",
    item: str | None = None,
    at: DateRange | None = None,
    policy: str = "proportional",
    births: str = "late",
    of: Literal["received", "held"] = "received",
    chains: int = 10,
    join_forces: bool = False,
    draws: int = 0,
    seed: int = 1,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    territories: Iterable[str] | None = None,
    taxonomy: Taxonomy | None = None,
    directory: Directory | None = None,
    embargoes: Iterable[Embargo] | None = None,
    tables: str | None = None,
    evidenced: Evidenced | None = None,
    doubles: Iterable[frozenset[str]] = (),
) -> Publication:
    """A Publication on ``holder``. ``narrative`` and ``highlights`` are passages, plain strings being in ``language``;
    ``story`` is the same as a plain table (title, scope, language, narrative and highlights with text, heading,
    sources), as a case's ``report.toml`` has it; ``title_ar``, ``scope_ar``, ``text_ar``, ``heading_ar`` are the same
    in Arabic, and so for any other language. A page in a language that a text lacks prints the base text, marked.

    ``territories`` are the states whose inflows are shown (default: those out of whose forces the holder's arms
    came, and its own). ``draws``, ``seed``, ``time_limit`` (seconds) and ``progress`` go to the trace: without draws
    its shares are arithmetic. The reference tables are the bundled ones unless given; ``evidenced`` is made
    of the whole ledger by :func:`takingstock.report.evidenced.evidenced`. ``doubles`` are groups of keys of movements
    that may be one transfer, for the audit. Raises UnknownNameError for a
    holder or a language that is not known, BadFileError for a passage without a text, TooCostlyError."""
    from takingstock import audit, reference
    from takingstock.catalogue import arsenal
    from takingstock.reference.calibration import calibration
    from takingstock.reference.embargoes import embargoes as known_embargoes
    from takingstock.reference.items import taxonomy as known_taxonomy
    from takingstock.reference.parties import directory as known_directory
    from takingstock.trace.question import trace

    messages(language)
    if not holder:
        raise UnknownNameError("no holder to report on: the case has no sightings; name one with --holder")
    told = dict(story or {})
    tongue = str(told.get("language", "en"))
    passages = [*_told(told.get("narrative"), tongue), *(_paragraph(passage, language) for passage in narrative)]
    leading = [*_told(told.get("highlights"), tongue), *(_paragraph(passage, language) for passage in highlights)]
    classes = taxonomy if taxonomy is not None else known_taxonomy()
    parties = directory if directory is not None else known_directory(ledger.parties)
    parties.get(holder)
    version = reference.tables_version() if tables is None else tables
    movements = ledger.movements(parties.part_of)
    answer = trace(
        ledger,
        classes,
        parties,
        holder,
        item=item,
        at=at,
        policy=policy,
        births=births,
        of=of,
        chains=chains,
        join_forces=join_forces,
        draws=draws,
        seed=seed,
        time_limit=time_limit,
        progress=progress,
        tables=version,
        version=__version__,
    )
    shown = [arsenal(ledger, classes, parties, holder, by, role=role) for by, role in _KEYS]
    # A title or scope given by the caller stands as it is; the story's translations are of the story's own.
    given = {name for name, text in (("title", title), ("scope", scope)) if text}
    return Publication(
        title=title or str(told.get("title") or "") or ledger.title,
        scope=scope or str(told.get("scope") or ""),
        holder=holder,
        ledger=ledger,
        movements=movements,
        directory=parties,
        taxonomy=classes,
        arsenals=told_apart(shown),
        trace=answer,
        findings=audit.findings(ledger, classes, parties, doubles=doubles),
        contradictions=audit.contradictions(movements, ledger),
        embargoes=tuple(known_embargoes() if embargoes is None else embargoes),
        versions=Versions(
            revision=ledger.revision,
            head=ledger.head,
            tables=version,
            package=__version__,
            policy=policy,
            births=births,
            of=of,
            at=str(at or ""),
        ),
        territories=tuple(origin_territories(movements, parties, holder) if territories is None else territories),
        narrative=tuple(passages),
        highlights=tuple(leading),
        language=language,
        story_language=tongue,
        translations=tuple(row for row in _translations(told) if row[0] not in given),
        calibration=calibration(),
        evidenced=evidenced,
    )


def told_apart(arsenals: Iterable[Arsenal]) -> tuple[Arsenal, ...]:
    """The tables that say something new: one without a known key, or with the rows of another, is left out."""
    kept: list[Arsenal] = []
    seen: set[tuple[str, tuple[tuple[str, float | None, float | None], ...]]] = set()
    for one in arsenals:
        tables = []
        for table in one.populations:
            rows = tuple((row.key, row.share, row.count) for row in table.rows)
            if (table.id, rows) in seen or not any(key not in {"", "unknown", "unrecorded"} for key, _, _ in rows):
                continue
            seen.add((table.id, rows))
            tables.append(table)
        if tables:
            kept.append(one.model_copy(update={"populations": tuple(tables)}))
    return tuple(kept)


def origin_territories(movements: Iterable[Movement], parties: Names, holder: str) -> list[str]:
    """The holder's own state, then those from which its arms were taken; failing that, where most deliveries went."""
    taken: dict[str, int] = {}
    received: dict[str, int] = {}
    for movement in movements:
        if movement.stage is not Stage.DELIVERED:
            continue
        source, target = movement.from_party, movement.to_party
        if diverts(movement) and source and parties.has(source) and target and _is(target, holder, parties):
            home = parties.country(source)
            if home:
                taken[home] = taken.get(home, 0) + 1
        if movement.mode in {Mode.EXPORT, Mode.AID} and target and parties.has(target):
            home = parties.country(target)
            if home:
                received[home] = received.get(home, 0) + 1
    ranked = sorted(taken, key=lambda home: (-taken[home], home))
    own = parties.country(holder) if parties.has(holder) else None
    ranked = [home for home in dict.fromkeys([own, *ranked]) if home and received.get(home)]
    if not ranked:
        ranked = sorted(received, key=lambda home: (-received[home], home))[:1]
    return ranked[:_TERRITORIES]


def _is(party: str, holder: str, parties: Names) -> bool:
    return party == holder or (parties.has(party) and parties.part_of(party, holder))


def _told(passages: Any, language: str) -> list[Paragraph]:
    """The passages of a story. Raises BadFileError for one that is not a table with a text."""
    made = []
    for passage in passages or ():
        try:
            plain = {key: value for key, value in passage.items() if not _WORDED.fullmatch(key)}
            made.append(
                Paragraph.model_validate({"language": language, **plain, "translations": _translations(passage)})
            )
        except (ValidationError, TypeError, AttributeError) as error:
            raise BadFileError(
                f"a passage of the story cannot be read: {passage!r}; give text, and sources as a list of ids"
            ) from error
    return made


def _translations(table: Mapping[str, Any]) -> Translations:
    """Keys such as ``text_ar`` of a table of the story, in its order."""
    found = ((_WORDED.fullmatch(key), value) for key, value in table.items())
    return tuple((match[1], match[2], str(value).strip()) for match, value in found if match)


def _paragraph(passage: Paragraph | str, language: str) -> Paragraph:
    return Paragraph(text=passage, language=language) if isinstance(passage, str) else passage


__all__ = ["build", "origin_territories", "told_apart"]
