"""Drawn: what draws tell, in words: medians with intervals, words of likelihood, ranks under policies, confidence.

Likelihood and confidence are two things and never stand in one sentence: the one says how often draws have it so, the
other how good the record is that they were made from.
"""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import Chain, Influence, Likelihood, Trace, TraceItem
from takingstock.report.context import Context, isolated, number, span_text
from takingstock.report.words import rule_words

MATTERS = 0.05
"""From this change of the answer on, a source is said to matter (half the sum of the changes of all origins)."""


def made(trace: Trace) -> bool:
    """Whether shares are medians of draws; else they are arithmetic on the record."""
    return trace.draws > 0


def draws_words(context: Context) -> list[Markup]:
    """What the figures are: how many draws, and that time ran out where it did. Empty without draws."""
    trace = context.publication.trace
    if not made(trace):
        return []
    told = [context.t("drawn.figures", n=isolated(number(trace.draws)), seed=isolated(str(trace.seed)))]
    if trace.draws < trace.asked:
        ends = isolated(number(trace.draws)), isolated(number(trace.asked))
        told.append(context.t("drawn.cut", n=ends[0], all=ends[1]))
    return told


def likelihood(chain: Chain) -> Likelihood | None:
    """The word for the event that any goods came by the chain; None without draws."""
    return None if chain.probability is None else Likelihood.of(chain.probability)


def likelihood_words(context: Context, block: TraceItem, chain: Chain) -> Markup | None:
    """How likely it is that any goods came this way, by the draws; and how often it led, where others are listed."""
    word = likelihood(chain)
    if word is None or chain.probability is None:
        return None
    said = context.t(
        "drawn.likelihood", word=context.term("likelihood", word.value), share=context.whole(chain.probability)
    )
    if chain.leads is None or len(block.chains) < 2:
        return said
    return Markup("{} {}").format(said, context.t("drawn.leads", share=context.whole(chain.leads)))


def median_words(context: Context, chain: Chain) -> Markup | None:
    """The share with its interval as a sentence; None where there is no share or no draws."""
    if chain.share is None or chain.low is None or chain.high is None:
        return None
    span = span_text(chain.low, chain.high)
    if not span:
        return context.t("drawn.share_narrow", share=context.whole(chain.share))
    return context.t("drawn.share", share=context.whole(chain.share), span=isolated(span))


def ranks_words(context: Context, block: TraceItem, chain: Chain) -> Markup | None:
    """Where the chain stands under the policies, largest first; None where it was not ranked. A policy under which
    nothing came this way gives it no place, so it counts among all policies and not among those of the place."""
    if not chain.ranks:
        return None
    policies = {policy for other in block.chains for policy, _ in other.ranks}
    first = [policy for policy, rank in chain.ranks if rank == 1]
    n = isolated(str(len(policies)))
    if len(first) == len(policies):
        return context.t("drawn.largest_all", n=n)
    if first:
        names = context.semicolon.join(rule_words(context, policy) for policy in first)
        return context.t("drawn.largest_some", k=isolated(str(len(first))), n=n, names=names)
    low, high = min(rank for _, rank in chain.ranks), max(rank for _, rank in chain.ranks)
    place = isolated(str(low) if low == high else f"{low}–{high}")
    return context.t("drawn.place", place=place, k=isolated(str(len(chain.ranks))), n=n)


def confidence_words(context: Context, block: TraceItem) -> Markup | None:
    """How good the basis is, and why, in sentences of their own; None where it was not judged."""
    if block.confidence is None:
        return None
    level = Markup("<strong>{}</strong>").format(context.term("confidence", block.confidence.value))
    if not block.reasons:
        return context.t("drawn.confidence", level=level)
    reasons = context.semicolon.join(context.term("reason", reason) for reason in block.reasons)
    return context.t("drawn.confidence_why", level=level, reasons=reasons)


def total_words(context: Context, block: TraceItem) -> Markup | None:
    """Between which numbers the total lies in the draws; None where they all agree."""
    low, high = block.total_low, block.total_high
    if low is None or high is None or round(low) == round(high):
        return None
    return context.t(
        "drawn.total",
        low=isolated(number(round(low))),
        high=isolated(number(round(high))),
        unit=context.unit_of(high, block.unit),
    )


def leading(trace: Trace, block: TraceItem) -> float | None:
    """The largest share by arithmetic on the record, with all sources: what influence is compared with."""
    label = f"{trace.policy}, {trace.births} births"
    shares = [dict(chain.agreement).get(label, chain.share) for chain in block.chains]
    return max((share for share in shares if share is not None), default=None)


def gone(one: Influence) -> bool:
    """Whether nothing would be recorded as received without the source."""
    return one.total is None and one.leading is None and one.moves >= MATTERS


def matters(one: Influence) -> bool:
    """Whether the answer would be another one without the source."""
    return gone(one) or (one.leading is not None and not one.leads) or one.moves >= MATTERS
