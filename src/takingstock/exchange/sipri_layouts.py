"""The two layouts of the SIPRI trade register, and what stands before its header.

*Deliveries*: one row per deal and delivery year (``SIPRI AT Database ID, Supplier, Recipient, …``; earlier downloads
say ``Deal ID; Seller; Buyer; …``). *Deals*: one row per deal (``Recipient, Supplier, Year of order, "", …``), where an
unnamed column behind a figure holds ``?`` for an uncertain one. Brackets say the same in older releases: explanation of
the trade registers, www.sipri.org/contents/armstrad/output_types_reg.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from takingstock.exchange.grid import Grid, bare, said_again
from takingstock.exchange.sheet_spec import fold_header
from takingstock.records import BadValueError, DateRange

DELIVERIES = "deliveries"
DEALS = "deals"

_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    DELIVERIES: {
        "deal": ("SIPRI AT Database ID", "Deal ID"),
        "supplier": ("Supplier", "Seller"),
        "recipient": ("Recipient", "Buyer"),
        "designation": ("Designation",),
        "description": ("Description",),
        "category": ("Armament category",),
        "ordered": ("Order date",),
        "ordered_estimate": ("Order date is estimate",),
        "number": ("Numbers delivered", "Number delivered"),
        "number_estimate": ("Numbers delivered is estimate", "Number delivered is estimate"),
        "year": ("Delivery year",),
        "year_estimate": ("Delivery year is estimate",),
        "status": ("Status",),
        "tiv_new": ("SIPRI estimate",),
        "tiv_unit": ("TIV deal unit",),
        "tiv_total": ("TIV delivery values",),
        "local": ("Local production",),
    },
    DEALS: {
        "recipient": ("Recipient",),
        "supplier": ("Supplier",),
        "ordered": ("Year of order", "Year of order/licence"),
        "number_ordered": ("Number ordered", "No. ordered"),
        "designation": ("Weapon designation",),
        "description": ("Weapon description",),
        "number": ("Number delivered", "No. delivered", "Number delivered/produced"),
        "years": ("Year(s) of delivery", "Year(s) of deliveries"),
        "status": ("Status",),
        "comments": ("Comments",),
        "tiv_unit": ("SIPRI TIV per unit",),
        "tiv_order": ("SIPRI TIV for total order",),
        "tiv_total": ("SIPRI TIV of delivered weapons",),
    },
}
REQUIRED = {
    DELIVERIES: ("deal", "supplier", "recipient", "designation", "description", "number", "year"),
    DEALS: ("recipient", "supplier", "ordered", "number_ordered", "designation", "description", "number", "years"),
}
_FOLDED = {
    layout: {fold_header(text): name for name, texts in names.items() for text in texts}
    for layout, names in _NAMES.items()
}
_UNCERTAIN = "_uncertain"

_PERIOD = re.compile(r"\b((?:19|20)\d\d)\s*(?:to|-|–|and)\s*((?:19|20)\d\d)\b")
_DAY = re.compile(r"\b(?:generated|created)\b[^0-9]*(\d{4}-\d\d-\d\d|\d{1,2} [A-Za-z]{3,9} \d{4})")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_UNKNOWN = {"", "?", "..", ". .", "unknown"}


@dataclass(frozen=True)
class RegisterRow:
    """One data row by our column names; ``surplus`` is the number of cells beyond the header."""

    line: int
    values: dict[str, str]
    original: tuple[tuple[str, str], ...]
    surplus: int = 0


@dataclass(frozen=True)
class Register:
    """A register file: its layout, its rows, the years it says it covers, and the day it was made."""

    layout: str
    rows: tuple[RegisterRow, ...]
    period: DateRange
    published: DateRange
    unknown: tuple[str, ...] = ()


def layout_of(header: Iterable[str]) -> tuple[str, int] | None:
    """The layout a header row belongs to and how many of its columns are known, or None."""
    cells = {_fold(cell) for cell in header if cell.strip()}
    scored = [(len(cells & set(names)), layout) for layout, names in _FOLDED.items()]
    points, layout = max(scored)
    needed = {name: fold for fold, name in _FOLDED[layout].items() if fold in cells}
    return (layout, points) if points >= 5 and {"supplier", "recipient"} <= set(needed) else None


def register_score(header: Sequence[str]) -> int:
    """How much a row looks like a header of the register."""
    found = layout_of(header)
    return found[1] if found else 0


def parse(grid: Grid) -> Register | tuple[str, ...] | None:
    """The register in a grid; the missing columns if it lacks some; None if it is no register."""
    index = grid.header(register_score)
    if index is None:
        return None
    header = tuple(cell.rstrip(";").strip() for cell in grid.rows[index][1])
    found = layout_of(header)
    assert found
    layout = found[0]
    columns, unknown = _columns(layout, header)
    missing = [name for name in REQUIRED[layout] if name not in columns.values()]
    if missing:
        return tuple(_NAMES[layout][name][0] for name in missing)
    preamble = [cell for _, cells in grid.rows[:index] for cell in cells if cell]
    return Register(
        layout=layout,
        rows=tuple(
            _row(line, cells, header, columns)
            for line, cells in grid.rows[index + 1 :]
            if not said_again(grid.rows[index][1], cells)
        ),
        period=_period(preamble),
        published=_published(preamble),
        unknown=unknown,
    )


def figure(text: str) -> tuple[float | None, bool]:
    """A figure and whether the register marks it as uncertain (``(12)``, ``12?``); None: not known.

    Zero deliveries in a delivery row are a figure that is missing, not a delivery of nothing. Raises BadValueError."""
    plain, uncertain = _plain(text)
    if re.search(r",(?!\d{3}(?!\d))", plain) or re.fullmatch(r"\d{1,3}\.\d{3}", plain):
        raise BadValueError(f"{text!r} can be read in two ways: with a decimal comma or a point between thousands")
    plain = plain.replace(",", "").replace(" ", "")
    if plain in _UNKNOWN:
        return None, uncertain
    if plain.startswith("-"):
        raise BadValueError(f"negative number: {text!r}")
    if not _FIGURE.fullmatch(plain) or len(plain) > 12:
        raise BadValueError(f"not a number: {text!r}")
    return float(plain) or None, uncertain


def years(text: str) -> tuple[DateRange, bool]:
    """``2010``, ``2010; 2011``, ``2010-2012``, each year perhaps in brackets: the range over all of them, and whether
    any is uncertain; empty is unknown. Raises BadValueError."""
    found: list[int] = []
    doubt = False
    for part in re.split(r"[;,]|(?<=\d)\s*[-–]\s*", text):
        plain, uncertain = _plain(part)
        doubt = doubt or uncertain
        if plain in _UNKNOWN:
            continue
        if not re.fullmatch(r"\d{4}", plain) or not 1900 <= int(plain) <= 2100:
            raise BadValueError(f"impossible year: {text!r}")
        found.append(int(plain))
    if not found:
        return DateRange(), doubt
    return DateRange(first=date(min(found), 1, 1), last=date(max(found), 12, 31)), doubt


def uncertain(row: RegisterRow, name: str) -> bool:
    """Whether the register marks a figure as an estimate, by a column of its own or by a ``?`` behind it."""
    mark = row.values.get(f"{name}_estimate", "") or row.values.get(f"{name}{_UNCERTAIN}", "")
    return mark.casefold() in {"yes", "true", "?", "x"}


def _plain(text: str) -> tuple[str, bool]:
    stripped = text.strip().removesuffix(".0")
    plain = stripped.strip("()[]").strip()
    bracketed = plain != stripped
    if len(plain) > 1 and plain.endswith("?"):
        return plain.rstrip("? "), True
    return plain, bracketed


def _columns(layout: str, header: Sequence[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    columns: dict[int, str] = {}
    unknown = []
    last = None
    for index, cell in enumerate(header):
        name = _FOLDED[layout].get(_fold(cell)) if cell else None
        if name and name not in columns.values():
            columns[index] = last = name
        elif cell:
            unknown.append(cell)
            last = None
        elif last and layout == DEALS:
            columns[index] = f"{last}{_UNCERTAIN}"
            last = None
    return columns, tuple(unknown)


def _row(line: int, cells: Sequence[str], header: Sequence[str], columns: dict[int, str]) -> RegisterRow:
    cells = tuple(bare(cell) for cell in (*cells[:-1], cells[-1].rstrip("; ")))
    values = {name: cells[index] for index, name in columns.items() if index < len(cells) and cells[index]}
    original = tuple((name or f"column {i + 1}", cells[i] if i < len(cells) else "") for i, name in enumerate(header))
    return RegisterRow(line, values, original, sum(1 for cell in cells[len(header) :] if cell))


def _period(preamble: Sequence[str]) -> DateRange:
    for text in preamble:
        if match := _PERIOD.search(text):
            first, last = int(match[1]), int(match[2])
            if first <= last:
                return DateRange(first=date(first, 1, 1), last=date(last, 12, 31))
    return DateRange()


def _published(preamble: Sequence[str]) -> DateRange:
    for text in preamble:
        if match := _DAY.search(text.casefold()):
            for form in ("%Y-%m-%d", "%d %b %Y", "%d %B %Y"):
                try:
                    return DateRange.day(datetime.strptime(match[1], form).date())
                except ValueError:
                    continue
    return DateRange()


def _fold(cell: str) -> str:
    return fold_header(cell.rstrip("; "))
