"""Summary: the scores of many worlds as rates with their errors, by mechanism. Pure arithmetic.

Two errors are given. The binomial one takes every claim for a trial of its own; but claims of one world rise and fall
together, so the one *by world* treats a world as the trial (the ratio estimator's linearised error) and is the one to
go by. Where all worlds agree no spread is left to see; the error is then Agresti and Coull's (*American Statistician*
52:119, 1998), with the world as the trial.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from takingstock.records import Likelihood
from takingstock.worlds.scoring import Claim, Score

NOMINAL = 0.90
BAND = (0.85, 0.95)
CLEARLY = 2.0
"""Standard errors by world beyond which a figure is taken to lie outside the band."""
LEAST = 0.02
"""Chains, origins and channels to which the trace gives less (its median) are left out of the headline figures: the
interval of what most draws have as nothing begins at nothing, and holds a truth of nothing without any merit."""
PLACES = ("nothing", "between", "all")
"""Where the truth of a claim lies."""
_SHARED = {"chain", "origin", "channel"}
SIZES = ((0.0, LEAST), (LEAST, 0.10), (0.10, 0.30), (0.30, 1.01))
"""Chains by the share that the trace gives them (its median): from, below."""
KINDS = ("chain", "origin", "unrecorded", "channel", "unrecorded inflow", "total")


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``trials``; None where there was no trial. ``error`` is binomial, ``by_world`` as said above."""

    hits: int
    trials: int
    value: float | None
    error: float | None
    by_world: float | None


@dataclass(frozen=True)
class Coverage:
    """How often intervals held the truth, and how wide they were on average (in shares; None without any)."""

    rate: Rate
    width: float | None


@dataclass(frozen=True)
class Comparison:
    """How often the trace and the baseline were right; ``gain`` is the difference of the rates, ``error`` that of the
    difference, taken over pairs."""

    trace: Rate
    baseline: Rate
    gain: float
    error: float


@dataclass(frozen=True)
class Reliability:
    """Of the things that a word was given for: how often they were so, and the mean probability that was given."""

    kind: str
    word: str
    said: float
    rate: Rate


@dataclass(frozen=True)
class Summary:
    """One mechanism (or all). ``covered`` by kind of claim, of those that are listed, large enough to mean something
    (:data:`LEAST`) and of which the truth is neither nothing nor all; a total is no share, and is taken whatever it is.
    ``by_truth`` are the same by where the truth lies (:data:`PLACES`). ``whole`` are the chains wherever their truth
    lies, together with the large true ones that the trace does not list, which count as not covered. ``heard`` is the
    mean share of the true goods whose chain is listed. ``chain`` to ``ends`` compare with the walk back along the
    largest figures, ``plain`` the same with naming the largest recorded supplier."""

    mechanism: str
    worlds: int
    answered: int
    covered: dict[str, Coverage]
    by_truth: dict[str, dict[str, Coverage]]
    whole: Rate
    by_size: tuple[tuple[tuple[float, float], Coverage], ...]
    heard: float
    chain: Comparison
    supplier: Comparison
    maker: Comparison
    ends: Comparison
    plain: dict[str, Comparison]
    words: tuple[Reliability, ...]


def summarise(mechanism: str, scores: Sequence[Score]) -> Summary:
    """The summary of at least one world."""
    return Summary(
        mechanism=mechanism,
        worlds=len(scores),
        answered=sum(score.answered for score in scores),
        covered={kind: coverage(scores, _telling(kind)) for kind in KINDS},
        by_truth={kind: {place: coverage(scores, _at(kind, place)) for place in PLACES} for kind in KINDS[:-1]},
        whole=coverage(scores, lambda claim: _of_kind("chain")(claim) or not claim.listed).rate,
        by_size=tuple((size, coverage(scores, _of_size(size))) for size in SIZES),
        heard=sum(score.heard for score in scores) / len(scores),
        chain=compared([(s.trace.chain, s.baseline.chain) for s in scores]),
        supplier=compared([(s.trace.supplier, s.baseline.supplier) for s in scores]),
        maker=compared([(s.trace.maker, s.baseline.maker) for s in scores]),
        ends=compared([(s.trace.ends, s.baseline.ends) for s in scores]),
        plain={
            what: compared([(getattr(s.trace, what), getattr(s.plain, what)) for s in scores])
            for what in ("chain", "ends", "supplier", "maker")
        },
        words=tuple(reliability(scores)),
    )


