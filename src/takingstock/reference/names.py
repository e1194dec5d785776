"""How two spellings of a name are told to be one: the keys that look-ups go by."""

from __future__ import annotations

import re
import unicodedata

# Accents of the Latin, Greek and Cyrillic scripts, vowel marks of the Arabic one, joiners; other scripts keep theirs.
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c-\u200f]")
_APOSTROPHES = re.compile("['’‘`´ʼʿʾ]")
_NO_WORD = re.compile(r"[\W_]+")
_SAINT = re.compile(r"\bst\b")
# Persian and Kurdish spell some Arabic letters with code points of their own.
_LETTERS = str.maketrans({"ی": "ي", "ى": "ي", "ک": "ك", "ە": "ه", "ة": "ه", "&": " and "})
_SMALL = {"the", "of", "and"}


def key(text: str) -> str:
    """Casefolded, without accents, marks and punctuation; counters such as SIPRI's ``*`` fall away.

    An acronym of up to three letters in capitals stays as it is, so that "IS" is not the word "is"."""
    text = text.strip().strip("*").strip()
    if len(text) <= 3 and text.isascii() and text.isalpha() and text.isupper():
        return text
    folded = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold()))
    folded = _NO_WORD.sub(" ", _APOSTROPHES.sub("", folded.translate(_LETTERS))).strip()
    return _SAINT.sub("saint", folded)


def forms(text: str) -> tuple[str, ...]:
    """The keys to file and to look under: the name as written, then its words in alphabetical order without "the",
    "of" and "and" (marked ``#``), so that "Iran, Islamic Republic of" meets "Islamic Republic of Iran"."""
    whole = key(text)
    words = sorted(word for word in whole.split() if word not in _SMALL)
    return (whole, "#" + " ".join(words)) if words else ()
