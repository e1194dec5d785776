"""Parties: suggestions for the name of a party that neither id, name nor alias answers. Rule ``party-1``.

Niger is not Nigeria: likeness of letters decides nothing by itself. Automatic are only four things: abbreviations
written out ("Dominican Rep."), a form of state more or less ("Government of …"), one and the same party inside and
outside brackets, and one slip of the pen in a long word where no other party's name is nearly as near. A party that
did not exist at the date is never automatic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Final

from takingstock.linkage.suggestion import Suggestion
from takingstock.records import DateRange
from takingstock.reference import names

if TYPE_CHECKING:
    from takingstock.reference.parties import Directory

PARTY_RULE: Final = "party-1"
AUTOMATIC: Final = 90.0
"""The score from which the rule's suggestion is applied without a person."""
_LONG: Final = 6
_LONE: Final = 8
"""Letters from which one slip in a word may be read over; more where the word is the whole name (Ireland, Iceland)."""
_WRITTEN_OUT: Final = {
    "rep": "republic",
    "dem": "democratic",
    "peoples": "people",
    "fed": "federation",
    "isds": "islands",
    "isl": "islands",
    "is": "islands",
    "br": "british",
    "fr": "french",
    "govt": "government",
    "gov": "government",
    "utd": "united",
    "min": "ministry",
    "def": "defence",
    "defense": "defence",
}
_SMALL: Final = frozenset({"the", "of", "and", "including", "incl", "excluding"})
_FORMS: Final = frozenset({"republic", "government", "kingdom", "state"})
"""Forms of state. Left out only where no other party bears what remains in its name (Korea, Congo, China …)."""


class PartyNames:
    """The English names of a directory and of a case's own parties, filed by their words. Read-only."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._by_words: dict[frozenset[str], dict[str, None]] = defaultdict(dict)
        self._texts: dict[str, dict[str, None]] = defaultdict(dict)
        self._word_to: dict[str, dict[frozenset[str], None]] = defaultdict(dict)
        for party in directory.all():
            for text in dict.fromkeys((party.name, *party.aliases)):
                words = written_out(text)
                if not words:
                    continue
                self._by_words[frozenset(words)][party.id] = None
                self._texts[" ".join(words)][party.id] = None
                for word in words:
                    self._word_to[word][frozenset(words)] = None

    def suggest(
        self,
        text: str,
        when: DateRange = DateRange(),
        *,
        hidden: Collection[str] = (),
        limit: int = 3,
    ) -> tuple[Suggestion, ...]:
        """Up to ``limit`` suggestions, an automatic one first. ``hidden``: names (as :func:`written_out` joins them)
        that count as not in the table, for measuring."""
        asked = written_out(text)
        if not asked:
            return ()
        found: dict[str, tuple[float, str]] = {}
        for id, score, why in (
            *self._same_words(asked, hidden),
            *self._form(asked, hidden),
            *self._brackets(text, when, hidden),
            *self._slip(asked, hidden),
            *self._alike(asked, hidden, limit + 3),
        ):
            if score > found.get(id, (0.0, ""))[0]:
                found[id] = (score, why)
        made = []
        for id, (score, why) in found.items():
            alive = self._directory.alive(id, when) is not False
            made.append(
                Suggestion(
                    meaning=id,
                    name=self._directory.name(id),
                    score=round(score if alive else min(score, 50.0), 1),
                    rule=PARTY_RULE,
                    why=why if alive else f"{why}; but it did not exist then",
                )
            )
        made.sort(key=lambda one: (-one.score, one.meaning))
        ripe = [one for one in made if one.score >= AUTOMATIC]
        if len(ripe) == 1:
            made[0] = made[0].model_copy(update={"automatic": True})
        return tuple(made[:limit])

    def _same_words(self, asked: tuple[str, ...], hidden: Collection[str]) -> list[tuple[str, float, str]]:
        ids = self._of(frozenset(asked), hidden)
        return [(id, 97.0, "the same words, abbreviations written out") for id in ids]

    def _form(self, asked: tuple[str, ...], hidden: Collection[str]) -> list[tuple[str, float, str]]:
        core = frozenset(asked) - _FORMS
        if not core:
            return []
        found: dict[str, None] = {}
        others: dict[str, None] = {}
        for words in {words for word in core for words in self._word_to.get(word, ())}:
            if words >= core:
                same = words - _FORMS == core
                (found if same else others).update(dict.fromkeys(self._of(words, hidden)))
        if len(found) != 1 or set(others) - set(found):
            return [(id, 75.0, "the same but for the form of state, and others bear the name") for id in found]
        return [(id, 94.0, "the same but for the form of state") for id in found]

    def _brackets(self, text: str, when: DateRange, hidden: Collection[str]) -> list[tuple[str, float, str]]:
        outer, bracket, inner = text.partition("(")
        if not bracket:
            return []
        one, other = self._find(outer, when, hidden), self._find(inner.rstrip(") "), when, hidden)
        if one and one == other:
            return [(one, 96.0, "inside and outside the brackets the same party")]
        return [(id, 70.0, "named outside or inside the brackets") for id in (one, other) if id]

    def _slip(self, asked: tuple[str, ...], hidden: Collection[str]) -> list[tuple[str, float, str]]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        whole = " ".join(asked)
        near = process.extract(whole, self._all, scorer=OSA.distance, score_cutoff=2, limit=8)
        hits = {text: distance for text, distance, _ in near if text not in hidden}
        ids = {id for text in hits for id in self._texts[text]}
        found = []
        for text, distance in hits.items():
            if distance != 1:
                continue
            sound = len(ids) == 1 and _one_long_word_differs(asked, tuple(text.split()))
            for id in self._texts[text]:
                found.append(
                    (id, 92.0 if sound else 80.0, "one letter off" + ("" if sound else ", and others are near"))
                )
        return found

    def _alike(self, asked: tuple[str, ...], hidden: Collection[str], limit: int) -> list[tuple[str, float, str]]:
        from rapidfuzz import fuzz, process

        found = process.extract(" ".join(asked), self._all, scorer=fuzz.token_sort_ratio, score_cutoff=50, limit=limit)
        return [
            (id, min(ratio * 0.75, 74.0), "only the letters are alike")
            for text, ratio, _ in found
            if text not in hidden
            for id in self._texts[text]
        ]

    def _find(self, text: str, when: DateRange, hidden: Collection[str]) -> str | None:
        if " ".join(written_out(text)) in hidden:
            return None
        party = self._directory.find(text, when)
        return party.id if party and "+" not in party.id else None

    def _of(self, words: frozenset[str], hidden: Collection[str]) -> tuple[str, ...]:
        """Ids of parties with a name of exactly these words that is not hidden."""
        if not hidden:
            return tuple(self._by_words.get(words, ()))
        return tuple(
            dict.fromkeys(
                id
                for text, ids in self._texts.items()
                if frozenset(text.split()) == words and text not in hidden
                for id in ids
            )
        )

    @cached_property
    def _all(self) -> list[str]:
        return list(self._texts)


def written_out(text: str) -> tuple[str, ...]:
    """The words of a name: folded, abbreviations written out, small words left out."""
    words = (_WRITTEN_OUT.get(word, word) for word in names.key(text).casefold().split())
    return tuple(word for word in words if word not in _SMALL)


def _one_long_word_differs(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the only difference lies in one word of six letters or more that begins alike and holds no figure."""
    if len(one) != len(other):
        return False
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    least = _LONG if len(one) > 1 else _LONE
    return len(differing) == 1 and all(
        min(len(a), len(b)) >= least and a[0] == b[0] and (a + b).isalpha() for a, b in differing
    )
