"""The state machine, case by case, and what holds whatever is written."""

import sys
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import (
    AK,
    AKM,
    FILE,
    M16,
    PISTOL,
    RULE,
    SOURCE,
    TREE,
    ledger,
    put,
    rules,
    said,
    sees,
    sighting,
)  # fmt: skip

from takingstock.catalogue.releasing import check_ruling, release_ruling, released_sightings
from takingstock.catalogue.review import review, reviews
from takingstock.records import (
    BadValueError,
    Identification,
    Ledger,
    ReviewRule,
    ReviewState,
    RulingKind,
    UnknownNameError,
    Verification,
)

AGREE = [sees("Anna"), sees("Ben")]
DISPUTE = [sees("Anna"), sees("Ben", M16)]
BEFORE: dict[str, list[Any]] = {
    "collected": [sighting(), *AGREE],
    "verified": [sighting(), *SOURCE],
    "in-review": [sighting(), *SOURCE, sees("Anna")],
    "agreed": [sighting(), *SOURCE, *AGREE],
    "disputed": [sighting(), *SOURCE, *DISPUTE],
    "adjudicated": [sighting(), *SOURCE, *DISPUTE, rules("adjudicate", level="class", item="rifle.assault")],
    "released": [sighting(), *SOURCE, *AGREE, rules("release", level="model", item=AKM, person="Chair")],
    "withdrawn": [sighting(), *SOURCE, *AGREE, rules("withdraw")],
}
ALLOWED = {
    "close": {"in-review"},
    "adjudicate": {"agreed", "disputed", "adjudicated"},
    "release": {"agreed", "adjudicated", "withdrawn"},
    "withdraw": set(BEFORE) - {"withdrawn"},
    "reopen": {"collected", "agreed", "disputed", "adjudicated", "withdrawn"},
}


def state(*rows: Any, rule: ReviewRule = RULE, late: frozenset[str] = frozenset()) -> str:
    return review(ledger(*rows), "s", rule, TREE, late).state.value


@pytest.mark.parametrize("name", BEFORE)
def test_each_state_is_reached(name: str) -> None:
    assert state(*BEFORE[name]) == name


@pytest.mark.parametrize(("name", "kind"), list(product(BEFORE, ALLOWED)))
def test_each_ruling_in_each_state(name: str, kind: str) -> None:
    item, level = ("rifle.assault", "class") if name in {"disputed", "adjudicated"} else (AKM, "model")
    more: dict[str, Any] = {"level": level, "item": item} if kind in {"adjudicate", "release"} else {}
    if kind == "release":
        more |= {"rule": RULE.words, "experts": ("Anna", "Ben")}
    ruling = rules(kind, 5, **more)
    case = ledger(*BEFORE[name])
    if name in ALLOWED[kind]:
        check_ruling(case, ruling, RULE, TREE)
    else:
        with pytest.raises(BadValueError):
            check_ruling(case, ruling, RULE, TREE)
        if kind in {"adjudicate", "release"}:
            after = review(ledger(*BEFORE[name], ruling), "s", RULE, TREE)
            assert after.state.value == name
            assert "does not stand" in after.faults[0]


def test_an_assigned_expert_keeps_the_review_open() -> None:
    rows = [sighting(), *SOURCE, *AGREE]
    assert state(*rows, put("Carl")) == "in-review"
    assert state(*rows, put("Carl", withdrawn=True)) == "agreed"
    assert state(*rows, put("Carl"), sees("CARL", M16)) == "agreed"
    assert state(*rows, put("Carl"), rules("close")) == "agreed"


def test_while_open_nothing_of_the_answers_is_told() -> None:
    rows = [sighting(), *SOURCE, put("Carl")]
    one = review(ledger(*rows, *AGREE), "s", RULE, TREE)
    two = review(ledger(*rows, *DISPUTE), "s", RULE, TREE)
    assert one == two
    assert (one.counted, one.agreed, one.standing) == ((), None, None)


def test_late_identifications_are_comments() -> None:
    rows = [sighting(), *SOURCE, *AGREE, sees("Carl", M16), sees("Dora", M16)]
    late = frozenset({"i-s-Carl", "i-s-Dora"})
    assert state(*rows) == "disputed"
    found = review(ledger(*rows), "s", RULE, TREE, late)
    assert (found.state, found.comments) == (ReviewState.AGREED, ("i-s-Carl", "i-s-Dora"))


