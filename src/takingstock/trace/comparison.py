"""Comparison: the share of each chain under every policy and rule for births, beside the one that was asked for.

A chain that leads under all stands on the data; one that leads under one stands on an assumption.
What a search did not get to has no value: it is not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from takingstock.trace.agreement import label
from takingstock.trace.asking import RULES, Question
from takingstock.trace.custody import Custody
from takingstock.trace.telling import Key, kinds


@dataclass(frozen=True)
class Comparison:
    """By label (policy and rule for births): the share of each chain found, documented lots among them, and whether
    nothing is left over."""

    shares: Mapping[str, Mapping[Key, float]]
    whole: Mapping[str, bool]

    def of(self, key: Key) -> Iterable[tuple[str, float]]:
        """The shares of one chain, where they are known."""
        for name, shares in self.shares.items():
            if key in shares or self.whole[name]:
                yield name, shares.get(key, 0.0)

    @property
    def rivals(self) -> dict[str, list[float]]:
        """By label the shares of all that was found."""
        return {name: list(shares.values()) for name, shares in self.shares.items()}


def compare(asked: Question, custody: Custody, limit: int, base: float) -> Comparison:
    """The shares of the ``limit`` largest chains under each policy and rule, of ``base`` items."""
    from takingstock.trace.policies import POLICIES, WITH_LINKS, TooManyParcelsError

    found: dict[str, dict[Key, float]] = {}
    whole: dict[str, bool] = {}
    for births in RULES:
        network = custody.network(births)
        for policy in WITH_LINKS if asked.policy == "strict" else POLICIES:
            try:
                result = network.chains(custody.asked, policy, limit, asked.of)
            except TooManyParcelsError:
                continue
            shares: dict[Key, float] = defaultdict(float)
            for chain in result.chains:
                holders = tuple(custody.holders[number] for number in chain.holders)
                for kind, part in kinds(asked, custody, chain, network, policy):
                    shares[holders, kind] += part * chain.quantity / base
            name = label(policy, births)
            found[name] = dict(shares)
            whole[name] = result.exact and result.remainder < 1e-9
    return Comparison(found, whole)
