"""A trace for people, line by line: what came, by which chains, how sure, and what must be read with it.

Likelihood and confidence never share a line. Nothing is printed as 0 % or 100 %: a drawn share is given in whole
per cents, because draws say no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from takingstock.records import Attribution, Chain, ChannelShare, Influence, Lag, Step, Trace, TraceItem, percent
from takingstock.verbs.shapes.figures import amount
from takingstock.verbs.shapes.trace import chain_text, ends, likelihood

Line = tuple[str, str]
MATTERS = 0.05
"""From this change of the answer on, the influence of a source is told."""
_STEP = percent(MATTERS, 0)
_LISTED = 5
_LEAST = 1e-9
_VERDICTS = {
    "separated": "the sightings tell the two leading ways of arrival apart",
    "not-separated": "the sightings do not separate these",
    "no-channels": "fewer than two recorded ways of arrival: the sightings add nothing on where it came from",
    "no-counts": "no figures that can be used: the sightings add nothing on where it came from",
    "repeats-another": "shows again what another population shows: no evidence of its own",
    "not-converged": "the computation did not settle: no result is given",
}


def trace_lines(trace: Trace) -> Iterator[Line]:
    """A trace as (kind, text): per class a ``head`` with its total, a ``chain`` each with its share first and a
    ``detail`` line under it, ``note`` lines on the class, and the ``caution`` lines that must be read with them."""
    if 0 < trace.draws < trace.asked:
        yield "caution", f"the time limit cut the draws short: {trace.draws:,} of {trace.asked:,} were made"
    for item in trace.items:
        yield from _item(trace, item)
    yield from _sightings(trace)
    if trace.draws:
        yield "head", f"{trace.draws:,} draws, seed {trace.seed}"
        yield (
            "note",
            "Shares are medians of the draws, in brackets the middle 90 % of them unless that is narrower than one per "
            "cent; medians need not add up to one. The word of "
            "likelihood is for the event that any goods came by the chain at all. All of it is given the record: what "
            "no source wrote down is not in an interval.",
        )


def _item(trace: Trace, item: TraceItem) -> Iterator[Line]:
    verb = "received" if trace.of == "received" else "held"
    yield "head", f"{item.item}: {total_text(item)}" + (f" {verb}{_spread(item)}" if item.total is not None else "")
    for chain in item.chains:
        yield "chain", _chain(chain)
        if told := _standing(chain, item):
            yield "detail", told
    if item.remainder and item.remainder > 1e-9:
        yield "chain", f"{_percent(item.remainder, drawn=bool(trace.draws))}  in chains not shown"
    if trace.draws and item.unrecorded is not None and (item.unrecorded > 0 or item.unrecorded_high):
        told = share_text(item.unrecorded, item.unrecorded_low, item.unrecorded_high)
        yield "note", f"origin not recorded: {told}"
    for point in item.diversion_points[:_LISTED]:
        told = share_text(point.share, point.low, point.high)
        when = f", {point.when}" if point.when.known else ""
        yield "note", f"left authorised hands: {_name(point.party)} → {point.to_party} ({point.mode}{when}): {told}"
    yield from (("note", line) for line in _influence(trace, item))
    yield from (("note", line) for line in _channels(item.attribution))
    if item.confidence is not None:
        reasons = "; ".join(reason.replace("-", " ") for reason in item.reasons)
        yield "note", f"confidence in the basis: {item.confidence.value}" + (f" ({reasons})" if reasons else "")
    for caution in item.cautions:
        yield "caution", caution.words


def share_text(share: float | None, low: float | None, high: float | None) -> str:
    """``98 % (91–99 %)`` with draws, ``98.0 %`` without, ``no share`` where none can be formed. An interval that is
    narrower than what is printed is left out."""
    if share is None:
        return "no share"
    if low is None or high is None:
        return percent(share)
    middle, first, last = (_percent(value, drawn=True) for value in (share, low, high))
    if first == last:
        return middle
    dash = " – " if first[0] == "<" or last[0] == ">" else "–"
    return f"{middle} ({first.removesuffix(' %')}{dash}{last})"


def _percent(share: float, *, drawn: bool) -> str:
    # That it came up in no draw is not that it cannot be: so "<1 %", not "none recorded".
    return percent(max(share, _LEAST), 0) if drawn else percent(share)


def _chain(chain: Chain) -> str:
    first, last = (day[:4] for day in ends(chain))
    point = chain.steps[chain.diversion] if chain.diversion is not None else None
    parts = [
        first if first == last else f"{first}–{last}",
        f"diverted at {_diverted_at(point)}" if point else "",
        *(f"{lag.event}: {_days(lag)}" for lag in chain.lag),
        chain.remark.rstrip("."),
    ]
    told = "; ".join(part for part in parts if part)
    share = share_text(chain.share, chain.low, chain.high)
    return f"{share}  {chain.basis.value}: {chain_text(chain)}" + (f" ({told})" if told else "")


def _standing(chain: Chain, item: TraceItem) -> str:
    """The word of likelihood, and where the chain stands under the policies and in the draws."""
    word = likelihood(chain)
    parts = [f"that any came this way: {word.value}" if word else "", ranks_text(chain, item)]
    if chain.leads is not None and len(item.chains) > 1:
        parts.append(f"the largest of these in {_percent(chain.leads, drawn=True)} of draws")
    return "; ".join(part for part in parts if part)


def ranks_text(chain: Chain, item: TraceItem) -> str:
    """``largest under all 5 policies``, ``largest under 3 of 5 policies``, or how far down it stands. A policy under
    which nothing came this way gives it no place."""
    if not chain.ranks:
        return ""
    n = len({policy for other in item.chains for policy, _ in other.ranks})
    first = sum(1 for _, rank in chain.ranks if rank == 1)
    if first:
        return f"largest under {f'all {n}' if first == n else f'{first} of {n}'} policies"
    low, high = min(rank for _, rank in chain.ranks), max(rank for _, rank in chain.ranks)
    placed = f"all {n}" if len(chain.ranks) == n else f"{len(chain.ranks)} of {n}"
    return f"number {low if low == high else f'{low} to {high}'} in size under {placed} policies"


def _influence(trace: Trace, item: TraceItem) -> Iterator[str]:
    leading = leading_share(trace, item)
    if leading is None:
        return
    strong = [one for one in item.influence if matters(one)]
    effects: dict[str, list[str]] = {}
    for one in strong:
        more = f" and {len(one.sources) - 1} that derive from it" if len(one.sources) > 1 else ""
        effects.setdefault(_effect(one, leading), []).append(f"{one.source}{more}")
    for told, sources in list(effects.items())[:_LISTED]:
        yield f"without {'any one of ' if len(sources) > 1 else ''}{', '.join(sources)}: {told}"
    if item.influence and not strong:
        yield f"no source moves the answer by {_STEP} or more when it is left out with all that derives from it"


def _effect(one: Influence, leading: float) -> str:
    """What the answer would be without a source."""
    if _gone(one):
        return "nothing of this class would be recorded as received"
    held = "still the largest" if one.leads else "no longer the largest"
    chain = f"{_short(one.leading)} instead of {_short(leading)}" if one.leading is not None else "no share"
    return f"the answer moves by {_short(one.moves)}; leading chain {chain}, {held}"


def leading_share(trace: Trace, item: TraceItem) -> float | None:
    """The largest share by arithmetic with all sources: what the shares of influence are compared with."""
    label = f"{trace.policy}, {trace.births} births"
    shares = [dict(chain.agreement).get(label, chain.share) for chain in item.chains]
    return max((share for share in shares if share is not None), default=None)


def matters(one: Influence) -> bool:
    """Whether the answer would be another one without the source."""
    return _gone(one) or (one.leading is not None and not one.leads) or one.moves >= MATTERS


def _gone(one: Influence) -> bool:
    """Whether nothing would be recorded as received without the source."""
    return one.total is None and one.leading is None and one.moves >= MATTERS


def _short(share: float | None) -> str:
    return "no share" if share is None else _percent(share, drawn=True)


def _sightings(trace: Trace) -> Iterator[Line]:
    shown = {channel.population for item in trace.items for channel in item.attribution}
    for one in trace.attributions:
        used = f" ({_seen(one)})" if one.verdict not in {"no-counts", "no-channels", "repeats-another"} else ""
        yield "head", f"what the sightings add: {one.population}{used}"
        if one.population not in shown:
            yield from (("note", line) for line in _shares(one.channels))
        yield "note", _VERDICTS.get(one.verdict, one.verdict)
        told = [
            f"{gain.observation.replace('-', ' ')} {_bits(gain.bits)} bits"
            for gain in one.gains
            if gain.bits is not None
        ]
        if told:
            yield "note", f"what one more would tell between the two leading ways of arrival: {', '.join(told)}"


def _bits(bits: float) -> str:
    return f"{bits:.2f}" if bits >= 0.005 else "<0.01"


def _seen(one: Attribution) -> str:
    sites = f"{amount(one.sites)} sites{' assumed' if one.sites_assumed else ''}"
    return f"{amount(one.n)} counted by {one.by}, {sites}"


def _channels(channels: tuple[ChannelShare, ...]) -> Iterator[str]:
    """The channels of a class, population by population, and whether the sightings tell them apart."""
    for population in dict.fromkeys(channel.population for channel in channels):
        here = tuple(channel for channel in channels if channel.population == population)
        yield from _shares(here)
        if not any(channel.separated for channel in here):
            yield f"{population}: {_VERDICTS['not-separated']}"


def _shares(channels: tuple[ChannelShare, ...]) -> Iterator[str]:
    for one in channels:
        names = " or ".join(_way(member) for member in one.members or (one.channel,))
        if len(channels) == 1:
            # All of it, by whatever way: a share of the whole would say nothing.
            yield f"sightings {one.population}: {names}"
            return
        yield (
            f"sightings {one.population}: {names}: by the record alone "
            f"{share_text(one.prior, one.prior_low, one.prior_high)}, with the sightings "
            f"{share_text(one.share, one.low, one.high)}"
        )


def _way(member: str) -> str:
    sender, _, mode = member.partition("|")
    return f"{_name(sender)} ({mode})" if mode else sender


def _days(lag: Lag) -> str:
    return f"{lag.low:,} days" if lag.low == lag.high else f"{lag.low:,} to {lag.high:,} days"


def _diverted_at(step: Step) -> str:
    return f"{_name(step.from_party)} ({step.mode})"


def _name(party: str) -> str:
    return "not recorded" if party == "unknown-supplier" else party


def _spread(item: TraceItem) -> str:
    """Between which numbers the total lies in the draws; nothing where they all agree."""
    low, high = item.total_low, item.total_high
    if low is None or high is None or round(low) == round(high):
        return ""
    return f" ({amount(low)} to {amount(high)} in the middle 90 % of draws)"


def total_text(item: TraceItem) -> str:
    """The total with the bounds that the statements leave it: ``4,000 (4,000 to 74,000) items``."""
    if item.total is None:
        return "quantity not recorded"
    total, bounds = amount(item.total), item.total_range
    if item.expected:
        high = f" to {amount(bounds.high)}" if bounds.high is not None else " or more"
        return f"{amount(bounds.low)}{high} {item.unit.value}, {total} expected"
    match bounds.form:
        case "at least":
            return f"at least {amount(bounds.low)} {item.unit.value}"
        case "range" if bounds.low == 0 and bounds.high == item.total:
            return f"up to {total} {item.unit.value}"
        case "range":
            return f"{total} ({amount(bounds.low)} to {amount(bounds.high)}) {item.unit.value}"
    return f"{total} {item.unit.value.removesuffix('s') if item.total == 1 else item.unit.value}"
