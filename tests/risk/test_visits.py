"""Visits against counts: delivered, seen, unseen, overdue, serial by serial."""

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "forecast"))

from ledgers import RIFLE, background, dossier, lost, moved

from takingstock.records import (
    Assessment,
    Basis,
    ControlKind,
    DateRange,
    Decision,
    DecisionKind,
    Mode,
    Recommendation,
    Standing,
    Undertaking,
    VisitState,
)
from takingstock.risk.visits import serials, visits

USER = "alphaland-army"
DEPOT = "alphaland-first"
VISIT = Undertaking(control=ControlKind.VISITS, standing=Standing.OFFERED)
AFTER = date(2021, 6, 1)
MARKS = ("AB 101", "AB 102", "serial: AB-103", "factory: 66")


def decision(kind=DecisionKind.AUTHORISED, **more):
    more = {"undertakings": (VISIT,), "period": DateRange.parse("2020-06"), **more}
    app = dossier(background(), USER, **more).application
    return Decision(
        id="a",
        application=app,
        assessment=Assessment(application="a", recommendation=Recommendation.REFER, because=(), gates=()),
        kind=kind,
        reason="r",
        person="p",
        decided=DateRange.parse("2020-01-10"),
    )


def delivery(marks=MARKS, when="2020-06-10", to=USER, item=RIFLE):
    return moved("d", "betaland", to, 3, when, marks=marks, item=item)


def count(marks, when="2020-11-05", holder=DEPOT, basis=Basis.PHYSICAL, id="c"):
    return lost(id, holder, len(marks), when).model_copy(update={"basis": basis, "marks": tuple(marks)})


def first(statements=(), counts=(), today=AFTER, made=None):
    return visits(made or decision(), background(statements, counts).ledger, today)[0]


def test_all_seen_at_a_part_of_the_end_user():
    found = first([delivery()], [count(["ab101", "AB-102", "ab 103", "zz9"])])
    assert found.state is VisitState.SEEN_ALL
    assert not found.re_opens
    assert found.unseen == ()
    assert len(found.seen) == len(found.delivered) == 3
    assert found.count == "c"
    assert "3 of 3" in found.words


def test_one_unseen_re_opens():
    found = first([delivery()], [count(["ab101", "ab102"])])
    assert found.state is VisitState.UNSEEN
    assert found.unseen == ("AB-103",)
    assert found.re_opens


def test_overdue_re_opens_and_not_due_does_not():
    overdue, early = first([delivery()]), first([delivery()], today=date(2020, 12, 30))
    assert (overdue.state, overdue.re_opens) == (VisitState.OVERDUE, True)
    assert (early.state, early.re_opens) == (VisitState.NOT_DUE, False)
    assert overdue.due.last == date(2020, 12, 30)


@pytest.mark.parametrize(
    "wrong",
    [
        count(["ab101", "ab102", "ab103"], basis=Basis.BOOKS),
        count(["ab101", "ab102", "ab103"], holder="betaland-army"),
        count(["ab101", "ab102", "ab103"], when="2020-05-05"),
        count(["ab101", "ab102", "ab103"], when="2020"),
    ],
    ids=("books", "elsewhere", "before the delivery", "date leaves it open"),
)
def test_what_is_no_visit_answers_none(wrong):
    assert first([delivery()], [wrong]).state is VisitState.OVERDUE


def test_a_missed_visit_re_opens_until_a_later_count_speaks():
    rows = visits(
        decision(),
        background([delivery()], [count(["ab101", "ab102"], when="2021-03-01")]).ledger,
        AFTER,
    )
    assert (rows[0].state, rows[0].re_opens) == (VisitState.OVERDUE, False)
    assert "missed" in rows[0].words
    assert (rows[1].state, rows[1].re_opens) == (VisitState.UNSEEN, True)


def test_after_the_last_visit_a_count_comes_late():
    made = visits(decision(), background([delivery()], [count(MARKS[:3], when="2026-01-01")]).ledger, date(2026, 2, 1))
    assert made[-1].state is VisitState.SEEN_ALL
    assert "came late" in made[-1].words


def test_two_depots_counted_together():
    counts = [count(["ab101"], id="c1"), count(["ab102", "ab103"], holder="alphaland-second", id="c2")]
    assert first([delivery()], counts).state is VisitState.SEEN_ALL


def test_each_visit_is_judged_by_itself():
    rows = visits(
        decision(),
        background(
            [delivery()], [count(["ab101", "ab102", "ab103"]), count(["ab101"], when="2021-05-01", id="c2")]
        ).ledger,
        date(2022, 6, 1),
    )
    assert [one.state for one in rows[:3]] == [VisitState.SEEN_ALL, VisitState.UNSEEN, VisitState.NOT_DUE]
    assert len(rows[1].unseen) == 2


def test_a_cyrillic_letter_is_not_the_same_mark():
    found = first([delivery()], [count(["аb101", "ab102", "ab103"])])
    assert found.unseen == ("AB 101",)


def test_blocks_of_serials_are_written_out():
    assert set(serials(["AB0098..AB0102"], rounds=False)) == {"ab0098", "ab0099", "ab0100", "ab0101", "ab0102"}
    found = first([delivery(marks=("AB1001..AB1010",))], [count(["AB1001..AB1008"])])
    assert found.unseen == ("AB1009", "AB1010")


def test_what_was_returned_or_destroyed_is_explained():
    gone = moved("g", USER, None, 1, "2020-09-01", Mode.DESTRUCTION, marks=("ab103",))
    assert first([delivery(), gone], [count(["ab101", "ab102"])]).state is VisitState.SEEN_ALL
    captured = moved("g", USER, "red-group", 1, "2020-09-01", Mode.CAPTURE, marks=("ab103",))
    assert first([delivery(), captured], [count(["ab101", "ab102"])]).re_opens


def test_without_serials_on_record_nothing_can_be_told():
    found = first([delivery(marks=())], [count(["ab101"])])
    assert (found.state, found.re_opens) == (VisitState.UNSEEN, True)
    assert "no serial of a delivery is on record" in found.words


def test_a_count_without_serials_sees_none():
    found = first([delivery()], [count([])])
    assert len(found.unseen) == 3
    assert "lists no serials" in found.words


def test_deliveries_outside_the_period_or_of_other_goods_are_not_asked_for():
    rows = [
        delivery(when="2019-01-01"),
        moved("t", "betaland", USER, 3, "2020-06-10", item="main-battle-tank", marks=("T1",)),
    ]
    assert first(rows).delivered == ()


@pytest.mark.parametrize("kind", [DecisionKind.REFUSED, DecisionKind.RETURNED, DecisionKind.SUSPENDED])
def test_no_visit_where_nothing_moves(kind):
    assert visits(decision(kind), background([delivery()]).ledger, AFTER) == ()


def test_no_visit_where_none_is_planned():
    assert visits(decision(undertakings=()), background([delivery()]).ledger, AFTER) == ()


def test_a_condition_of_the_decision_plans_visits():
    made = decision(undertakings=()).model_copy(update={"conditions": (ControlKind.VISITS,)})
    assert first([delivery()], made=made).state is VisitState.OVERDUE
