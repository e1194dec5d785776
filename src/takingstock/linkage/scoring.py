"""Scoring: how likely a designation and the names of one class mean the same type, 0 to 100.

Codes must agree part by part: a figure or a variant letter more, less or other is another thing and never scores above
:data:`OTHER`. Likeness of letters (rapidfuzz) counts only between nicknames. Kind, calibre and country can take a
match away; by themselves they make none. The weights are set by hand, the threshold is fitted: docs/names.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from takingstock.linkage.designation import Chunk, Designation
from takingstock.linkage.vocabulary import GENERIC, ONE_LINE

OTHER = 60.0
"""The most that a name with another code can score."""
CONFLICT = 45.0
"""The most that a name can score whose kind or calibre is another."""
ALIKE = 88.0
"""Ratio of two nicknames of six letters or more that count as one."""

_GRAU = re.compile(r"\d{1,2}[a-z]{1,2}\d{1,3}")


@dataclass(frozen=True)
class Known:
    """One class as it is known: its ``names``, taken apart; whether its kind, calibres and country are those that
    were asked for (None: nothing to compare). ``family``: types lie below it; ``part``: it is a part of something, or
    what something fires, and commonly goes by that thing's name; ``above``: nicknames of the types above it."""

    id: str
    names: tuple[Designation, ...]
    kind_agrees: bool | None
    bore_agrees: bool | None
    country_agrees: bool | None
    family: bool
    part: bool = False
    above: tuple[tuple[str, str], ...] = ()


def same(asked: Designation, known: Known, lone: bool) -> float:
    """The score that what is asked is this class, by its best name. ``lone``: no other class has these words."""
    return max((_adjusted(_name(asked, name, known, lone), asked, name, known) for name in known.names), default=0.0)


def variant(asked: Designation, known: Known) -> float:
    """The score that what is asked is a variant of this class, which has types below it: the class's whole code, then
    a letter or a model year. 0 where it is none."""
    if not known.family:
        return 0.0
    return max((_variant(asked, name, known) for name in known.names), default=0.0)


def _variant(asked: Designation, name: Designation, known: Known) -> float:
    code, flat = name.flat, asked.flat
    if not any(part.isdigit() for part in code) or flat[: len(code)] != code or len(flat) <= len(code):
        return 0.0
    if flat[len(code)].isdigit() or len(flat[len(code)]) > 5 or not _only_variant(asked, len(code)):
        return 0.0
    return _adjusted(max(0.0, 95.0 - _strange(asked, known)), asked, name, known)


def _only_variant(asked: Designation, length: int) -> bool:
    """Whether what follows the first ``length`` parts goes on in the same code, or is a model year or letters: a second
    code with a figure of its own ("AT4 (M136)") names something."""
    done = 0
    for chunk in asked.codes:
        if done >= length and chunk[0] != "obr" and any(part.isdigit() for part in chunk):
            return False
        done += len(chunk)
    return True


def _name(asked: Designation, name: Designation, known: Known, lone: bool) -> float:
    if not (name.codes or name.words) or not (asked.codes or asked.words):
        return 0.0
    words_off = sum(1 for word in name.words if not _among(word, asked.words))
    strange = _strange(asked, known)
    unknown = bool(strange)
    fuzzy = sum(1 for word in asked.words if word not in name.words and _among(word, name.words))
    if name.flat == asked.flat:
        if not asked.codes and (words_off == len(name.words) or unknown):
            return OTHER + 10.0 if words_off < len(name.words) else 0.0
        return 98.0 - 12.0 * min(words_off, 2) - strange - 2.0 * fuzzy
    if asked.codes and name.codes:
        left = _left(asked.codes, name.flat)
        if left is None:
            return 0.0
        others = {other.flat for other in known.names}
        if all(chunk in others for chunk in left):
            return 97.0 - 12.0 * min(words_off, 2) - strange - 2.0 * fuzzy
        return OTHER
    if asked.codes:
        # The nickname fits, the code beside it is one that the table does not have.
        return OTHER + 10.0 if not words_off else 0.0
    if asked.words and not unknown and all(_among(word, name.words) for word in asked.words):
        return 86.0 - 2.0 * fuzzy if lone and max(len(stem) for stem, _ in asked.words) >= 4 else OTHER + 5.0
    return 0.0


