"""A trace for people, line by line: what came, by which chains, how sure, and what must be read with it.

Likelihood and confidence never share a line. Nothing is printed as 0 % or 100 %: a drawn share is given in whole
per cents, because draws say no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from takingstock.records import Chain, Lag, Step, Trace, TraceItem
from takingstock.verbs.shapes.bearing import INTERVAL, WORD, borne, likelihood, opening, twice
from takingstock.verbs.shapes.figures import amount, name, share_text
from takingstock.verbs.shapes.figures import whole as whole_percent
from takingstock.verbs.shapes.influence import influence_lines
from takingstock.verbs.shapes.sightings import sighting_lines
from takingstock.verbs.shapes.trace import chain_text, ends

Line = tuple[str, str]
_LISTED = 5
_SAME = 0.0005
_ALLEGED = re.compile(r"(?P<text>.*) \(status: (?P<status>.*); source: (?P<source>[^;]*)\)", re.S)
NO_MALPRACTICE = (
    "No malpractice is inferred of any party; what a source alleges is printed as alleged, with its status."
)


def trace_lines(trace: Trace) -> Iterator[Line]:
    """A trace as (kind, text): per class a ``head`` with its total, a ``chain`` each with its share first and a
    ``detail`` line under it, ``note`` lines on the class, and the ``caution`` lines that must be read with them."""
    trace = borne(trace)
    if 0 < trace.draws < trace.asked:
        yield "caution", f"the time limit cut the draws short: {trace.draws:,} of {trace.asked:,} were made"
    for item in trace.items:
        yield from _item(trace, item)
    yield from sighting_lines(trace)
    if trace.draws and trace.items:
        yield "head", f"{trace.draws:,} draws, seed {trace.seed}"
        yield "note", _explained(trace)
    if any(item.chains for item in trace.items):
        yield "note", NO_MALPRACTICE


def _explained(trace: Trace) -> str:
    spread = (
        "in brackets the middle 90 % of them unless that is narrower than one per cent"
        if trace.draws >= INTERVAL
        else "too few for an interval"
    )
    word = "The word of likelihood is for the event that any goods came by the chain at all. "
    return (
        f"Shares are medians of the draws, {spread}; medians need not add up to one. "
        f"{word if trace.draws >= WORD else ''}"
        "All of it is given the record: what no source wrote down is not in an interval."
    )


def _item(trace: Trace, item: TraceItem) -> Iterator[Line]:
    yield "head", f"{item.item}: {total_text(item, trace.of)}"
    yield from (("detail", line) for line in _drawn(trace, item))
    drawn = bool(trace.draws) and item.total is not None and not _never(trace, item)
    for chain in item.chains:
        yield "chain", _chain(chain, drawn)
        if told := _standing(trace, chain, item):
            yield "detail", told
        yield from (("detail", f"alleged: {allegation}") for allegation in _alleged(chain))
    if item.remainder and item.remainder > 1e-9:
        rest = share_text(item.remainder, None, None, drawn=drawn)
        yield "chain", f"{rest}  in chains not shown"
    if told := _beginnings(trace, item, drawn):
        yield "note", told
    for point in item.diversion_points[:_LISTED]:
        told = share_text(point.share, point.low, point.high, drawn=drawn)
        when = f", {point.when}" if point.when.known else ""
        yield "note", f"left authorised hands: {name(point.party)} → {point.to_party} ({point.mode}{when}): {told}"
    yield from (("note", line) for line in influence_lines(trace, item))
    if item.confidence is not None:
        reasons = "; ".join(reason.replace("-", " ") for reason in item.reasons)
        yield "note", f"confidence in the basis: {item.confidence.value}" + (f" ({reasons})" if reasons else "")
    if again := twice(item, trace.items):
        yield (
            "caution",
            f"{item.item} is a mixed set: its goods may be the same as those listed under {', '.join(again)}.",
        )
    for caution in item.cautions:
        yield "caution", caution.words


def _never(trace: Trace, item: TraceItem) -> bool:
    """Whether no draw has any goods of the class, so that its shares are arithmetic after all."""
    none = all(chain.probability == 0.0 for chain in item.chains) and not item.arrived
    return bool(trace.draws and item.chains and item.total is not None and none)


def _drawn(trace: Trace, item: TraceItem) -> Iterator[str]:
    """How the total and the draws' answer lie beside the record's."""
    if not trace.draws or item.total is None:
        return
    if _never(trace, item):
        yield f"in none of the {trace.draws:,} draws did any come: shares are arithmetic on the record"
        return
    if item.total_drawn is not None or item.total_low is not None:
        yield from spread(item, trace.of)
    if item.arrived is not None and item.arrived < 1.0:
        came = round(item.arrived * trace.draws)
        yield f"shares are medians of the draws in which any came ({came:,} of {trace.draws:,})"


def spread(item: TraceItem, of: str) -> Iterator[str]:
    """The total in the draws, and why it may lie below or above what is recorded; nothing where they all agree."""
    low, high, middle = item.total_low, item.total_high, item.total_drawn
    total = item.total or 0.0
    if low is None or high is None:
        if middle is not None and round(middle) != round(total):
            yield f"in draws: median {amount(middle)}"
        return
    if round(low) == round(high) == round(total):
        return
    told = [f"median {amount(middle)}"] if middle is not None else []
    told.append(amount(low) if round(low) == round(high) else f"{amount(low)} to {amount(high)}")
    yield f"in draws: {', '.join(told)}{_why(item, of, low, high)}"


def _why(item: TraceItem, of: str, low: float, high: float) -> str:
    total, bounds = item.total or 0.0, item.total_range
    if of == "held":
        return "; other than recorded where statements on what came or left fail"
    reasons = []
    if round(low) < round(total):
        down = bounds.low == 0 and bounds.high == total
        reasons.append("lower than recorded where statements fail" + (" or less than “up to” came" if down else ""))
    if round(high) > round(total):
        if bounds.known and bounds.high is None:
            reasons.append("higher where “at least” is exceeded (assumed)")
        elif bounds.high is not None and bounds.high < high:
            reasons.append("higher where a rounded figure was more (assumed)")
        else:
            reasons.append("higher where another statement holds")
    return f"; {', '.join(reasons)}" if reasons else ""


def _beginnings(trace: Trace, item: TraceItem, drawn: bool) -> str:
    """The share whose origin is on no record, and beside it that of counted opening stocks, whose origin is on none
    either."""
    parts = []
    if trace.draws and item.unrecorded is not None and (item.unrecorded > 0 or item.unrecorded_high):
        told = share_text(item.unrecorded, item.unrecorded_low, item.unrecorded_high, drawn=drawn)
        parts.append(f"origin not recorded: {told}")
    for party, share, low, high in opening(item):
        parts.append(f"from the counted opening stock of {name(party)}: {share_text(share, low, high, drawn=drawn)}")
    return "; ".join(parts)


def _chain(chain: Chain, drawn: bool) -> str:
    first, last = (day[:4] for day in ends(chain))
    point = chain.steps[chain.diversion] if chain.diversion is not None else None
    parts = [
        first if first == last else f"{first}–{last}",
        f"diverted at {_diverted_at(point)}" if point else "",
        *(f"{lag.event}: {_days(lag)}" for lag in chain.lag),
        chain.remark.rstrip("."),
    ]
    told = "; ".join(part for part in parts if part)
    share = share_text(chain.share, chain.low, chain.high, drawn=drawn)
    return f"{share}  {chain.basis.value}: {chain_text(chain)}" + (f" ({told})" if told else "")


def _standing(trace: Trace, chain: Chain, item: TraceItem) -> str:
    """The word of likelihood, and where the chain stands under the policies and in the draws."""
    parts = []
    if word := likelihood(chain, trace.draws):
        parts.append(f"that any came this way: {word.value}")
    elif trace.draws and chain.probability is not None:
        came = round(chain.probability * trace.draws)
        parts.append(f"that any came this way: {came:,} of {trace.draws:,} draws, too few draws for a word")
    if told := ranks_text(chain, item):
        parts.append(told)
    if chain.leads is not None and len(item.chains) > 1:
        parts.append(f"the largest known in {whole_percent(chain.leads)} of draws")
    return "; ".join(parts)


def ranks_text(chain: Chain, item: TraceItem) -> str:
    """``largest under 3 of 5 policies``, how far down it stands, or that the rules give no difference. A policy under
    which nothing came this way gives it no place. Of a single movement rules say nothing unless they differ on it."""
    if not chain.ranks:
        return ""
    n = len({policy for other in item.chains for policy, _ in other.ranks})
    places = {rank for _, rank in chain.ranks}
    shares = [share for _, share in chain.agreement]
    same = len(chain.ranks) == n and len(places) == 1 and (not shares or max(shares) - min(shares) < _SAME)
    if same and len(chain.steps) == 1:
        return ""
    if same and shares and n > 1:
        return f"the {n} policies give no difference here"
    first = sum(1 for _, rank in chain.ranks if rank == 1)
    if first:
        return f"largest under {f'all {n}' if first == n else f'{first} of {n}'} policies"
    low, high = min(places), max(places)
    placed = f"all {n}" if len(chain.ranks) == n else f"{len(chain.ranks)} of {n}"
    return f"number {low if low == high else f'{low} to {high}'} in size under {placed} policies"


def _alleged(chain: Chain) -> Iterator[str]:
    """Each allegation once, with every status that it has and the sources that carry it so."""
    texts: dict[str, dict[str, list[str]]] = {}
    for one in chain.allegations:
        if found := _ALLEGED.fullmatch(one):
            texts.setdefault(found["text"], {}).setdefault(found["status"], []).append(found["source"])
        else:
            texts.setdefault(one, {})
    for text, said in texts.items():
        carried = "; ".join(f"status: {status}; source: {', '.join(sources)}" for status, sources in said.items())
        yield f"{text} ({carried})" if carried else text


def _days(lag: Lag) -> str:
    return f"{lag.low:,} days" if lag.low == lag.high else f"{lag.low:,} to {lag.high:,} days"


def _diverted_at(step: Step) -> str:
    return f"{name(step.from_party)} ({step.mode})"


def total_text(item: TraceItem, of: str = "received") -> str:
    """The total with the bounds that the statements leave it: ``at least 2,000 items received``. Of what is held the
    bounds are known only in part, so it is the figure of the record as it stands."""
    unknown = any(caution.kind == "quantity-not-recorded" for caution in item.cautions)
    if item.total is None:
        return "nothing left, by the record as it stands" if of == "held" and not unknown else "quantity not recorded"
    total, bounds, unit = amount(item.total), item.total_range, item.unit.value
    if item.expected:
        if bounds.low is None:
            return f"{total} {unit} {of}, expected"
        high = f" to {amount(bounds.high)}" if bounds.high is not None else " or more"
        return f"{amount(bounds.low)}{high} {unit} {of}, {total} expected"
    one = unit.removesuffix("s") if item.total == 1 else unit
    if of == "held" and not bounds.known:
        return f"{total} {one} held, of the record as it stands"
    match bounds.form:
        case "at least" if round(bounds.low or 0.0) < round(item.total):
            return f"{total} {unit} {of} (the statements leave at least {amount(bounds.low)})"
        case "at least":
            return f"at least {amount(bounds.low)} {unit} {of}"
        case "range" if bounds.low == 0 and bounds.high == item.total:
            return f"up to {total} {unit} {of}"
        case "range":
            return f"{total} {unit} {of} (the statements leave {amount(bounds.low)} to {amount(bounds.high)})"
    return f"{total} {one} {of}"
