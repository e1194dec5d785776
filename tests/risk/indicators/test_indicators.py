"""Indicators of one application: which value counts, what is missing and why, and that nothing later is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from takingstock.records import (
    Application,
    Basis,
    Count,
    DateRange,
    Embargo,
    Finding,
    FindingKind,
    Goods,
    Incident,
    Indicator,
    IndicatorValue,
    Ledger,
    Mode,
    Quantity,
    Source,
    Stage,
    Statement,
)
from takingstock.reference import indicators as shipped
from takingstock.reference.embargoes import embargoes
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.indicators import indicators
from takingstock.risk.indicators.moment import NO_DATE, NO_STATE

RIFLE = "rifle.assault.ak.akm"
IDS = [
    "corruption",
    "conflict-deaths",
    "human-rights",
    "military-spending",
    "neighbours-conflict",
    "neighbours-embargo",
    "embargo-destination",
    "embargo-end-user",
    "embargo-political",
    "incidents",
    "audit-findings",
    "retransfers",
    "excess",
    "refusals",
    "licences-granted",
    "licences-refused",
]


def background(**fields: Any) -> Background:
    ledger = {name: fields.pop(name) for name in list(fields) if name in Ledger.model_fields and name != "embargoes"}
    values = (*shipped.values(), *ledger.pop("indicators", ()))
    given: dict[str, Any] = {"embargoes": embargoes(), "indicators": values} | fields
    return Background(Ledger(title="", revision=0, head="", **ledger), taxonomy(), directory(), **given)


def dossier(around: Background | None = None, **fields: Any) -> Dossier:
    given: dict[str, Any] = {"id": "a", "exporter": "DEU", "end_user": "iraqi-army", "when": "2009-05-04"}
    given |= {"goods": [{"item": RIFLE, "quantity": "100"}]} | fields
    return Dossier(around or background(), Application.model_validate(given))


def by_id(one: Dossier) -> dict[str, Indicator]:
    return {indicator.id: indicator for indicator in indicators(one)}


def value(measure: str, year: str, number: float, **fields: Any) -> IndicatorValue:
    when = DateRange.parse(year)
    given: dict[str, Any] = {"id": f"own-{measure}-{year}", "party": "IRQ", "source": "s"} | fields
    return IndicatorValue(measure=measure, when=when, value=number, **given)


def statement(id: str, when: str, **fields: Any) -> Statement:
    given: dict[str, Any] = {"movement": id, "source": "s", "item": RIFLE, "mode": Mode.EXPORT}
    return Statement(id=id, when=DateRange.parse(when), **(given | fields))


def test_every_indicator_is_there_and_says_why_it_is_missing() -> None:
    found = indicators(dossier())
    assert [one.id for one in found] == IDS
    for one in found:
        assert (one.value is None) == bool(one.missing), one.id
        assert one.worse in {"higher", "lower", ""}
        assert one.value is None or one.words


def test_values_of_the_year_before() -> None:
    found = by_id(dossier())
    assert (found["corruption"].value, str(found["corruption"].when)) == (1.3, "2008")
    assert found["conflict-deaths"].value == 2732
    assert found["embargo-destination"].value == 10
    assert found["neighbours-conflict"].value is not None
    assert "not known of Syria" in found["neighbours-conflict"].words
    assert "import one" in found["human-rights"].missing


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"when": ""}, NO_DATE),
        ({"when": "..2009"}, NO_DATE),
        ({"end_user": None}, NO_STATE),
        ({"end_user": "nobody-knows"}, NO_STATE),
    ],
)
def test_without_a_day_or_a_destination_all_is_missing(fields: dict[str, Any], why: str) -> None:
    found = indicators(dossier(**fields))
    assert [one.id for one in found] == IDS
    assert not [one.id for one in found if one.value is not None]
    assert found[0].missing == why


def test_one_of_several_states_is_not_guessed() -> None:
    found = by_id(dossier(end_user="RUS+SUN"))
    assert found["corruption"].value is None
    assert "several states" in found["corruption"].missing


def test_a_date_of_a_whole_year_goes_by_its_first_day() -> None:
    assert str(by_id(dossier(when="2009"))["corruption"].when) == "2008"


def test_what_the_case_was_known_to_hold_rules() -> None:
    from datetime import date

    assert str(by_id(dossier(background(known=date(2008, 6, 1))))["corruption"].when) == "2007"


def test_an_edition_that_was_not_out_yet_does_not_count() -> None:
    """The index of 2015 was published on 27 January 2016."""
    assert str(by_id(dossier(when="2016-01-27"))["corruption"].when) == "2014"
    assert str(by_id(dossier(when="2016-01-28"))["corruption"].when) == "2015"


def test_a_table_that_stopped_does_not_speak_for_ever() -> None:
    assert str(by_id(dossier(when="2019-06-01"))["corruption"].when) == "2017"
    found = by_id(dossier(when="2026-06-01"))["corruption"]
    assert found.value is None
    assert "1.8 for 2017, is too old" in found.missing


def test_silence_about_deaths_is_zero_and_silence_about_syria_is_missing() -> None:
    none = by_id(dossier(end_user="CHE"))["conflict-deaths"]
    assert none.value == 0
    assert "no event is recorded in 2008" in none.words
    syria = by_id(dossier(end_user="SYR"))["conflict-deaths"]
    assert syria.value is None
    assert "does not cover" in syria.missing


def test_a_year_without_deaths_is_not_replaced_by_the_year_before_it() -> None:
    """Israel aside, a state with deaths in 2006 and none in 2007 has none in 2007."""
    rows = {(one.party, str(one.when)) for one in shipped.values() if one.measure == "ucdp-deaths"}
    state = next(party for party, year in sorted(rows) if year == "2006" and (party, "2007") not in rows)
    found = by_id(dossier(end_user=state, when="2008-02"))["conflict-deaths"]
    assert (found.value, str(found.when)) == (0, "2007")


def test_without_the_shipped_table_silence_is_missing() -> None:
    own = value("ucdp-deaths", "2008", 5, party="JOR")
    around = Background(
        Ledger(title="", revision=0, head=""), taxonomy(), directory(), embargoes=embargoes(), indicators=(own,)
    )
    found = by_id(dossier(around, end_user="CHE"))["conflict-deaths"]
    assert found.value is None


def test_a_table_of_the_case_goes_before_the_shipped_one() -> None:
    around = background(indicators=(value("cpi", "2008", 2.5), value("human-rights", "2008", -1.5)))
    found = by_id(dossier(around))
    assert found["corruption"].value == 2.5
    assert "from a table of the case" in found["corruption"].words
    assert found["human-rights"].value == -1.5


def test_a_value_published_on_the_day_or_after_it_was_not_known() -> None:
    late = value("human-rights", "2008", -1.5, published=DateRange.parse("2009-05-04"))
    assert by_id(dossier(background(indicators=(late,))))["human-rights"].value is None
    loose = value("human-rights", "2008", -1.5, published=DateRange.parse("2009"))
    assert by_id(dossier(background(indicators=(loose,))))["human-rights"].value is None


@pytest.mark.parametrize(("state", "years"), [("IRQ", 10), ("CHE", 0), ("COD", 10)])
def test_embargo_history(state: str, years: float) -> None:
    assert by_id(dossier(end_user=state))["embargo-destination"].value == years


def test_an_embargo_on_groups_reaches_the_group_and_not_the_government() -> None:
    assert by_id(dossier(end_user="hezbollah", when="2018-05"))["embargo-end-user"].value == 10
    assert by_id(dossier(end_user="LBN", when="2018-05"))["embargo-end-user"].value == 0
    assert by_id(dossier(end_user="LBN", when="2018-05"))["embargo-destination"].value == 10
    assert "with exemptions" in by_id(dossier(when="2016-05"))["embargo-end-user"].words


def test_a_group_without_a_state_can_be_bound() -> None:
    found = by_id(dossier(end_user="al-qaida", when="2016-05"))
    assert found["embargo-destination"].value is None
    assert found["embargo-end-user"].value is not None


def test_incidents_findings_and_retransfers_of_the_end_user() -> None:
    around = background(
        sources=(Source(id="s", title="s", published=DateRange.parse("2009-01")), Source(id="late", title="late")),
        incidents=(
            Incident(id="i1", source="s", what="x", qualified_by="an NGO", when="2008", parties=("iraqi-army",)),
            Incident(id="i2", source="s", what="x", qualified_by="an NGO", when="2009-06", parties=("iraqi-army",)),
            Incident(id="i3", source="s", what="x", qualified_by="an NGO", when="2008", parties=("syrian-army",)),
        ),
        statements=(
            statement("r1", "2007", from_party="iraqi-army", to_party="JOR", authorised=False, mode=Mode.RETRANSFER),
            statement("r2", "2007", from_party="IRQ", to_party="JOR", authorised=True, mode=Mode.RETRANSFER),
            statement("r3", "2010", from_party="IRQ", to_party="JOR", authorised=False, mode=Mode.RETRANSFER),
        ),
        findings=(
            Finding(
                id="f1",
                kind=FindingKind.EXCESS,
                holder="iraqi-army",
                item=RIFLE,
                numerator=Quantity.exact(1),
                denominator=Quantity.exact(2),
                share=0.5,
                definition="d",
                words="w",
                sources=("s",),
                rests_on=("c",),
                when=DateRange.parse("2008"),
            ),
        ),
    )
    found = by_id(dossier(around))
    assert (found["incidents"].value, found["incidents"].rests_on) == (1, ("i1",))
    assert found["audit-findings"].value == 1
    assert (found["retransfers"].value, found["retransfers"].rests_on) == (1, ("r1",))


def test_a_source_published_later_was_not_known() -> None:
    late = Source(id="s", title="s", published=DateRange.parse("2015"))
    incident = Incident(id="i1", source="s", what="x", qualified_by="y", when="2008", parties=("iraqi-army",))
    found = by_id(dossier(background(sources=(late,), incidents=(incident,))))["incidents"]
    assert found.value is None


def test_refusals_are_those_of_other_states_in_three_years() -> None:
    def refused(id: str, when: str, reporter: str) -> Statement:
        to = {"to_party": "IRQ", "stage": Stage.REFUSED, "reporter": reporter, "from_party": reporter}
        return statement(id, when, criteria=("7",), **to)

    around = background(
        statements=(
            refused("a", "2008-03", "GBR"),
            refused("own", "2008-03", "DEU"),
            refused("old", "2005-03", "GBR"),
            refused("later", "2009-06", "GBR"),
        )
    )
    found = by_id(dossier(around))["refusals"]
    assert (found.value, found.rests_on) == (1, ("a",))
    assert "criteria 7" in found.words


def test_excess_is_only_what_is_certain() -> None:
    goods = [{"item": RIFLE, "quantity": "300", "requirement": "100..150"}]
    assert by_id(dossier(goods=goods))["excess"].value == 2
    count = Count(
        id="c",
        source="s",
        holder="iraqi-army",
        item="rifle",
        quantity=Quantity.exact(50),
        when=DateRange.parse("2008"),
        basis=Basis.REQUIREMENT,
    )
    found = by_id(dossier(background(counts=(count,))))["excess"]
    assert (found.value, found.rests_on) == (2, ("c",))
    rounds = [{"item": RIFLE, "quantity": {"low": 300, "high": 300, "unit": "rounds"}, "requirement": "100"}]
    assert by_id(dossier(goods=rounds))["excess"].value is None


def licences(*rows: tuple[str, str, str, Stage]) -> tuple[Statement, ...]:
    return tuple(
        statement(
            f"l{number}-{item}",
            month,
            item=item,
            from_party="DEU",
            to_party=to,
            stage=stage,
            reporter="DEU",
            locator=f"licence {number}",
        )
        for number, (month, to, rating, stage) in enumerate(rows)
        for item in rating.split()
    )


def test_the_register_of_the_twelve_months_before() -> None:
    rows = [(f"2008-{month:02}", "JOR", "listed.ml1", Stage.AUTHORISED) for month in range(6, 13)]
    rows += [
        ("2008-06", "IRQ", "listed.ml1 listed.ml3", Stage.AUTHORISED),
        ("2008-07", "iraqi-army", "listed.ml1", Stage.REFUSED),
        ("2009-05", "IRQ", "listed.ml1", Stage.AUTHORISED),
        ("2008-04", "IRQ", "listed.ml1", Stage.AUTHORISED),
        ("2008-08", "IRQ", "listed.dual-use", Stage.AUTHORISED),
    ]
    found = by_id(dossier(background(statements=licences(*rows))))
    # Seven of the twelve months from May 2008 to April 2009 are covered; two goods of one licence are one.
    assert found["licences-granted"].value == pytest.approx(12 / 7)
    assert found["licences-refused"].value == pytest.approx(12 / 7)
    few = by_id(dossier(background(statements=licences(*rows[:4]))))["licences-granted"]
    assert few.value is None
    assert "covers 4 of the months" in few.missing


def test_nothing_later_is_looked_at() -> None:
    """Everything of the day of the decision or later is changed; no indicator moves."""
    day = DateRange.parse("2009-05-04")
    ledger = {
        "sources": (Source(id="s", title="s"),),
        "statements": (
            *licences(*[(f"2008-{month:02}", "IRQ", "listed.ml1", Stage.AUTHORISED) for month in range(5, 13)]),
            statement("r", "2007", from_party="IRQ", to_party="JOR", authorised=False),
        ),
        "incidents": (Incident(id="i", source="s", what="x", qualified_by="y", when="2008", parties=("iraqi-army",)),),
    }
    before = indicators(dossier(background(**ledger)))
    changed = tuple(
        one.model_copy(update={"value": one.value + 3.0})
        if one.when.last is not None and day.first is not None and one.when.last >= day.first
        else one
        for one in shipped.values()
    )
    later = {
        "statements": (
            *ledger["statements"],
            statement("r2", "2009-05-04", from_party="IRQ", to_party="JOR", authorised=False),
            statement("f2", "2009-08", to_party="IRQ", from_party="GBR", reporter="GBR", stage=Stage.REFUSED),
            *(
                one.model_copy(update={"id": f"x{one.id}", "movement": f"x{one.id}"})
                for one in licences(("2009-05", "IRQ", "listed.ml1", Stage.REFUSED))
            ),
        ),
        "incidents": (
            *ledger["incidents"],
            Incident(id="i2", source="s", what="x", qualified_by="y", when="2009-05", parties=("iraqi-army",)),
        ),
    }
    new = Embargo(
        id="new",
        body="United Nations",
        target="whole territory",
        territory="IRQ+JOR",
        scope="arms and related materiel",
        when=DateRange.parse("2009-01-01.."),
        reference="r",
        source="s",
    )
    around = Background(
        Ledger(title="", revision=0, head="", **(ledger | later)),
        taxonomy(),
        directory(),
        embargoes=(*embargoes(), new),
        indicators=changed,
    )
    assert indicators(dossier(around)) == before


def test_goods_without_a_quantity_have_no_excess() -> None:
    one = Dossier(
        background(), Application(id="a", end_user="IRQ", goods=(Goods(item=RIFLE),), when=DateRange.parse("2009-05"))
    )
    assert by_id(one)["excess"].missing
