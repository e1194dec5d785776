"""Language: the report's own words, one message catalogue (TOML) per language, all with the same keys.

Numerals are Latin digits in every language: figures are compared across languages and copied into spreadsheets, and
one set of digits keeps them equal. Each is isolated left to right, so that a range keeps its order in Arabic text.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from takingstock.records import UnknownNameError

FOLDER = Path(__file__).parent / "messages"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ckb"})


@dataclass(frozen=True)
class Messages:
    """``t(key, **values)`` gives escaped HTML; values that are Markup are not escaped again."""

    code: str
    texts: dict[str, str]

    @property
    def direction(self) -> str:
        return "rtl" if self.code in RIGHT_TO_LEFT else "ltr"

    def has(self, key: str) -> bool:
        return key in self.texts

    def t(self, key: str, /, **values: Any) -> Markup:
        """The message as HTML. A missing key is an error of ours, hence KeyError."""
        return Markup(escape(self.texts[key])).format(**values)

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
        return Messages(language, dict(_flat(tomllib.load(file))))


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", str(value)))
    return rows
