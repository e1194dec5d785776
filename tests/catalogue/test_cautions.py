"""What to look at before the figures of released sightings are used."""

from typing import Any

import pytest
from reviewing import sighting

from takingstock.catalogue.cautions import cautions, files
from takingstock.catalogue.releasing import Counting, Lost
from takingstock.records import Judgement, LikenessJudgement, Sighting

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def counting(*sightings: Sighting, **more: Any) -> Counting:
    return Counting(sightings, **more)


def judged(person: str, as_: Judgement, first: str = A, second: str = B) -> LikenessJudgement:
    return LikenessJudgement(id=person, first=first, second=second, judgement=as_, person=person, reason="r")


def test_nothing_to_look_at() -> None:
    assert cautions(counting(sighting("s", (A,)), sighting("t", (B,)))) == ()
    assert files(counting(sighting("s", (A,)), sighting("t", (B, A)))) == {A, B}


def test_open_suggestions_between_different_sightings_only() -> None:
    rows = counting(sighting("s", (A,)), sighting("t", (B, C)), sighting("u", (C,), holder="other"))
    (told,) = cautions(rows, alike=[(A, B), (B, C)], mine=lambda holder: holder == "nobody") or ("",)
    assert told == ""
    found = cautions(rows, alike=[(A, B), (B, C)], mine=lambda holder: holder == "group")
    assert "nobody has judged: 1." in found[0]


def test_judgements_that_contradict_each_other() -> None:
    rows = counting(sighting("s", (A,)), sighting("t", (B,)))
    one, other = judged("x", Judgement.SAME_ORIGINAL), judged("y", Judgement.DIFFERENT)
    assert cautions(rows, [one]) == cautions(rows, [other]) == ()
    assert "judge differently: 1." in cautions(rows, [one, other])[0]


@pytest.mark.parametrize("second", [A, B])
def test_one_file_or_one_original_with_two_holders(second: str) -> None:
    rows = counting(sighting("s", (A,)), sighting("t", (second,), holder="other"))
    likenesses = [judged("x", Judgement.SAME_ORIGINAL)]
    for mine in ("group", "other"):
        (told,) = cautions(rows, likenesses, mine=lambda holder, mine=mine: holder == mine)
        assert told == "Counted with more than one holder on one and the same file: s, t."
    assert cautions(rows, likenesses, mine=lambda _: False) == ()


def test_what_was_lost_and_why() -> None:
    lost = tuple((sighting(f"s{n}"), why) for n, why in enumerate(Lost))
    found = cautions(counting(lost=lost))
    assert len(found) == len(Lost)
    assert all(text.endswith(f": s{n}.") for n, text in enumerate(found))
    assert cautions(counting(lost=lost), mine=lambda _: False) == ()
