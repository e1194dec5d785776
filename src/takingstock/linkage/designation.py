"""Designation: a name as registers write it, taken apart into codes, words, calibre, kind and country.

``T-72M1``, ``T-72 M1`` and ``T72M1`` are one run of parts, ``t 72 m 1``; ``T-72M`` is another. Nothing here decides
what is meant: :mod:`takingstock.linkage.scoring` compares two of these.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from takingstock.linkage.vocabulary import APART, MAKERS, NATIONS, ONE_MAKER, SMALL, TYPE_WORDS, VAGUE
from takingstock.reference.taxonomy import fold

Chunk = tuple[str, ...]
"""The parts of one code, letters and figures in turn: ``("t", "72", "m", "1")``."""


@dataclass(frozen=True)
class Designation:
    """``codes`` are the codes in order; ``words`` are nicknames, each as stem and tail ("Igla-S": igla, s). ``bores``
    are calibres in millimetres (or hundredths of an inch, negative). ``kinds`` are the phrases of type words found.
    ``states`` are those that a maker's or nation's word points to, one set for each word; ``makers`` are the makers
    among these words. ``quoted`` are stems that stand in quotation marks: nicknames for certain. ``vague``: one of
    several, it is not known which, and then ``bare`` is the folded name without the words that say so; ``several``:
    more than one thing, or an optional part; ``apart``: it speaks of something beside."""

    text: str
    folded: str
    codes: tuple[Chunk, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    bores: frozenset[float] = frozenset()
    kinds: tuple[str, ...] = ()
    states: tuple[frozenset[str], ...] = ()
    makers: frozenset[str] = frozenset()
    quoted: frozenset[str] = frozenset()
    bare: str = ""
    vague: bool = False
    several: bool = False
    apart: bool = False

    @property
    def flat(self) -> Chunk:
        """The parts of all codes, end to end."""
        return tuple(part for chunk in self.codes for part in chunk)


# Cyrillic letters that stand in for Latin ones in codes ("421-16Е").
_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТХУавекмнорстху", "ABEKMHOPCTXYabekmhopctxy")
_BORE = re.compile(
    r"(?<![\w.])(\d{1,3}(?:\.\d{1,2})?)\s*[x×]\s*\d{2,3}(?:\.\d)?(?:r|sr)?(?:\s*mm)?\b(?:\s*(?:nato|parabellum))?"
    r"|(?<![\w.])(\d{1,3}(?:\.\d{1,2})?)[\s-]*mm\b",
    re.IGNORECASE,
)
_INCH = re.compile(
    r"(?<![\w.])(\.\d{2,3})\b(?:[\s-]*(?:acp|bmg|cal(?:ibre|iber)?|win(?:chester)?|rem(?:ington)?|special))?", re.I
)
_SEVERAL = re.compile(r"[/+]|\band\b|\bor\b|&(?!\s*(?:koch|wesson|k\b|w\b))", re.IGNORECASE)
_FOR = re.compile(r"\bfor\b.*$", re.IGNORECASE)
_BRACKET = re.compile(r"\(([^()]*)\)")
_SPLIT = re.compile(r"[\s,;:\"'’‘“”«»`]+")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_LONGEST_PHRASE = 5
_QUOTED = re.compile(r"(?<!\w)['‘“\"«]([^\W\d]+)['’”\"»]")
_UNKNOWN = re.compile(r"[(]?\b(?:unknown|unidentified|various)\b[)]?", re.IGNORECASE)
_PLURAL = re.compile(r"(?<=[A-Z0-9])s$")
"""A small s after a figure or a capital is a plural ("AK-47s"), no variant letter; "T-72S" has a capital one."""
_YEAR = re.compile(r"(19|20)\d\d")


@lru_cache(maxsize=65_536)
def parse(text: str) -> Designation:
    """Take a name apart. Never fails: a text without letters and figures gives an empty designation."""
    plain = _plain(text)
    bores = frozenset(_bores(plain))
    plain = _INCH.sub(" ", _BORE.sub(" ", plain))
    apart = bool(_FOR.search(plain))
    plain = _FOR.sub(" ", _BRACKET.sub(_bracket, plain))
    several = "\x00" in plain or bool(_SEVERAL.search(plain))
    found = _Parts(plain.replace("\x00", " "))
    return Designation(
        text=text,
        folded=fold(text),
        codes=tuple(found.codes),
        words=tuple(found.words),
        bores=bores,
        kinds=tuple(found.kinds),
        states=tuple(found.states),
        makers=frozenset(found.makers),
        quoted=frozenset("".join(_PARTS.findall(word)).casefold() for word in _QUOTED.findall(plain)),
        bare=fold(_UNKNOWN.sub(" ", text)) if found.vague else "",
        vague=found.vague,
        several=several,
        apart=apart or found.apart,
    )


def _plain(text: str) -> str:
    """Without accents and dashes of other kinds; Cyrillic letters that look Latin are Latin beside a figure."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("×", "x").replace("–", "-").replace("—", "-"))
        text = "".join(char for char in text if not unicodedata.combining(char))
        text = " ".join(
            word.translate(_LOOK_ALIKE) if any(char.isdigit() for char in word) else word for word in text.split()
        )
    return text