def _adjusted(score: float, asked: Designation, name: Designation, known: Known) -> float:
    if not score:
        return 0.0
    if known.kind_agrees is False or known.bore_agrees is False:
        return min(score, CONFLICT)
    agrees = bool(known.kind_agrees) or bool(known.bore_agrees)
    score += 2.0 * bool(known.kind_agrees) + 1.0 * bool(known.bore_agrees)
    score += {True: 1.0, False: -15.0, None: 0.0}[known.country_agrees]
    nickname = bool(set(asked.words) & set(name.words))
    if not name.codes and not known.kind_agrees:
        # A nickname alone; the calibre is no help, as a cartridge bears both ("9×18 mm Makarov").
        score -= 10.0
    if name.codes and _generic(name.flat) and not agrees and not nickname:
        score -= 12.0
    own = name.makers or frozenset(maker for other in known.names for maker in other.makers)
    if asked.makers and own and not asked.makers & own:
        score -= 12.0
    makers = frozenset[str]().union(*name.states)
    if makers and asked.states and not any(one_country(makers, states) for states in asked.states):
        score -= 12.0
    if makers and not asked.states and known.country_agrees is not True:
        score -= 12.0
    score -= _kinds_off(asked, name, known)
    if asked.vague and not known.family:
        score -= 20.0
    if asked.several and not name.several:
        score -= 25.0
    if asked.apart:
        score -= 30.0
    return max(0.0, min(score, 100.0))


def _kinds_off(asked: Designation, name: Designation, known: Known) -> float:
    """What it costs that the words of kind are not the same: two types may share all else ("Type 56" is a carbine and
    an assault rifle), and a part is named after its whole."""
    if known.part and not set(name.kinds) & set(asked.kinds) and not known.kind_agrees:
        return 15.0
    if not asked.kinds:
        return 8.0 if name.kinds and not known.kind_agrees else 0.0
    own = _spelled(name.kinds) or _spelled(tuple(kind for other in known.names for kind in other.kinds))
    one = _spelled(asked.kinds)
    if not own or one & own:
        return 0.0
    if any(a.endswith(f" {b}") for a in one for b in own):
        # "Main battle tank" of a tank; whether the class is one, its place in the table has said.
        return 0.0
    return 10.0 if any(b.endswith(f" {a}") for a in one for b in own) else 12.0


def _spelled(kinds: tuple[str, ...]) -> frozenset[str]:
    return frozenset(kind.replace("armored", "armoured") for kind in kinds)


def _left(codes: tuple[Chunk, ...], wanted: Chunk) -> list[Chunk] | None:
    """The codes that remain where some whole codes, one after the other, make up ``wanted``; None: they do not."""
    for first in range(len(codes)):
        for last in range(first + 1, len(codes) + 1):
            if tuple(part for chunk in codes[first:last] for part in chunk) == wanted:
                return [*codes[:first], *codes[last:]]
    return None


def _strange(asked: Designation, known: Known) -> float:
    """What words cost that the class is not known by; less where quotation marks say that it is a nickname."""
    own = (*(word for name in known.names for word in name.words), *known.above)
    strange = [word for word in asked.words if not _among(word, own)]
    return sum(5.0 if "".join(word) in asked.quoted else 12.0 for word in strange)


def _among(word: tuple[str, str], words: Iterable[tuple[str, str]]) -> bool:
    return any(alike(word, other) for other in words)


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two nicknames are one: the tail must be the same, the stem may be spelled a little differently."""
    if one == other:
        return True
    if one[1] != other[1] or min(len(one[0]), len(other[0])) < 6:
        return False
    return fuzz.ratio(one[0], other[0]) >= ALIKE


def _generic(code: Chunk) -> bool:
    """Whether a code is a bare number under a letter that many use: ``M4A1``, ``Type 56``; not ``2S1`` or ``BM-21``."""
    if not code or _GRAU.match("".join(code)):
        return False
    return code[0] in GENERIC or (len(code) == 2 and len(code[0]) == 1 and len(code[-1]) == 1)


def one_country(asked: frozenset[str], known: frozenset[str]) -> bool:
    """Whether two sets of states share one, a state and its successor counting as one (see ONE_LINE)."""
    return bool(_line(asked) & _line(known))


def _line(states: frozenset[str]) -> frozenset[str]:
    found = set(states)
    for line in ONE_LINE:
        if line & states:
            found |= line
    return frozenset(found)
