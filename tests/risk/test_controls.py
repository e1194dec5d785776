"""The plan of controls: what dominates is answered, with dates that follow the period, and nothing made up."""

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "forecast"))

from ledgers import background, dossier, moved, stocked

from takingstock.records import (
    ControlKind,
    ControlStage,
    DateRange,
    Forecast,
    Mode,
    ModeShare,
    Standing,
    Undertaking,
)
from takingstock.records.forecast import Estimate
from takingstock.reference.controls import control
from takingstock.risk.controls import dominating, due, months_after, plan
from takingstock.risk.forecast import forecast

NIL = Estimate(value=0, low=0, high=0)


def shares(**given):
    modes = tuple(
        ModeShare(mode=name.replace("_", "-"), share=share, hazard=NIL, losses=0, exposure=0, prior_weight=1)
        for name, share in given.items()
    )
    return Forecast(horizons=(), modes=modes)


def made(**more):
    rows = [*stocked(), moved("e", "alphaland-first", "red-group", 3000, "2011", Mode.CAPTURE)]
    more.setdefault("period", DateRange.parse("2020-06"))
    return dossier(background(rows), **more)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": 0.9, "b": 0.1}, ("a",)),
        ({"a": 0.5, "b": 0.35, "c": 0.15}, ("a", "b")),
        ({"a": 0.45, "b": 0.4, "c": 0.1, "d": 0.05}, ("a", "b")),
        ({"a": 0.6, "b": 0.2, "c": 0.2}, ("a", "b", "c")),
        ({"b": 0.25, "a": 0.25, "c": 0.25, "d": 0.25}, ("a", "b", "c", "d")),
    ],
)
def test_what_dominates(given, expected):
    assert dominating(shares(**given)) == expected


def test_measures_answer_what_dominates_and_come_in_stages():
    found = made()
    planned = plan(found, forecast(found))
    order = [list(ControlStage).index(one.stage) for one in planned]
    assert order == sorted(order)
    assert len({one.kind for one in planned}) == len(planned)
    assert all(one.modes for one in planned)
    assert all(one.standing is Standing.MISSING for one in planned)
    staged = next(one for one in planned if one.kind is ControlKind.STAGED_DELIVERY)
    assert staged.modes[0] == "battlefield-capture"
    assert "is an assumption" in staged.why


def test_theft_is_answered_by_what_acts_on_theft():
    planned = plan(made(), shares(theft_or_leakage=0.9, battlefield_capture=0.1))
    kinds = {one.kind for one in planned}
    assert {ControlKind.PHYSICAL_SECURITY, ControlKind.STOCKPILE_ACCOUNTING, ControlKind.VISITS} <= kinds
    assert not {ControlKind.NO_RE_EXPORT, ControlKind.STAGED_DELIVERY} & kinds


def test_what_is_offered_is_planned_even_if_it_answers_nothing():
    offered = Undertaking(control=ControlKind.NO_RE_EXPORT, standing=Standing.OFFERED)
    planned = plan(made(undertakings=(offered,)), shares(theft_or_leakage=1.0))
    one = next(one for one in planned if one.kind is ControlKind.NO_RE_EXPORT)
    assert one.standing is Standing.OFFERED
    assert one.modes == ()
    assert "not dominated" in one.why


def test_dates_follow_the_period():
    planned = {one.kind: one for one in plan(made(), shares(theft_or_leakage=0.6, unauthorised_retransfer=0.4))}
    assert planned[ControlKind.END_USE_CERTIFICATE].due == DateRange(last=date(2020, 5, 1))
    assert planned[ControlKind.PHYSICAL_SECURITY].due.last == date(2020, 4, 1)
    assert planned[ControlKind.TRANSPORT_SECURITY].due == DateRange.parse("2020-06")
    assert planned[ControlKind.DELIVERY_VERIFICATION].due.last == date(2020, 7, 30)
    visits = planned[ControlKind.VISITS]
    assert [one.last for one in visits.dates] == [date(year, 12, 30) for year in range(2020, 2025)]
    assert visits.due == visits.dates[0]
    for one, other in zip(visits.dates, visits.dates[1:], strict=False):
        assert other.first > one.last


def test_without_a_period_no_date_is_made_up():
    planned = plan(made(period=DateRange(), when=DateRange()), shares(theft_or_leakage=1.0))
    assert all(not one.due.known and not one.dates for one in planned)
    assert all("No date" in one.why for one in planned)


def test_without_a_period_the_day_of_the_authorisation_counts():
    planned = plan(made(period=DateRange()), shares(theft_or_leakage=1.0))
    assert next(one for one in planned if one.kind is ControlKind.VISITS).due.last == date(2020, 7, 1)


def test_an_open_end_dates_only_what_comes_before():
    assert due(control(ControlKind.VISITS), DateRange.parse("2020-06..")) == ()
    assert due(control(ControlKind.END_USE_CERTIFICATE), DateRange.parse("2020-06.."))[0].last == date(2020, 5, 1)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2020, 12, 31), 2, date(2021, 2, 28)),
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
        (date(2020, 1, 15), -1, date(2019, 12, 15)),
        (date(2020, 11, 30), 1, date(2020, 12, 30)),
        (date(2020, 12, 1), 12, date(2021, 12, 1)),
    ],
)
def test_months(day, months, expected):
    assert months_after(day, months) == expected