def _bores(text: str) -> list[float]:
    found = [float(case or plain) for case, plain in _BORE.findall(text)]
    return [*found, *(-float(inch) * 100 for inch in _INCH.findall(text))]


def bores_of(calibre: str) -> frozenset[float]:
    """The calibres that a cell or column of that name gives: ``7.62×39 mm``, ``125``, ``.50 BMG``."""
    plain = _plain(calibre)
    found = _bores(plain)
    if not found and re.fullmatch(r"\s*\d{1,3}(\.\d{1,2})?\s*", plain):
        found = [float(plain)]
    return frozenset(found)


def _bracket(match: re.Match[str]) -> str:
    """What stands in brackets: a part that may or may not be there ("BMP-2(K)") is marked; words stay words."""
    inner = match[1].strip()
    short = len(re.sub(r"\W", "", inner)) <= 3 and inner.upper() == inner
    return f"\x00{inner} " if short else f" {inner} "


class _Parts:
    """One pass over the blanks-separated pieces of a name."""

    def __init__(self, plain: str) -> None:
        self.codes: list[Chunk] = []
        self.words: list[tuple[str, str]] = []
        self.kinds: list[str] = []
        self.states: list[frozenset[str]] = []
        self.makers: list[str] = []
        self.vague = self.apart = False
        letters = [char for char in plain if char.isalpha()]
        self._capitals = len(letters) > 6 and all(char.isupper() for char in letters)
        pieces = [piece.strip(".-/+!?") for piece in _SPLIT.split(plain)]
        self._read([piece for piece in pieces if piece == "&" or _PARTS.search(piece)])

    def _read(self, pieces: list[str]) -> None:
        at = 0
        while at < len(pieces):
            at += self._phrase(pieces[at:]) or self._piece(pieces[at], pieces[at + 1 :])

    def _phrase(self, pieces: list[str]) -> int:
        """How many pieces a phrase of type words or a maker takes; 0: none begins here."""
        for length in range(min(_LONGEST_PHRASE, len(pieces)), 0, -1):
            phrase = " ".join(pieces[:length]).casefold()
            spaced = re.sub(r"[\s-]+", " ", phrase)
            for form in (spaced, spaced.removesuffix("s")):
                if form in TYPE_WORDS:
                    self.kinds.append(form)
                    return length
            if phrase in MAKERS or phrase in NATIONS:
                self.states.append(frozenset(MAKERS.get(phrase) or NATIONS[phrase]))
                if phrase in MAKERS:
                    self.makers.append(ONE_MAKER.get(phrase, phrase))
                return length
        return 0

    def _piece(self, piece: str, rest: list[str]) -> int:
        piece = _PLURAL.sub("", piece)
        low = piece.casefold()
        parts = tuple(_PARTS.findall(low))
        if not parts:
            return 1
        figures = any(part.isdigit() for part in parts)
        follows = bool(rest) and rest[0][:1].isdigit()
        if low in {"mk", "mark"} and rest and rest[0].casefold() in _ROMAN:
            self.codes.append(("mk", _ROMAN[rest[0].casefold()]))
            return 2
        if low in {"mk", "mark", "model", "type", "mod", "obr", "zr", "m", "vz", "wz", "no"} and follows:
            number = tuple(_PARTS.findall(rest[0].casefold()))
            word = "obr" if low in {"obr", "zr", "mod"} and _YEAR.fullmatch(number[0]) else low
            self.codes.append(("mk" if word == "mark" else word, *number))
            return 2
        if figures or self._code_like(piece):
            joins = self.codes and parts[0].isdigit() and len(parts) == 1 and not self.codes[-1][-1].isdigit()
            if joins:
                # "AK 47": a figure by itself belongs to the code before it.
                self.codes[-1] = (*self.codes[-1], *parts)
            elif len(parts) == 1 and parts[0].isdigit() and self.words and not self.codes:
                # "Igla 1": the nickname carries a number.
                stem, tail = self.words.pop()
                self.codes.append((stem, tail, *parts) if tail else (stem, *parts))
            else:
                self.codes.append(parts)
            return 1
        for word in (low, *low.split("-")):
            self.vague |= word in VAGUE
            self.apart |= word in APART
        if low in VAGUE or low in APART or low in SMALL or low == "and":
            return 1
        whole = len(parts) == 1 or len(parts[-1]) > 2
        self.words.append(("".join(parts), "") if whole else ("".join(parts[:-1]), parts[-1]))
        return 1

    def _code_like(self, piece: str) -> bool:
        """Whether letters alone are a code: ``AKM``, ``DShK``, ``MT-LBu``, ``B``; not a word in capitals."""
        letters = [char for char in piece if char.isalpha()]
        if len(letters) <= 2:
            return True
        if self._capitals:
            return len(letters) <= 4
        return sum(char.isupper() for char in letters) >= 2 and not re.search(r"[A-Z][a-z]{3,}", piece)
