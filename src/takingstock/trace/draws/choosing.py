"""Choosing: how likely each of several statements about one movement is the true one.

Each voice is right with the probability of its grade, independently of the others; a voice that says several things
means each of them with an equal part of it. What contradicts each other cannot be true at once, so the cases in which
two voices are right about different things are taken out. With q(v, g) the chance that voice v is right in saying g,
and p(v) that it is right at all, assertion g is true with weight Π_v (q(v, g) + 1 - p(v)) - Π_v (1 - p(v)), and none is
with Π_v (1 - p(v)); the weights are brought to a sum of one. Where all agree nothing is taken out: two voices are then
as good as 1 - (1 - p)(1 - q).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from math import prod


def choices(said: Sequence[tuple[float, Hashable, Hashable]]) -> list[float]:
    """For each statement (its probability, who says it, what it asserts) how likely it is the one that is true; what is
    left to one is that none is. Statements that assert the same share its chance by their own."""
    mouths: dict[Hashable, int] = defaultdict(int)
    for _, voice, _ in said:
        mouths[voice] += 1
    own = [p / mouths[voice] for p, voice, _ in said]
    right: dict[Hashable, dict[Hashable, float]] = defaultdict(lambda: defaultdict(float))
    for (_, voice, assertion), chance in zip(said, own, strict=True):
        right[voice][assertion] += chance
    wrong = {voice: 1.0 - sum(chances.values()) for voice, chances in right.items()}
    none = prod(wrong.values())
    assertions = {assertion for _, _, assertion in said}
    weight = {
        assertion: max(0.0, prod(right[voice].get(assertion, 0.0) + wrong[voice] for voice in right) - none)
        for assertion in assertions
    }
    # In the order of the statements, so that no sum depends on how a set lies.
    whole = none + sum(weight[assertion] for assertion in dict.fromkeys(a for _, _, a in said))
    if whole <= 0.0:
        # Several certainties that exclude each other: as likely as each other.
        weight, whole = dict.fromkeys(assertions, 1.0), float(len(assertions))
    total: dict[Hashable, float] = defaultdict(float)
    for (_, _, assertion), chance in zip(said, own, strict=True):
        total[assertion] += chance
    return [
        weight[assertion] / whole * (chance / total[assertion]) if total[assertion] else 0.0
        for (_, _, assertion), chance in zip(said, own, strict=True)
    ]
