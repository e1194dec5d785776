"""Decisions: by whom, when, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.case import open_case
from takingstock.records import BadValueError, UnknownNameError
from takingstock.verbs.identify import adjudicate, assign, close, listing, queue_in, release, reopen, withdraw


@pytest.fixture
def answered(case: Path, answer: Callable[..., Path]) -> Path:
    """Two of three experts agree."""
    assign(case, ["s-1"], ["X", "Y", "Z"], actor="Lead")
    queue_in(case, answer("X"), expert="X")
    queue_in(case, answer("Y"), expert="Y")
    queue_in(case, answer("Z", item="pistol", level="class", made_in=""), expert="Z")
    return case


def test_nobody_decides_under_a_name_of_two_scripts(answered: Path) -> None:
    for decide in (close, withdraw, release):
        with pytest.raises(BadValueError, match="mixes"):
            decide(answered, "s-1", person="Lеad", reason="r")
    with open_case(answered) as case:
        assert case.ledger().rulings == ()


def test_an_adjudication_says_what_stands_by_any_name_of_the_class(answered: Path) -> None:
    made = adjudicate(answered, "s-1", person="Lead", reason="The stock", level="model", item="AKM", made_in="CHN")
    assert made.state.value == "adjudicated"
    assert made.standing is not None
    assert (made.standing.item, made.standing.made_in) == ("rifle.assault.ak.akm", "CHN")
    with open_case(answered) as case:
        (ruling,) = case.ledger().rulings
        assert (ruling.id, ruling.number, ruling.person) == ("s-1/1", 1, "Lead")
        assert case.events()[-1].reason == "adjudicate s-1: The stock"


def test_decisions_are_numbered_and_a_withdrawal_stands_over_all(answered: Path) -> None:
    adjudicate(answered, "s-1", person="Lead", reason="The stock", level="model", item="AKM")
    assert withdraw(answered, "s-1", person="Lead", reason="The source asked").state.value == "withdrawn"
    with open_case(answered) as case:
        assert [one.id for one in case.ledger().rulings] == ["s-1/1", "s-1/2"]


def test_what_is_refused_says_why_and_writes_nothing(case: Path) -> None:
    with pytest.raises(BadValueError):
        close(case, "s-1", person="Lead", reason="nobody answered")
    with pytest.raises(BadValueError):
        release(case, "s-1", person="Lead", reason="r")
    with pytest.raises(UnknownNameError):
        close(case, "s-9", person="Lead", reason="r")
    with pytest.raises(UnknownNameError):
        adjudicate(case, "s-1", person="Lead", reason="r", level="model", item="no such rifle")
    with open_case(case) as opened:
        assert opened.ledger().rulings == ()


def test_who_has_answered_passes_nobody_over_unsaid(case: Path, answer: Callable[..., Path]) -> None:
    assign(case, ["s-1"], ["X", "Y"], actor="Lead")
    queue_in(case, answer("X"), expert="X")
    with pytest.raises(BadValueError, match=r"x has answered and Y not yet.*--pass-over"):
        close(case, "s-1", person="x ", reason="enough")
    assert close(case, "s-1", person="X", reason="enough", pass_over=True).state.value == "disputed"
    with open_case(case) as opened:
        assert opened.ledger().rulings[-1].passed_over == ("Y",)


def test_somebody_else_who_closes_need_not_say_it_and_it_is_recorded(case: Path, answer: Callable[..., Path]) -> None:
    assign(case, ["s-1"], ["X", "Y"], actor="Lead")
    queue_in(case, answer("X"), expert="X")
    close(case, "s-1", person="Lead", reason="Y fell ill")
    with open_case(case) as opened:
        assert opened.ledger().rulings[-1].passed_over == ("Y",)


def test_a_closed_review_is_not_the_end(case: Path, answer: Callable[..., Path]) -> None:
    """What one person closed too early leads on: every refusal names a step that is possible."""
    assign(case, ["s-1"], ["X", "Y"], actor="Lead")
    queue_in(case, answer("X"), expert="X")
    now = close(case, "s-1", person="X", reason="enough", pass_over=True)
    assert "1 of 2 independent experts answered: reopen the review and ask another" in now.words
    with pytest.raises(BadValueError, match="reopen the review and ask another expert"):
        adjudicate(case, "s-1", person="Lead", reason="r", level="model", item="AKM")
    with pytest.raises(BadValueError, match="reopen it to ask another expert"):
        assign(case, ["s-1"], ["Z"], actor="Lead")
    assert queue_in(case, answer("Y"), expert="Y").taken == 0
    again = reopen(case, "s-1", person="Lead", reason="closed too early")
    assert again.open
    assert "reopened by Lead (closed too early)" in " ".join(again.words)
    with pytest.raises(BadValueError, match="open already"):
        reopen(case, "s-1", person="Lead", reason="r")
    assert queue_in(case, answer("Y"), expert="Y").taken == 1
    # Who has answered does not answer otherwise once answers could be read.
    other = queue_in(case, answer("X", item="pistol", level="class", made_in=""), expert="X")
    assert "a reopened review asks those who have not answered" in other.rejects[0].reason
    assert listing(case).reviews[0].open
    assert close(case, "s-1", person="Lead", reason="all in").state.value == "agreed"
    assert release(case, "s-1", person="Lead", reason="met").state.value == "released"
    assert "reopened, so that an expert may have known the answers: s-1" in " ".join(listing(case).notes)
    with pytest.raises(BadValueError, match="withdraw the release first"):
        reopen(case, "s-1", person="X", reason="r")


def test_a_withdrawal_is_lifted_by_reopening(case: Path, answer: Callable[..., Path]) -> None:
    withdraw(case, "s-1", person="X", reason="I do not like it")
    with pytest.raises(BadValueError, match="reopen its review"):
        close(case, "s-1", person="Lead", reason="r")
    assert reopen(case, "s-1", person="Lead", reason="no ground given").state.value == "verified"
    assert queue_in(case, answer("X"), expert="X").taken == 1


def test_what_is_empty_or_no_choice_is_said_in_one_line(answered: Path) -> None:
    for person, reason, words in (("", "r", "no name"), ("Lead", " ", "--reason is empty")):
        for decide in (close, withdraw, release, reopen):
            with pytest.raises(BadValueError, match=words):
                decide(answered, "s-1", person=person, reason=reason)
    with pytest.raises(BadValueError, match="--level 'sort of': write one of class, family, model"):
        adjudicate(answered, "s-1", person="Lead", reason="r", level="sort of", item="AKM")
