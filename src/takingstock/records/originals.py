"""Originals: which files are copies of one original, by what people judged. One rule for whoever counts voices."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.records.evidence import Judgement, LikenessJudgement


def same_originals(judgements: Iterable[LikenessJudgement]) -> tuple[tuple[str, str], ...]:
    """The pairs of files that are copies of one original. A pair that one person calls so and another does not is
    disputed, and joins nothing."""
    said: dict[tuple[str, str], set[Judgement]] = {}
    for one in judgements:
        said.setdefault((one.first, one.second), set()).add(one.judgement)
    return tuple(sorted(pair for pair, kinds in said.items() if kinds == {Judgement.SAME_ORIGINAL}))


def originals(judgements: Iterable[LikenessJudgement]) -> dict[str, str]:
    """File to the smallest id of all that are copies of one original: reposts are one voice. A file that was never
    joined to another is not in it."""
    return joined(same_originals(judgements))


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Member to the smallest member of its group, for groups that hang together by pairs.

    >>> joined([("b", "c"), ("a", "b"), ("x", "y")])
    {'a': 'a', 'b': 'a', 'c': 'a', 'x': 'x', 'y': 'x'}
    """
    above: dict[str, str] = {}

    def top(one: str) -> str:
        while above.setdefault(one, one) != one:
            one = above[one]
        return one

    for first, second in pairs:
        low, high = sorted((top(first), top(second)))
        above[high] = low
    return {one: top(one) for one in sorted(above)}
