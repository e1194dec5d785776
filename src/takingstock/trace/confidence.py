"""Analytic confidence: how good the basis of an answer is, by a stated rule; never how likely the answer is.

Intelligence Community Directive 203 (Analytic Standards) keeps two things apart: the likelihood of an event, and the
analyst's confidence in the basis of the judgement, which rests on the logic and on the amount and quality of the
sources. It forbids a confidence level and a degree of likelihood in one sentence, and so do we. Read as quoted in the
repositories https://github.com/wesinator/ICD203-intel-analysis (README.md, the rule on sentences) and
https://github.com/MISP/misp-taxonomies (estimative-language/machinetag.json, what confidence rests on). The directive
gives no formula; the one below is ours, and an assumption.

The rule. Each weakness of the basis weighs as in :data:`WEIGHTS`; what strengthens it is taken off. From
:data:`LOW_FROM` on, confidence is low. It is high only where no weakness at all is found, draws give a narrow interval,
and every movement of the leading chain is told by at least two independent voices within a documented chain. All else
is moderate. The leading chain is the listed one with the largest share.

Invariant: the reasons that are returned, in the order of :data:`WEIGHTS`, are all that the level rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from takingstock.records import (
    Caution,
    Chain,
    ChainBasis,
    Confidence,
    Grade,
    Ledger,
    Movement,
    OriginKind,
    TraceItem,
    voice,
)
from takingstock.trace.agreement import label, policy_and_births

WEIGHTS: dict[str, int] = {
    "no-share": 3,
    "mostly-unrecorded": 3,
    "policy-decides": 2,
    "births-decide": 2,
    "weak-link": 2,
    "unrecorded-large": 1,
    "link-not-judged": 1,
    "one-voice": 1,
    "depends-on-one-source": 1,
    "no-opening-count": 1,
    "contradicted": 1,
    "production-unverified": 1,
    "order-open": 1,
    "search-cut": 1,
    "wide-interval": 1,
    "no-interval": 0,
    "independent-voices": -1,
}
"""What each reason weighs. ``no-interval`` (no draws were made) only bars high confidence. A chain that one voice alone
carries falls with it, so ``depends-on-one-source`` is not counted beside ``one-voice``."""

STRENGTHENS = frozenset(kind for kind, weight in WEIGHTS.items() if weight < 0)
LOW_FROM = 3
LARGE_UNRECORDED = 0.2
MOSTLY_UNRECORDED = 0.5
WIDE = 0.4
"""Width of the 90 % interval of the leading chain's share."""

_WEAK = frozenset("DE") | frozenset("45")
_TIE = 1e-9
_UNCOUNTED = frozenset({"no-opening-stock", "no-opening-count"})


def confidence(
    item: TraceItem, movements: Mapping[str, Movement], ledger: Ledger, *, policy: str, births: str
) -> tuple[Confidence, tuple[str, ...]]:
    """The confidence in an item's answer and the kinds of its reasons, in the order of :data:`WEIGHTS`.

    ``item`` is finished: with chains, cautions, influence, and with intervals where draws were made. ``movements`` are
    the ledger's by key; ``policy`` and ``births`` are those asked for."""
    chain = max(
        (c for c in item.chains if c.share is not None),
        key=lambda c: (round(c.share or 0.0, 9), c.basis is ChainBasis.DOCUMENTED),
        default=None,
    )
    if chain is None or item.unrecorded is None:
        return Confidence.LOW, ("no-share",)
    found = {kind for kind, there in _reasons(item, chain, movements, ledger, policy, births) if there}
    if "one-voice" in found:
        found.discard("depends-on-one-source")
    reasons = tuple(kind for kind in WEIGHTS if kind in found)
    weight = sum(WEIGHTS[kind] for kind in reasons)
    if weight >= LOW_FROM:
        return Confidence.LOW, reasons
    if found == STRENGTHENS:
        return Confidence.HIGH, reasons
    return Confidence.MODERATE, reasons


