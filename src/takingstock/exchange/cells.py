"""Cells: one row of a sheet, read into values. Faults are collected, so that one look mends them all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from pydantic import ValidationError

from takingstock.exchange.grid import bare
from takingstock.records import BadValueError, DateRange, Grade, Quantity, Unit

E = TypeVar("E", bound=StrEnum)

GUARDED = re.compile(r"^'+[=+\-@#]|^[=+\-@#]")
"""Texts that a spreadsheet program would run as a formula (or that our own reader takes for a comment line)."""

_ERROR = re.compile(r"#(?:[A-Z][A-Z0-9_/]*[!?]|DIV/0|N/A|GETTING_DATA)|Err:\d{3}")
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")
_BETWEEN_FIGURES = re.compile(r"\.\.|[–~<>=≥≤]|about ")
_YEARS = re.compile(r"(\d{4})\s*[-–—/]\s*(\d{4})")
_YEAR_NUMBER = re.compile(r"(\d{4})\.0+")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})(?:/(\d{1,2}))?")
_DIGITS = {
    ord(char): str(value) for start in (0x0660, 0x06F0) for value, char in enumerate(map(chr, range(start, start + 10)))
}
_DIGITS |= {0x066B: ".", 0x066C: ","}
_TRUE = {"yes", "y", "true", "1", "x", "نعم"}
_FALSE = {"no", "n", "false", "0", "لا"}


class Cells:
    """The cells of a row by column name; ``faults`` fill up as they are read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.faults: list[str] = []

    def fault(self, column: str, reason: object) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(f"{column}: {reason}")

    def text(self, column: str) -> str:
        """The cell as text; the guard before a formula sign is taken off (see :func:`guarded`)."""
        value = self.values.get(column, "")
        return value[1:] if value.startswith("'") and GUARDED.match(value) else value

    def word(self, column: str) -> str:
        """The cell as something that is looked up or read as a value: no marks of no width around it."""
        return bare(self.text(column))

    def needed(self, column: str) -> str:
        """The cell as text; empty is a fault."""
        value = self.text(column)
        if not value:
            self.fault(column, "is empty; fill it")
        return value

    def list(self, column: str) -> tuple[str, ...]:
        """The parts between ``;``; ``\\;`` is a semicolon inside a part."""
        return split_list(self.text(column))

    def words(self, column: str) -> tuple[str, ...]:
        """The parts of a list of things that are looked up."""
        return tuple(part for text in self.list(column) if (part := bare(text)))

    def errors(self) -> None:
        """A fault for each cell that holds an error of a spreadsheet program, which then counts as empty."""
        broken = {column: value for column, value in self.values.items() if is_error(value)}
        for column, value in broken.items():
            self.fault(column, f"the cell holds the error {value}; mend the formula, or empty the cell if unknown")
        if broken:
            self.values = {column: value for column, value in self.values.items() if column not in broken}

    def yes(self, column: str) -> bool | None:
        """Yes, no, or None if empty."""
        value = self.word(column).casefold()
        if not value:
            return None
        if value in _TRUE:
            return True
        if value not in _FALSE:
            self.fault(column, f"neither yes nor no: {value!r}; write yes or no")
        return False

    def choice(self, column: str, kind: type[E], default: E | None = None) -> E | None:
        """One of an enumeration's values; case, blanks and underscores do not count."""
        value = self.word(column)
        if not value:
            return default
        wanted = re.sub(r"[\s_-]+", "-", value.casefold())
        for member in kind:
            if wanted == member.value.casefold():
                return member
        self.fault(column, f"{value!r} is none of {', '.join(member.value for member in kind)}")
        return default

    def date(self, column: str) -> DateRange:
        """A date range in the template's grammar; ``2004-2006``, ``2004/06/08``, a number 2004.0 and a spreadsheet's
        date with a time of day are understood too."""
        value = self.word(column).translate(_DIGITS)
        if match := _YEARS.fullmatch(value):
            value = f"{match[1]}..{match[2]}"
        elif match := _SLASHED.fullmatch(value):
            value = "-".join(part for part in match.groups() if part)
        elif match := _YEAR_NUMBER.fullmatch(value) or _STAMP.fullmatch(value):
            value = match[1]
        try:
            return DateRange.parse(value)
        except BadValueError as error:
            self.fault(column, error)
            return DateRange()

    def quantity(self, column: str, unit: Unit) -> Quantity:
        """A quantity in the template's grammar."""
        value = self.word(column).translate(_DIGITS)
        for figure in map(str.strip, _BETWEEN_FIGURES.split(value)):
            if is_grouped(figure):
                plain = figure.replace(".", "")
                self.fault(column, f"{figure!r} can be read in two ways; write {plain} if the dot parts thousands")
                return Quantity(unit=unit)
        try:
            return Quantity.parse(value, unit)
        except ValidationError as error:
            self.fault(column, "; ".join(complaints(error)))
        except BadValueError as error:
            self.fault(column, error)
        return Quantity(unit=unit)

    def number(self, column: str, low: float, high: float) -> float | None:
        """A plain number from ``low`` to ``high``, or None if empty."""
        value = self.word(column).translate(_DIGITS)
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            self.fault(column, f"not a number: {value!r}")
            return None
        if not low <= number <= high:
            self.fault(column, f"{value} lies outside {low:g} to {high:g}")
            return None
        return number

    def whole(self, column: str, low: int, high: int) -> int | None:
        """A whole number, or None if empty."""
        number = self.number(column, low, high)
        if number is not None and number != int(number):
            self.fault(column, f"not a whole number: {number:g}")
            return None
        return None if number is None else int(number)

    def share(self, column: str) -> float | None:
        """A share from 0 to 1; ``43.5 %`` and ``43.5%`` are understood."""
        value = self.word(column).translate(_DIGITS)
        if not value:
            return None
        percent = value.endswith(("%", "٪"))
        try:
            number = float(value.rstrip("%٪ ")) / (100 if percent else 1)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 1:
            self.fault(column, f"not a share: {value!r}; write 0.435 or 43.5%")
            return None
        return number

    def grade(self, column: str) -> Grade:
        """An Admiralty grade; empty is F6."""
        try:
            return Grade.model_validate(self.word(column))
        except ValueError:
            self.fault(column, f"not an Admiralty grade: {self.text(column)!r}; write A to F and 1 to 6, as in B2")
            return Grade()