@pytest.mark.parametrize("second", ["ANNA", " anna", "Änna"])
def test_two_spellings_of_a_name_are_one_expert(second: str) -> None:
    found = review(ledger(sighting(), SOURCE, sees("Anna"), sees(second), rules("close")), "s", RULE, TREE)
    assert found.state is ReviewState.DISPUTED
    assert "more than one" in found.faults[0]


def test_only_named_experts_count() -> None:
    named = ReviewRule(experts_named=("anna", "Carl"))
    assert state(sighting(), *SOURCE, *AGREE, rule=named) == "in-review"
    assert state(sighting(), *SOURCE, *AGREE, sees("Carl"), rule=named) == "agreed"


def test_a_sighting_without_evidence_is_not_reviewed() -> None:
    with pytest.raises(UnknownNameError, match="link a file"):
        review(ledger(sighting(evidence=())), "s", RULE, TREE)


def test_nobody_but_the_two_experts_is_not_enough_to_release() -> None:
    two = [*said("Anna"), *said("Ben")]
    case = ledger(sighting(), two, *AGREE)
    with pytest.raises(BadValueError, match="nobody but the experts"):
        release_ruling(case, "s", RULE, TREE, id="r", person="anna ", reason="clear")
    assert release_ruling(case, "s", RULE, TREE, id="r", person="Chair", reason="clear").experts == ("Anna", "Ben")
    third = ledger(sighting(), said("Anna"), said("Vera"), *AGREE)
    assert release_ruling(third, "s", RULE, TREE, id="r", person="Anna", reason="clear").rule == RULE.words


def test_a_release_says_what_stands_or_less_and_keeps_dissent() -> None:
    case = ledger(sighting(), SOURCE, *AGREE, sees("Carl", PISTOL))
    made = release_ruling(case, "s", RULE, TREE, id="r", person="Chair", reason="clear")
    assert (made.level, made.item, made.dissent) == ("model", AKM, ("i-s-Carl",))
    for change, words in (
        ({"dissent": ()}, "leaves out the dissent"),
        ({"level": "variant"}, "support"),
        ({"item": PISTOL}, "support"),
        ({"made_in": "CHN"}, "made_in"),
        ({"serial": "1"}, "serial"),
        ({"maker": "Tula"}, "maker"),
        ({"made": "1975"}, "made 1975"),
        ({"rule": "1 expert"}, "release_ruling"),
        ({"item": None}, "level and item"),
    ):
        with pytest.raises(BadValueError, match=words):
            check_ruling(case, made.model_validate(made.model_dump() | change), RULE, TREE)
    less = made.model_validate(made.model_dump() | {"item": AK, "level": "family"})
    check_ruling(case, less, RULE, TREE)


def test_an_adjudicator_does_not_decide_for_their_own_side() -> None:
    rows = [sighting(), *SOURCE, sees("Anna"), sees("Ben"), sees("Carl", M16), sees("Dora", M16)]
    own = rules("adjudicate", person="anna", level="model", item=AKM)
    with pytest.raises(BadValueError, match="somebody else"):
        check_ruling(ledger(*rows), own, RULE, TREE)
    check_ruling(ledger(*rows), rules("adjudicate", level="model", item=AKM), RULE, TREE)
    check_ruling(ledger(*rows), rules("adjudicate", person="anna", level="family", item="rifle.assault"), RULE, TREE)
    with pytest.raises(BadValueError, match="0 of 2"):
        check_ruling(ledger(*rows), rules("adjudicate", level="model", item="rifle.assault"), RULE, TREE)


def test_a_release_falls_when_its_source_is_refuted() -> None:
    assert state(*BEFORE["released"], *said("Xu", "refuted", "place")) == "collected"


