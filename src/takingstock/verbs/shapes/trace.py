"""Traces as JSON and as rows: one block a class, one row a chain, with what must be read with a share.

Without draws every bound, probability and word of likelihood is null, and with too few of them word and bounds are
(:mod:`takingstock.verbs.shapes.bearing`): nothing here makes one up.
"""

from __future__ import annotations

from takingstock.records import (
    Attribution,
    Chain,
    ChannelShare,
    DateRange,
    DiversionPoint,
    Influence,
    Step,
    Trace,
    TraceItem,
)
from takingstock.verbs.shapes.bearing import borne, likelihood, opening, twice
from takingstock.verbs.shapes.figures import Json, Table, bounds_json, plain, quantity_json
from takingstock.verbs.shapes.influence import gone


def trace_json(trace: Trace) -> Json:
    """``{holder, at, policy, revision, draws, seed, items: [{item, unit, total, coverage, origins, chains, remainder,
    unrecorded, diversion_points, influence, attribution}]}``, one block per class."""
    trace = borne(trace)
    return {
        "holder": trace.holder,
        "at": str(trace.at) or None,
        "policy": trace.policy,
        "births": trace.births,
        "of": trace.of,
        "draws": trace.draws,
        "draws_asked": trace.asked,
        "seed": trace.seed,
        "holds": dict(trace.holds),
        "revision": trace.revision,
        "as_of": trace.as_of or None,
        "tables": trace.tables,
        "version": trace.version,
        "items": [_item_json(trace, item) for item in trace.items],
        "attributions": [_attribution_json(one) for one in trace.attributions],
    }


def _item_json(trace: Trace, item: TraceItem) -> Json:
    return {
        "item": item.item,
        "classes": list(item.classes),
        "unit": item.unit.value,
        "total": plain(item.total),
        "total_drawn": plain(item.total_drawn),
        "total_low": plain(item.total_low),
        "total_high": plain(item.total_high),
        "total_kind": "expected" if item.expected else "recorded",
        "total_range": bounds_json(item.total_range),
        "arrived": item.arrived,
        "coverage": list(item.coverage),
        "warnings": _warnings(trace, item),
        "origins": [
            {"party": one.party, "kind": one.kind.value, "share": one.share, "low": one.low, "high": one.high}
            for one in item.origins
        ],
        "chains": [chain_json(chain, trace.draws) for chain in item.chains],
        "remainder": item.remainder,
        "unrecorded": item.unrecorded,
        "unrecorded_low": item.unrecorded_low,
        "unrecorded_high": item.unrecorded_high,
        "definition": item.definition,
        "diversion_points": [_point_json(point) for point in item.diversion_points],
        "influence": [_influence_json(one) for one in item.influence],
        "attribution": [_channel_json(channel) for channel in item.attribution],
        "confidence": item.confidence.value if item.confidence else None,
        "reasons": list(item.reasons),
    }


def _warnings(trace: Trace, item: TraceItem) -> list[str]:
    """What must be printed with the shares: the cautions, and that a mixed set may hold classes listed apart."""
    again = twice(item, trace.items)
    apart = f"{item.item} is a mixed set: its goods may be the same as those listed under {', '.join(again)}."
    return [*([apart] if again else []), *(caution.words for caution in item.cautions)]


def chain_json(chain: Chain, draws: int) -> Json:
    """``{basis, steps: [{from, to, via, mode, first, last}], share, low, high, likelihood, agreement}`` and what else
    is known of the chain; ``draws`` is how many were made."""
    word = likelihood(chain, draws)
    return {
        "basis": chain.basis.value,
        "label": chain.label or None,
        "origin": chain.origin.value,
        "steps": [_step_json(step) for step in chain.steps],
        "after": [_step_json(step) for step in chain.after],
        "share": chain.share,
        "low": chain.low,
        "high": chain.high,
        "likelihood": word.value if word else None,
        "probability": chain.probability,
        "leads": chain.leads,
        "quantity": plain(chain.quantity),
        "diversion": chain.diversion,
        "lag": [{"event": lag.event, "low": lag.low, "high": lag.high} for lag in chain.lag],
        "agreement": dict(chain.ranks),
        "agreement_shares": dict(chain.agreement),
        "sources": list(chain.sources),
        "allegations": list(chain.allegations),
        "remark": chain.remark or None,
    }


def _step_json(step: Step) -> Json:
    return {
        "from": step.from_party,
        "to": step.to_party,
        "via": list(step.via),
        "mode": step.mode,
        "authorised": step.authorised,
        **_days(step.when),
        "quantity": quantity_json(step.quantity),
        "movements": list(step.movements),
    }


def _days(when: DateRange) -> Json:
    return {
        "first": when.first.isoformat() if when.first else None,
        "last": when.last.isoformat() if when.last else None,
    }


