"""Agreement: the place of each chain under every policy, from its share under each.

A chain that leads under all policies stands on the data; one that leads under one stands on an assumption. A place is
1 for the largest share; equal shares have one place, and the next place is left free. A chain has no place where
nothing is known of it (the search for chains did not get there) and none where nothing came that way: neither is a last
place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from takingstock.records import Chain, ChainBasis
from takingstock.trace.asking import Of

Ranks = tuple[tuple[str, int], ...]

_TIE = 1e-9


def label(policy: str, births: str) -> str:
    """The name under which the shares of a policy and a rule for births stand in ``Chain.agreement``."""
    return f"{policy}, {births} births"


def policy_and_births(name: str) -> tuple[str, str]:
    """The policy and the rule for births that a label names."""
    policy, _, births = name.partition(", ")
    return policy, births.removesuffix(" births")


def ranks(
    shares: Sequence[Mapping[str, float]], births: str, rivals: Mapping[str, Sequence[float]] | None = None
) -> tuple[Ranks, ...]:
    """For each chain its place under each policy, births as asked, sorted by policy.

    ``shares``: per chain its share by label. ``rivals``: by label the shares of all chains that the search found, these
    ones included, so that a place counts those that are not listed too; without it, a place is one among these. A chain
    that is missing under a label is smaller than every chain found there, so it takes no other's place."""
    policies = {
        p: name for given in shares for name in given for p, rule in [policy_and_births(name)] if rule == births
    }
    told: list[list[tuple[str, int]]] = [[] for _ in shares]
    for policy, name in sorted(policies.items()):
        known = (rivals or {}).get(name)
        others = list(known) if known is not None else [given[name] for given in shares if name in given]
        for place, given in enumerate(shares):
            mine = given.get(name)
            if mine is not None and mine > _TIE:
                told[place].append((policy, 1 + sum(1 for other in others if other > mine + _TIE)))
    return tuple(tuple(places) for places in told)


def ranked(
    chains: Sequence[Chain], births: str, of: Of, rivals: Mapping[str, Sequence[float]] | None = None
) -> tuple[Chain, ...]:
    """The chains with their ``ranks``, in the order given.

    A documented lot runs apart from the mixture, so of what was *received* its share is the same under every policy,
    and it takes its place among the others. Of what is *held* the policy decides how much of a lot is left; where a
    listed lot has no share by policy, no place is known, and none is given. With ``rivals``, they include the lots."""
    labels = sorted({name for chain in chains for name, _ in chain.agreement})
    shares: list[dict[str, float]] = []
    for chain in chains:
        known = dict(chain.agreement)
        if not known and chain.basis is ChainBasis.DOCUMENTED and chain.share is not None:
            if of == "held":
                return tuple(other.model_copy(update={"ranks": ()}) for other in chains)
            known = dict.fromkeys(labels, chain.share)
        shares.append(known)
    places = ranks(shares, births, rivals)
    return tuple(chain.model_copy(update={"ranks": own}) for chain, own in zip(chains, places, strict=True))
