"""The one form in which names of people who work on a case are compared, and which names are none.

Two experts count as independent if their names differ, so a name must not differ by what nobody sees: case, accents,
blanks, marks of no width, or a letter of another script that looks the same ("Анна" with a Latin A). Method: the
skeletons of Unicode Technical Standard 39, section 4 (https://www.unicode.org/reports/tr39/), with a table of our own
for the alphabets that look alike, and its mixed-script detection, section 5.1, within a word. Two names that a person
chose cannot be told from two persons: the owner of the case vouches for who is behind them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from takingstock.records.errors import BadValueError

_LOOK: Final = {
    # Cyrillic
    **dict(zip("АВЕЅЈКМНОРСТУХІЬҮҺԌԚԜ", "ABESJKMHOPCTYXIBYHGQW", strict=True)),
    **dict(zip("аеѕјкморстухіһԛԝԁӏүѵ", "aesjkmopctyxihqwdlyv", strict=True)),
    **dict(zip("вньг", "bhbr", strict=True)),
    # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("αβεζηικμνορτυχϲ", "abezhikmnoptyxc", strict=True)),
    # Armenian, Cherokee, and Latin letters that are other letters' doubles
    **dict(zip("օսցհոՏՕᎪᎬᎡᏢᏚ", "ougjnSOAERPS", strict=True)),
    **dict(zip("ıȷɑɡſ", "ijags", strict=True)),
    # Arabic letters that keyboards of different countries write differently
    **dict(zip("یىےکڪھہۀەة", "يييككههههه", strict=True)),
}
"""A letter to the one it looks like. Small and capital letters of one alphabet go to the same place."""

_TOGETHER: Final = {
    "HIRAGANA": "CJK",
    "KATAKANA": "CJK",
    "HANGUL": "CJK",
    "BOPOMOFO": "CJK",
    "KATAKANA-HIRAGANA": "CJK",
}
"""Scripts that are written together."""


_NOTHING: Final = "\u0640\u115f\u1160\u3164\uffa0"
"""Letters of which nothing is seen, or only a longer line: the Arabic kashida, the fillers of Hangul."""

_INITIAL: Final = re.compile(r"(?<!\w)([^\W\d_])\.")


def folded(name: str) -> str:
    """A person's name so that case, accents, marks, blanks, the points of initials, and letters that look the same do
    not make two people of one. It rather takes two for one than one for two.

    >>> folded("  Zo\u00eb   K. "), folded("zoe k")
    ('zoe k', 'zoe k')
    >>> folded("\u0410\u043d\u043d\u0430") == folded("A\u043d\u043da")
    True
    """
    kept = []
    for char in unicodedata.normalize("NFKD", name):
        category = unicodedata.category(char)
        # Marks, format characters (zero width, direction), and letters that are drawn as nothing.
        if category in {"Mn", "Me", "Cf", "Lm"} or char in _NOTHING or char in "'\u2019\u02bc`\u00b4":
            continue
        digit = unicodedata.digit(char, None) if category == "Nd" else None
        plain = _LOOK.get(char, char) if digit is None else str(digit)
        # Signs stand for nothing in a name: "Bob." and "Bob" with a braille blank are Bob.
        blank = category[0] in "ZC" or (category[0] in "PS" and category != "Pd" and char not in ".\u2212")
        kept.append(" " if blank else "-" if category == "Pd" or char == "\u2212" else plain)
    # Folding the case can bring letters of the table up, and letters that fall apart again.
    once = unicodedata.normalize("NFKD", "".join(kept).casefold())
    text = "".join(_LOOK.get(char, char) for char in once if not unicodedata.combining(char))
    text = _INITIAL.sub(r"\1 ", text).replace(".", " ")
    return unicodedata.normalize("NFC", " ".join(text.split())) or " ".join(name.split())


def name_key(name: str) -> str:
    """The part of an id that stands for a person: less is folded than for comparing, and it never changes, so that what
    is imported again has the id that it had.

    >>> name_key("  Zo\u00eb   K. ")
    'zoe k.'
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = (char for char in plain if not unicodedata.combining(char) and char not in "\u0640\u200b\ufeff")
    return unicodedata.normalize("NFKC", " ".join("".join(kept).split()))


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises BadValueError for one that is empty or that cannot be told from another
    by looking at it: letters of several scripts in one word, or a name of nothing but marks."""
    text = " ".join(name.split())
    if not any(unicodedata.category(char)[0] in "LN" and char not in _NOTHING for char in text):
        raise BadValueError(f"{name!r} is no name; write the person's name in letters")
    for word in text.split():
        scripts = _scripts(word)
        if len(scripts) > 1:
            odd = min(scripts, key=lambda script: len(scripts[script]))
            raise BadValueError(
                f"the name {text!r} mixes {' and '.join(sorted(scripts))} letters in one word ({odd}: "
                f"{', '.join(sorted(set(scripts[odd])))}); they can look the same: write it in one script"
            )
    return text


def _scripts(word: str) -> dict[str, list[str]]:
    """Script to the letters of it. The script of a letter is the first word of its name in Unicode."""
    found: dict[str, list[str]] = {}
    for char in unicodedata.normalize("NFKC", word):
        if unicodedata.category(char)[0] != "L" or unicodedata.category(char) == "Lm":
            continue
        script = unicodedata.name(char, "UNKNOWN").split()[0]
        found.setdefault(_TOGETHER.get(script, script), []).append(char)
    return found
