"""What people say of a file: one person is one person in any spelling, and has a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.records import Answer, Aspect, BadValueError, Clearance, Verification
from takingstock.verbs.evidence import clear, confirm

FILE = "3f" * 32


def said(folder: Path) -> tuple[Verification, ...]:
    with open_case(folder) as case:
        return case.ledger().verifications


def test_letters_that_look_the_same_make_no_second_person(case: Path) -> None:
    for person in ("Poco", "Росо", "po\u200bco"):  # Latin, Cyrillic, with a mark of no width
        made = confirm(case, "a.jpg", person=person, aspects=["origin"], method="m", reason=f"as {len(person)}")
        assert "1 of 2 people" in made.state
    assert len(said(case)) == 1


def test_an_answer_from_before_keeps_its_id(case: Path) -> None:
    """Who answered under one spelling revises that row under another, and adds none."""
    row = Verification(
        id=f"{FILE}/origin/анна",
        evidence=FILE,
        person="Анна",
        aspect=Aspect.ORIGIN,
        answer=Answer.CONFIRMED,
        method="m",
        reason="r",
    )
    with open_case(case) as opened:
        opened.write(Rows(verifications=(row,)), actor="Анна", reason="before")
    confirm(
        case, "a.jpg", person="АННА", aspects=["origin", "place"], answer="refuted", method="m", reason="looked again"
    )
    found = {one.aspect: one for one in said(case)}
    assert found[Aspect.ORIGIN].id == row.id
    assert found[Aspect.ORIGIN].answer is Answer.REFUTED
    assert len(found) == len(said(case)) == 2


def test_a_name_of_two_scripts_or_none_is_refused(case: Path) -> None:
    for name, words in (("Aннa", "mixes CYRILLIC and LATIN"), (" \u200b", "no name")):
        with pytest.raises(BadValueError, match=words):
            confirm(case, "a.jpg", person=name, aspects=["origin"], method="m", reason="r")
        with pytest.raises(BadValueError, match=words):
            clear(case, "a.jpg", person=name, regions=[])
    assert said(case) == ()


def test_looking_again_replaces_the_clearance(case: Path) -> None:
    from takingstock.verbs.evidence.regions import region

    assert clear(case, "a.jpg", person="Ana", regions=[]).state == "nothing to make unreadable"
    assert clear(case, "3f3f", person="Bo", regions=[region("face=0,0,0.5,0.5")]).state.startswith("1 region")
    with open_case(case) as opened:
        (row,) = opened.archive().clearances
    assert isinstance(row, Clearance)
    assert (row.id, row.person, len(row.regions)) == (FILE, "Bo", 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"aspects": ["colour"]}, "--aspect 'colour': write one of origin, place, time"),
        ({"answer": "perhaps"}, "--answer 'perhaps': write one of confirmed, refuted, undetermined"),
        ({"method": " "}, "--method is empty"),
        ({"reason": ""}, "--reason is empty"),
        ({"person": ""}, "no name"),
    ],
)
def test_what_is_empty_or_no_choice_is_said_in_one_line(case: Path, change: dict[str, object], words: str) -> None:
    call: dict[str, object] = {"person": "Ana", "aspects": ["origin"], "method": "m", "reason": "r"} | change
    with pytest.raises(BadValueError, match=words):
        confirm(case, "a.jpg", **call)  # type: ignore[arg-type]
    assert said(case) == ()
