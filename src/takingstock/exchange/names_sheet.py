"""The names that wait for a person, as a spreadsheet: out to be filled in, and in again as namings.

One row for each distinct name of one kind and register. What is to be filled in stands on the right: a meaning (id,
name or alias), or that it is none we know; the reason; who says so. The rest explains, and is not read back but for
kind, name, register and period, by which the naming is known.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from takingstock.exchange.cells import Cells, guarded
from takingstock.exchange.csvtext import csv_rows
from takingstock.exchange.leftovers import READ_AS
from takingstock.exchange.readers import Asked
from takingstock.exchange.reading import Reading
from takingstock.exchange.sipri import READER as SIPRI
from takingstock.exchange.tabular import Row, TableSpec, collect, read_table
from takingstock.linkage.designations import OUR_CLASS
from takingstock.linkage.namings import Names, naming_id, usage_path
from takingstock.linkage.suggestion import Suggestion
from takingstock.records import (
    BadFileError,
    BadValueError,
    DateRange,
    Ledger,
    NameKind,
    Naming,
    Record,
    UnknownNameError,
)
from takingstock.records.person import checked_name

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

READER: Final = "names"
YES: Final = "yes"
SPEC: Final = TableSpec(
    columns={
        "kind": (),
        "name": (),
        "register": ("usage",),
        "when": ("period",),
        "times": (),
        "examples": (),
        "candidate_1": ("candidate 1",),
        "candidate_2": ("candidate 2",),
        "candidate_3": ("candidate 3",),
        "meaning": (),
        "not_known": ("not known",),
        "reason": (),
        "person": (),
    },
    required=("kind", "name", "meaning"),
)
HEADS: Final = tuple(name.replace("_", " ") for name in SPEC.columns)
_ANSWERS: Final = ("when", "meaning", "not_known", "reason", "person")
_WIDTHS: Final = {"name": 34, "register": 24, "examples": 50, "meaning": 30, "reason": 36}
_EXAMPLES: Final = 3
_EPOCH: Final = datetime(2000, 1, 1)

_QUOTED: Final = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_REASONS: Final = (
    (NameKind.PARTY, re.compile(rf"unknown party: {_QUOTED}")),
    (NameKind.PARTY, re.compile(rf"{_QUOTED} fits several parties")),
    (NameKind.ITEM, re.compile(rf"unknown item: {_QUOTED}")),
    (NameKind.ITEM, re.compile(rf"no item class {_QUOTED}")),
    (NameKind.ITEM, re.compile(rf"no class for the (?:system|rating) {_QUOTED}")),
    (NameKind.ITEM, re.compile(rf"category {_QUOTED} is none of")),
)
_NO_CLASS: Final = re.compile(rf"no class for the description {_QUOTED} \((.*?)\); ")
_NOTES: Final = (
    "takingstock: names that wait for a person. Fill in one row for each name that you know; leave others empty.",
    "meaning: the id, name or alias of a party or class. Where the name means none that we know, choose yes under not "
    "known instead: then it is not asked again.",
    "when: only where the name means this in one period (1992..2003); empty is always.",
    "register: where the name was met, and where alone your answer holds; empty the cell and it holds for everybody's "
    "files.",
    "reason: how you know. person: who says so; empty is whoever takes the file in.",
    "The candidates are a rule's, with their score of 100; it was not sure enough to take one by itself.",
)


@dataclass(frozen=True)
class Waiting:
    """One distinct name that nobody and no rule has answered: ``times`` rows hold it, ``examples`` are some of them."""

    kind: NameKind
    name: str
    usage: str
    times: int
    examples: tuple[str, ...]
    candidates: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Found:
    """A name met once: in a row that waits, or in a statement that stands under the broad class ``fallback``."""

    kind: NameKind
    name: str
    usage: str
    example: str
    description: str = ""
    fallback: str | None = None


def in_leftovers(folder: Path, reader_of: Mapping[str, str]) -> Iterator[Found]:
    """The names that rows in ``*.review.csv`` of a case's folder of imports wait for, under the register that the file
    says it was read as. ``reader_of``: the first eight digits of a file's SHA-256 to the reader that read it, for files
    of earlier versions, which do not say so. A file that is no such CSV is passed over."""
    for file in sorted(folder.glob("*.review.csv")):
        digest = file.name.removesuffix(".review.csv").rpartition("-")[2]
        reader = reader_of.get(digest, "")
        try:
            with file.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream))
        except (OSError, UnicodeDecodeError, csv.Error):
            continue
        for row in rows:
            where = f"{file.name} line {row.get('line') or '?'}"
            yield from _asked_for(row.get("reason") or "", row.get(READ_AS) or reader, where)


def _asked_for(reason: str, reader: str, where: str) -> Iterator[Found]:
    for kind, pattern in _REASONS:
        for match in pattern.finditer(reason):
            yield Found(kind, str(ast.literal_eval(match[1])), reader, where)
    for match in _NO_CLASS.finditer(reason):
        description = str(ast.literal_eval(match[1]))
        name = match[2] or description
        yield Found(NameKind.ITEM, name, usage_path(reader, description), where, description)


def under_broad(ledger: Ledger, names: Names, reader_of: Mapping[str, str]) -> Iterator[Found]:
    """The designations of statements that stand under a broad class. ``reader_of``: id of a statement to the reader
    that brought it."""
    for statement in ledger.statements:
        if not statement.designation or not names.taxonomy.has(statement.item):
            continue
        if names.taxonomy.get(statement.item).source != OUR_CLASS:
            continue
        reader = reader_of.get(statement.id, "")
        # The register's own word of kind stands first in the remark.
        description = statement.remark.split("; ")[0] if reader == SIPRI else ""
        yield Found(
            NameKind.ITEM,
            statement.designation,
            usage_path(reader, description),
            f"statement {statement.id}",
            description,
            statement.item,
        )


def waiting(found: Iterable[Found], names: Names) -> tuple[Waiting, ...]:
    """Every distinct name that is not answered yet, the most frequent first, with the best three candidates."""
    groups: dict[tuple[NameKind, str, str], list[Found]] = {}
    for one in found:
        groups.setdefault((one.kind, one.name, one.usage), []).append(one)
    made = []
    for (kind, name, usage), rows in groups.items():
        candidates = _candidates(rows[0], names)
        if candidates is None:
            continue
        examples = tuple(dict.fromkeys(row.example for row in rows))[:_EXAMPLES]
        made.append(Waiting(kind, name, usage, len(rows), examples, candidates))
    return tuple(sorted(made, key=lambda one: (-one.times, one.kind, one.name, one.usage)))


def _candidates(found: Found, names: Names) -> tuple[Suggestion, ...] | None:
    """The candidates for a name; None where it is answered by now."""
    if found.kind is NameKind.PARTY:
        if names.decided_party(found.name, usage=found.usage):
            return None
        party = names.party(found.name, usage=found.usage)
        return None if party.meaning else party.candidates
    if names.decided_item(found.name, found.usage):
        return None
    reader = found.usage.partition("/")[0]
    item = names.item(found.name, description=found.description, usage=reader, fallback=found.fallback)
    return None if item.meaning != found.fallback else item.candidates


def write_sheet(path: Path, rows: Sequence[Waiting]) -> Path:
    """Write the names as a workbook, or as CSV for another ending. Raises BadFileError where it cannot be written."""
    cells = [_cells(row) for row in rows]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.casefold() == ".xlsx":
            _workbook(path, cells)
        else:
            table = [HEADS, *([guarded(row[name]) for name in SPEC.columns] for row in cells)]
            path.write_text(csv_rows(table), encoding="utf-8", newline="")
    except OSError as error:
        raise BadFileError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def _cells(row: Waiting) -> dict[str, str]:
    near = [f"{one.meaning} ({one.score:g}): {one.why}" for one in row.candidates]
    return dict.fromkeys(SPEC.columns, "") | {
        "kind": row.kind.value,
        "name": row.name,
        "register": row.usage,
        "times": str(row.times),
        "examples": "; ".join(row.examples),
        **{f"candidate_{number}": text for number, text in enumerate(near[:3], start=1)},
    }


def _workbook(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    import xlsxwriter

    settings = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), settings) as book:
        book.set_properties({"created": _EPOCH})
        sheet = book.add_worksheet("names")
        notes = book.add_worksheet("read me")
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        notes.set_column(0, 0, 100)
        for line, text in enumerate(_NOTES):
            notes.write_string(line, 0, text, wrapped)
        given = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#eeeeee", "num_format": "@"})
        answer = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#dddddd"})
        needed = book.add_format({"bold": True, "bg_color": "#ffe699"})
        _fill(sheet, rows, {"given": given, "answer": answer, "head": head, "needed": needed})


def _fill(sheet: Worksheet, rows: Sequence[Mapping[str, str]], formats: Mapping[str, object]) -> None:
    sheet.freeze_panes(1, 2)
    for column, name in enumerate(SPEC.columns):
        filled_in = name in _ANSWERS
        sheet.set_column(column, column, _WIDTHS.get(name, 16), formats["answer"])
        sheet.write_string(0, column, HEADS[column], formats["needed" if filled_in else "head"])
        for line, row in enumerate(rows, start=1):
            if filled_in:
                sheet.write_blank(line, column, None, formats["answer"])
            else:
                sheet.write_string(line, column, row[name], formats["given"])
    last = max(1, len(rows))
    column = list(SPEC.columns).index("not_known")
    sheet.data_validation(1, column, last, column, {"validate": "list", "source": [YES]})


def read_sheet(path: Path, names: Names, ledger: Ledger, *, person: str) -> Reading:
    """The namings of the rows that are filled in, by the person of the row or else ``person``. A row that cannot be
    taken is rejected with the nearest names; a row left empty makes none. Raises BadFileError for another file."""
    table = read_table(path, SPEC)

    def take(row: Row) -> Iterable[Record]:
        try:
            return _naming(row, names, person)
        except UnknownNameError as error:
            # Here nobody else can be asked: the person is to write another name.
            raise BadValueError(str(error)) from error

    return collect(READER, path, table, take, Asked(ledger=ledger))


def _naming(row: Row, names: Names, person: str) -> tuple[Naming, ...]:
    cells = Cells(row.values)
    meant, none = cells.word("meaning"), bool(cells.yes("not_known"))
    when = cells.date("when")
    if cells.faults:
        raise BadValueError("; ".join(cells.faults))
    if not meant and not none:
        return ()
    if meant and none:
        raise BadValueError("meaning and not known are both filled; keep one of them")
    kinds = {kind.value: kind for kind in NameKind}
    kind = kinds.get(row.needed("kind").casefold())
    if kind is None:
        raise BadValueError(f"kind: {row.get('kind')!r} is none; write {' or '.join(kinds)}")
    row.needed("name")
    name, usage = cells.text("name"), cells.word("register")
    meaning = None if none else _meaning(kind, meant, when, names)
    return (
        Naming(
            id=naming_id(kind, name, usage, when),
            kind=kind,
            text=name,
            meaning=meaning,
            usage=usage,
            when=when,
            person=checked_name(cells.word("person") or person),
            reason=cells.text("reason"),
        ),
    )


def _meaning(kind: NameKind, text: str, when: DateRange, names: Names) -> str:
    """The id that a person's word means: exactly, never by a rule."""
    # A candidate may have been copied with its score.
    bare = re.sub(r"\s*\(\d[\d.]*\)(:.*)?$", "", text)
    if kind is NameKind.PARTY:
        return bare if names.directory.has(bare) else names.directory.resolve(bare, when).id
    if names.taxonomy.has(bare):
        return bare
    known = names.taxonomy.find(bare)
    return known.id if known else names.taxonomy.get(bare).id
