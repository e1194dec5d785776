"""Documented chains: supply chains that a source states link by link, as against those the engine computes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from takingstock.records import Movement, Stage, Statement
from takingstock.trace.holders import receiver


@dataclass(frozen=True)
class Documented:
    """``links`` lead in their stated order to the holder asked about; ``after`` are the links stated beyond it."""

    label: str
    links: tuple[Movement, ...]
    after: tuple[Movement, ...]

    @property
    def arrival(self) -> Movement:
        """The link by which the goods reached the holder."""
        return self.links[-1]

    @property
    def carried(self) -> float | None:
        """How many came all the way, as far as recorded: no more than the smallest known link; None where the number
        that arrived is not recorded."""
        if not self.arrival.quantity.best:
            return None
        return min(link.quantity.best for link in self.links if link.quantity.best)


def documented(
    statements: Iterable[Statement], movements: Mapping[str, Movement], own: Collection[str]
) -> tuple[Documented, ...]:
    """The stated chains that reach one of ``own`` (the holder and its parts), sorted by label; links of any class.

    A movement may be a link of several chains. A link without a number stands by its date. A chain whose links do not
    join end to end is still the source's; the gap shows as a change of holder between two steps."""
    chains: dict[str, dict[str, int]] = defaultdict(dict)
    for statement in statements:
        movement = movements.get(statement.movement)
        if statement.chain and movement is not None and movement.stage is Stage.DELIVERED:
            link = statement.link if statement.link is not None else 10**6
            known = chains[statement.chain]
            known[movement.key] = min(link, known.get(movement.key, link))
    found = []
    for label, numbered in sorted(chains.items()):
        links = sorted((movements[key] for key in numbered), key=lambda m: (numbered[m.key], m.when.sort_key, m.key))
        reached = [place for place, link in enumerate(links) if receiver(link) in own]
        if reached:
            cut = reached[-1] + 1
            found.append(Documented(label, tuple(links[:cut]), tuple(links[cut:])))
    return tuple(found)
