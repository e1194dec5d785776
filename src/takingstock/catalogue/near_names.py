"""Near names: people whose names are so alike that they may be one person who was written down twice.

Two experts count as independent if their names differ. What differs by what nobody sees is one name already
(``records.person``); what differs by a letter, by an initial or in the order of its parts, only somebody who knows the
people can decide, so it is named and never decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from takingstock.records import folded

_LETTERS = 5
"""Names shorter than this differ by one letter too often."""


def near_names(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of different people with nearly the same name, sorted.

    >>> near_names(["Vera Klein", "V. Klein", "Klein, Vera", "Victor Lund"])[:2]
    (('Klein, Vera', 'V. Klein'), ('Klein, Vera', 'Vera Klein'))
    """
    people = {folded(name): name for name in sorted(names, reverse=True)}
    pairs = [pair for pair in combinations(sorted(people), 2) if _near(*pair)]
    return tuple(sorted((min(pair), max(pair)) for pair in ((people[one], people[two]) for one, two in pairs)))


def _near(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    first, second = sorted(_parts(one)), sorted(_parts(other))
    if first == second:
        return True
    if len(first) == len(second) and all(_same_or_initial(a, b) for a, b in zip(first, second, strict=True)):
        return True
    joined = " ".join(first), " ".join(second)
    return min(map(len, joined)) >= _LETTERS and OSA.distance(*joined, score_cutoff=1) <= 1


def _parts(name: str) -> list[str]:
    return name.replace(",", " ").replace(".", " ").split()


def _same_or_initial(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])
