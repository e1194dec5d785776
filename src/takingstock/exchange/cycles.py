"""Cycles among records that refer to each other: a source that in the end repeats itself, a unit that is part of its
own part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_SHOWN = 5


def cycles(links: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """For every key that lies on a cycle of ``links``, one cycle through it: the keys in order, each once, rotated so
    that it begins with the smallest. Links to what is no key lead nowhere."""
    left = _trimmed(links)
    found: dict[str, tuple[str, ...]] = {}
    for start in sorted(left):
        if start not in found and (way := _way_back(start, left)):
            first = way.index(min(way))
            turned = way[first:] + way[:first]
            found |= {key: turned for key in turned if key not in found}
    return found


def shown(cycle: tuple[str, ...], through: str) -> str:
    """The cycle in words, from the key that it is told of, and shortened where it is long."""
    at = cycle.index(through)
    turned = cycle[at:] + cycle[:at]
    names = [repr(key) for key in turned[:_SHOWN]] + (["…"] if len(turned) > _SHOWN else [])
    return " → ".join([*names, repr(through)])


def _trimmed(links: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The links without the keys that lead nowhere, again and again: what is left leads into a cycle."""
    left = {key: tuple(other for other in others if other in links) for key, others in links.items()}
    comes_from: dict[str, list[str]] = {}
    out = {key: len(others) for key, others in left.items()}
    for key, others in left.items():
        for other in others:
            comes_from.setdefault(other, []).append(key)
    ends = [key for key, number in out.items() if not number]
    while ends:
        end = ends.pop()
        del left[end]
        for key in comes_from.get(end, ()):
            out[key] -= 1
            if not out[key]:
                ends.append(key)
    return {key: tuple(other for other in others if other in left) for key, others in left.items()}


def _way_back(start: str, links: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way from a key back to itself; empty: none."""
    came: dict[str, str] = {}
    todo = [start]
    for key in todo:
        for other in links[key]:
            if other == start:
                way = [key]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return tuple(reversed(way))
            if other not in came:
                came[other] = key
                todo.append(other)
    return ()
