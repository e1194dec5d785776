"""Documented chains: supply chains that a source states link by link, as against those the engine computes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from takingstock.records import Movement, Stage, Statement, Unit


@dataclass(frozen=True)
class Documented:
    """``links`` lead in their stated order to the holder asked about; ``after`` are the links stated beyond its first
    arrival there. ``carried`` is how many came all the way, as far as recorded: no more than the smallest known link,
    and no more than the chain's part of a link that several chains share (those are ``shared``); None where the number
    that arrived is not recorded."""

    label: str
    links: tuple[Movement, ...]
    after: tuple[Movement, ...]
    carried: float | None = None
    shared: tuple[str, ...] = ()

    @property
    def arrival(self) -> Movement:
        """The link by which the goods reached the holder."""
        return self.links[-1]


def documented(
    statements: Iterable[Statement], movements: Mapping[str, Movement], arrives: Callable[[Movement], bool]
) -> tuple[Documented, ...]:
    """The stated chains that reach the holder asked about, sorted by label; links may be of any class.

    ``arrives`` says whether a movement brings goods to the holder in time. A movement may be a link of several chains.
    A link without a number stands by its date. A chain whose links do not join end to end is still the source's; the
    gap shows as a change of holder between two steps."""
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
        cut = next((place for place, link in enumerate(links, 1) if arrives(link)), None)
        if cut is not None:
            found.append(Documented(label, tuple(links[:cut]), tuple(links[cut:]), _least(links[:cut])))
    return _shared_out(found)


def _least(links: Sequence[Movement]) -> float | None:
    unit = links[-1].quantity.unit
    if links[-1].quantity.best is None or unit is Unit.TONNES:
        return None
    return min(m.quantity.best for m in links if m.quantity.best is not None and m.quantity.unit is unit)


def _shared_out(chains: list[Documented]) -> tuple[Documented, ...]:
    """No link carries more than it has: chains that together would are cut down alike."""
    carried = {chain.label: chain.carried for chain in chains}
    shared: dict[str, set[str]] = defaultdict(set)
    # Cutting down one link can only ease the others, so one round for each link is enough.
    links = {link.key: link for chain in chains for link in chain.links}
    for key, link in sorted(links.items()):
        users = [chain.label for chain in chains if chain.carried and any(m.key == key for m in chain.links)]
        total = sum(carried[label] or 0.0 for label in users)
        if link.quantity.best is not None and total > link.quantity.best * (1 + 1e-12):
            for label in users:
                carried[label] = (carried[label] or 0.0) * link.quantity.best / total
                shared[label].add(key)
    return tuple(
        replace(chain, carried=carried[chain.label], shared=tuple(sorted(shared[chain.label]))) for chain in chains
    )
