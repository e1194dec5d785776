"""Look-alikes: characters that are taken for one another when a mark is read or copied, and which were.

Method: the skeletons of Unicode Technical Standard 39, section 4 (https://www.unicode.org/reports/tr39/), over a table
of our own for what is stamped on arms: figures against letters, Latin against Cyrillic and Greek, and the figures of
other scripts by their value. Each character has one stand-in, so two marks look alike if their skeletons are equal.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from takingstock.records import Record

_FIGURES: Final = {
    **dict.fromkeys("oоοօ", "0"),
    **dict.fromkeys("ilіιıӏ", "1"),
    **dict.fromkeys("zζ", "2"),
    **dict.fromkeys("з", "3"),
    **dict.fromkeys("sѕտ", "5"),
    **dict.fromkeys("bвβь", "8"),
}
"""Folded letters to the figure that they are taken for: O, I and l, Z, Cyrillic Ze, S, B; with their doubles."""

_LETTERS: Final = {
    # Cyrillic
    **dict(zip("аеёјкмнрстухԛԝ", "aeejkmhpctyxqw", strict=True)),
    # Greek
    **dict(zip("αεηκμνρτυχ", "aehkmnptyx", strict=True)),
}
"""Folded letters of other alphabets to the Latin letter whose capital they share."""

SEPARATOR: Final = "·"


class Taken(Record):
    """``asked`` in the text asked for was taken for ``found`` in the record; one of them may be empty (a separator
    between figures)."""

    asked: str
    found: str


def stand_in(char: str) -> str:
    """What a character of a folded mark stands for."""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    plain = _FIGURES.get(char, char)
    return _LETTERS.get(plain, plain)


def skeleton(folded: str) -> str:
    """Of a folded mark: the stand-ins of its characters, without separators. Equal for marks that look alike."""
    return "".join(stand_in(char) for char in folded if char != SEPARATOR)


def taken(asked: str, found: str) -> tuple[Taken, ...]:
    """For two folded marks of one skeleton: which characters were taken for which, each pair once."""
    pairs = zip(asked.replace(SEPARATOR, ""), found.replace(SEPARATOR, ""), strict=True)
    told = [Taken(asked=_shown(a, b), found=_shown(b, a)) for a, b in pairs if a != b]
    if _cuts(asked) != _cuts(found):
        told.append(Taken(asked=SEPARATOR * (SEPARATOR in asked), found=SEPARATOR * (SEPARATOR in found)))
    return tuple({(one.asked, one.found): one for one in told}.values())


def described(pairs: tuple[Taken, ...]) -> str:
    """In words: which characters were taken for which; letters of other scripts are named."""
    return "; ".join(
        "separators between figures differ"
        if SEPARATOR in one.asked + one.found or not one.asked + one.found
        else f"{_named(one.asked)} taken for {_named(one.found)}"
        for one in pairs
    )


def _shown(char: str, other: str) -> str:
    """Marks are stamped in capitals: a folded letter is shown as one, but for l and i, which must stay apart."""
    return char if char in "li" and other in "li" else char.upper()


def _named(char: str) -> str:
    if char.isascii():
        return char
    script = unicodedata.name(char, "unknown").split()
    return f"{char} ({script[0].capitalize()})"


def _cuts(folded: str) -> list[int]:
    return [len(part) for part in folded.split(SEPARATOR)]
