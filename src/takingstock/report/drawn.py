"""Drawn: what draws tell, in words: medians with intervals, words of likelihood, ranks under policies, confidence.

Likelihood and confidence are two things and never stand in one sentence: the one says how often draws have it so, the
other how good the record is that they were made from.
"""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import Chain, Influence, Likelihood, OriginKind, Trace, TraceItem
from takingstock.report.bearing import INTERVAL, WORD, never
from takingstock.report.context import Context, isolated, number, span_text
from takingstock.report.words import rule_words

MATTERS = 0.05
"""From this change of the answer on, a source is said to matter (half the sum of the changes of all origins, or of all
chains)."""

SAME = 0.0005
"""Shares that print alike."""


def made(trace: Trace) -> bool:
    """Whether shares are medians of draws; else they are arithmetic on the record."""
    return trace.draws > 0


def draws_words(context: Context) -> list[Markup]:
    """What the figures are: how many draws, and that time ran out where it did. Empty without draws."""
    trace = context.publication.trace
    if not made(trace):
        return []
    key = "drawn.figures" if trace.draws >= INTERVAL else "drawn.figures_few"
    told = [context.t(key, n=isolated(number(trace.draws)), seed=isolated(str(trace.seed)))]
    if trace.draws < trace.asked:
        ends = isolated(number(trace.draws)), isolated(number(trace.asked))
        told.append(context.t("drawn.cut", n=ends[0], all=ends[1]))
    return told


def likelihood(context: Context, chain: Chain) -> Likelihood | None:
    """The word for the event that any goods came by the chain; None without draws, or with too few for a word."""
    few = context.publication.trace.draws < WORD
    return None if chain.probability is None or few else Likelihood.of(chain.probability)


def likelihood_words(context: Context, block: TraceItem, chain: Chain) -> Markup | None:
    """How likely it is that any goods came this way, by the draws; and how often it led, where others are listed."""
    draws = context.publication.trace.draws
    if chain.probability is None or not draws:
        return None
    word = likelihood(context, chain)
    if word is None:
        came = isolated(number(round(chain.probability * draws)))
        return context.t("drawn.likelihood_few", n=came, all=isolated(number(draws)))
    said = context.t(
        "drawn.likelihood", word=context.term("likelihood", word.value), share=context.whole(chain.probability)
    )
    if chain.leads is None or len(block.chains) < 2:
        return said
    return Markup("{} {}").format(said, context.t("drawn.leads", share=context.whole(chain.leads)))


def arrived(context: Context, block: TraceItem) -> tuple[Markup, Markup] | None:
    """In how many draws any goods of the class came, of how many; None where they came in all."""
    draws = context.publication.trace.draws
    if block.arrived is None or block.arrived >= 1.0:
        return None
    return isolated(number(round(block.arrived * draws))), isolated(number(draws))


def median_words(context: Context, block: TraceItem, chain: Chain) -> Markup | None:
    """The share with its interval as a sentence that says of which draws; None where there is no share, no draws, or no
    draw with any of it."""
    trace = context.publication.trace
    drawn = chain.probability is not None and block.total is not None and not never(trace, block)
    if chain.share is None or not made(trace) or not drawn:
        return None
    some = arrived(context, block)
    of = context.t("drawn.of_some", n=some[0], all=some[1]) if some else context.t("drawn.of_all")
    share = context.whole(chain.share)
    if chain.low is None or chain.high is None:
        return context.t("drawn.share_few", of=of, share=share)
    span = span_text(chain.low, chain.high)
    if not span:
        return context.t("drawn.share_narrow", of=of, share=share)
    return context.t("drawn.share", of=of, share=share, span=isolated(span))


def alike(chain: Chain) -> bool:
    """Whether all rules that were tested give the chain one share."""
    shares = [share for _, share in chain.agreement if share is not None]
    return not shares or max(shares) - min(shares) < SAME