def rate(by_world: Iterable[tuple[int, int]]) -> Rate:
    """From (hits, trials) of each world."""
    worlds = [(hits, trials) for hits, trials in by_world if trials]
    hits, trials = sum(h for h, _ in worlds), sum(n for _, n in worlds)
    if not trials:
        return Rate(0, 0, None, None, None)
    value = hits / trials
    spread = sum((h - value * n) ** 2 for h, n in worlds)
    count = len(worlds)
    clustered = math.sqrt(spread * count / (count - 1)) / trials if count > 1 else None
    if clustered is not None and value in (0.0, 1.0):
        clustered = _unseen(count)
    return Rate(hits, trials, value, math.sqrt(value * (1 - value) / trials), clustered)


def _unseen(worlds: int) -> float:
    """The error of a rate of nothing, or of all, over so many worlds: two of either kind are added."""
    part = 2 / (worlds + 4)
    return math.sqrt(part * (1 - part) / (worlds + 4))


def mark(found: Rate) -> str:
    """What a rate says of the band, its error by world considered: ✓ within it, ↓ or ↑ clearly outside, ~ what cannot
    be told from it. One world alone says nothing."""
    value, error = found.value, found.by_world
    if value is None or error is None:
        return "~"
    if value + CLEARLY * error < BAND[0]:
        return "↓"
    if value - CLEARLY * error > BAND[1]:
        return "↑"
    return "✓" if BAND[0] <= value - error and value + error <= BAND[1] else "~"


def coverage(scores: Iterable[Score], of: Callable[[Claim], bool]) -> Coverage:
    """How often the claims chosen were covered, and their mean width."""
    chosen = [[claim for claim in score.claims if of(claim)] for score in scores]
    widths = [claim.width for claims in chosen for claim in claims if claim.listed]
    found = rate((sum(claim.covered for claim in claims), len(claims)) for claims in chosen)
    return Coverage(found, sum(widths) / len(widths) if widths else None)


def compared(pairs: Sequence[tuple[bool, bool]]) -> Comparison:
    """Two readings of the same worlds: (trace right, baseline right) for each."""
    count = len(pairs)
    differences = [int(first) - int(second) for first, second in pairs]
    gain = sum(differences) / count
    spread = sum((difference - gain) ** 2 for difference in differences)
    return Comparison(
        trace=rate((int(first), 1) for first, _ in pairs),
        baseline=rate((int(second), 1) for _, second in pairs),
        gain=gain,
        error=(math.sqrt(spread / (count - 1) / count) if spread else _unseen(count)) if count > 1 else 0.0,
    )


def reliability(scores: Sequence[Score]) -> Iterable[Reliability]:
    """By kind and ICD 203 word, from the least likely up; words that were never given are left out."""
    for kind in ("came", "leads"):
        for word in Likelihood:
            chosen = [
                [said for said in score.spoken if said.kind == kind and Likelihood.of(said.probability) is word]
                for score in scores
            ]
            given = [said.probability for world in chosen for said in world]
            if given:
                found = rate((sum(said.so for said in world), len(world)) for world in chosen)
                yield Reliability(kind, word.value, sum(given) / len(given), found)


def _of_kind(kind: str) -> Callable[[Claim], bool]:
    least = LEAST if kind in _SHARED else 0.0
    return lambda claim: claim.kind == kind and claim.listed and claim.share >= least


def _telling(kind: str) -> Callable[[Claim], bool]:
    of_kind = _of_kind(kind)
    return lambda claim: of_kind(claim) and (kind == "total" or not claim.trivial)


def _at(kind: str, place: str) -> Callable[[Claim], bool]:
    of_kind = _of_kind(kind)

    def there(claim: Claim) -> bool:
        where = "between" if not claim.trivial else "nothing" if claim.true < 0.5 else "all"
        return of_kind(claim) and where == place

    return there


def _of_size(size: tuple[float, float]) -> Callable[[Claim], bool]:
    return lambda claim: claim.kind == "chain" and claim.listed and size[0] <= claim.share < size[1]
