from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reviewing import AK, AKM, M16, PISTOL, TREE, sees

from takingstock.catalogue.consensus import agreed
from takingstock.records import Level


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([(AKM, "model"), (AKM, "model")], ("model", AKM, 0)),
        ([(AKM, "variant"), (AKM, "model")], ("model", AKM, 0)),
        ([(AKM, "model"), (AK, "family")], ("family", AK, 0)),
        ([(AKM, "model"), (AKM, "model"), (AK, "family")], ("model", AKM, 0)),
        ([(AKM, "model"), (AKM, "model"), (M16, "model")], ("model", AKM, 1)),
        ([(AKM, "model"), (M16, "model"), ("rifle", "class")], ("class", "rifle", 0)),
        ([(AKM, "model"), (M16, "model")], None),
        ([(AKM, "model"), (AKM, "model"), (M16, "model"), (M16, "model")], None),
        ([(AKM, "model"), (AKM, "model"), *[("pistol", "class")] * 3], None),
        ([("weapons", "class"), ("weapons", "class")], None),
        ([(AKM, "model"), (AKM, "model"), (M16, "model"), (PISTOL, "model")], ("model", AKM, 2)),
        ([(AKM, "model")], None),
    ],
)
def test_what_experts_support(rows: list[tuple[str, str]], found: Any) -> None:
    result = agreed([sees(f"E{n}", item, level) for n, (item, level) in enumerate(rows)], 2, TREE)
    assert (result and (result.level.value, result.item, len(result.dissent))) == found


def test_makers_that_differ_lower_the_level_only() -> None:
    rows = [sees(f"E{n}", level="maker", maker=maker) for n, maker in enumerate(["Tula", "Tula", "Izhevsk", "Izhevsk"])]
    result = agreed(rows, 2, TREE)
    assert result is not None
    assert (result.level, result.maker, result.dissent) == (Level.VARIANT, "", ())
    three = agreed(rows[:3], 2, TREE)
    assert three is not None
    assert (three.level, three.maker, three.dissent) == (Level.MAKER, "Tula", ("i-s-E2",))


def test_serials_are_compared_at_their_level() -> None:
    same = agreed([sees("A", level="serial", serial="AB 12"), sees("B", level="serial", serial="ab12")], 2, TREE)
    assert same is not None
    assert (same.level, same.serial) == (Level.SERIAL, "AB 12")
    other = agreed([sees("A", level="serial", serial="1"), sees("B", level="serial", serial="2")], 2, TREE)
    assert other is not None
    assert (other.level, other.serial) == (Level.VARIANT, "")


def test_countries_and_years_are_what_all_supporters_share() -> None:
    a = sees("A", made_in="CHN", made="1970..1980")
    b = sees("B", made_in="CHN+SUN", made="1975..1990")
    both = agreed([a, b], 2, TREE)
    assert both is not None
    assert (both.made_in, str(both.made)) == ("CHN", "1975..1980")
    torn = agreed([a, b, sees("C", made_in="USA", made="1999")], 2, TREE)
    assert torn is not None
    assert (torn.made_in, torn.made.known) == (None, False)
    one = agreed([a, sees("B")], 2, TREE)
    assert one is not None
    assert (one.made_in, one.made.known) == (None, False)


def test_a_maker_level_needs_a_maker_or_a_country_in_common() -> None:
    rows = [
        sees(name, level="maker", made_in=states) for name, states in zip("ABC", ("CHN+ROU", "CHN", "ROU"), strict=True)
    ]
    result = agreed(rows, 2, TREE)
    assert result is not None
    assert (result.level, result.item, result.made_in, len(result.experts)) == (Level.VARIANT, AKM, None, 3)
    assert result.differing == (("made_in", ("CHN", "CHN+ROU", "ROU")),)


def test_what_supporters_contradict_each_other_on_is_kept() -> None:
    rows = [sees("A", made_in="CHN", maker="Norinco", made="1970"), sees("B", made_in="RUS", maker="Tula", made="1985")]
    result = agreed(rows, 2, TREE)
    assert result is not None
    assert (result.made_in, result.dissent) == (None, ())
    assert result.differing == (("made_in", ("CHN", "RUS")), ("maker", ("Norinco", "Tula")), ("made", ("1970", "1985")))
    near = agreed([sees("A", made_in="RUS+SUN", made="1970"), sees("B", made_in="SUN", made="1965..1975")], 2, TREE)
    assert near is not None
    assert near.differing == ()


def test_marks_need_two_readers() -> None:
    mark = {"text": "Factory 66", "kind": "factory"}
    result = agreed([sees("A", marks=[mark]), sees("B", marks=[mark, {"text": "1975"}])], 2, TREE)
    assert result is not None
    assert result.marks == ("Factory 66",)


LEVELS = [one.value for one in Level if one is not Level.SERIAL]
ROW = st.tuples(
    st.sampled_from([AKM, AK, M16, "rifle", PISTOL]),
    st.sampled_from(LEVELS),
    st.sampled_from(["", "Tula", "Norinco"]),
    st.sampled_from([None, "CHN", "SUN", "CHN+SUN"]),
)


@given(st.lists(ROW, max_size=6), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_support_is_real(rows: list[Any], random: Any) -> None:
    every = [sees(f"E{n}", i, lv, maker=m, made_in=c) for n, (i, lv, m, c) in enumerate(rows)]
    result = agreed(every, 2, TREE)
    shuffled = list(every)
    random.shuffle(shuffled)
    assert agreed(shuffled, 2, TREE) == result
    if result:
        behind = [one for one in every if one.id in result.support]
        assert len(behind) >= 2
        assert not set(result.support) & set(result.dissent)
        assert all(one.level.rank >= result.level.rank and TREE.is_a(one.item, result.item) for one in behind)


def test_a_released_mark_is_read_again_as_what_it_is() -> None:
    """An arsenal's mark that two experts read is no serial to whoever reads the released sighting."""
    from takingstock.records.marking import MarkKind, named_mark, read_mark

    for kind in (MarkKind.FACTORY, MarkKind.IMPORT, MarkKind.LOT):
        assert read_mark(named_mark("66", kind), rounds=False).kind == kind
    assert named_mark("proof mark", MarkKind.OTHER) == "proof mark"
