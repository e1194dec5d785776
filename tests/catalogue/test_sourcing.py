import pytest
from reviewing import FILE, RULE, SOURCE, TREE, ledger, said, sees, sighting

from takingstock.catalogue.releasing import release_ruling
from takingstock.catalogue.review import Desk
from takingstock.catalogue.sourcing import source_state
from takingstock.records import Answer, Aspect, BadValueError


def test_two_people_settle_every_aspect() -> None:
    state = source_state(ledger(SOURCE), FILE, RULE)
    assert state.verified
    assert state.words == "verified"


def test_what_is_missing_is_said() -> None:
    state = source_state(ledger(said("Vera"), said("Walter", aspects="origin time")), FILE, RULE)
    assert not state.verified
    assert state.missing == ("place: 1 of 2 people (confirmed)",)
    assert source_state(ledger(), FILE, RULE).missing[0] == "origin: 0 of 2 people"


@pytest.mark.parametrize("name", ["VERA", " vera ", "Ｖera", "Véra"])
def test_one_person_under_two_spellings_is_one(name: str) -> None:
    assert not source_state(ledger(said("Vera"), said(name)), FILE, RULE).verified


@pytest.mark.parametrize("people", [("refuted",), ("refuted", "refuted")])
def test_who_refutes_is_named(people: tuple[str, ...]) -> None:
    rows = [said(f"P{n}", answer, "place") for n, answer in enumerate(people)]
    state = source_state(ledger(SOURCE, *rows), FILE, RULE)
    assert not state.verified
    assert "confirmed says Vera, Walter" in state.against[0]
    assert "refuted says P0" in state.against[0]


def test_undetermined_settles_place_and_time_but_never_origin() -> None:
    rest = [*said("Vera", aspects="origin"), *said("Walter", aspects="origin")]
    unsure = [*said("Vera", "undetermined", "place time"), *said("Walter", "undetermined", "place time")]
    state = source_state(ledger(rest, unsure), FILE, RULE)
    assert state.verified
    assert state.answer(Aspect.PLACE) is Answer.UNDETERMINED
    all_unsure = [*said("Vera", "undetermined"), *said("Walter", "undetermined")]
    assert "origin: has to be confirmed" in source_state(ledger(all_unsure), FILE, RULE).words


def test_one_who_cannot_tell_does_not_undo_two_who_confirm() -> None:
    assert source_state(ledger(SOURCE, said("Xu", "undetermined", "place")), FILE, RULE).verified


def test_two_dates_that_share_no_day_contradict() -> None:
    rows = [*said("V", aspects="origin place"), *said("W", aspects="origin place")]
    apart = ledger(rows, said("V", aspects="time", finding="2014-06"), said("W", aspects="time", finding="2015"))
    assert "V finds 2014-06, W finds 2015" in source_state(apart, FILE, RULE).against[0]
    near = ledger(rows, said("V", aspects="time", finding="2014-06"), said("W", aspects="time", finding="2014"))
    assert source_state(near, FILE, RULE).verified


def test_a_place_that_only_undetermined_evidence_supports_is_a_fault() -> None:
    other = "b" * 64
    unsure = [*said("Vera", "undetermined", "place"), *said("Walter", "undetermined", "place")]
    sure = [*said("Vera", aspects="origin time"), *said("Walter", aspects="origin time")]
    where = {"name": "Mosul"}
    alone = ledger(sighting(place=where), unsure, sure)
    assert "states a place" in Desk(alone, RULE).review("s", TREE).faults[0]
    assert Desk(ledger(sighting(), unsure, sure), RULE).review("s", TREE).faults == ()
    second = [*said("Vera", evidence=other), *said("Walter", evidence=other)]
    helped = ledger(sighting(place=where, evidence=(FILE, other)), unsure, sure, second)
    assert Desk(helped, RULE).review("s", TREE).faults == ()


def seen_in(place: str, when: str, found_place: str, found_time: str, *others: str) -> tuple[str, ...]:
    people = [
        row.model_copy(update={"finding": {"place": found_place, "time": found_time}.get(row.aspect.value, "")})
        for row in SOURCE
    ]
    rows = [sighting(place={"name": place} if place else None, when=when)]
    rows += [sighting(f"o{n}", evidence=("c" * 64,), place={"name": name}) for n, name in enumerate(others)]
    return Desk(ledger(*rows, people, sees("A"), sees("B")), RULE).review("s", TREE).faults


@pytest.mark.parametrize(
    ("found", "others", "fault"),
    [
        (("Mosul, Iraq", "2014-06-11"), (), ""),
        (("the market of Mosul", "2014"), ("Aleppo",), ""),
        (("", "2014-06-10..2014-06-12"), (), ""),
        (("Mosul", "spring"), (), ""),
        (("Mosul", "2016-03-01"), (), "states a date, 2014-06-11, but people confirmed 2016-03-01"),
        (("Aleppo, Syria", "2014"), (), "states a place, Mosul, Iraq, but people confirmed Aleppo, Syria"),
        (("Aleppo", "2014"), ("Aleppo, Syria",), "states a place, Mosul, Iraq, but people confirmed Aleppo"),
        # Nobody has recorded such a place: it may be another name of the same.
        (("al-Mawsil", "2014"), ("Aleppo, Syria",), ""),
    ],
)
def test_a_sighting_may_not_state_what_was_found_otherwise(
    found: tuple[str, str], others: tuple[str, ...], fault: str
) -> None:
    faults = seen_in("Mosul, Iraq", "2014-06-11", *found, *others)
    assert [fault in text for text in faults] == ([True] if fault else [])
    assert seen_in("", "", *found, *others) == ()


def test_what_was_found_otherwise_is_not_released() -> None:
    people = [row.model_copy(update={"finding": "2016" if row.aspect is Aspect.TIME else ""}) for row in SOURCE]
    rows = ledger(sighting(when="2014"), people, sees("A"), sees("B"))
    with pytest.raises(BadValueError, match="people confirmed 2016"):
        release_ruling(rows, "s", RULE, TREE, id="r", person="Chair", reason="so")
