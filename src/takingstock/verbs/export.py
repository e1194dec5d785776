"""export: the rows as our own template, the whole case as a package, or what may be published of its pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from takingstock.records import BadValueError, ConflictError, Record, Region
from takingstock.verbs.desk import at_desk


class Exported(Record):
    """Where it was written, how many rows of each table (or files, proofs, pictures); ``words``: what was left out."""

    out: str
    revision: int
    rows: tuple[tuple[str, int], ...]
    words: tuple[str, ...] = ()


def export(folder: Path, out: Path, *, form: str = "template", public: bool = False) -> Exported:
    """Write the case. ``form`` is template (a folder of CSV files, or one workbook where ``out`` ends in .xlsx), bag
    (BagIt: everything, to hand over) or pictures (what may be published of them). ``public``: without names of
    persons, marks and exact places; pictures are always so, and a bag, which loses nothing, never.

    Rows are sorted by id, so equal cases export equal bytes (CSV). Raises NotACaseError, BadValueError,
    ConflictError where something is in the way."""
    if out.absolute().resolve().is_relative_to(Path(folder).absolute().resolve()):
        raise BadValueError(f"{out} lies in the case itself; what leaves belongs outside of it, name another place")
    if form == "bag":
        if public:
            raise BadValueError("a bag holds everything; what may be published: --format template or pictures")
        return _bag(folder, out)
    if form == "pictures":
        return _pictures(folder, out)
    if form != "template":
        raise BadValueError(f"--format {form!r}: write template, bag or pictures")
    return _template(folder, out, public)


_LEVEL: Final = "redacted-public.txt"
"""Lies in a folder that holds an export at redaction level public."""

_TOLD: Final = (
    "at redaction level public: no free text, marks, serials, coordinates or places below the state; sources that are "
    "not published have no title. Ids and names of parties leave as they are. See docs/evidence.md"
)


def _template(folder: Path, out: Path, public: bool) -> Exported:
    from takingstock.exchange import write_template
    from takingstock.exchange.publishing import public as published
    from takingstock.exchange.reading import TABLES

    _refuse_other_level(out, public)
    with at_desk(folder, released=public) as desk:
        ledger = desk.ledger
        if public:
            ledger = published(ledger, desk.directory)
    words: tuple[str, ...] = ()
    if public:
        words = (_TOLD,)
    elif ledger.identifications or ledger.rulings:
        words = ("files, identifications and decisions are not in the template; all of it: --format bag",)
    if public and out.suffix.casefold() != ".xlsx":
        # First, so that what a killed run leaves is known for what it is.
        out.mkdir(parents=True, exist_ok=True)
        (out / _LEVEL).write_text(f"takingstock, {_TOLD}\n", encoding="utf-8")
    write_template(ledger, out)
    rows = tuple((name, len(getattr(ledger, name))) for name in TABLES)
    return Exported(out=str(out), revision=ledger.revision, rows=rows, words=words)


def _refuse_other_level(out: Path, public: bool) -> None:
    """What is published lies in its own folder: rows that are not redacted must not slip into it. Raises
    ConflictError."""
    if out.suffix.casefold() == ".xlsx":
        if out.exists():
            raise ConflictError(f"{out} exists, and may be at another redaction level; choose a new name")
        return
    if not out.is_dir() or not any(out.iterdir()):
        return
    there = (out / _LEVEL).exists()
    if there != public:
        held = "an export at redaction level public" if there else "other files"
        raise ConflictError(f"{out} holds {held}; choose a new folder for this one")


def _bag(folder: Path, out: Path) -> Exported:
    from takingstock.case import open_case
    from takingstock.catalogue.blindness import open_identifications
    from takingstock.exchange.bag import write_bag
    from takingstock.verbs.past import past_of

    with open_case(folder) as case:
        ledger = case.ledger()
        hidden = open_identifications(ledger, case.settings.review, past=past_of(case, ledger))
        made = write_bag(case, out, when=datetime.now(UTC), hidden=hidden)
        revision = case.revision
    words = [f"{len(hidden)} open identification(s) locked with the case's key"] if made.locked else []
    if made.files and not made.proofs:
        words.append("no proofs: the case was never sealed (takingstock seal)")
    rows = (("files", made.files), ("proofs", made.proofs))
    return Exported(out=str(out), revision=revision, rows=rows, words=tuple(words))


def _pictures(folder: Path, out: Path) -> Exported:
    """Redacted copies of the pictures that a person has looked at, numbered, with a list of what each is of."""
    from takingstock.case import open_case
    from takingstock.evidence.vault import Vault
    from takingstock.evidence.workers import Failure, Pool
    from takingstock.exchange.csvtext import csv_rows

    if out.exists() and any(out.iterdir()):
        raise ConflictError(f"{out} is not empty; choose a new folder")
    with open_case(folder) as case:
        archive, revision = case.archive(), case.revision
    vault = Vault(Path(folder))
    out.mkdir(parents=True, exist_ok=True)
    tasks: list[tuple[str, tuple[str, str, tuple[Region, ...], str]]] = []
    held = {"not a picture": 0, "nobody looked at it": 0, "secret or erased": 0}
    for one in archive.evidence:
        if one.secret or one.id in archive.erased:
            held["secret or erased"] += 1
        elif not one.media_type.startswith("image/"):
            held["not a picture"] += 1
        elif one.id not in archive.clearance_by_id:
            held["nobody looked at it"] += 1
        else:
            regions = archive.clearance_by_id[one.id].regions
            name = str(out / f"{len(tasks) + 1:05}.jpg")
            tasks.append((one.id, (str(vault.original(one.id)), one.id, regions, name)))
    rows, words = [["picture", "sha256 of the original", "regions hidden"]], []
    with Pool("takingstock.evidence.redacting:leave") as pool:
        for key, result in pool.run(tasks):
            if isinstance(result, Failure):
                words.append(f"{key}: {result.words}")
    for key, (_, _, regions, target) in tasks:
        if Path(target).exists():
            rows.append([Path(target).name, key, str(len(regions))])
    (out / "pictures.csv").write_text(csv_rows(rows), encoding="utf-8")
    words += [f"{number} held back: {why}" for why, number in held.items() if number]
    return Exported(out=str(out), revision=revision, rows=(("pictures", len(rows) - 1),), words=tuple(words))
