"""The application that a past movement could have been, and what is told of afterwards."""

from datetime import date

import pytest

from takingstock.records import DateRange, Ledger, Mode, Quantity, Source, SourceKind, Stage, Statement
from takingstock.reference.embargoes import embargoes
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.risk.assess import Terms
from takingstock.risk.dossier import Background
from takingstock.risk.replay import application_of, replay


def statement(number, **fields):
    usual = {"item": "rifle.assault.ak.akm", "mode": Mode.EXPORT, "quantity": Quantity.exact(10)}
    return Statement(id=f"s-{number}", movement=f"m-{number}", source="r", **(usual | fields))


def background(*statements):
    source = Source(id="r", title="r", kind=SourceKind.REGISTER, published=DateRange.parse("2001"))
    ledger = Ledger(title="t", revision=1, head="h", sources=(source,), statements=statements)
    return Background(ledger, taxonomy(), directory(), embargoes=embargoes())


def run(*statements):
    held = background(*statements)
    return list(replay(held, lambda day: held, Terms(policies=(), draws=100, brief=True)))


def test_only_supplies_across_a_border():
    rows = run(
        statement(1, from_party="SRB", to_party="IRQ", when=DateRange.parse("2010")),
        statement(2, from_party="IRQ", to_party="iraqi-army", when=DateRange.parse("2010")),
        statement(
            3, from_party="iraqi-army", to_party="islamic-state", mode=Mode.CAPTURE, when=DateRange.parse("2014")
        ),
        statement(4, from_party="SRB", to_party="IRQ", stage=Stage.NEGOTIATED, when=DateRange.parse("2010")),
        statement(5, from_party="SRB", to_party=None, when=DateRange.parse("2010")),
    )
    assert [one.movement for one in rows] == ["m-1"]


def test_the_application_has_what_the_record_has_and_nothing_else():
    held = background(statement(1, from_party="SRB", to_party="IRQ", when=DateRange.parse("2010-05"), made_in="YUG"))
    app = application_of(held.movements[0])
    assert (app.exporter, app.end_user, app.when) == ("SRB", "IRQ", DateRange.parse("2010-05"))
    assert app.goods[0].made_in == "YUG"
    assert not app.replies
    assert not app.undertakings


def test_without_a_date_it_is_not_judged_and_says_so():
    (row,) = run(statement(1, from_party="SRB", to_party="IRQ"))
    assert row.recommendation is None
    assert "not recorded" in row.skipped


def test_the_first_possible_day_is_the_one_that_counts():
    days = []
    held = background(statement(1, from_party="SRB", to_party="IRQ", when=DateRange.parse("2010")))

    def at(day):
        days.append(day)
        return held

    (row,) = replay(held, at, Terms(policies=(), draws=100, brief=True))
    assert days == [date(2010, 1, 1)]
    assert str(row.known) == "2010-01-01"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"mode": Mode.CAPTURE, "when": DateRange.parse("2014")}, True),
        ({"mode": Mode.CAPTURE, "when": DateRange.parse("2009")}, False),
        ({"mode": Mode.CAPTURE, "when": DateRange.parse("2014"), "item": "pistol"}, False),
        ({"mode": Mode.RETRANSFER, "authorised": False, "when": DateRange.parse("2014")}, True),
        ({"mode": Mode.RETRANSFER, "authorised": True, "when": DateRange.parse("2014")}, False),
        ({"mode": Mode.THEFT_OR_LEAKAGE, "when": DateRange.parse("2014"), "from_party": "iraqi-army"}, True),
    ],
)
def test_what_happened_after(fields, told):
    usual = {"from_party": "IRQ", "to_party": "islamic-state"}
    rows = run(
        statement(1, from_party="SRB", to_party="IRQ", when=DateRange.parse("2010")),
        statement(2, **(usual | fields)),
    )
    first = next(one for one in rows if one.movement == "m-1")
    assert [each.movement for each in first.after] == (["m-2"] if told else [])