def is_error(text: str) -> bool:
    """Whether a cell shows what a spreadsheet program writes where a formula failed (``#DIV/0!``, ``#N/A``)."""
    return bool(_ERROR.fullmatch(text))


def is_grouped(figure: str) -> bool:
    """Whether the dots in a figure may part thousands: ``1.000`` is one or a thousand."""
    return bool(_GROUPED.fullmatch(figure))


def complaints(error: ValidationError) -> list[str]:
    """What a record says of the values it was given, without the model's own words around it."""
    return [detail["msg"].removeprefix("Value error, ") for detail in error.errors()]


def split_list(text: str) -> tuple[str, ...]:
    """The parts of a list cell, blanks around them and empty parts left out."""
    parts = [""]
    escaped = False
    for char in text:
        if escaped:
            parts[-1] += char if char in ";\\" else f"\\{char}"
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == ";":
            parts.append("")
        else:
            parts[-1] += char
    if escaped:
        parts[-1] += "\\"
    return tuple(part.strip() for part in parts if part.strip())


def join_list(parts: tuple[str, ...]) -> str:
    """The inverse of :func:`split_list`."""
    return "; ".join(part.replace("\\", "\\\\").replace(";", "\\;") for part in parts)


def guarded(text: str) -> str:
    """The text with a ``'`` before it where a spreadsheet program would take it for a formula."""
    return f"'{text}" if GUARDED.match(text) else text
