"""Language: the report's own words, one message catalogue (TOML) per language, all with the same keys.

Numerals are Latin digits in every language: figures are compared across languages and copied into spreadsheets, and
one set of digits keeps them equal. Each is isolated left to right, so that a range or ``>99.9 %`` keeps its order in
Arabic text: figures in HTML by an element, figures in plain text (labels of charts, messages, passages) by the Unicode
isolates U+2066 and U+2069.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from takingstock.records import UnknownNameError

FOLDER = Path(__file__).parent / "messages"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ckb"})
# A per cent sign with a blank before it, or a sign before a figure, is neutral and would change sides.
_PERCENT = re.compile(r"[<>≥≤~]?(?:N\s?[–-]\s?)?N\s?%|N–N|N×\w+".replace("N", r"\d(?:[\d.,]*\d)?"))

_OF_WHAT = re.compile(r"(?<!\S)من ما (?=لا )")


def direction_of(language: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def ltr(text: str) -> str:
    """Plain text that keeps its left-to-right order wherever it stands."""
    return f"\u2066{text}\u2069"


def tidy(text: str, language: str) -> str:
    """Text of a right-to-left language with its percentages and ranges isolated; any other as it is."""
    return _PERCENT.sub(lambda match: ltr(match[0]), text) if language in RIGHT_TO_LEFT else text


@dataclass(frozen=True)
class Messages:
    """``t(key, **values)`` gives escaped HTML; values that are Markup are not escaped again."""

    code: str
    texts: dict[str, str]

    @property
    def direction(self) -> str:
        return direction_of(self.code)

    def ltr(self, text: str) -> str:
        """Plain text isolated left to right where the page runs the other way."""
        return ltr(text) if self.direction == "rtl" else text

    def counted(self, n: float | None) -> str:
        """The table of unit words that goes with a number: ``one``, ``few`` or ``unit`` (CLDR plural rules of the
        languages there are; Arabic has *few* for what ends in 03 to 10)."""
        if n is not None and round(n, 1) == 1:  # as it is printed: 0.9999… reads 1
            return "one"
        return "few" if self.code == "ar" and n is not None and n == int(n) and 3 <= n % 100 <= 10 else "unit"

    def has(self, key: str) -> bool:
        return key in self.texts

    def t(self, key: str, /, **values: Any) -> Markup:
        """The message as HTML. A missing key is an error of ours, hence KeyError."""
        html = Markup(escape(self.texts[key])).format(**values)
        if self.code == "ar":
            # "Of what is not more than": the two words are written as one.
            html = Markup(_OF_WHAT.sub("مما ", str(html)))
        return html

    def plain(self, key: str, /, **values: Any) -> str:
        """The message as plain text (for chart labels and data files)."""
        return self.texts[key].format(**values)


def languages() -> tuple[str, ...]:
    """The languages there is a catalogue for."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def messages(language: str) -> Messages:
    """The catalogue of a language. Raises UnknownNameError."""
    if language not in languages():
        raise UnknownNameError(f"no report language {language!r}; choose one of {', '.join(languages())}")
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return Messages(language, {key: tidy(text, language) for key, text in _flat(tomllib.load(file))})


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", str(value)))
    return rows
