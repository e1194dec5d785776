"""Quantity: how many, as far as the source says, and Money.

Items, rounds and tonnes are different things and never added. A quantity is exact, a range (with or without a most
likely value), at least, at most, or unknown; ``about`` keeps that the source itself rounded the figure.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import ValidationError, model_validator

from takingstock.records.base import Record
from takingstock.records.errors import BadValueError

# A separator only between groups of three: "1,5" may be one and a half or fifteen, so it is refused.
_NUMBER = r"((?:\d{1,3}(?:[,_ ]\d{3})+|\d+)(?:\.\d+)?)"
_FORMS = "write 40, ~185000, 2000..2300, 2000..2300~2100, >=40, <=52 or ? for unknown"


class Unit(StrEnum):
    """What is counted."""

    ITEMS = "items"
    ROUNDS = "rounds"
    TONNES = "tonnes"


class Quantity(Record):
    """``low`` ≤ truth ≤ ``high``; ``None`` is an open end; ``mode`` is the most likely value of a range."""

    low: float | None = None
    high: float | None = None
    mode: float | None = None
    about: bool = False
    unit: Unit = Unit.ITEMS

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return cls._fields(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _sound(self) -> Quantity:
        for value in (self.low, self.high, self.mode):
            if value is not None and not 0 <= value < 1e15:
                raise BadValueError(f"negative or absurd quantity {value:g}; {_FORMS}")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise BadValueError(f"quantity range ends below its start: {self.low:g}..{self.high:g}; swap the two")
        if self.mode is not None and not (self.low or 0) <= self.mode <= (self.high or float("inf")):
            raise BadValueError(f"most likely quantity {self.mode:g} lies outside its range; {_FORMS}")
        if self.about and (self.low is None or self.low != self.high):
            raise BadValueError(f"only one figure can be rounded, a range says so by its width; {_FORMS}")
        return self

    @classmethod
    def exact(cls, value: float, unit: Unit = Unit.ITEMS, *, about: bool = False) -> Quantity:
        """One figure; ``about`` if the source rounded it."""
        return cls(low=value, high=value, about=about, unit=unit)

    @classmethod
    def parse(cls, text: str, unit: Unit = Unit.ITEMS) -> Quantity:
        """Read the forms in the error text. Raises BadValueError for a negative or unreadable one."""
        try:
            return cls(**cls._fields(text), unit=unit)
        except ValidationError as error:
            raise BadValueError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error

    @classmethod
    def _fields(cls, text: str) -> dict[str, Any]:
        text = text.strip().replace("–", "..").replace("≥", ">=").replace("≤", "<=").replace("\u00a0", " ")
        if text in {"", "?", "unknown"}:
            return {}
        if re.match(r"^-\s*\d", text):
            raise BadValueError(f"negative quantity: {text!r}; {_FORMS}")
        if match := re.fullmatch(rf"(~|about )?\s*{_NUMBER}", text):
            value = _number(match[2])
            return {"low": value, "high": value, "about": bool(match[1])}
        if match := re.fullmatch(rf">=\s*{_NUMBER}", text):
            return {"low": _number(match[1])}
        if match := re.fullmatch(rf"<=\s*{_NUMBER}", text):
            return {"high": _number(match[1])}
        if match := re.fullmatch(rf"{_NUMBER}\s*\.\.\s*{_NUMBER}(?:\s*~\s*{_NUMBER})?", text):
            mode = _number(match[3]) if match[3] else None
            return {"low": _number(match[1]), "high": _number(match[2]), "mode": mode}
        raise BadValueError(f"not a quantity: {text!r}; {_FORMS}")

    @property
    def known(self) -> bool:
        """Whether any bound is known."""
        return self.low is not None or self.high is not None

    @property
    def best(self) -> float | None:
        """One figure to compute with: the mode, else the middle of the range, else the one known bound."""
        if self.mode is not None:
            return self.mode
        if self.low is not None and self.high is not None:
            return (self.low + self.high) / 2
        return self.low if self.low is not None else self.high

    @property
    def form(self) -> str:
        """``exact``, ``range``, ``at least``, ``at most`` or ``unknown``."""
        if not self.known:
            return "unknown"
        if self.high is None:
            return "at least"
        if self.low is None:
            return "at most"
        return "exact" if self.low == self.high else "range"

    def __str__(self) -> str:
        match self.form:
            case "unknown":
                return "?"
            case "at least":
                return f">={_text(self.low)}"
            case "at most":
                return f"<={_text(self.high)}"
            case "exact":
                return f"{'~' if self.about else ''}{_text(self.low)}"
        mode = f"~{_text(self.mode)}" if self.mode is not None else ""
        return f"{_text(self.low)}..{_text(self.high)}{mode}"


class Money(Record):
    """An amount in a currency; ``price_year`` where the source gives constant prices (TIV is not money)."""

    amount: Quantity
    currency: str
    price_year: int | None = None


def _number(text: str) -> float:
    return float(re.sub(r"[,_ ]", "", text))


def _text(value: float | None) -> str:
    assert value is not None
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")
