import random

import pytest

from takingstock.records import Mode, Source, Stage, Statement, derive, voice

PARTS = {("iraqi-army", "IRQ"), ("9th-division", "iraqi-army"), ("9th-division", "IRQ"), ("peshmerga", "IRQ")}


def part_of(part, whole):
    return (part, whole) in PARTS


def say(name, **fields):
    base = {
        "movement": "m",
        "source": "s",
        "item": "tank.m1",
        "mode": Mode.EXPORT,
        "from_party": "USA",
        "to_party": "IRQ",
    }
    return Statement(id=name, **(base | fields))


def test_only_the_furthest_stage_counts():
    view = derive(
        "m",
        [say("a", stage=Stage.NOTIFIED, quantity="681", grade="A1"), say("b", quantity="~200", grade="C3")],
        {},
        part_of,
    )
    assert (view.stage, str(view.quantity)) == (Stage.DELIVERED, "~200")
    assert set(view.statements) == {"a", "b"}
    assert view.ruling == ("b",)
    assert view.conflicts == ()


def test_the_better_grade_leads_and_the_other_stays():
    view = derive("m", [say("a", quantity="100", grade="D4"), say("b", quantity="140", grade="B2")], {}, part_of)
    assert str(view.quantity) == "140"
    assert [(c.field, c.values) for c in view.conflicts] == [("quantity", ("140", "100"))]


def test_f6_is_not_judged_and_not_worst():
    view = derive("m", [say("a", quantity="1", grade="E5"), say("b", quantity="2", grade="F6")], {}, part_of)
    assert str(view.quantity) == "2"


def test_a_field_comes_from_the_first_that_knows_it():
    view = derive(
        "m", [say("a", grade="A1", when="2010"), say("b", grade="C3", quantity="5", when="2010")], {}, part_of
    )
    assert str(view.quantity) == "5"
    assert str(view.when) == "2010"


def test_a_recipient_is_refined_not_contradicted():
    view = derive("m", [say("a", grade="A1"), say("b", grade="C3", to_party="9th-division")], {}, part_of)
    assert view.to_party == "9th-division"
    assert view.conflicts == ()


def test_two_parts_of_one_state_contradict():
    view = derive("m", [say("a", to_party="iraqi-army"), say("b", to_party="peshmerga")], {}, part_of)
    assert [c.field for c in view.conflicts] == ["to_party"]


def test_a_class_is_refined():
    view = derive("m", [say("a", grade="A1"), say("b", grade="C3", item="tank.m1.m1a1")], {}, part_of)
    assert view.item == "tank.m1.m1a1"
    assert view.conflicts == ()


def test_ten_newspapers_quoting_one_report_are_one_voice():
    sources = {
        "report": Source(id="report", title="r"),
        "n1": Source(id="n1", title="n", derives_from=("report",)),
        "n2": Source(id="n2", title="n", derives_from=("n1",)),
    }
    assert voice("n2", sources) == "report"
    statements = [
        say("a", source="report", quantity="100", grade="C3"),
        say("b", source="n1", quantity="120", grade="A1"),
        say("c", source="n2", quantity="130", grade="A1"),
    ]
    view = derive("m", statements, sources, part_of)
    assert str(view.quantity) == "100"
    assert [(c.field, c.independent, c.values) for c in view.conflicts] == [("quantity", False, ("120", "130", "100"))]
    assert set(view.sources) == {"report", "n1", "n2"}


def test_sources_that_quote_each_other_end():
    sources = {
        "a": Source(id="a", title="a", derives_from=("b",)),
        "b": Source(id="b", title="b", derives_from=("a",)),
    }
    assert voice("a", sources) == voice("b", sources) == "a"


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_statements_changes_nothing(seed):
    statements = [say(f"s{i}", quantity=str(100 + i % 3), grade="B2", when=str(2000 + i % 2)) for i in range(8)]
    expected = derive("m", statements, {}, part_of)
    random.Random(seed).shuffle(statements)
    assert derive("m", statements, {}, part_of) == expected


def test_ranges_that_meet_do_not_contradict():
    view = derive("m", [say("a", quantity=">=40"), say("b", quantity="52")], {}, part_of)
    assert view.conflicts == ()
    view = derive("m", [say("a", quantity=">=60"), say("b", quantity="52")], {}, part_of)
    assert [c.field for c in view.conflicts] == ["quantity"]