def test_what_is_released_replaces_what_was_entered() -> None:
    more = {"made_in": "CHN", "made": "1975", "marks": [{"text": "66"}]}
    rows = [sighting(made_in="RUS", marks=("x",)), *SOURCE, sees("Anna", **more), sees("Ben", **more)]
    reported = sighting("reported", ())
    case = ledger(rows, reported, sighting("unreleased"))
    assert released_sightings(case, RULE, TREE) == (reported,)
    ruling = release_ruling(case, "s", RULE, TREE, id="r", person="Chair", reason="clear")
    one, two = released_sightings(ledger(rows, reported, sighting("unreleased"), ruling), RULE, TREE)
    assert (one.item, one.made_in, str(one.made), one.marks) == (AKM, "CHN", "1975", ("66",))
    assert two == reported


PEOPLE = st.sampled_from(["Anna", "ANNA", " anna ", "Ánna", "Ａnna"])
ITEM, LEVEL = st.sampled_from([AKM, AK, M16]), st.sampled_from(["class", "family", "model"])


@st.composite
def writes(draw: Any, people: st.SearchStrategy[str]) -> list[Any]:
    """Any rows on one sighting, rulings unchecked."""
    rows: list[Any] = [sighting()]
    for n in range(draw(st.integers(0, 5))):
        rows += said(draw(people), draw(st.sampled_from(["confirmed", "confirmed", "refuted", "undetermined"])))
        rows[-3:] = [one.model_copy(update={"id": f"{one.id}-{n}"}) for one in rows[-3:]]
    rows += [sees(draw(people), draw(ITEM), draw(LEVEL), id=f"i{n}") for n in range(draw(st.integers(0, 5)))]
    rows += [put(draw(people)).model_copy(update={"id": f"a{n}"}) for n in range(draw(st.integers(0, 2)))]
    for n in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from([one.value for one in RulingKind]))
        rows.append(
            rules(kind, n + 1, draw(people), level=draw(LEVEL), item=draw(ITEM), dissent=("i0", "i1", "i2", "i3", "i4"))
        )
    return rows


@settings(max_examples=300, deadline=None)
@given(writes(PEOPLE))
def test_nothing_that_one_person_writes_leads_to_a_release(rows: list[Any]) -> None:
    others = [row for row in rows if not isinstance(row, Verification)]
    for case in (rows, [*SOURCE, *others]):
        assert released_sightings(ledger(*case), RULE, TREE) == ()


@settings(max_examples=150, deadline=None)
@given(writes(st.sampled_from(["Anna", "ben"])))
def test_nothing_that_two_people_alone_write_leads_to_a_release(rows: list[Any]) -> None:
    others = [row for row in rows if not isinstance(row, Verification)]
    decisions = [row for row in others if not isinstance(row, Identification)]
    both = [*said("Anna"), *said("Ben")]
    for case in (rows, [*both, *others], [*both, *AGREE, *decisions]):
        assert released_sightings(ledger(*case), RULE, TREE) == ()


@settings(max_examples=150, deadline=None)
@given(writes(st.sampled_from(["Anna", "Ben", "Carl", "Dora"])), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Any], random: Any) -> None:
    found = reviews(ledger(*rows), RULE, TREE)
    random.shuffle(rows)
    assert reviews(ledger(*rows), RULE, TREE) == found
    if found["s"].state is ReviewState.RELEASED:
        standing = found["s"].standing
        assert standing is not None
        assert len(standing.experts) >= 2


def _many(count: int) -> Ledger:
    rows: list[Any] = [*SOURCE]
    for n in range(count):
        id = f"s{n:05}"
        rows += [sighting(id, (FILE,)), sees("Anna", sighting=id), sees("Ben", sighting=id)]
        rows.append(rules("release", sighting=id, level="model", item=AKM))
    return ledger(rows)


def test_ten_times_the_sightings_take_about_ten_times_the_work() -> None:
    """Calls are counted, not seconds: a machine that is busy is no slower program."""

    def calls(case: Ledger, count: int) -> int:
        made = 0

        def step(_: Any, event: str, __: Any) -> None:
            nonlocal made
            made += event == "call"

        before = sys.getprofile()
        sys.setprofile(step)
        try:
            assert len(released_sightings(case, RULE, TREE)) == count
        finally:
            sys.setprofile(before)
        return made

    small, large = _many(30), _many(300)
    calls(small, 30)
    assert calls(large, 300) < 11 * calls(small, 30)
