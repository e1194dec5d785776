"""What a sample found, and what it says of the whole (kinds ``not-counted`` and ``books-differ-from-count``).

Book to floor: entries of the books that were not found. Floor to book: items found that no entry covers. Only a sample
drawn by chance says anything of the rest: its interval is the exact one for drawing without replacement from a finite
population, by inverting the two one-sided tests of the hypergeometric distribution, as Clopper and Pearson (Biometrika
26, 1934) do for the binomial; for the finite population see H. S. Konijn, Statistical Theory of Sample Survey Design
and Analysis (1973). It covers the truth in at least 95 of 100 samples, more often than that in small ones. A plan with
strata is not a simple random sample: each stratum has to come as a count of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken
from takingstock.audit.draft import drafted
from takingstock.audit.scene import Scene, dated, unit_words
from takingstock.records import Count, Finding, FindingKind, Quantity, Sampling, SamplingDirection, Severity

LEVEL = 0.95
"""The confidence of the interval, the usual one of audit sampling."""

_FLOOR = SamplingDirection.FLOOR_TO_BOOK


def sampled(scene: Scene) -> Iterable[Finding]:
    """One finding per count with a sampling plan in which something did not match."""
    for count in scene.counts:
        if count.sampling is not None and count.sampling.matched < count.sampling.drawn:
            yield _finding(scene, count, count.sampling)


def interval(unmatched: int, drawn: int, of: int, level: float = LEVEL) -> tuple[int, int]:
    """Lowest and highest number in the whole, given ``unmatched`` in a simple random sample of ``drawn`` out of ``of``.

    Both one-sided tests at ``(1 - level) / 2``; bisection over the whole numbers, since the tails are monotonic."""
    from scipy.stats import hypergeom

    tail = (1 - level) / 2
    least, most = unmatched, of - (drawn - unmatched)
    # sf(x - 1) is P(X >= x) and rises with the number in the whole; cdf(x) is P(X <= x) and falls.
    low = _first(least, most, lambda k: float(hypergeom.sf(unmatched - 1, of, k, drawn)) > tail)
    high = _first(least, most + 1, lambda k: float(hypergeom.cdf(unmatched, of, k, drawn)) <= tail) - 1
    return low, max(low, min(most, high))


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from ``low`` on for which a monotonic condition holds; ``high`` if none below it does."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _finding(scene: Scene, count: Count, plan: Sampling) -> Finding:
    unmatched = plan.drawn - plan.matched
    unit = count.quantity.unit
    whole = plan.random and not plan.strata
    if whole:
        low, high = interval(unmatched, plan.drawn, plan.of)
        guess = min(max(round(unmatched * plan.of / plan.drawn), low), high)
        part = Quantity.exact(low, unit) if low == high else Quantity(low=low, high=high, mode=guess, unit=unit)
        of = Quantity.exact(plan.of, unit)
    else:
        part, of = Quantity.exact(unmatched, unit), Quantity.exact(plan.drawn, unit)
    bounds = part_of_whole(part, of)
    floor = plan.direction is _FLOOR
    what = "items on the floor not in the books" if floor else "entries of the books not found on the floor"
    kind = FindingKind.BOOKS_AND_COUNT if floor else FindingKind.NOT_COUNTED
    when = f", {dated(count.when)}" if count.when.known else ""
    head = f"{scene.item_name(count.item)}, {scene.party_name(count.holder)}{when}: "
    sample = f"{unmatched:,} of {plan.drawn:,} drawn{unit_words(unit)}: {what}"
    words = (
        f"{head}{sample}; in all {plan.of:,} that is {spoken(part)}{in_brackets(bounds)}, with 95 % confidence."
        if whole
        else f"{head}{sample}{in_brackets(bounds)}; not extrapolated to the {plan.of:,}."
    )
    definition = f"{what}, divided by " + (
        f"all {'items' if floor else 'entries'}, extrapolated from a simple random sample by the exact interval for "
        "a finite population (hypergeometric, 95 %)"
        if whole
        else "those drawn; nothing is said of the rest"
    )
    return drafted(
        kind,
        f"{plan.direction.value}:{count.id}",
        holder=count.holder,
        item=count.item,
        numerator=part,
        denominator=of,
        bounds=bounds,
        definition=definition,
        words=words,
        records=[count],
        cautions=[_why_not(plan)],
        claimants=[count.claimant],
        severity=_severity(count, part),
        place=count.place.name if count.place else "",
        when=count.when,
    )


def _why_not(plan: Sampling) -> str:
    if not plan.random:
        return "The sample was not drawn by chance: it says nothing of what was not drawn."
    if plan.strata:
        return "The sample was drawn by strata: it can be extrapolated only from the counts of each stratum."
    return ""


def _severity(count: Count, part: Quantity) -> tuple[Severity, str]:
    if count.materiality is not None and part.high is not None and part.high <= count.materiality:
        return Severity.NOTE, "Not above the stated materiality."
    return Severity.NOTE, ""