def _reasons(
    item: TraceItem, chain: Chain, movements: Mapping[str, Movement], ledger: Ledger, policy: str, births: str
) -> Iterable[tuple[str, bool]]:
    unrecorded = item.unrecorded or 0.0
    yield "mostly-unrecorded", unrecorded > MOSTLY_UNRECORDED
    yield "unrecorded-large", LARGE_UNRECORDED < unrecorded <= MOSTLY_UNRECORDED
    by_policy, by_births = _decided(item.chains, chain, policy, births)
    yield "policy-decides", by_policy
    yield "births-decide", by_births
    links = [[movements[key] for key in step.movements if key in movements] for step in chain.steps]
    everything = [movement for link in links for movement in link]
    yield "weak-link", any(_weak(movement.grade) for movement in everything)
    yield "link-not-judged", any(link and all(_not_judged(m.grade) for m in link) for link in links)
    voices = [_voices(movement, ledger) for movement in everything]
    yield "one-voice", len(frozenset().union(*voices)) <= 1
    yield "depends-on-one-source", any(not without.leads for without in item.influence)
    yield "contradicted", any(conflict.independent for movement in everything for conflict in movement.conflicts)
    yield from _cautioned(item.cautions, chain)
    known = chain.low is not None and chain.high is not None
    yield "no-interval", not known
    yield "wide-interval", known and (chain.high or 0.0) - (chain.low or 0.0) > WIDE
    independent = bool(voices) and all(len(heard) > 1 for heard in voices)
    yield "independent-voices", independent and chain.basis is ChainBasis.DOCUMENTED


def _cautioned(cautions: Iterable[Caution], chain: Chain) -> Iterable[tuple[str, bool]]:
    senders = {step.from_party for step in chain.steps}
    for caution in cautions:
        named = {*caution.parties, *([caution.party] if caution.party else ())}
        # A lot that a source traces link by link runs apart from its holders' other stocks.
        mixed = chain.basis is ChainBasis.INFERRED
        yield "no-opening-count", mixed and caution.kind in _UNCOUNTED and bool(named & senders)
        made = chain.origin is OriginKind.PRODUCED and chain.steps[0].from_party in named
        yield "production-unverified", made and caution.kind == "production-unverified"
        yield caution.kind, caution.kind in ("order-open", "search-cut")


def _decided(chains: Iterable[Chain], lead: Chain, policy: str, births: str) -> tuple[bool, bool]:
    """Whether some other policy, or rule for births, has another chain lead. A change of both is laid to the policy.

    A chain has no place under a policy whose search did not get to it, though it got to others: it does not lead there.
    A documented lot without shares by policy is taken at the share it has."""
    others = [dict(chain.agreement) for chain in chains if chain is not lead]
    labels = sorted({name for given in (*others, dict(lead.agreement)) for name in given})
    own = dict(lead.agreement) or (
        dict.fromkeys(labels, lead.share or 0.0) if lead.basis is ChainBasis.DOCUMENTED else {}
    )
    fixed = [
        chain.share
        for chain in chains
        if chain is not lead and not chain.agreement and chain.basis is ChainBasis.DOCUMENTED and chain.share
    ]
    by_policy = any(place > 1 for _, place in lead.ranks)
    by_births = False
    for name in labels:
        most = max((*fixed, *(given[name] for given in others if name in given)), default=0.0)
        mine = own.get(name)
        if mine is not None and mine > _TIE and mine >= most - _TIE:
            continue
        if mine is None and most <= _TIE:
            continue
        if policy_and_births(name)[0] == policy and name != label(policy, births):
            by_births = True
        elif name != label(policy, births):
            by_policy = True
    return by_policy, by_births


def _voices(movement: Movement, ledger: Ledger) -> frozenset[str]:
    """Who independently tells of a movement, as far as the ruling statements go."""
    said = [ledger.statement_by_id[key] for key in movement.ruling if key in ledger.statement_by_id]
    return frozenset(voice(statement.source, ledger.source_by_id) for statement in said)


def _weak(grade: Grade) -> bool:
    """Not usually reliable or worse, or doubtful or worse. F and 6 are not judged, so they are not weak."""
    return bool({grade.reliability.value, grade.credibility.value} & _WEAK)


def _not_judged(grade: Grade) -> bool:
    return str(grade) == "F6"
