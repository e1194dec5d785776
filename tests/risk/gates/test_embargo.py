"""Embargoes as target × territory × goods × exemption × dates, on small tables of their own."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.records import DateRange, Embargo, Exemption, Gate
from takingstock.risk.dossier import Dossier
from takingstock.risk.gates import judge


def embargo(id: str = "x-1", **fields: Any) -> Embargo:
    given = {
        "id": id,
        "body": "United Nations",
        "target": "whole territory",
        "territory": "IRQ",
        "scope": "arms and related materiel",
        "when": "2005..2012",
        "reference": "R 1",
        "source": "a source",
    }
    return Embargo.model_validate(given | fields)


def exemption(condition: str, when: str = "2008..") -> Exemption:
    return Exemption(when=DateRange.parse(when), condition=condition, reference="R 2")


@pytest.fixture
def gates(case: SimpleNamespace) -> Any:
    def run(*table: Embargo, **fields: Any) -> dict[str, Gate]:
        app = case.application(**({"exporter": "USA", "end_user": "iraqi-army", "period": "2010"} | fields))
        dossier = Dossier(replace(case.background, embargoes=table, kept={}), app)
        return {gate.id: gate for gate in judge(dossier)}

    return run


def said(found: dict[str, Gate], regime: str = "x-1") -> str:
    return found[f"embargo.{regime}"].outcome.value


def asked(found: dict[str, Gate], regime: str = "x-1") -> list[str]:
    return [one.id for one in found[f"embargo.{regime}"].questions]


def test_certain_in_all_dimensions_bars(gates: Any) -> None:
    found = gates(embargo(), when="2010-01-05")
    assert said(found) == "bars"
    assert found["embargo.x-1"].rests_on == ("x-1",)
    assert "a source" in found["embargo.x-1"].source


@pytest.mark.parametrize("when", ["2004", "2013"])
def test_outside_the_dates_it_is_not_reached(gates: Any, when: str) -> None:
    found = gates(embargo(), when=when, period=when)
    assert "embargo.x-1" not in found
    assert found["embargoes"].outcome.value == "passes"


def test_straddling_dates_ask_for_the_day_and_no_reply_helps(gates: Any) -> None:
    found = gates(embargo(), when="2004..2006", period="2004..2006", answers={"embargo.x-1.date": "no"})
    assert said(found) == "needs an answer"
    assert asked(found) == ["embargo.x-1.date"]


def test_goods_that_only_may_be_covered_ask(gates: Any) -> None:
    scope = "combat aircraft; small arms"
    found = gates(embargo(scope=scope), when="2010", items=["aircraft.transport"])
    assert asked(found) == ["embargo.x-1.goods"]
    found = gates(embargo(scope=scope), when="2010", items=["aircraft.transport"], answers={"embargo.x-1.goods": "no"})
    assert said(found) == "passes"
    found = gates(embargo(scope=scope), when="2010", items=["aircraft.transport"], answers={"embargo.x-1.goods": "yes"})
    assert said(found) == "bars"


def test_one_line_that_is_covered_is_enough(gates: Any) -> None:
    found = gates(embargo(scope="small arms"), when="2010", items=["tank.t-72", "rifle.assault.ak.akm"])
    assert said(found) == "bars"
    assert "embargo.x-1" not in gates(embargo(scope="small arms"), when="2010", items=["tank.t-72"])


def test_suspended_is_not_in_force(gates: Any) -> None:
    assert "embargo.x-1" not in gates(embargo(exemptions=(exemption("suspended"),)), when="2010")
    ends = embargo(exemptions=(exemption("suspended", "2008..2010-06"),))
    assert said(gates(ends, when="2010")) == "needs an answer"


def test_an_exemption_that_is_shown_lifts_and_one_that_is_denied_does_not(gates: Any) -> None:
    rule = embargo(exemptions=(exemption("required by the Government"),))
    assert said(gates(rule, when="2010")) == "needs an answer"
    assert asked(gates(rule, when="2010")) == ["embargo.x-1.1"]
    assert said(gates(rule, when="2010", answers={"embargo.x-1.1": "yes"})) == "passes"
    assert said(gates(rule, when="2010", answers={"embargo.x-1.1": "no"})) == "bars"


def test_an_exemption_without_a_source_is_not_shown(gates: Any, case: SimpleNamespace) -> None:
    rule = embargo(exemptions=(exemption("required by the Government"),))
    for part in ("source", "person", "reason"):
        unsound = case.reply("embargo.x-1.1", "yes", **{part: ""})
        found = gates(rule, when="2010", replies=[unsound])
        assert said(found) == "needs an answer"
        assert any("decides nothing" in fact for fact in found["embargo.x-1"].facts)


def test_records_that_contradict_each_other_stand_side_by_side(gates: Any) -> None:
    first, second = embargo("x-1"), embargo("x-1-b", when="2005..2009-06")
    found = gates(first, second, when="2010")
    assert said(found) == "needs an answer"
    assert asked(found) == ["embargo.x-1.records"]
    assert set(found["embargo.x-1"].rests_on) == {"x-1", "x-1-b"}
    assert said(gates(first, second, when="2010", answers={"embargo.x-1.records": "yes"})) == "bars"
    assert said(gates(first, second, when="2010", answers={"embargo.x-1.records": "no"})) == "passes"
    # Where both say the same, nothing is open.
    assert said(gates(first, second, when="2009-01", period="2009-01")) == "bars"


def test_whom_it_binds(gates: Any) -> None:
    union = embargo(body="European Union")
    assert "embargo.x-1" not in gates(union, when="2010")
    assert said(gates(union, when="2010", exporter="DEU")) == "bars"
    other = embargo(body="A body")
    assert asked(gates(other, when="2010")) == ["embargo.x-1.bound"]
    assert said(gates(other, when="2010", answers={"embargo.x-1.bound": "no"})) == "passes"


def test_non_governmental_forces(gates: Any) -> None:
    rule = embargo(target="non-governmental forces")
    assert "embargo.x-1" not in gates(rule, when="2010")
    group = [{"id": "own", "name": "A group", "kind": "armed-group", "country": "IRQ"}]
    assert said(gates(rule, when="2010", end_user="own", parties=group)) == "bars"
    assert asked(gates(rule, when="2010", end_user="popular-mobilisation")) == ["embargo.x-1.target"]
    assert asked(gates(rule, when="2010", end_user="krg")) == ["embargo.x-1.target"]


def test_a_call_is_a_fact(gates: Any) -> None:
    found = gates(embargo(scope="arms; called for, not mandatory"), when="2010")
    assert "embargo.x-1" not in found
    assert any("binds nobody" in fact for fact in found["embargoes"].facts)


def test_unknown_consignee_asks(gates: Any) -> None:
    found = gates(embargo(territory="SOM"), when="2010", consignee="a-name")
    assert found["embargoes"].outcome.value == "needs an answer"
    assert [one.id for one in found["embargoes"].questions] == ["consignee.who"]


def test_within_one_state_no_embargo_speaks(gates: Any) -> None:
    assert "embargo.x-1" not in gates(embargo(), when="2010", exporter="IRQ")


def test_dates_that_contradict_each_other_decide_nothing(gates: Any) -> None:
    found = gates(embargo(), when="2015-01-01", period="2010")
    assert said(found) == "needs an answer"
    assert asked(found) == ["embargo.x-1.date"]


def test_an_unverified_record_marks_its_gate(gates: Any) -> None:
    assert not gates(embargo(verified=False), when="2010")["embargo.x-1"].verified
    assert gates(embargo(), when="2010")["embargo.x-1"].verified
