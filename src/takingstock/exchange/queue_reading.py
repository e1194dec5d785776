"""Reading a queue that an expert filled in: identifications, and what could not be taken with line and reason.

A reject keeps the row as the expert wrote it, under the file's own headers and with columns that the queue does not
have. What a spreadsheet program may have changed on the way (a serial that became a number) is refused where it is
certainly lost, and said where it may be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from takingstock.exchange.cells import Cells, complaints
from takingstock.exchange.files import read_grids
from takingstock.exchange.grid import Grid
from takingstock.exchange.queue import ANSWERS, ARABIC, CHOICES, SPEC
from takingstock.exchange.resolving import Resolver
from takingstock.exchange.sheet_spec import fold_header
from takingstock.exchange.untyped import Held, damage, doubt, untyped
from takingstock.records import (
    Activation,
    BadFileError,
    Confidence,
    Craft,
    DateRange,
    Identification,
    Level,
    Mark,
    MarkCondition,
    Rejected,
    folded,
)
from takingstock.records.person import name_key
from takingstock.reference.parties import JOIN

OWN: Final = ("sheet", "line", "reason")
"""The first columns of a file of rejects."""
_PICTURE: Final = {fold_header("picture"), fold_header(ARABIC["picture"])}
_MARK: Final = re.compile(r"^(?:(serial|lot|factory|import|other)\s*:)?\s*(.*?)\s*(?:\[([^\]]*)\])?$", re.I)
_IN_WORDS: Final = {column: {word: stored for stored, word in words.items()} for column, words in CHOICES.items()}


_AS_TEXT: Final = ("serial", "maker", "marks")
"""Columns in which a figure is a text: no zero before it may get lost."""
_NAMED: Final = 6
_JOINED: Final = 2
"""States that a fault names, and that it joins to the one found, before it breaks off."""


@dataclass(frozen=True)
class Answer:
    """An identification with the place it has in the file and the row as it was written there."""

    identification: Identification
    sheet: str
    line: int
    row: tuple[tuple[str, str], ...]

    def rejected(self, reason: str) -> Rejected:
        """The row as a reject."""
        return Rejected(sheet=self.sheet, line=self.line, reason=reason, row=self.row)


@dataclass(frozen=True)
class QueueReading:
    """``read`` rows; each is an answer, one told again word for word (``repeated``), unanswered, or a reject.
    ``notes`` say what a person should look at."""

    read: int
    answers: tuple[Answer, ...] = ()
    unanswered: int = 0
    repeated: int = 0
    rejects: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()


def read_queue(path: Path, expert: str, names: Resolver, awaited: Collection[str]) -> QueueReading:
    """Read every sheet of identifications in ``path``. ``awaited`` are the sightings that the expert may answer.

    A sighting answered twice, differently, is taken from neither row. Raises BadFileError for a file without such a
    sheet, and where two columns of it are one to us."""
    grids, notes = read_grids(path, SPEC.score)
    sheets = _sheets(path, grids)
    held = untyped(path)
    reading = _Reading(expert, names, awaited, list(notes), plain_text=not held)
    for sheet in sheets:
        for line, cells in sheet.grid.rows[sheet.header + 1 :]:
            reading.row(sheet, line, cells, held.get(sheet.grid.name, {}))
        reading.overlooked(sheet)
    return reading.result()


@dataclass(frozen=True)
class _Sheet:
    """``columns``: place to our name; ``heads``: what stands over each place in the file; ``start``: the first place
    that is the expert's."""

    grid: Grid
    columns: dict[int, str]
    header: int
    start: int = 0

    @property
    def heads(self) -> tuple[str, ...]:
        return self.grid.rows[self.header][1]

    def written(self, cells: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The row as the file has it: every cell that is not empty, under its own header; a cell under none, or under
        one that comes twice, is named by its place."""
        row: dict[str, str] = {}
        for place, cell in enumerate(cells):
            head = self.heads[place] if place < len(self.heads) else ""
            # Every column of the sheet, so that a file of rejects has them all and can be mended and read again.
            if place >= self.start and (cell or head):
                row[head if head and head not in row else f"{head} column {place + 1}".strip()] = cell
        return tuple(row.items())


def _sheets(path: Path, grids: tuple[Grid, ...]) -> tuple[_Sheet, ...]:
    found, lacking = [], ""
    for grid in grids:
        index = grid.header(SPEC.score)
        if index is None:
            continue
        heads = grid.rows[index][1]
        # A file of rejects, mended: before the row as it was stand sheet, line and the reason of the reject.
        own = len(OWN) if heads[: len(OWN)] == OWN else 0
        columns = {n: name for n, cell in enumerate(heads) if n >= own and cell and (name := SPEC.column(cell))}
        missing = [name for name in SPEC.required if name not in columns.values()]
        many = [name for name, times in Counter(columns.values()).items() if times > 1]
        if missing:
            lacking = lacking or ", ".join(missing)
        elif many:
            both = " and ".join(repr(heads[place]) for place, name in columns.items() if name == many[0])
            raise BadFileError(f"{path.name}: {both} are both read as {many[0]}; keep one of these columns")
        else:
            found.append(_Sheet(grid, columns, index, own))
    if found:
        return tuple(found)
    if lacking:
        raise BadFileError(f"{path.name}: column {lacking} is missing; write the queue out again")
    raise BadFileError(f"{path.name} holds no sheet of identifications; fill in what identify out has written")


class _Reading:
    """What has been read so far."""

    def __init__(
        self, expert: str, names: Resolver, awaited: Collection[str], notes: list[str], plain_text: bool
    ) -> None:
        self.expert, self.names, self.awaited, self.notes = expert, names, awaited, notes
        self.plain_text = plain_text
        self.read = self.unanswered = 0
        self.answers: dict[str, list[Answer]] = {}
        self.rejects: list[Rejected] = []
        self.all_figures: list[int] = []
        self.other: dict[tuple[str, str], list[int]] = {}

    def row(self, sheet: _Sheet, line: int, cells: tuple[str, ...], held: Mapping[tuple[int, int], Held]) -> None:
        """Take one row."""
        self.read += 1
        for place, cell in enumerate(cells):
            head = sheet.heads[place] if place < len(sheet.heads) else ""
            if cell and place >= sheet.start and place not in sheet.columns and fold_header(head) not in _PICTURE:
                self.other.setdefault((sheet.grid.name, head or f"column {place + 1}"), []).append(line)
        values = {name: cells[place] for place, name in sheet.columns.items() if place < len(cells) and cells[place]}
        if not any(values.get(name) for name in ANSWERS):
            self.unanswered += 1
            return
        kinds = {name: held.get((line, place)) for place, name in sheet.columns.items()}
        row = Cells(_in_our_words(values))
        row.errors()
        doubts = self._as_typed(row, line, kinds)
        made = _identification(row, self.expert, self.names, self.awaited, doubts)
        if made is None or row.faults:
            reason = "; ".join(row.faults)
            written = sheet.written(cells)
            self.rejects.append(Rejected(sheet=sheet.grid.name, line=line, reason=reason, row=written))
            return
        self.notes += [f"line {line}: {doubt}" for doubt in doubts]
        answer = Answer(made, sheet.grid.name, line, sheet.written(cells))
        self.answers.setdefault(made.sighting, []).append(answer)

    def _as_typed(self, row: Cells, line: int, kinds: Mapping[str, Held | None]) -> list[str]:
        """Faults for texts that a spreadsheet program has destroyed; returns doubts about those it may have changed."""
        doubts = []
        for name in _AS_TEXT:
            text, kind = row.word(name), kinds.get(name)
            if not text:
                continue
            if lost := damage(text, kind):
                row.fault(name, f"{lost}; format the cell as text and write it again as it is on the item")
            elif may_be := doubt(text, kind):
                doubts.append(f"{name}: {may_be}? Compare with the picture")
            elif name == "serial" and self.plain_text and text.isdigit():
                self.all_figures.append(line)
        if kinds.get("made") is Held.DATE:
            doubts.append(
                f"made: a date cell, read as the day {row.word('made')[:10]}; write 1985-06 as text for a month"
            )
        return doubts

    def overlooked(self, sheet: _Sheet) -> None:
        """Note what stands in columns that are none of the queue's."""
        for (name, head), lines in self.other.items():
            if name == sheet.grid.name:
                where = f"line {', '.join(map(str, lines[:5]))}{' …' if len(lines) > 5 else ''}"
                self.notes.append(f"{head!r} is no column of the queue and was not taken ({where}); write it in reason")

    def result(self) -> QueueReading:
        """All of it; what was answered twice becomes rejects."""
        taken, repeated = [], 0
        for sighting, answers in self.answers.items():
            if len({one.identification for one in answers}) == 1:
                taken.append(answers[0])
                repeated += len(answers) - 1
                continue
            lines = ", ".join(str(one.line) for one in answers)
            reason = f"sighting: {sighting!r} is answered differently in lines {lines}; keep one row"
            self.rejects += [one.rejected(reason) for one in answers]
        if repeated:
            self.notes.append(f"{repeated} row(s) say the same again and count once")
        if self.all_figures:
            self.notes.append(
                f"line {', '.join(map(str, self.all_figures[:10]))}: a serial of figures only in a file of plain text; "
                "if a spreadsheet program saved it, zeros before it may be lost: compare with the picture"
            )
        return QueueReading(
            read=self.read,
            answers=tuple(taken),
            unanswered=self.unanswered,
            repeated=repeated,
            rejects=tuple(sorted(self.rejects, key=lambda one: (one.sheet, one.line))),
            notes=tuple(self.notes),
        )


def _in_our_words(values: dict[str, str]) -> dict[str, str]:
    """Arabic words of the choices as what is stored."""
    return {name: str(_IN_WORDS.get(name, {}).get(text.strip(), text)) for name, text in values.items()}


def _identification(
    row: Cells, expert: str, names: Resolver, awaited: Collection[str], notes: list[str]
) -> Identification | None:
    sighting = row.word("sighting")
    other = row.text("expert")
    if other and folded(other) != folded(expert):
        row.fault("expert", f"this row is {other!r}'s, not {expert!r}'s; give each expert's file in under that name")
        return None
    if sighting not in awaited:
        row.fault("sighting", f"{sighting!r} does not await {expert}: unknown, closed, or put to others")
        return None
    level, confidence = row.choice("level", Level), row.choice("confidence", Confidence)
    for column, value in (("level", level), ("confidence", confidence)):
        if value is None and not row.text(column):
            row.fault(column, "is empty; choose one of the list")
    item = names.item(row)
    made = row.date("made")
    made_in = _made_in(row, names, made, notes)
    craft = _craft(row, names)
    marks = tuple(mark for text in row.list("marks") if (mark := _mark(row, text)))
    reason = row.needed("reason")
    if row.faults or item is None or level is None or confidence is None:
        return None
    try:
        return Identification(
            id=f"{sighting}/{name_key(expert)}",
            sighting=sighting,
            expert=expert,
            level=level,
            item=item.id,
            made_in=made_in,
            maker=row.text("maker"),
            made=made,
            serial=row.text("serial"),
            marks=marks,
            craft=craft,
            confidence=confidence,
            reason=reason,
        )
    except ValidationError as error:
        row.faults.extend(complaints(error))
        return None


def _made_in(row: Cells, names: Resolver, made: DateRange, notes: list[str]) -> str | None:
    """The state in ``made_in`` at the date of manufacture. One that did not exist then, or not all of the time, is a
    fault that names the states that did: whose word an identification is decides, not we."""
    text = row.word("made_in")
    found = names.party(row, "made_in", made)
    if found is None:
        return None
    known = names.directory
    if JOIN in found:
        if found != text:
            notes.append(f"made_in: {text!r} is taken as {found}, since the date of manufacture leaves both open")
        return found
    alive = known.alive(found, made)
    if alive:
        return found
    before, after = _line(known.predecessors, found), _line(known.successors, found)
    # A successor's name is often used for the state before it; the other way round only together with a date.
    others = sorted(one for one in (before | after if made.known else before) if known.alive(one, made) is not False)
    listed = ", ".join(f"{known.name(one)} ({one})" for one in others[:_NAMED])
    listed += " …" if len(others) > _NAMED else ""
    both = JOIN.join(sorted((found, *others))) if len(others) <= _JOINED else f"{found}{JOIN}… (the states meant)"
    existed = f"{known.name(found)} existed {known.get(found).exists}"
    if alive is False:
        row.fault(
            "made_in", f"{existed}, not {made}; then it was {listed or 'another state'}: write that, or mend made"
        )
    elif made.known:
        row.fault("made_in", f"{existed}, and {made} reaches beyond ({listed}); narrow made, or write {both}")
    elif others:
        notes.append(f"made_in: {text!r} is taken as it is ({existed}); if it may have been {listed}, write {both}")
    return None if made.known else found


def _line(step: Callable[[str], tuple[str, ...]], state: str) -> set[str]:
    """The states before it, or after it, on the territory, at any remove."""
    found: set[str] = set()
    open_ = [state]
    while open_:
        new = set(step(open_.pop())) - found
        found |= new
        open_ += new
    return found - {state}


def _craft(row: Cells, names: Resolver) -> Craft | None:
    if not any(row.text(name) for name in ("base_item", "victim_activated", "treaty_category")):
        return None
    base = names.item(row, "base_item") if row.text("base_item") else None
    return Craft(
        base_item=base.id if base else None,
        victim_activated=row.choice("victim_activated", Activation) or Activation.UNKNOWN,
        treaty_category=row.text("treaty_category"),
    )


def _mark(row: Cells, text: str) -> Mark | None:
    match = _MARK.match(text.strip())
    assert match is not None
    condition = (match[3] or "present").strip().casefold()
    if condition not in set(MarkCondition):
        row.fault("marks", f"{condition!r} is no condition; write one of {', '.join(MarkCondition)} in brackets")
        return None
    return Mark(text=match[2], kind=(match[1] or "other").casefold(), condition=MarkCondition(condition))
