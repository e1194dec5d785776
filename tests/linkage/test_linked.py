"""Standing linkings say under which key statements are read; withdrawn, it is as if they had never been."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from takingstock.linkage.linked import linked
from takingstock.records import Ledger, Linking, LinkKind, Mode, Statement


def statement(id: str, movement: str) -> Statement:
    return Statement(id=id, movement=movement, source="s", item="pistol", to_party="IRQ", mode=Mode.EXPORT)


def link(kind: LinkKind, *movements: str, **more: object) -> Linking:
    given = {"person": "A"} | more
    return Linking(id="-".join(movements) + kind, kind=kind, movements=movements, reason="r", **given)  # type: ignore[arg-type]


def keys(ledger: Ledger) -> dict[str, str]:
    return {one.id: one.movement for one in linked(ledger).statements}


def case(*linkings: Linking) -> Ledger:
    rows = (statement("1", "a"), statement("2", "b"), statement("3", "c"), statement("4", "c"))
    return Ledger(title="", revision=1, head="", statements=rows, linkings=linkings)


def test_merges_are_transitive_and_the_smallest_key_stands() -> None:
    merged = case(link(LinkKind.MERGE, "b", "c"), link(LinkKind.MERGE, "a", "b"))
    assert keys(merged) == {"1": "a", "2": "a", "3": "a", "4": "a"}


def test_a_split_leaves_before_the_merge() -> None:
    split = link(LinkKind.SPLIT, "c", statements=("4",), into="c-2")
    assert keys(case(link(LinkKind.MERGE, "b", "c"), split)) == {"1": "a", "2": "b", "3": "b", "4": "c-2"}


def test_withdrawn_or_apart_changes_nothing() -> None:
    plain = {"1": "a", "2": "b", "3": "c", "4": "c"}
    assert keys(case(link(LinkKind.MERGE, "a", "b", withdrawn=True), link(LinkKind.APART, "b", "c"))) == plain


@given(st.permutations([("a", "b"), ("c", "d"), ("b", "d"), ("e", "f")]))
def test_the_order_of_merges_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    rows = tuple(statement(key, key) for key in "abcdef")
    merges = tuple(link(LinkKind.MERGE, *pair) for pair in pairs)
    found = keys(Ledger(title="", revision=1, head="", statements=rows, linkings=merges))
    assert found == {**dict.fromkeys("abcd", "a"), "e": "e", "f": "e"}
