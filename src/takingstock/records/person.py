"""The one form in which names of people who work on a case are compared."""

from __future__ import annotations

import unicodedata


def folded(name: str) -> str:
    """A person's name so that case, accents, marks and blanks do not make two people of one.

    >>> folded("  Zo\u00eb   K. "), folded("zoe k.")
    ('zoe k.', 'zoe k.')
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = (char for char in plain if not unicodedata.combining(char) and char not in "\u0640\u200b\ufeff")
    return unicodedata.normalize("NFKC", " ".join("".join(kept).split()))
