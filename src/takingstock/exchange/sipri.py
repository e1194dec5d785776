"""The reader of the SIPRI trade register: a row becomes a statement (two, in the layout by deals).

Invariant: the same rows give the same records in whatever order they stand. A movement of the layout by deliveries is
``sipri-<deal>-<year>``; one of the layout by deals, which has no number of its own, is ``sipri-deal-<digest of what
identifies the deal>``. Order and delivery of a deal stand under one movement there: they are two stages of one
change of custody, and only the furthest stage counts (:func:`takingstock.records.derive`).

TIV is a measure of capability and never money; it has fields of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from takingstock.exchange.cells import complaints, is_error
from takingstock.exchange.files import read_grids
from takingstock.exchange.grid import Grid
from takingstock.exchange.readers import Asked, Reader
from takingstock.exchange.reading import Key, Reading
from takingstock.exchange.resolving import known_directory, known_taxonomy
from takingstock.exchange.sipri_layouts import (
    DEALS,
    REQUIRED,
    Register,
    RegisterRow,
    figure,
    parse,
    register_score,
    uncertain,
    years,
)
from takingstock.exchange.sipri_source import KEY, SOURCE_ID, register_in, register_source
from takingstock.linkage.namings import Named, Names, usage_path
from takingstock.records import (
    BadFileError,
    BadValueError,
    Condition,
    DateRange,
    Ledger,
    Mode,
    Naming,
    PartyKind,
    Quantity,
    Rejected,
    Stage,
    Statement,
    Unit,
    UnknownNameError,
)

READER = "sipri"
DEAL_KEY = f"{KEY}deal-"
"""How the keys of the layout by deals begin; the numbers of deals in the other layout are digits."""

Progress = Callable[[int, int], None]
T = TypeVar("T")

_CONDITIONS = {
    "new": Condition.NEW,
    "second hand": Condition.SECOND_HAND,
    "second hand but modernized": Condition.MODERNISED,
}


def _recognises(grids: Sequence[Grid]) -> str:
    for grid in grids:
        register = parse(grid)
        if isinstance(register, Register):
            return f"a header of the SIPRI trade register, layout by {register.layout}"
    return ""


class _Review(Exception):
    """The row is understood, but a person must say who or what is meant."""


def read_sipri(
    path: str | Path,
    ledger: Ledger | None = None,
    *,
    coverage: DateRange | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read a register in either layout. ``coverage`` is the period the download was asked for, where the file does not
    say it itself. Where the case knows the register as a source, the statements stand under that one.

    Raises BadFileError where the file is no register, is cut off, or lacks a column."""
    path = Path(path)
    grids, notes = read_grids(path, register_score)
    register = _register(path, [parse(grid) for grid in grids])
    known = register_in(ledger)
    reader = _Reader(register, ledger, known.id if known else SOURCE_ID)
    taken: list[tuple[Key, ...]] = []
    review: list[Rejected] = []
    rejected: list[Rejected] = []
    pending: set[Key] = set()
    for done, row in enumerate(register.rows):
        if progress and done % 100 == 0:
            progress(done, len(register.rows))
        before = len(taken)
        try:
            taken.append(reader.take(row))
        except _Review as reason:
            review.append(Rejected(sheet=path.stem, line=row.line, reason=str(reason), row=row.original))
        except ValidationError as error:
            said = "; ".join(complaints(error))
            rejected.append(Rejected(sheet=path.stem, line=row.line, reason=said, row=row.original))
        except BadValueError as reason:
            rejected.append(Rejected(sheet=path.stem, line=row.line, reason=str(reason), row=row.original))
        if len(taken) == before:
            pending |= _would_be(register.layout, row)
    if progress:
        progress(len(register.rows), len(register.rows))
    delivered = [s.when for s in reader.statements.values() if s.stage is Stage.DELIVERED]
    source, more = register_source(register, known, coverage, delivered)
    return Reading(
        reader=READER,
        file=path.name,
        read=len(register.rows),
        taken=tuple(taken),
        review=tuple(review),
        rejected=tuple(rejected),
        barren=(path.stem,) if rejected and not taken and not review else (),
        notes=(*notes, *more, *reader.notes()),
        sources=() if source == known else (source,),
        statements=tuple(statement for _, statement in sorted(reader.statements.items())),
        namings=tuple(naming for _, naming in sorted(reader.namings.items())),
        pending=tuple(sorted(pending)),
    )


