"""Marking: which kind of mark a text is, and the one form in which marks are compared.

A word before the mark decides (``serial``, ``s/n``, ``no.``; ``lot``, ``batch``; ``factory``; ``import``); without one,
a mark on ammunition is a lot and any other that holds a figure is a serial. Marks are equal only if they are, but for
case, blanks and punctuation: what merely looks alike is not the same mark.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from takingstock.records.identification import Mark, MarkCondition

_WORDS: Final = (
    (r"serial(?:\s*(?:no|number|nr))?|s\s*/\s*n|sn|no|nr|№", r"(?:\s*[:#]\s*|\s*\.?\s+)"),
    (r"lot(?:\s*(?:no|number|nr))?|batch(?:\s*(?:no|number|nr))?", r"(?:\s*[.:#]\s*|\s+|(?=\d))"),
    (r"(?:factory|arsenal|maker)(?:\s*(?:code|mark|no|number|nr))?", r"(?:\s*[.:#]\s*|\s+)"),
    (r"import(?:\s*(?:mark|marks|marking))?|imp(?:\.|(?=:))", r"(?:\s*[.:#]\s*|\s+|(?<=\.))"),
)
_RANGE: Final = re.compile(r"^(.*?)(\d+)\s*(?:\.\.|–)\s*(?:\1)?(\d+)$")
_CONDITION: Final = re.compile(rf"\s*\[\s*({'|'.join(MarkCondition)})\s*\]\s*$", re.I)


class MarkKind(StrEnum):
    """What a mark says. ``other``: neither; a serial and a lot are one item's or one batch's, the rest are on many."""

    SERIAL = "serial"
    LOT = "lot"
    FACTORY = "factory"
    IMPORT = "import"
    OTHER = "other"


_KINDS: Final = tuple(
    (kind, re.compile(rf"^(?:{words}){apart}(?=\S)", re.I))
    for kind, (words, apart) in zip(MarkKind, _WORDS, strict=False)
)


def read_mark(text: str, *, rounds: bool) -> Mark:
    """The mark without the word before it, its kind and its condition. ``rounds``: on ammunition, where a bare mark is
    a lot. A block of numbers (``1001..1010``) is one mark of kind *other*: see :func:`block_of`.

    >>> read_mark("s/n AB-1", rounds=False).text, read_mark("lot 7 [removed]", rounds=True).kind
    ('AB-1', 'lot')
    """
    found = _CONDITION.search(text)
    condition = MarkCondition(found[1].casefold()) if found else MarkCondition.PRESENT
    plain = (text[: found.start()] if found else text).strip()
    for kind, words in _KINDS:
        if found and (match := words.match(f"{plain} ·")) and plain[match.end() :] == "":
            # Removed: the word and nothing behind it.
            return Mark(kind=kind, condition=condition)
        if match := words.match(plain):
            rest = plain[match.end() :].strip()
            if _RANGE.match(rest) and kind in {MarkKind.SERIAL, MarkKind.LOT}:
                # A block of lots keeps its word, so that nobody takes it for one of serials.
                text = rest if kind is MarkKind.SERIAL else plain
                return Mark(text=text, kind=MarkKind.OTHER, condition=condition)
            return Mark(text=rest, kind=kind, condition=condition)
    if _RANGE.match(plain) or not any(char.isdigit() for char in plain):
        return Mark(text=plain, kind=MarkKind.OTHER, condition=condition)
    return Mark(text=plain, kind=MarkKind.LOT if rounds else MarkKind.SERIAL, condition=condition)


def serial_of(text: str) -> str:
    """The serial, in the compared form, that a text says is one ("serial: 12", "s/n 12"); empty for a bare mark, which
    may be an arsenal's that stands on many.

    >>> serial_of("s/n AB-1"), serial_of("66")
    ('ab1', '')
    """
    # Read as on ammunition, where a bare mark is no serial.
    mark = read_mark(text, rounds=True)
    return fold_mark(mark.text) if mark.kind == MarkKind.SERIAL else ""


def named_mark(text: str, kind: str) -> str:
    """The mark with the word of its kind before it, so that whoever reads it again reads the same kind."""
    lone = not text or kind == MarkKind.OTHER or read_mark(text, rounds=False).kind == kind != MarkKind.SERIAL
    return text if lone else f"{kind}: {text}"


def block_of(text: str) -> tuple[str, int, int] | None:
    """The block of serials that a text states (``AB1001..AB1999``): prefix in the compared form, first and last."""
    mark = read_mark(text, rounds=False)
    match = _RANGE.match(mark.text) if mark.kind == MarkKind.OTHER else None
    if match and int(match[2]) <= int(match[3]):
        return fold_mark(match[1]), int(match[2]), int(match[3])
    return None


def fold_mark(text: str) -> str:
    """The form that is compared: no case, no blanks, no punctuation but between two figures.

    >>> fold_mark("AB-10 01") == fold_mark("ab10/01"), fold_mark("AB1001")
    (True, 'ab1001')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"(?<=\d)[\W_]+(?=\d)", "·", plain)
    return re.sub(r"[^\w·]+|_+", "", plain)
