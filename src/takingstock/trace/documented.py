"""Documented chains: supply chains that a source states link by link, as against those the engine computes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from takingstock.records import Movement
from takingstock.trace.custody import receiver


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


def documented(movements: Iterable[Movement], own: Collection[str]) -> tuple[Documented, ...]:
    """The stated chains that reach one of ``own`` (the holder and its parts), sorted by label.

    A link without a number stands by its date. A chain whose links do not join end to end is still the source's;
    the gap shows as a change of holder between two steps."""
    chains: dict[str, list[Movement]] = defaultdict(list)
    for movement in movements:
        if movement.chain:
            chains[movement.chain].append(movement)
    found = []
    for label, links in sorted(chains.items()):
        links.sort(key=lambda m: (m.link if m.link is not None else 10**6, m.when.sort_key, m.key))
        reached = [place for place, link in enumerate(links) if receiver(link) in own]
        if reached:
            cut = reached[-1] + 1
            found.append(Documented(label, tuple(links[:cut]), tuple(links[cut:])))
    return tuple(found)