class _Reader:
    """Turns rows into statements and remembers what it has seen."""

    def __init__(self, register: Register, ledger: Ledger | None, source: str) -> None:
        self.register = register
        self.source = source
        self.statements: dict[str, Statement] = {}
        self._repeated = 0
        self._taxonomy = known_taxonomy()
        self._directory = known_directory(ledger.parties if ledger else ())
        self._names = Names(self._taxonomy, self._directory, ledger.namings if ledger else ())
        self.namings: dict[str, Naming] = {}
        self._resting: list[Naming] = []
        self._lines: dict[str, list[RegisterRow]] = {}
        for row in register.rows:
            self._lines.setdefault(_movement(register.layout, row), []).append(row)

    def take(self, row: RegisterRow) -> tuple[Key, ...]:
        """The keys of the row's statements. Raises BadValueError, ValidationError (rejected) or _Review."""
        make = self._deal if self.register.layout == DEALS else self._delivery
        self._resting.clear()
        made = make(row, self._checked(row))
        if any(statement.id in self.statements for statement in made):
            self._repeated += 1
        self.statements |= {statement.id: statement for statement in made}
        self.namings |= {naming.id: naming for naming in self._resting}
        return (
            *(("statements", statement.id) for statement in made),
            *(("namings", id) for id in sorted({naming.id for naming in self._resting})),
        )

    def notes(self) -> tuple[str, ...]:
        """What the user should know of the whole file."""
        notes = [f"column {name!r} is not known and was not read" for name in self.register.unknown]
        if self._repeated:
            notes.append(f"{self._repeated} rows repeat an earlier row word for word")
        return tuple(notes)

    def _checked(self, row: RegisterRow) -> str:
        """The movement's key, when the row has what identifies it and no other row contradicts it."""
        if row.surplus:
            raise BadValueError(f"has {row.surplus} cells more than the header; a text that holds commas needs quotes")
        for name, value in row.values.items():
            if is_error(value):
                raise BadValueError(f"{name.replace('_', ' ')}: the cell holds the error {value}; download it again")
        for name in ("deal", "year", "supplier", "recipient", "description"):
            if name in REQUIRED[self.register.layout] and not row.values.get(name):
                raise BadValueError(f"{name} is empty; without it the row says nothing")
        if not re.fullmatch(r"\d{1,20}|", row.values.get("deal", ""), re.ASCII):
            raise BadValueError(f"deal: not the number of a deal: {row.values['deal'][:40]!r}")
        key = _movement(self.register.layout, row)
        same = self._lines[key]
        if any(other.values != row.values for other in same):
            lines = ", ".join(str(other.line) for other in same)
            raise BadValueError(f"lines {lines} are one and the same deal with different content; keep the right one")
        return key

    def _delivery(self, row: RegisterRow, key: str) -> tuple[Statement, ...]:
        when, _ = _read(row, "year", years)
        if not when.known or when.days is None or when.days > 366:
            raise BadValueError(f"delivery year: not one year: {row.values.get('year', '')!r}")
        deal, year = row.values["deal"], f"{when}"
        local = row.values.get("local", "").casefold()
        if local not in {"yes", "no", ""}:
            raise BadValueError(f"local production: neither Yes nor No: {local!r}")
        statement = self._statement(row, key, f"sipri-at-{deal}-{year}", when)
        recipient = statement.to_party
        update = {
            "quantity": _quantity(row, "number", statement.quantity.unit),
            "mode": Mode.LICENSED_PRODUCTION if local == "yes" else Mode.EXPORT,
            "made_in": recipient if local == "yes" and recipient and self._is_state(recipient) else None,
            "locator": f"database id {deal}, delivery of {year}",
            **_volumes(row),
        }
        return (statement.model_copy(update=update),)

    def _deal(self, row: RegisterRow, key: str) -> tuple[Statement, ...]:
        ordered, _ = _read(row, "ordered", years)
        delivered, _ = _read(row, "years", years)
        wanted = _quantity(row, "number_ordered", Unit.ITEMS)
        number = _quantity(row, "number", Unit.ITEMS)
        base = self._statement(row, key, key, delivered if delivered.known else ordered)
        unit = base.quantity.unit
        made = []
        if ordered.known or wanted.known or not (delivered.known or number.known):
            update = {"id": f"{key}-ordered", "stage": Stage.ORDERED, "when": ordered}
            made.append(base.model_copy(update=update | {"quantity": wanted.model_copy(update={"unit": unit})}))
        if delivered.known or number.known:
            when = delivered if delivered.known else DateRange(first=ordered.first)
            update = {"id": f"{key}-delivered", "when": when}
            amount = {"quantity": number.model_copy(update={"unit": unit})}
            made.append(base.model_copy(update=update | amount | _volumes(row)))
        return tuple(made)

    def _statement(self, row: RegisterRow, key: str, id: str, when: DateRange) -> Statement:
        """What both layouts have in common."""
        values = row.values
        designation, description = values.get("designation", ""), values["description"]
        category = values.get("category", "")
        broad = self._taxonomy.classify_sipri(description, category)
        decided = None
        if broad is None:
            decided = self._names.decided_item(designation or description, usage_path(READER, description))
            broad = decided.meaning if decided else None
        if broad is None or not self._taxonomy.has(broad):
            raise _Review(f"no class for the description {description!r} ({designation}); add the class, import again")
        named = self._names.item(designation, description=description, category=category, usage=READER, fallback=broad)
        item = named.meaning or broad
        supplier, recipient = self._party(values["supplier"], when), self._party(values["recipient"], when)
        self._resting += [*named.rows, *supplier.rows, *recipient.rows]
        return Statement(
            id=id,
            movement=key,
            source=self.source,
            item=item,
            from_party=supplier.meaning,
            to_party=recipient.meaning,
            quantity=Quantity(unit=self._taxonomy.get(item).unit),
            when=when,
            mode=Mode.EXPORT,
            condition=_CONDITIONS.get(values.get("status", "").casefold(), Condition.UNKNOWN),
            designation=designation,
            locator=f"{values['recipient']} from {values['supplier']}, {designation or description}",
            remark=_remark(row),
            namings=tuple(sorted({*named.ids, *supplier.ids, *recipient.ids})),
        )

    def _party(self, text: str, when: DateRange) -> Named:
        """Stars mark non-state actors and organisations; they are no part of the name."""
        try:
            return self._names.needed_party(text, when, READER)
        except UnknownNameError as error:
            raise _Review(str(error)) from error

    def _is_state(self, party: str) -> bool:
        return "+" not in party and self._directory.get(party).kind is PartyKind.STATE