def ranks_words(context: Context, block: TraceItem, chain: Chain) -> Markup | None:
    """Where the chain stands under the policies, largest first; None where it was not ranked. A policy under which
    nothing came this way gives it no place, so it counts among all policies and not among those of the place. Of a
    single movement the rules say nothing unless they differ on it."""
    if not chain.ranks:
        return None
    policies = {policy for other in block.chains for policy, _ in other.ranks}
    same = len(chain.ranks) == len(policies) and len({rank for _, rank in chain.ranks}) == 1 and alike(chain)
    if same and (len(chain.steps) == 1 or chain.agreement):
        # That the rules give one share is said where the shares are.
        return None
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


def total_words(context: Context, block: TraceItem) -> list[Markup]:
    """Where the total lies in the draws, why below or above what is recorded, and in how many draws any came. Empty
    where all draws have the recorded total."""
    t, trace = context.t, context.publication.trace
    if not made(trace) or block.total is None:
        return []
    if never(trace, block):
        return [t("drawn.never", n=isolated(number(trace.draws)))]
    said = []
    low, high, middle = block.total_low, block.total_high, block.total_drawn
    if low is not None and high is not None and not round(low) == round(high) == round(block.total):
        said.append(
            t(
                "drawn.total",
                median=isolated(number(round(middle if middle is not None else (low + high) / 2))),
                low=isolated(number(round(low))),
                high=isolated(number(round(high))),
                unit=context.unit_of(high, block.unit),
                why=_why(context, block, low, high),
            )
        )
    if some := arrived(context, block):
        said.append(t("drawn.arrived", n=some[0], all=some[1]))
    return said


def _why(context: Context, block: TraceItem, low: float, high: float) -> Markup:
    """Why draws have another total than the record, as clauses behind a semicolon."""
    total, bounds = block.total or 0.0, block.total_range
    if context.publication.trace.of == "held":
        keys = ["held"]
    else:
        keys = ["lower"] if round(low) < round(total) else []
        if round(high) > round(total):
            open_end = bounds.known and bounds.high is None
            rounded = bounds.high is not None and bounds.high < high
            keys.append("higher_open" if open_end else "higher_rounded" if rounded else "higher")
    clauses = [context.t(f"drawn.total_{key}") for key in keys]
    return Markup("{}{}").format(context.semicolon, context.comma.join(clauses)) if clauses else Markup()


def leading(trace: Trace, block: TraceItem) -> float | None:
    """The largest share by arithmetic on the record, with all sources: what influence is compared with."""
    label = f"{trace.policy}, {trace.births} births"
    shares = [dict(chain.agreement).get(label, chain.share) for chain in block.chains]
    return max((share for share in shares if share is not None), default=None)


def gone(one: Influence) -> bool:
    """Whether no share could be formed without the source, and one can with it."""
    return one.total is None and one.leading is None and one.moves >= MATTERS


def matters(one: Influence, block: TraceItem) -> bool:
    """Whether the answer, or how much came in all, would be another one without the source."""
    falls = one.leading is not None and not one.leads
    return gone(one) or falls or one.moves >= MATTERS or total_changes(one, block)


def total_changes(one: Influence, block: TraceItem) -> bool:
    """Whether the total without the source is another, by :data:`MATTERS` of the larger."""
    with_all, without = block.total or 0.0, one.total or 0.0
    return abs(with_all - without) > MATTERS * max(with_all, without)


def renames(trace: Trace, block: TraceItem, one: Influence) -> bool:
    """Whether as much would be recorded, and as much of it without an origin, but the leading chain would not be
    among what is told: the same goods by a chain of other holders, or of the same by other names."""
    if gone(one) or one.leads or (one.leading or 0.0) > MATTERS or one.unrecorded is None:
        return False
    label = f"{trace.policy}, {trace.births} births"
    lacking = sum(
        dict(chain.agreement).get(label, chain.share or 0.0)
        for chain in block.chains
        if chain.origin is OriginKind.UNRECORDED
    )
    return not total_changes(one, block) and abs(one.unrecorded - lacking) <= MATTERS
