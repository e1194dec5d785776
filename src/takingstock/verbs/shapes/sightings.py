"""What the sightings add, for people: per population the verdict first, then the ways of arrival.

Invariant: where the sightings do not tell the ways apart no single share is printed, only intervals; and what was
assumed of inflows that are on no record stands with every figure from before the sightings.
"""

from __future__ import annotations

from collections.abc import Iterator

from takingstock.records import Attribution, ChannelShare, Trace
from takingstock.verbs.shapes.figures import amount, name, share_text, span_text

ASSUMED = (
    "before the sightings there is the record and an assumption: inflows that are on no record are taken to be as "
    "large as all recorded ones together, anywhere from next to nothing to several times that"
)
HANDLED = (
    "items inspected in hand are taken as equally likely to be found whatever their kind: an assumption, also where "
    "the collection was purposive"
)
VERDICTS = {
    "separated": "the sightings tell the two leading ways of arrival apart",
    "not-separated": "the sightings do not tell the two leading ways of arrival apart; shares may still have moved",
    "no-channels": "fewer than two recorded ways of arrival: nothing for the sightings to tell apart",
    "no-counts": "no figures that can be used: the sightings add nothing on where it came from",
    "repeats-another": "shows again what another population shows: no evidence of its own",
    "not-converged": "the computation did not settle, so no result is given: ask for more draws (--draws)",
    "too-few-draws": "too few draws for a result: ask for more (--draws)",
}
_FIGURES = frozenset({"separated", "not-separated"})
_UNUSED = frozenset({"no-counts", "no-channels", "repeats-another", "too-few-draws"})


def sighting_lines(trace: Trace) -> Iterator[tuple[str, str]]:
    """(kind, text) for each population; nothing where nothing is recorded of what was asked."""
    if not trace.items:
        return
    explained = False
    for one in trace.attributions:
        used = "" if one.verdict in _UNUSED else f" ({_used(one)})"
        yield "head", f"what the sightings add: {one.population}{used}"
        yield "note", VERDICTS.get(one.verdict, one.verdict)
        if one.verdict not in _FIGURES:
            continue
        yield from (("note", line) for line in _shares(one))
        bits = [
            f"{gain.observation.replace('-', ' ')} {_bits(gain.bits)}" for gain in one.gains if gain.bits is not None
        ]
        if bits:
            meaning = "" if explained else " (1 bit = decides between the two)"
            yield "note", f"how much one more would tell, in bits{meaning}: {', '.join(bits)}"
        if not explained:
            yield "note", ASSUMED
            yield "note", HANDLED
        explained = True


def _used(one: Attribution) -> str:
    sites = f"{amount(one.sites)} sites{' assumed' if one.sites_assumed else ''}"
    return f"{amount(one.n)} counted by {one.by}, {sites}"


def _shares(one: Attribution) -> Iterator[str]:
    channels, apart = one.channels, one.verdict == "separated"
    for channel in channels:
        names = " or ".join(_way(member) for member in channel.members or (channel.channel,))
        if len(channels) == 1:
            # All of it, by whatever way: a share of the whole would say nothing.
            yield names
            return
        before, after = _figures(channel, apart)
        yield f"{names}: before the sightings (record and assumption) {before}, with them {after}"


def _figures(channel: ChannelShare, apart: bool) -> tuple[str, str]:
    ends = (channel.prior_low, channel.prior_high), (channel.low, channel.high)
    if not apart:
        return span_text(*ends[0]), span_text(*ends[1])
    return share_text(channel.prior, *ends[0]), share_text(channel.share, *ends[1])


def _way(member: str) -> str:
    sender, _, mode = member.partition("|")
    return f"{name(sender)} ({mode})" if mode else sender


def _bits(bits: float) -> str:
    return f"{bits:.2f}" if bits >= 0.005 else "<0.01"
