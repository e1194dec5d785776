"""The assumed probabilities: ordered as the grades are, neutral where nothing can be judged, editable."""

import pytest

from takingstock.records import BadValueError, Grade
from takingstock.trace.draws.holding import every_grade, holds


def test_each_axis_orders_and_the_neutral_value_stands_between():
    for credibility in "123456":
        values = [holds(Grade.parse(f"{r}{credibility}")) for r in "ABCDE"]
        assert values == sorted(values, reverse=True)
        assert values[-1] < holds(Grade.parse(f"F{credibility}")) < values[0]
    for reliability in "ABCDEF":
        values = [holds(Grade.parse(f"{reliability}{c}")) for c in "12345"]
        assert values == sorted(values, reverse=True)
        assert values[-1] < holds(Grade.parse(f"{reliability}6")) < values[0]


def test_there_are_36_and_none_is_certain():
    table = every_grade()
    assert len(table) == 36
    assert all(0.02 < value < 0.99 for value in table.values())


def test_a_case_may_set_its_own():
    assert holds(Grade.parse("B2"), {"B2": 0.5}) == 0.5
    assert holds(Grade.parse("B3"), {"B2": 0.5}) == holds(Grade.parse("B3"))
    with pytest.raises(BadValueError, match="no probability"):
        holds(Grade.parse("B2"), {"B2": 1.5})