def _register(path: Path, parsed: list[Register | tuple[str, ...] | None]) -> Register:
    registers = [found for found in parsed if isinstance(found, Register)]
    if len(registers) > 1:
        raise BadFileError(f"{path.name} holds {len(registers)} sheets with a register; save each as a file of its own")
    if registers:
        return registers[0]
    for missing in parsed:
        if isinstance(missing, tuple):
            raise BadFileError(f"{path.name}: the register's column {', '.join(missing)} is missing; download it again")
    raise BadFileError(f"{path.name} is no SIPRI trade register: no header with supplier and recipient was found")


def _movement(layout: str, row: RegisterRow) -> str:
    """The key of the movement. A deal without a number is known by who, what, when ordered, how many and in what
    state; never by what changes while it is carried out (deliveries, comments, TIV)."""
    if layout != DEALS:
        return f"{KEY}{row.values.get('deal', '')}-{row.values.get('year', '').strip('()? ')}"
    names = ("supplier", "recipient", "designation", "description", "ordered", "number_ordered", "status")
    parts = (re.sub(r"[\s()*?]+", " ", row.values.get(name, "")).strip().casefold() for name in names)
    return f"{DEAL_KEY}{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:16]}"


def _would_be(layout: str, row: RegisterRow) -> set[Key]:
    """The keys that the row would have made, had it been taken."""
    key = _movement(layout, row)
    if layout == DEALS:
        return {("statements", f"{key}-ordered"), ("statements", f"{key}-delivered")}
    return {("statements", f"{KEY}at-{key.removeprefix(KEY)}")}


def _read(row: RegisterRow, name: str, how: Callable[[str], T]) -> T:
    try:
        return how(row.values.get(name, ""))
    except BadValueError as error:
        raise BadValueError(f"{name.replace('_', ' ')}: {error}") from error


def _quantity(row: RegisterRow, name: str, unit: Unit) -> Quantity:
    value, doubt = _read(row, name, figure)
    if value is None:
        return Quantity(unit=unit)
    return Quantity.exact(value, unit, about=doubt or uncertain(row, name))


def _volumes(row: RegisterRow) -> dict[str, float | None]:
    """TIV of the deliveries and of one item, in millions, as the register gives them."""
    return {"tiv": _volume(row, "tiv_total"), "tiv_per_unit": _volume(row, "tiv_unit")}


def _volume(row: RegisterRow, name: str) -> float | None:
    text = row.values.get(name, "").strip()
    if re.search(r",(?!\d{3}(?!\d))", text):
        raise BadValueError(f"{name.replace('_', ' ')}: {text!r} has a decimal comma; write a point")
    text = text.replace(",", "")
    if text in {"", "-", ".."}:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise BadValueError(f"{name.replace('_', ' ')}: not a number: {text!r}") from error
    if not 0 <= value < 1e9:
        raise BadValueError(f"{name.replace('_', ' ')}: {text} is no volume of transfers")
    return value


def _remark(row: RegisterRow) -> str:
    values = row.values
    parts = [values["description"]]
    if values.get("ordered"):
        parts.append(f"ordered {values['ordered']}{' (estimate)' if uncertain(row, 'ordered') else ''}")
    if uncertain(row, "year") or uncertain(row, "years"):
        parts.append("the year of delivery is the register's estimate")
    status = values.get("status", "")
    if status and status.casefold() not in _CONDITIONS:
        parts.append(f"status {status}")
    if values.get("local", "").casefold() == "yes":
        parts.append("produced or assembled by the recipient")
    if values.get("comments"):
        parts.append(values["comments"])
    tiv = {"new": "tiv_new", "unit": "tiv_unit", "order": "tiv_order", "delivered": "tiv_total"}
    given = [f"{word} {values[name]}" for word, name in tiv.items() if values.get(name)]
    if given:
        parts.append(f"reported TIV, million, not a price: {', '.join(given)}")
    return "; ".join(parts)


def _asked(path: Path, asked: Asked) -> Reading:
    return read_sipri(path, asked.ledger, coverage=asked.coverage, progress=asked.progress)


SIPRI = Reader(
    name=READER,
    what="the SIPRI trade register as CSV, by deliveries or by deals",
    score=register_score,
    recognises=_recognises,
    read=_asked,
)