def _point_json(point: DiversionPoint) -> Json:
    return {
        "party": point.party,
        "to": point.to_party,
        "mode": point.mode,
        **_days(point.when),
        "share": point.share,
        "low": point.low,
        "high": point.high,
        "movements": list(point.movements),
    }


def _influence_json(one: Influence) -> Json:
    return {
        "source": one.source,
        "sources": list(one.sources),
        "total": plain(one.total),
        "leading": one.leading,
        "leads": one.leads,
        "gone": gone(one),
        "unrecorded": one.unrecorded,
        "moves": one.moves,
        "movements": list(one.movements),
    }


def _channel_json(one: ChannelShare) -> Json:
    return {
        "channel": one.channel,
        "prior": one.prior,
        "share": one.share,
        "low": one.low,
        "high": one.high,
        "separated": one.separated,
        "prior_low": one.prior_low,
        "prior_high": one.prior_high,
        "members": list(one.members),
        "from": one.from_party,
        "mode": one.mode,
        "population": one.population or None,
    }


def _attribution_json(one: Attribution) -> Json:
    return {
        "population": one.population,
        "items": list(one.items),
        "by": one.by,
        "n": plain(one.n),
        "sites": plain(one.sites),
        "sites_assumed": one.sites_assumed,
        "verdict": one.verdict,
        "channels": [_channel_json(channel) for channel in one.channels],
        "gains": [{"observation": gain.observation, "bits": gain.bits, "narrows": gain.narrows} for gain in one.gains],
    }


def trace_table(trace: Trace) -> Table:
    """One row a chain, with the cautions that must be read with its share. Columns are named like the keys of the JSON;
    docs/json.md says what a row leaves out."""
    head = (
        "item", "unit", "total", "total_kind", "total_drawn", "total_low", "total_high", "total_range_low",
        "total_range_high", "arrived", "chain", "basis", "origin", "share", "low", "high", "likelihood", "probability",
        "leads", "agreement", "quantity", "first", "last", "diverted_at", "unrecorded", "unrecorded_low",
        "unrecorded_high", "opening", "remainder", "confidence", "reasons", "remark", "allegations", "sources",
        "definition", "warnings", "of", "draws", "seed",
    )  # fmt: skip
    trace = borne(trace)
    return head, [_row(trace, item, chain) for item in trace.items for chain in item.chains]


def _row(trace: Trace, item: TraceItem, chain: Chain) -> tuple[object, ...]:
    word = likelihood(chain, trace.draws)
    return (
        item.item,
        item.unit.value,
        plain(item.total),
        "expected" if item.expected else "recorded",
        plain(item.total_drawn),
        plain(item.total_low),
        plain(item.total_high),
        plain(item.total_range.low),
        plain(item.total_range.high),
        item.arrived,
        chain_text(chain),
        chain.basis.value,
        chain.origin.value,
        chain.share,
        chain.low,
        chain.high,
        word.value if word else "",
        chain.probability,
        chain.leads,
        "; ".join(f"{policy}={rank}" for policy, rank in chain.ranks),
        plain(chain.quantity),
        *ends(chain),
        chain.steps[chain.diversion].from_party if chain.diversion is not None else "",
        item.unrecorded,
        item.unrecorded_low,
        item.unrecorded_high,
        "; ".join(f"{party}={share:.6g}" for party, share, _, _ in opening(item)),
        item.remainder,
        item.confidence.value if item.confidence else "",
        "; ".join(item.reasons),
        chain.remark,
        " ".join(f"alleged: {allegation}" for allegation in chain.allegations),
        "; ".join(chain.sources),
        item.definition,
        " ".join(_warnings(trace, item)),
        trace.of,
        trace.draws,
        trace.seed,
    )


_BEGINS = {"unrecorded": "(unrecorded) ", "opening": "(opening stock) "}


def chain_text(chain: Chain) -> str:
    """The chain on one line: holders joined by arrows, brokers in brackets; that it begins with what is unrecorded, or
    in a counted opening stock, is said first."""
    text = _BEGINS.get(chain.origin.value, "") + chain.steps[0].from_party
    here = chain.steps[0].from_party
    for step in chain.steps:
        if step.from_party != here:
            text += f" … {step.from_party}"
        via = f" [via {', '.join(step.via)}]" if step.via else ""
        text += f" →{via} {step.to_party}"
        here = step.to_party
    return text


def ends(chain: Chain) -> tuple[str, str]:
    """The first and the last day that the chain's steps allow, where known."""
    when: DateRange = chain.steps[0].when
    for step in chain.steps[1:]:
        if step.when.known:
            when = when.joined(step.when) if when.known else step.when
    return (when.first.isoformat() if when.first else "", when.last.isoformat() if when.last else "")
