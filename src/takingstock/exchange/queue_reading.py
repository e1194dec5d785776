"""Reading a queue that an expert filled in: identifications, and what could not be taken with line and reason."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from takingstock.exchange.cells import Cells, complaints
from takingstock.exchange.files import read_grids
from takingstock.exchange.grid import Grid
from takingstock.exchange.queue import CHOICES, SPEC
from takingstock.exchange.resolving import Resolver
from takingstock.records import (
    Activation,
    BadFileError,
    Confidence,
    Craft,
    Identification,
    Level,
    Mark,
    MarkCondition,
    Rejected,
    folded,
)

_ANSWERS: Final = (
    "level",
    "item",
    "made_in",
    "maker",
    "made",
    "serial",
    "marks",
    "base_item",
    "victim_activated",
    "treaty_category",
    "confidence",
    "reason",
)
_MARK: Final = re.compile(r"^(?:(serial|lot|factory|import|other)\s*:)?\s*(.*?)\s*(?:\[([^\]]*)\])?$", re.I)
_IN_WORDS: Final = {column: {word: stored for stored, word in words.items()} for column, words in CHOICES.items()}


@dataclass(frozen=True)
class QueueReading:
    """``read`` rows; each is an identification, unanswered, or a reject."""

    read: int
    identifications: tuple[Identification, ...] = ()
    unanswered: int = 0
    rejects: tuple[Rejected, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)


def read_queue(path: Path, expert: str, names: Resolver, awaited: Collection[str]) -> QueueReading:
    """Read the sheet of identifications in ``path``. ``awaited`` are the sightings that the expert may answer.

    Raises BadFileError for a file without such a sheet."""
    grids, _ = read_grids(path, SPEC.score)
    grid, columns, header = _sheet(path, grids)
    found: dict[str, Identification] = {}
    rejects: list[Rejected] = []
    lines: dict[str, int] = {}
    unanswered = 0
    rows = grid.rows[header + 1 :]
    for number, cells in rows:
        values = {name: cells[index] for index, name in columns.items() if index < len(cells) and cells[index]}
        if not any(values.get(name) for name in _ANSWERS):
            unanswered += 1
            continue
        row = Cells(_in_our_words(values))
        row.errors()
        made = _identification(row, expert, names, awaited, found)
        if made is None or row.faults:
            reason = "; ".join(row.faults)
            rejects.append(Rejected(sheet=grid.name, line=number, reason=reason, row=tuple(values.items())))
            continue
        found[made.sighting], lines[made.sighting] = made, number
    return QueueReading(len(rows), tuple(found.values()), unanswered, tuple(rejects), lines)


def _sheet(path: Path, grids: tuple[Grid, ...]) -> tuple[Grid, dict[int, str], int]:
    best: tuple[int, Grid, int] | None = None
    for grid in grids:
        index = grid.header(SPEC.score)
        if index is not None and (best is None or SPEC.score(grid.rows[index][1]) > best[0]):
            best = SPEC.score(grid.rows[index][1]), grid, index
    if best is not None:
        _, grid, index = best
        cells = grid.rows[index][1]
        columns = {place: name for place, cell in enumerate(cells) if cell and (name := SPEC.column(cell))}
        if missing := [name for name in SPEC.required if name not in columns.values()]:
            raise BadFileError(f"{path.name}: column {', '.join(missing)} is missing; write the queue out again")
        return grid, columns, index
    raise BadFileError(f"{path.name} holds no sheet of identifications; fill in what identify out has written")


def _in_our_words(values: dict[str, str]) -> dict[str, str]:
    """Arabic words of the choices as what is stored."""
    return {name: str(_IN_WORDS.get(name, {}).get(text.strip(), text)) for name, text in values.items()}


def _identification(
    row: Cells, expert: str, names: Resolver, awaited: Collection[str], found: dict[str, Identification]
) -> Identification | None:
    sighting = row.word("sighting")
    other = row.text("expert")
    if other and folded(other) != folded(expert):
        row.fault("expert", f"this row is {other!r}'s, not {expert!r}'s; give each expert's file in under that name")
        return None
    if sighting not in awaited:
        row.fault("sighting", f"{sighting!r} does not await {expert}: unknown, closed, or put to others")
        return None
    if sighting in found:
        row.fault("sighting", f"{sighting!r} is answered twice in this file; keep one row")
        return None
    level, confidence = row.choice("level", Level), row.choice("confidence", Confidence)
    for column, value in (("level", level), ("confidence", confidence)):
        if value is None and not row.text(column):
            row.fault(column, "is empty; choose one of the list")
    item = names.item(row)
    made_in = names.party(row, "made_in")
    craft = _craft(row, names)
    marks = tuple(mark for text in row.list("marks") if (mark := _mark(row, text)))
    made, reason = row.date("made"), row.needed("reason")
    if row.faults or item is None or level is None or confidence is None:
        return None
    try:
        return Identification(
            id=f"{sighting}/{folded(expert)}",
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
