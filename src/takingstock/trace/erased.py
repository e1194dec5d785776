"""Chains without their loops: loans and returns told as one story.

Invariant: no holder stands twice in a loop-erased chain, and nothing is lost: shares and remainder are those of the
chains it came from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from takingstock.trace.chains import Chain, ChainResult, OriginKind


@dataclass(frozen=True, eq=False, slots=True)
class ErasedChain:
    """Holders from the origin to the one asked about, each once; `chains` are those it stands for, largest first.

    quantity in items and share of the result's total, both summed over `chains`.
    """

    holders: tuple[int, ...]
    quantity: float
    share: float
    origin_kind: OriginKind
    chains: tuple[Chain, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ErasedResult:
    """Loop-erased chains, falling; the share of `total` that they do not show; and whether they are certified.

    They sum up the chains that were found, and no others. exact is True where those are all there are; else a
    share may be larger by up to `remainder`, and their order may change by as much.
    """

    chains: tuple[ErasedChain, ...]
    remainder: float
    total: float
    exact: bool


ALL_SHOWN = 1e-9
"""A remainder below this is rounding."""


def loop_erased(holders: tuple[int, ...]) -> tuple[int, ...]:
    """The holders with every loop cut out as soon as it closes: A B C B D is A B D.

    Loops are cut in the order in which they close. The first and the last holder stay; where they are the same, that
    one is all that stays.
    """
    path: list[int] = []
    place: dict[int, int] = {}
    for holder in holders:
        if holder in place:
            for gone in path[place[holder] + 1 :]:
                del place[gone]
            del path[place[holder] + 1 :]
        else:
            place[holder] = len(path)
            path.append(holder)
    return tuple(path)


def erase_loops(result: ChainResult) -> ErasedResult:
    """The chains of a result with their loops cut out, shares summed by what is left and by the kind of origin.

    Ask for more chains than are to be shown: loans and returns make many chains of one story.
    """
    stories: dict[tuple[tuple[int, ...], OriginKind], list[Chain]] = defaultdict(list)
    for chain in result.chains:
        stories[loop_erased(chain.holders), chain.origin_kind].append(chain)
    erased = [
        ErasedChain(holders, sum(c.quantity for c in chains), sum(c.share for c in chains), kind, tuple(chains))
        for (holders, kind), chains in stories.items()
    ]
    # Stable: among equals the story of the larger chain stays first.
    erased.sort(key=lambda story: -story.quantity)
    exact = result.exact and result.remainder <= ALL_SHOWN
    return ErasedResult(tuple(erased), result.remainder, result.total, exact)
