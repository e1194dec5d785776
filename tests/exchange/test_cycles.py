"""Cycles: every key that comes back to itself is found, and no other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from takingstock.exchange.cycles import cycles, shown

keys = st.sampled_from("abcdef")


def reached(start: str, links: dict[str, tuple[str, ...]]) -> set[str]:
    seen: set[str] = set()
    todo = list(links.get(start, ()))
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo.extend(links.get(key, ()))
    return seen


@given(links=st.dictionaries(keys, st.lists(keys, max_size=3).map(tuple)))
def test_found_are_those_that_reach_themselves(links: dict[str, tuple[str, ...]]) -> None:
    found = cycles(links)
    assert set(found) == {key for key in links if key in reached(key, links)}
    for key, cycle in found.items():
        assert key in cycle
        assert len(set(cycle)) == len(cycle)
        assert all(after in links[before] for before, after in zip(cycle, (*cycle[1:], cycle[0]), strict=True))


def test_a_long_cycle_costs_no_recursion() -> None:
    ring = {str(n): (str((n + 1) % 20_000),) for n in range(20_000)}
    found = cycles(ring)
    assert len(found) == 20_000
    assert shown(found["7"], "7") == "'7' → '8' → '9' → '10' → '11' → … → '7'"


def test_in_words() -> None:
    assert shown(("a", "b"), "b") == "'b' → 'a' → 'b'"
    assert shown(("a",), "a") == "'a' → 'a'"
